"""Every page, as everyone, in a real browser: no barrier (axe, WCAG 2.2 AA), nothing blocked or failed.

axe runs once for each distinct shape of a page at 360 px, and once for each address at 1280 px in the dark.
"""

import hashlib
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest

from tests.chromium.conftest import DESK
from tests.security.doors import EVERYONE, STRANGER, Door, doors, open_session_of
from tests.sizes import NIGHTLY

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],  # of what is well nothing is written down: that took a third of the time
    "preload": {"assets": ["media"]},  # style sheets: only a rule that is an experiment asks for them again
}
# Text of a function costs little until it is called: each page carries it, those that axe looks at call it
CARRIED = f"window.bringAxe = function () {{ {AXE} }}"
FILES: set[str] = set()  # the endpoints that gave a file, not a page: for the next who asks, too
LOOK = "rules => axe.run(document, rules).then(found => found.violations)"
# By day two pages of an address have the same shape when the same kinds of elements stand in the same places,
# however many of each (a list of three and one of four); at night every element counts.
KIND = "e.tagName + '.' + e.className + '.' + (e.type || '') + '.' + (e.getAttribute('role') || '')"
SHAPE = f"""() => {{
    const place = e => e === document.body ? '' : place(e.parentElement) + ' ' + {KIND};
    const places = [...document.querySelectorAll('body *')].map({"e => " + KIND if NIGHTLY else "place"});
    return ({"places" if NIGHTLY else "[...new Set(places)].sort()"}).join('/');
}}"""


@pytest.fixture(scope="session")
def seen_first(tmp_path_factory, worker_id):
    """Ask whether a shape is new to this run, whichever of its processes asks."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "shapes"
    folder.mkdir(exist_ok=True)

    def is_new(*shape: str) -> bool:
        try:
            (folder / hashlib.sha256("\0".join(shape).encode()).hexdigest()).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    return is_new


@pytest.mark.parametrize("name", EVERYONE)
def test_every_page_on_a_phone(site, visit, seen_first, name):
    page = visit()
    faults = []
    for door in _pages_of(site, page, name):
        page.goto(door.path)
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > 360:
            faults.append(f"{door.path} is {wide} px wide")
        if seen_first(door.endpoint, page.evaluate(SHAPE)):
            faults += barriers(page, door.path)
    assert not faults, "\n".join(faults)


def test_every_page_on_a_desk_in_the_dark(site, visit):
    seen, faults = set(), []
    for name in EVERYONE:
        page = visit(size=DESK, dark=True, touch=False)
        for door in _pages_of(site, page, name, seen):
            page.goto(door.path)
            seen.add(door.endpoint)
            faults += barriers(page, door.path)
    assert not faults, "\n".join(faults)


def barriers(page: Any, path: str) -> list[str]:
    """Return what axe finds on the page that is open."""
    page.evaluate("() => window.bringAxe && bringAxe()")
    if not page.evaluate("() => !!window.axe"):
        page.evaluate(AXE)
    found = page.evaluate(LOOK, RULES)
    return [
        f"{path}: {one['id']}: {one['help']}: {', '.join(str(node['target']) for node in one['nodes'][:3])}"
        for one in found
    ]


def _pages_of(site: Any, page: Any, name: str, seen: Container[str] = ()) -> Iterator[Door]:
    """Sign somebody in; give the pages that open for them, but for the endpoints that were seen."""
    with site.app.app_context():
        found = [door for door in doors(site.app) if door.method == "GET"]
        token = None if name == STRANGER else open_session_of(name)
    page.context.add_init_script(CARRIED)
    for door in found:
        if door.endpoint in seen or door.endpoint in FILES:
            continue
        page.context.clear_cookies()  # what one page sets is not there for the next
        asking = site.app.test_client()
        if token is not None:
            asking.set_cookie("elearn-s", token, domain="127.0.0.1")
            page.context.add_cookies([{"name": "elearn-s", "value": token, "url": site.root}])
        answer = asking.get(door.path, base_url=site.root)
        answer.close()
        if answer.status_code == 200 and answer.mimetype == "text/html":
            yield door
        elif answer.status_code == 200:
            FILES.add(door.endpoint)
