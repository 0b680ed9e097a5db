"""Every way through every shipped practice, in every round, on the page's own HTML.

Phone does what practice.css does: only the named screen is seen, a word after its ticked box, the way on
after the boxes that are to be filled. That a browser does so is held by tests/chromium/test_practice.py.
"""

from html.parser import HTMLParser

import pytest

from elearn.kit.clock import today
from elearn.kit.db import db
from elearn.library.document.practice import ROUNDS
from elearn.library.practice_queries import find_practice
from tests.browser import Browser
from tests.library.document.made import LESSONS
from tests.life import lively_app

PLACES = [
    (path.parent.name, path.stem.partition("-")[2])
    for path in LESSONS
    if "\n## Thực hành: " in path.read_text()
]


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The lively ward, which none of these tests changes."""
    return lively_app(f"sqlite:///{tmp_path_factory.mktemp('walk') / 'a.db'}")


class Element:
    """What has a tag, attributes, words and what it holds."""

    def __init__(self, tag, attrs, holder=None):
        self.tag, self.attrs, self.holder = tag, attrs, holder
        self.holds, self.words = [], ""

    def __getitem__(self, name):
        return self.attrs.get(name)

    @property
    def classes(self):
        return (self["class"] or "").split()

    @property
    def text(self):
        return " ".join(self.words.split())

    def every(self, look=None, tag=None):
        """Return what lies in it, however deep, with this class and tag."""
        inside = [deep for one in self.holds for deep in (one, *one.every())]
        return [one for one in inside if (not look or look in one.classes) and tag in (None, one.tag)]


class Tree(HTMLParser):
    """The elements of a page."""

    def __init__(self, html):
        super().__init__()
        self.root = self.at = Element("", {})
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        made = Element(tag, dict(attrs), self.at)
        self.at.holds.append(made)
        if tag not in ("area", "br", "hr", "img", "input", "link", "meta"):
            self.at = made

    def handle_endtag(self, tag):
        while self.at.holder is not None:
            closed, self.at = self.at, self.at.holder
            if closed.tag == tag:
                break

    def handle_data(self, data):
        holder = self.at
        while holder is not None:
            holder.words, holder = holder.words + data, holder.holder


class Phone:
    """The invented phone in somebody's hand: the screen that is seen, and what was ticked."""

    def __init__(self, html):
        root = Tree(html).root
        (box,) = [one for one in root.every("practice") if "data-practice" in one.attrs]
        self.screens = {one["id"]: one for one in box.every("screen")}
        self.first = next(name for name, one in self.screens.items() if "first" in one.classes)
        assert [*self.screens][-1] == self.first, "by the style sheet the first screen stands last"
        self.at, self.ticked = self.first, set()

    @property
    def screen(self):
        return self.screens[self.at]

    def things(self):
        """Return what the screen's boxes, their words and its ways on are, in their order."""
        (box,) = self.screen.every("things")
        return box.holds

    def word_after(self, box):
        """Return the words that stand after a box: its label, and what shows itself when it is ticked."""
        label, word = (one for one in self.things()[self.things().index(box) + 1 :][:2])
        assert (label.tag, label["for"]) == ("label", box["id"]) and label.text
        return word

    def filled(self):
        """Is everything ticked that stands before the way on?"""
        return all(one["id"] in self.ticked for one in self.things() if "blank" in one.classes)

    def seen(self):
        """Return what can be tapped now: boxes, and ways on."""
        filled, found = self.filled(), []
        for one in self.things():
            hidden = ("go" in one.classes and not filled) or ("early" in one.classes and filled)
            if not hidden and {"go", "slip", "blank"} & {*one.classes}:
                found.append(one)
        return found

    def tick(self, box):
        """Tick a box; return the word that it shows, if it is a slip."""
        self.ticked.add(box["id"])
        if "blank" in box.classes:
            label = self.things()[self.things().index(box) + 1]
            assert label["for"] == box["id"] and all(one.text for one in label.every("after"))
            assert len(label.every("after")) == 1 == len(label.every("before"))
            return None
        assert (box["name"], box["value"]) == ("vap", self.at.removeprefix("man-"))
        word = self.word_after(box)
        assert "word" in word.classes and word.text
        return word

    def go(self, way):
        assert way["href"].startswith("#") and way["href"][1:] in self.screens, way["href"]
        self.at = way["href"][1:]

    def stumbled(self):
        """Return the titles that the end shows of what was ticked."""
        slips = {
            name
            for name, screen in self.screens.items()
            for one in screen.every("slip")
            if one["id"] in self.ticked
        }
        (told,) = self.screens["xong"].every("stumbled")
        return [one.text for one in told.every(tag="li") if f"man-{one['id'].removeprefix('vap-')}" in slips]


@pytest.fixture(params=PLACES, ids=lambda place: place[1])
def place(request):
    return request.param


def practice_of(app, place):
    with app.test_request_context():
        found = find_practice(*place, 1, today()).practice
        db.session.remove()
    return found


@pytest.mark.parametrize("name", ROUNDS)
def test_every_tap_on_every_screen_of_a_practice_leads_where_it_should(app, place, name):
    html = Browser(app).open(f"/khoa-hoc/{place[0]}/{place[1]}/thuc-hanh/{name}").html
    screens = practice_of(app, place)["screens"]
    assert len(screens) <= 30, "the style sheet tells of thirty screens where one stumbled"
    assert [*Phone(html).screens] == [f"man-{one['number']}" for one in screens[1:]] + ["xong", "man-1"]
    for screen in screens:
        for tapped, to in tapped_on(html, screen):
            assert tapped == to, screen["title"]


def tapped_on(html, screen):
    """Tap each thing of a screen; give where it led, and where it should have led."""
    phone = Phone(html)
    phone.at = here = f"man-{screen['number']}"
    for number, thing in enumerate(screen["things"], 1):
        phone.at = here
        ids = [f"{kind}-{screen['number']}-{number}" for kind in "os"]
        boxes = [one for one in phone.seen() if one["id"] in ids]
        ways = [one for one in phone.seen() if one["data-place"] == str(number)]
        if thing["kind"] == "blank":
            (box,) = boxes
            phone.tick(box)
            yield phone.at, here
        elif thing["kind"] == "wrong":
            (box,) = boxes
            word = phone.tick(box)
            leads = [one["href"] for one in word.every("stray")]
            yield leads, [] if thing["to"] is None else [f"#man-{thing['to']}"]
            assert box["data-to"] == (leads[0][1:] if leads else None), "with script one is led there at once"
        elif ways:
            phone.go(ways[0])
            yield phone.at, "xong" if thing["to"] == 0 else f"man-{thing['to']}"
    phone.at = here  # what was to be filled in may have stood after the way on: now that is open
    for box in [one for one in phone.seen() if "blank" in one.classes]:
        phone.tick(box)
    (right,) = [one for one in screen["things"] if one["kind"] == "right"]
    (way,) = [one for one in phone.seen() if "go" in one.classes]
    phone.go(way)
    yield phone.at, "xong" if right["to"] == 0 else f"man-{right['to']}"


@pytest.mark.parametrize("name", ROUNDS)
@pytest.mark.parametrize("stumble", [True, False], ids=["stumbling", "straight"])
def test_a_practice_is_walked_to_its_end_which_tells_where_one_stumbled(app, place, name, stumble):
    page = Browser(app).open(f"/khoa-hoc/{place[0]}/{place[1]}/thuc-hanh/{name}")
    phone, walked = Phone(page.html), []
    while phone.at != "xong":
        here, strays = phone.at, []
        if stumble and here not in walked:
            for box in [one for one in phone.seen() if "slip" in one.classes]:
                strays += phone.tick(box).every("stray")
        walked.append(here)
        assert len(walked) < 60, walked
        if strays:
            phone.go(strays[0])
            continue
        for box in [one for one in phone.seen() if "blank" in one.classes]:
            phone.tick(box)
        (way,) = [one for one in phone.seen() if "go" in one.classes]
        phone.go(way)
    slips = [
        screen["title"]
        for screen in practice_of(app, place)["screens"]
        if f"man-{screen['number']}" in walked
        for kinds in [{thing["kind"] for thing in screen["things"]}]
        if "wrong" in kinds or ("blank" in kinds and name != "cung-lam")
    ]
    assert phone.stumbled() == (slips if stumble else [])


@pytest.mark.parametrize("name", ROUNDS)
def test_a_round_points_hints_or_is_silent_on_every_screen(app, place, name):
    phone = Phone(Browser(app).open(f"/khoa-hoc/{place[0]}/{place[1]}/thuc-hanh/{name}").html)
    del phone.screens["xong"]
    for screen in phone.screens.values():
        (box,) = screen.every("things")
        right = box.every("go") + [one for one in box.every("row") if one.every("after")]
        pointed = [one for one in right if one.every("here")]
        assert pointed == (right if name == "cung-lam" else [])
        assert len(box.every("here")) == len(pointed)
        hints = [one.text for one in screen.every("hints")]
        assert bool(hints) == (name == "co-goi-y") and all(len(one) > len("Gợi ý") for one in hints)
        early = box.every("early")
        assert len(early) == (1 if box.every("blank") and name != "cung-lam" else 0)
