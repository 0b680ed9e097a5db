"""What the first visit of a lesson costs a phone on slow data (BENCH P7)."""

from tests.life import COURSE, LESSON


def test_a_first_visit_is_light_and_asks_nobody_else(visit):
    page = visit()
    loaded = []
    page.on("requestfinished", lambda request: loaded.append(request))
    page.goto(f"/khoa-hoc/{COURSE}/{LESSON}", wait_until="networkidle")
    sizes = [request.sizes() for request in loaded]
    weight = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
    assert len(loaded) <= 4, [request.url for request in loaded]
    assert weight <= 30_000, weight


def test_the_text_stands_before_any_script(visit):
    page = visit(script=False)
    page.goto(f"/khoa-hoc/{COURSE}/{LESSON}")
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.get_by_role("link", name="câu hỏi").first.is_visible()
