"""A real browser on a real port. Each page that a test opens is watched: what the console says, what the
policy blocks, what fails to load and who else is asked fails the test."""

import shutil
from collections.abc import Iterator

import pytest

from tests.life import furnish, lively_app
from tests.live import Site

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
PHONE = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 800}


def pytest_collection_modifyitems(items):
    for item in items:
        if "chromium" in item.path.parts:
            item.add_marker(pytest.mark.chromium)


@pytest.fixture(scope="session")
def running(tmp_path_factory) -> Iterator[Site]:
    """The platform with a lively ward, served on a free port of this machine."""
    file = tmp_path_factory.mktemp("live") / "live.db"
    app = lively_app(f"sqlite:///{file}")
    app.extensions["places"] = furnish(app)
    with Site(app, file) as site:
        yield site


@pytest.fixture
def site(running) -> Site:
    """The same, as it was at the start."""
    running.begin_anew()
    return running


@pytest.fixture(scope="session")
def chromium():
    """The browser, started once."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("no Chromium or Chrome on this machine (apt-get install chromium libatomic1)")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, site):
    """Open a window for somebody: visit(), visit(script=False), visit(size=DESK, dark=True)."""
    windows = []

    def open_window(*, script: bool = True, size=PHONE, dark: bool = False, touch: bool = True):
        context = chromium.new_context(
            viewport=size,
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            has_touch=touch,
            is_mobile=size is PHONE,
            locale="vi-VN",
            base_url=site.root,
            service_workers="block",
        )
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.faults = watch(page, site.root)
        windows.append((context, page))
        return page

    yield open_window
    faults = [fault for _, page in windows for fault in page.faults]
    for context, _ in windows:
        context.close()
    assert not faults, faults


def watch(page, root: str) -> list[str]:
    """Note what goes wrong in the window. An answer of 4xx that a test asks for is no fault."""
    faults: list[str] = []

    def heard(message):
        if (
            message.type in ("error", "warning")
            and "the server responded with a status of 4" not in message.text
        ):
            faults.append(f"{page.url}: console: {message.text}")

    page.on("console", heard)
    page.on("pageerror", lambda error: faults.append(f"{page.url}: script: {error}"))
    page.on(
        "requestfailed",
        lambda request: (
            faults.append(f"{request.url}: {request.failure}")
            if "ERR_ABORTED" not in str(request.failure)
            else None
        ),
    )
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((root, "blob:"))
            else faults.append(f"{page.url} asks another host: {request.url}")
        ),
    )
    return faults
