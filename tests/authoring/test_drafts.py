"""Writing at the desk."""

from tests.authoring.conftest import make_lesson, save


def test_a_lesson_is_written_and_seen_as_a_phone_shows_it(desk):
    thu = desk("thu")
    draft = make_lesson(thu)
    page = thu.follow(save(thu, draft))
    assert page.says("Đã lưu bản nháp lúc")
    page = thu.follow(save(thu, draft, go="preview"))
    assert "Gõ chữ trước, gõ dấu sau." in page.text["main"]
    assert page.says("Chữ s cho dấu sắc.")
