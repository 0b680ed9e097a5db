"""From a draft to the public and back: two people, one person alone, and what stops a publication."""

import re
from datetime import timedelta

from elearn.front.refusals import ACTS as REFUSALS
from elearn.kit.audit import AuditEntry
from elearn.kit.clock import today
from elearn.kit.db import db
from elearn.library import lesson_queries
from elearn.library.models import Revision, State
from elearn.people.permissions import Role
from tests.authoring.conftest import LESSON, make_lesson, save

WHY = "Cả phòng chỉ có một người."


def handed_in(desk, text=LESSON):
    """A lesson that chị Thu wrote and handed in: its address."""
    thu = desk("thu")
    draft = make_lesson(thu)
    save(thu, draft, text)
    thu.open(draft)
    thu.send(f"{draft}/gui-duyet", expect=303)
    return draft


def publish(browser, draft, expect=303, **more):
    """Open the page of a revision and publish it as it stands there."""
    page = browser.open(draft)
    saves = [a["value"] for a in page.every("input") if a.get("name") == "saves"]
    return browser.send(f"{draft}/cong-bo", expect=expect, **({"saves": saves[0] if saves else "1"} | more))


def acts():
    """Return what was done, in order; who knocked at a closed door stands in tests/security/test_reach.py."""
    entries = db.session.query(AuditEntry).order_by(AuditEntry.id)
    return [entry.action for entry in entries if entry.action not in REFUSALS.values()]


def test_a_lesson_goes_through_two_people_to_the_public(desk):
    draft = handed_in(desk)
    duc = desk("duc")
    shelf = duc.open("/soan-bai")
    assert shelf.says("Chờ duyệt (1)")
    assert draft in [a.get("href") for a in shelf.every("a")]
    page = duc.follow(publish(duc, draft))
    assert page.says("Đã công bố")
    assert page.says("Người viết: Phạm Thị Thu")
    assert page.says("Người đọc thứ hai: Vũ Minh Đức")
    shown = lesson_queries.find_lesson_page("hoc-go-dau", "go-dau-sac", 1)
    assert "Gõ chữ trước, gõ dấu sau." in shown.html
    assert not shown.read_by_one
    assert acts() == [
        "make course", "make lesson", "save draft", "submit for review", "publish",
    ]  # fmt: skip
    assert {entry.ward_id for entry in db.session.query(AuditEntry)} == {1}


def test_a_lesson_comes_back_with_a_word_on_what_to_mend(desk):
    draft = handed_in(desk)
    duc = desk("duc")
    duc.open(draft)
    page = duc.send(f"{draft}/tra-lai", expect=422, **{"tra-lai-reason": "Sai"})
    assert page.says("Xin viết cho người soạn biết cần sửa gì")
    duc.send(f"{draft}/tra-lai", expect=303, **{"tra-lai-reason": "Bước 2 chưa rõ chạm ở đâu."})
    thu = desk("thu")
    assert thu.open(f"{draft}/viet").says("Bước 2 chưa rõ chạm ở đâu.")
    thu.open(draft)
    thu.send(f"{draft}/gui-duyet", expect=303)
    assert not thu.open(draft).says("Bước 2 chưa rõ chạm ở đâu.")
    thu.send(f"{draft}/rut-lai", expect=303)
    assert thu.open(draft).says("Gửi cho người duyệt")


def test_who_publishes_alone_gives_a_reason_until_another_has_read_it(desk, everywhere):
    duc = desk("duc")
    draft = make_lesson(duc)
    save(duc, draft)
    page = publish(duc, draft, expect=422)
    assert page.says("Xin ghi lý do chưa có người đọc thứ hai")
    assert any(a.get("aria-invalid") for a in page.every("textarea"))
    page = duc.follow(publish(duc, draft, reason=WHY))
    assert page.says("Chưa có người đọc thứ hai")
    assert page.says(WHY)
    assert lesson_queries.find_lesson_page("hoc-go-dau", "go-dau-sac", 1).read_by_one
    assert duc.open("/soan-bai").says("chưa có người đọc thứ hai")
    duc.open(draft)
    assert duc.send(f"{draft}/xac-nhan", expect=422).says("không phải người viết")
    everywhere("quan", Role.EDITOR)
    quan = desk("quan")
    quan.open(draft)
    quan.send(f"{draft}/xac-nhan", expect=303)
    quan.send(f"{draft}/xac-nhan", expect=422)  # once is enough, and the page says so
    assert not lesson_queries.find_lesson_page("hoc-go-dau", "go-dau-sac", 1).read_by_one
    assert acts().count("confirm as second reader") == 1


def test_faults_block_publication_with_line_and_remedy(desk):
    draft = handed_in(desk, LESSON.replace("- [x]", "- [ ]"))
    duc = desk("duc")
    page = duc.open(draft)
    line = LESSON.split("\n").index('### Bác muốn gõ chữ "bé". Bác làm gì? {#go-be}') + 1
    assert page.says(f"Dòng {line}")
    assert page.says("Câu hỏi chưa có phương án đúng.")
    assert page.says("Đánh dấu [x] ở phương án đúng.")
    assert f"{draft}/cong-bo" not in [f["action"] for f in page.every("form")]
    page = duc.send(f"{draft}/cong-bo", expect=422, saves="2", warnings_read="y")
    assert page.says("chưa công bố được")
    assert lesson_queries.find_lesson_page("hoc-go-dau", "go-dau-sac", 1) is None


def test_warnings_are_read_before_publishing(desk):
    draft = handed_in(desk, LESSON.replace("Gõ chữ trước, gõ dấu sau.", "Dùng app nào cũng được."))
    duc = desk("duc")
    page = publish(duc, draft, expect=422)
    assert page.says("Đã đọc các nhắc nhở")
    publish(duc, draft, warnings_read="y")


def test_a_double_tap_on_publish_publishes_once(desk):
    draft = handed_in(desk)
    duc = desk("duc")
    publish(duc, draft)
    duc.send(f"{draft}/cong-bo", expect=303, saves="2")
    assert acts().count("publish") == 1
    states = [state for (state,) in db.session.query(Revision.state)]
    assert states == [State.PUBLISHED]


def test_a_text_changed_after_it_was_read_is_not_published_unread(desk):
    draft = handed_in(desk)
    duc = desk("duc")
    seen = duc.open(draft)
    saves = next(a["value"] for a in seen.every("input") if a.get("name") == "saves")
    save(desk("thu"), draft, LESSON.replace("ba ve roi", "con ve roi"))
    page = duc.send(f"{draft}/cong-bo", expect=422, saves=saves)
    assert page.says("Bài vừa được sửa sau khi anh chị mở trang này.")


def test_an_old_text_is_read_compared_and_restored(desk):
    draft = handed_in(desk)
    duc = desk("duc")
    publish(duc, draft)
    lesson = "/soan-bai/bai/hoc-go-dau/go-dau-sac"
    duc.open(lesson)
    second = duc.send(f"{lesson}/ban-nhap", expect=303).headers["Location"].removesuffix("/viet")
    assert second == draft[:-1] + "2"
    save(duc, second, LESSON.replace("ba ve roi", "con ve roi"))
    page = duc.open(second)
    assert page.says("con ve roi") and page.says("ba ve roi")
    publish(duc, second, reason=WHY)
    old = duc.open(draft)
    assert old.says("bản cũ") and old.says("Giống hệt") is False
    assert duc.open(f"{draft}?voi=2").says("Từ bản số 2 sang bản này")
    assert duc.open(f"{draft}.md").get_data(as_text=True) == LESSON
    duc.open(draft)
    third = duc.send(f"{draft}/khoi-phuc", expect=303).headers["Location"]
    assert duc.send(f"{draft}/khoi-phuc", expect=303).headers["Location"] == third
    assert duc.open(third).says("Bản số 3")
    history = duc.open(lesson)
    assert len(re.findall(r"Bản số \d+:", history.text["main"])) == 3


def test_a_draft_is_put_away_and_had_back(desk):
    thu = desk("thu")
    draft = make_lesson(thu)
    save(thu, draft)
    thu.open(draft)
    thu.send(f"{draft}/bo", expect=303)
    thu.send(f"{draft}/bo", expect=303)
    assert acts().count("drop draft") == 1
    page = thu.open(draft)
    assert page.says("bản nháp đã cất")
    assert thu.open(f"{draft}/viet", expect=302).headers["Location"] == draft
    thu.send(f"{draft}/khoi-phuc", expect=303)
    assert thu.open(draft[:-1] + "2").says("ba ve roi")


def test_an_outside_reader_is_recorded(desk):
    draft = handed_in(desk)
    duc = desk("duc")
    duc.open(draft)
    page = duc.send(f"{draft}/doc-ngoai", expect=422, reviewer="Công an phường", reviewed_on="hôm qua")
    assert page.says("31/12/2026")
    assert any(a.get("value") == "Công an phường" for a in page.every("input"))
    read_on, later, long_ago = (today() + timedelta(days=days) for days in (-6, 180, -30))
    duc.send(
        f"{draft}/doc-ngoai", expect=303, reviewer="Công an phường", reviewed_on=read_on.isoformat(),
        next_review=f"{later:%d/%m/%Y}",
    )  # fmt: skip
    page = duc.open(draft)
    assert page.says(f"Công an phường, ngày {read_on:%d/%m/%Y}, cần đọc lại trước {later:%d/%m/%Y}")
    publish(duc, draft)
    assert not duc.open("/soan-bai").says("cần mời đọc lại")
    duc.open(draft)
    duc.send(
        f"{draft}/doc-ngoai", expect=303, reviewer="Công an phường", reviewed_on=long_ago.isoformat(),
        next_review=read_on.isoformat(),
    )  # fmt: skip
    assert duc.open("/soan-bai").says(f"cần mời đọc lại trước {read_on:%d/%m/%Y}")


def test_an_author_may_not_publish_return_or_confirm(desk):
    draft = handed_in(desk)
    thu = desk("thu")
    thu.open(draft)
    for act in ("cong-bo", "tra-lai", "xac-nhan", "doc-ngoai"):
        thu.send(f"{draft}/{act}", expect=403)
    minh = desk("minh")
    minh.open(draft, expect=403)
    assert desk("lan").open(draft, expect=403)


def test_the_neighbour_wards_author_and_editor_find_nothing(desk, beside):
    draft = handed_in(desk)
    beside("duc", Role.EDITOR)
    duc = desk("duc")
    duc.open("/soan-bai")
    duc.open("/soan-bai/khoa-moi")
    for page in ("", "/viet", "/xem-truoc", ".md"):
        duc.open(draft + page, expect=404)
    for act in ("viet", "hai-ban", "gui-duyet", "rut-lai", "tra-lai", "cong-bo", "xac-nhan", "doc-ngoai",
                "khoi-phuc", "bo"):  # fmt: skip
        duc.send(f"{draft}/{act}", expect=404, saves="1", text=LESSON)
    assert not duc.open("/soan-bai").says("Gõ dấu sắc")
    assert acts()[-1] == "submit for review"
