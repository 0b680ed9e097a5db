"""The windows in a frame of another site, as a real browser shows them: whole, and only where they may."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest

from tests.chromium.test_every_page import AXE, RULES

WINDOWS = (
    "/nhung/tien-do",
    "/nhung/khoa-hoc",
    "/nhung/khoa-hoc/thanh-toan-so",
    "/nhung/khoa-hoc/thanh-toan-so/quet-ma-qr",
)
NARROW, WIDE = 300, 600
PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Cổng thông tin</title>
<link rel="icon" href="data:,"></head>
<body><h1>Cổng thông tin của phường</h1>
<iframe src="{}" title="Khung nhúng" width="{}" height="480" {}></iframe>"""


class Portal:
    """Another site, on a port of its own: each of its pages frames what stands in its address."""

    def __init__(self) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                width, more, url = unquote(self.path[1:]).split(" ", 2)
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(PAGE.format(url, width, more.replace("_", " ")).encode())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.root = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def framing(self, url: str, width: int = NARROW, more: str = "loading") -> str:
        """Return the address of a page that frames another; `more` stands in the frame's tag."""
        return f"{self.root}/{width} {more} {url}"


@pytest.fixture
def portal() -> Iterator[Portal]:
    portal = Portal()
    yield portal
    portal.server.shutdown()
    portal.server.server_close()


@pytest.fixture
def framed(site, portal, monkeypatch):
    """The site has been told where its portal is."""
    monkeypatch.setitem(site.app.config, "PORTALS", {"": (portal.root,)})
    return site


@pytest.fixture
def window(chromium):
    """Open a page of the portal: window(url, dark=True); return the page, its frame and what was asked."""
    contexts = []

    def open_window(url, *, dark=False):
        context = chromium.new_context(
            viewport={"width": 720, "height": 700}, color_scheme="dark" if dark else "light"
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page, asked = context.new_page(), []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(url)
        return page, page.frames[1], asked

    yield open_window
    for context in contexts:
        context.close()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("path", WINDOWS)
def test_a_window_stands_in_the_portal_and_shuts_nobody_out(framed, portal, window, path, dark):
    for width in (NARROW, WIDE):
        page, frame, asked = window(portal.framing(framed.root + path, width), dark=dark)
        assert frame.locator("h1").count() == 1 and frame.evaluate("document.body.className") == "window"
        assert frame.evaluate("document.documentElement.scrollWidth") <= width
        for details in frame.locator("details").all():
            details.evaluate("one => { one.open = true; }")
        frame.evaluate(AXE)
        found = frame.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
        assert not found, found
        paper = frame.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (paper == "rgb(18, 25, 23)") == dark
        assert page.context.cookies() == [] and frame.locator("script").count() == 0
        assert [url for url in asked if not url.startswith("data:")][1:] == [framed.root + path]


def test_a_frame_in_a_sandbox_shows_the_same(framed, portal, window):
    _, plain, _ = window(portal.framing(framed.root + WINDOWS[0]))
    _, apart, _ = window(portal.framing(framed.root + WINDOWS[0], more="sandbox"))
    looks = "[...document.querySelectorAll('body *')].map(one => one.getBoundingClientRect().height).join()"
    assert apart.evaluate(looks) == plain.evaluate(looks)


def test_its_links_open_the_platform_beside_the_portal(framed, portal, window):
    page, frame, _ = window(portal.framing(framed.root + WINDOWS[3]))
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Học bài này").click()
    assert opened.value.url == f"{framed.root}/khoa-hoc/thanh-toan-so/quet-ma-qr"
    assert opened.value.evaluate("window.opener") is None and page.url.startswith(portal.root)


@pytest.mark.parametrize("portals", [{}, {"": ("https://cong-khac.test",)}, {"LV": ("self",)}])
@pytest.mark.parametrize("path", WINDOWS)
def test_whoever_is_not_the_portal_may_not_frame_it(site, portal, window, monkeypatch, portals, path):
    told = {
        code: tuple(portal.root if one == "self" else one for one in who) for code, who in portals.items()
    }
    monkeypatch.setitem(site.app.config, "PORTALS", told)
    _, frame, _ = window(portal.framing(site.root + path))
    assert frame.url == "chrome-error://chromewebdata/"


@pytest.mark.parametrize("path", ["/", "/tien-do", "/dang-nhap", "/khoa-hoc/thanh-toan-so/quet-ma-qr"])
def test_the_portal_may_frame_no_other_page(framed, portal, window, path):
    _, frame, _ = window(portal.framing(framed.root + path))
    assert frame.url == "chrome-error://chromewebdata/"


def test_a_script_of_the_portal_reads_the_numbers_and_no_page(framed, portal, window):
    page, _, _ = window(portal.framing(framed.root + WINDOWS[0]))
    read = """async url => { try { const answer = await fetch(url, {headers: {"If-None-Match": "x"}});
        return (await answer.json()).rounded_down_to; } catch (fault) { return "refused"; } }"""
    assert page.evaluate(read, f"{framed.root}/api/v1/progress.json") == 5
    assert page.evaluate(read, f"{framed.root}/tien-do") == "refused"
