"""What the first visit of a lesson costs a phone on slow data (BENCH P7)."""

from tests.life import COURSE, LESSON

HEIGHT = "document.documentElement.scrollHeight"


def weight(requests):
    sizes = [request.sizes() for request in requests]
    return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)


def test_a_first_visit_is_light_and_asks_nobody_else(visit):
    """The pictures of the lesson are counted apart: nothing waits for them."""
    page = visit()
    loaded = []
    page.on("requestfinished", lambda request: loaded.append(request))
    page.goto(f"/khoa-hoc/{COURSE}/{LESSON}", wait_until="networkidle")
    pictures = [request for request in loaded if "/images/" in request.url]
    first = [request for request in loaded if request not in pictures]
    assert len(first) <= 4, [request.url for request in first]
    assert weight(first) <= 30_000, weight(first)
    assert weight(pictures) <= 15_000, weight(pictures)


def test_the_text_keeps_its_place_when_pictures_come(visit):
    """A picture takes its room before it is there: nobody loses the line that they were reading."""
    page, waiting = visit(), []
    page.route("**/images/*", lambda route: waiting.append(route))
    with page.expect_request("**/images/*"):
        page.goto(f"/khoa-hoc/{COURSE}/{LESSON}")
        page.locator(".section img").last.scroll_into_view_if_needed()
    before = page.evaluate(HEIGHT)
    assert page.locator(".section img").first.evaluate("one => one.naturalWidth") == 0, "not there yet"
    for one in waiting:
        one.continue_()
    page.unroute("**/images/*")
    page.evaluate("Promise.all([...document.querySelectorAll('.section img')].map(one => one.decode()))")
    assert page.locator(".section img").first.evaluate("one => one.naturalWidth") == 640
    assert page.evaluate(HEIGHT) == before


def test_the_text_stands_before_any_script(visit):
    page = visit(script=False)
    page.goto(f"/khoa-hoc/{COURSE}/{LESSON}")
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.get_by_role("link", name="câu hỏi").first.is_visible()


def test_the_page_is_dressed_before_anything_else_has_come(visit):
    """What waits for a second answer waits two seconds on slow data: the first page holds its style sheet."""
    page, waiting = visit(script=False), []
    page.route("**/static/*", lambda route: waiting.append(route))
    page.goto(f"/khoa-hoc/{COURSE}/{LESSON}", wait_until="commit")
    page.locator("h1").wait_for()
    page.screenshot()  # it is painted: nothing holds it up
    assert any("app.css" in route.request.url for route in waiting)
    assert page.evaluate("getComputedStyle(document.querySelector('.top .brand strong')).fontWeight") >= "600"
    assert page.evaluate("document.querySelector('main').clientWidth") <= 640
    painted = "performance.getEntriesByName('first-contentful-paint').length"
    page.wait_for_function(f"{painted} === 1")
    for route in waiting:
        route.continue_()
    page.unroute_all()
