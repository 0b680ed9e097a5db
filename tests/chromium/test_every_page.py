"""Every page, as everyone, in a real browser: no barrier (axe, WCAG 2.2 AA), nothing blocked or failed.

axe runs once for each distinct shape of a page at 360 px, and once for each page at 1280 px in the dark.
"""

from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest

from tests.chromium.conftest import DESK
from tests.security.doors import EVERYONE, STRANGER, Door, doors, open_session_of

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
SHAPE = """() => [...document.querySelectorAll('body *')].map(e => e.tagName + '.' + e.className).join(' ')"""


@pytest.fixture(scope="session")
def shapes() -> set[tuple[str, int]]:
    """What axe has seen in this run."""
    return set()


@pytest.mark.parametrize("name", EVERYONE)
def test_every_page_on_a_phone(site, visit, shapes, name):
    page = visit()
    faults = []
    for door in _doors_for(site, name):
        if not _open(page, site, door):
            continue
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > 360:
            faults.append(f"{door.path} is {wide} px wide")
        shape = (door.endpoint, hash(page.evaluate(SHAPE)))
        if shape not in shapes:
            shapes.add(shape)
            faults += barriers(page, door.path)
    assert not faults, "\n".join(faults)


def test_every_page_on_a_desk_in_the_dark(site, visit):
    seen, faults = set(), []
    for name in EVERYONE:
        page = visit(size=DESK, dark=True, touch=False)
        for door in _doors_for(site, name, page):
            if door.endpoint in seen or not _open(page, site, door):
                continue
            seen.add(door.endpoint)
            faults += barriers(page, door.path)
    assert not faults, "\n".join(faults)


def barriers(page: Any, path: str) -> list[str]:
    """Return what axe finds on the page that is open."""
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    return [
        f"{path}: {one['id']}: {one['help']}: {', '.join(str(node['target']) for node in one['nodes'][:3])}"
        for one in found
    ]


def _doors_for(site: Any, name: str, page: Any = None) -> list[Door]:
    """Return the pages that this person may open, and sign them in."""
    with site.app.app_context():
        found = [door for door in doors(site.app) if door.method == "GET"]
        token = None if name == STRANGER else open_session_of(name)
    site.cookie = [] if token is None else [{"name": "elearn-s", "value": token, "url": site.root}]
    return found


def _open(page: Any, site: Any, door: Door) -> bool:
    """Open the address as the person at hand; return whether it is a page of theirs."""
    page.context.clear_cookies()
    page.context.add_cookies(site.cookie)
    answer = page.request.get(door.path, max_redirects=0)
    if answer.status != 200 or not answer.headers.get("content-type", "").startswith("text/html"):
        return False
    page.goto(door.path)
    return True
