"""Every shipped practice is played to its end by finger, without script and by keyboard.

By day each of the three hands plays each practice in one of its rounds, every hand every round of some
practice; at night all of them. That each round of each leads where it should is held every day without a
browser (tests/learning/test_practice_walk.py).
"""

import sqlite3

import pytest

from elearn.kit.clock import today
from elearn.kit.db import db
from elearn.learning.models import PracticeResult
from elearn.library.document.practice import ROUNDS
from elearn.library.practice_queries import find_practice
from tests.chromium.test_every_page import barriers
from tests.library.document.made import LESSONS
from tests.security.doors import open_session_of

PLACES = [
    (path.parent.name, path.stem.partition("-")[2])
    for path in LESSONS
    if "\n## Thực hành: " in path.read_text()
]


HANDS = ("finger", "no script", "keyboard")


def turns(*hands):
    """Return who plays which practice in which round; what another has its turn at is for the night."""
    for turn, place in enumerate(PLACES):
        for name in ROUNDS:
            for hand in hands:
                theirs = [*ROUNDS][(turn + HANDS.index(hand)) % len(ROUNDS)]
                marks = [] if name == theirs else [pytest.mark.nightly]
                yield pytest.param(place, name, hand, marks=marks, id=f"{place[1]}-{name}-{hand}")


@pytest.fixture
def glass(visit):
    """Open a window in which the moment that a new screen takes no tap is over at once."""

    def open_window(**how):
        page = visit(**how)
        haste(page, 50)
        return page

    return open_window


def haste(page, rate):
    """Let what moves on the page move so many times as fast."""
    clock = page.context.new_cdp_session(page)
    clock.send("Animation.enable")
    clock.send("Animation.setPlaybackRate", {"playbackRate": rate})
    return clock


def screens_of(site, place):
    with site.app.test_request_context():
        page = find_practice(*place, 1, today())
        db.session.remove()
    return {screen["number"]: screen for screen in page.practice["screens"]}


class Finger:
    """Taps what is seen."""

    def __init__(self, page):
        self.page = page

    def tap(self, number, place):
        screen = self.page.locator(f"#man-{number}")
        screen.locator(f"[for$='-{number}-{place}']:visible, a[data-place='{place}']:visible").first.tap()


class Keys(Finger):
    """Goes to it with Tab and presses Space or Enter, and never touches the glass."""

    def tap(self, number, place):
        wanted = (
            f"e => e.id.endsWith('-{number}-{place}')"
            f" || (e.dataset.place === '{place}' && !!e.closest('#man-{number}'))"
        )
        if number > 1:  # the screen takes the focus as soon as it is there
            self.page.wait_for_function(
                f"document.getElementById('man-{number}').contains(document.activeElement)"
            )
        for _ in range(80):
            self.page.keyboard.press("Tab")
            focused = self.page.evaluate_handle("document.activeElement")
            if self.page.evaluate(wanted, focused):
                self.page.keyboard.press(
                    "Space" if self.page.evaluate("e => e.matches('input')", focused) else "Enter"
                )
                return
        raise AssertionError(f"no key leads to thing {place} of screen {number}")


def play(page, hand, screens, *, stumble, number=1):
    """Go from a screen to the end, with every wrong tap on the way if asked. Return the walk."""
    walked = []
    while number:
        screen = page.locator(f"#man-{number}")
        screen.wait_for(state="visible")
        assert page.locator(".screen:visible").count() == 1
        things = screens[number]["things"]
        if stumble and number not in walked:
            stray = slip(page, hand, number, things)
            if stray is not None:
                walked.append(number)
                number = stray
                continue
        walked.append(number)
        for place, thing in enumerate(things, 1):
            if thing["kind"] == "blank":
                hand.tap(number, place)
                screen.locator(f"[for='o-{number}-{place}'] .after").wait_for(state="visible")
        place, right = next((p, one) for p, one in enumerate(things, 1) if one["kind"] == "right")
        hand.tap(number, place)
        number = right["to"]
        assert len(walked) < 60, walked
    page.locator("#xong").wait_for(state="visible")
    return walked


def slip(page, hand, number, things):
    """Make every wrong tap that stays, and see its word; then the first that leads astray, if any."""
    for place, thing in enumerate(things, 1):
        if thing["kind"] == "wrong" and thing["to"] is None:
            hand.tap(number, place)
            assert page.locator(f"#man-{number} .word:visible").count() >= 1
    for place, thing in enumerate(things, 1):
        if thing["kind"] == "wrong" and thing["to"] is not None:
            hand.tap(number, place)
            follow(page, number, place)
            return thing["to"]
    return None


def can_slip(screen):
    return any(thing["kind"] == "wrong" for thing in screen["things"])


def follow(page, number, place):
    """Go where a tap leads astray: with script one is there, without it the word has the link."""
    if page.locator(f"#man-{number}").is_visible():
        page.locator(f"#s-{number}-{place} + label + .word .stray").tap()


def address(place, name):
    return f"/khoa-hoc/{place[0]}/{place[1]}/thuc-hanh/{name}"


@pytest.mark.parametrize(("place", "name", "hand"), [*turns("finger", "no script")])
def test_a_practice_is_played_by_finger(site, glass, place, name, hand):
    script = hand == "finger"
    page, screens = glass(script=script), screens_of(site, place)
    page.goto(address(place, name))
    found = barriers(page, "at the start") if script else []
    walked = play(page, Finger(page), screens, stumble=True)
    if script:
        assert not [*found, *barriers(page, "at the end")]
    told = page.locator(".stumbled li:visible").all_text_contents()
    assert told == [
        screens[number]["title"] for number in screens if number in walked and can_slip(screens[number])
    ]
    assert not page.locator(".clean").is_visible()


@pytest.mark.parametrize(("place", "name", "hand"), [*turns("keyboard")])
def test_a_practice_is_played_by_keyboard(site, glass, place, name, hand):
    page = glass(touch=False)
    page.goto(address(place, name))
    play(page, Keys(page), screens_of(site, place), stumble=False)
    page.locator(".clean").wait_for(state="visible")
    assert not page.locator(".stumbled").is_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_reload_keeps_the_place_and_with_script_what_went_wrong_too(site, glass, script):
    page = glass(script=script)
    page.goto("/khoa-hoc/thanh-toan-so/quet-ma-qr/thuc-hanh/tu-lam")
    hand = Finger(page)
    hand.tap(1, 2)  # wrong: it stays
    hand.tap(1, 1)
    hand.tap(2, 1)
    page.reload()
    assert page.locator("#man-2").is_visible() and page.locator(".screen:visible").count() == 1
    play(page, hand, screens_of(site, ("thanh-toan-so", "quet-ma-qr")), stumble=False, number=2)
    told = page.locator(".stumbled li:visible").all_text_contents()
    assert told == (["Màn hình điện thoại"] if script else [])
    page.reload()
    assert page.locator("#xong").is_visible()
    assert page.locator(".stumbled li:visible").all_text_contents() == told
    page.get_by_role("link", name="Làm lại").tap()
    page.locator("#man-1").wait_for(state="visible")
    assert not page.locator(".slip:checked").count()


def test_a_link_to_the_middle_of_a_practice_begins_at_its_beginning(site, visit):
    page = visit()
    page.goto("/khoa-hoc/thanh-toan-so/quet-ma-qr/thuc-hanh/tu-lam#man-5")
    page.locator("#man-1").wait_for(state="visible")
    assert not page.locator("#man-5").is_visible()


def test_at_the_largest_letters_the_head_leaves_room_for_the_phone(site, visit):
    page = visit()
    page.context.add_cookies([{"name": "elearn-d-look", "value": "4-", "url": site.root}])
    page.goto(address(("thanh-toan-so", "quet-ma-qr"), "tu-lam"))
    top = page.locator(".screen.first").evaluate("one => one.getBoundingClientRect().top + scrollY")
    assert top < 1.6 * 640, top


def test_the_link_of_a_word_kept_in_sight_can_be_tapped(site, visit):
    page = visit(script=False)
    page.goto("/khoa-hoc/an-toan-tren-mang/ba-dau-hieu-lua/thuc-hanh/tu-lam")
    label = page.locator("label[for=s-1-1]")
    label.evaluate("e => scrollTo(0, scrollY + e.getBoundingClientRect().bottom - innerHeight + 4)")
    label.tap()
    box = page.locator("#s-1-1 + label + .word a").bounding_box()
    page.touchscreen.tap(box["x"] + 20, box["y"] + box["height"] / 2)
    page.locator("#man-2").wait_for(state="visible")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_next_round_begins_at_the_phone_itself(site, visit, script):
    page = visit(script=script)
    page.goto(
        "/khoa-hoc/thanh-toan-so/quet-ma-qr/thuc-hanh#xong"
        if not script
        else "/khoa-hoc/thanh-toan-so/quet-ma-qr/thuc-hanh"
    )
    if script:
        page.evaluate("location.hash = 'xong'")
    page.get_by_role("link", name="Làm tiếp, lần này có gợi ý").tap()
    page.wait_for_url("**/co-goi-y#man-1")
    page.locator("#man-1 .stripes").wait_for(state="visible")
    page.wait_for_load_state()
    for _ in range(50):  # until the browser has gone to the place that the address names
        if (top := page.locator("#man-1").bounding_box()["y"]) < 60:
            break
        page.wait_for_timeout(100)
    assert -5 < top < 60


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_word_to_a_tap_low_on_the_glass_is_seen(site, visit, script):
    page = visit(script=script)
    page.context.add_cookies([{"name": "elearn-d-look", "value": "4-", "url": site.root}])
    page.goto("/khoa-hoc/thanh-toan-so/quet-ma-qr/thuc-hanh/tu-lam")
    label = page.locator("label[for=s-1-3]")
    label.evaluate("e => scrollTo(0, scrollY + e.getBoundingClientRect().bottom - innerHeight + 4)")
    label.tap()
    box = page.locator("#s-1-3 + label + .word").bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= 640


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_second_of_a_double_tap_does_not_fall_through_to_the_next_screen(site, visit, script):
    page = visit(script=script)
    page.goto("/khoa-hoc/thanh-toan-so/quet-ma-qr/thuc-hanh/tu-lam")
    go = page.locator("#man-1 .go")
    go.scroll_into_view_if_needed()
    box = go.bounding_box()
    clock = haste(page, 0.05)  # a busy machine taps slowly
    for _ in range(2):
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator("#man-2").wait_for(state="visible")
    assert not page.locator(".blank:checked, .slip:checked").count()
    clock.send("Animation.setPlaybackRate", {"playbackRate": 1})
    page.locator("#man-2 label.row").tap()  # a moment later it can be tapped
    page.locator("#man-2 .after").wait_for(state="visible")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_learner_keeps_that_it_was_done_and_nothing_of_what_was_tapped(site, glass, script, caplog):
    page, screens = glass(script=script), screens_of(site, PLACES[0])
    with site.app.app_context():
        token = open_session_of("lan")
    page.context.add_cookies([{"name": "elearn-s", "value": token, "url": site.root}])
    page.goto(address(PLACES[0], "tu-lam"))
    before = rows_of(site.file)
    play(page, Finger(page), screens, stumble=True)
    if script:
        page.get_by_text("Đã ghi lại là bác đã thực hành.").wait_for()
    else:
        page.get_by_role("button", name="Ghi lại là đã thực hành").tap()
        page.get_by_text("Bác vấp", exact=False).first.wait_for()
    after = rows_of(site.file)
    new = [(table, row) for table, row in after if (table, row) not in before]
    assert [table for table, _ in new if table not in ("session", "person")] == ["practice_result"]
    written = str(new) + caplog.text
    labels = {
        one["label"] for screen in screens.values() for one in screen["things"] if len(one["label"]) > 4
    }
    assert labels and not [label for label in labels if label in written]
    with site.app.app_context():
        (kept,) = db.session.scalars(db.select(PracticeResult)).all()
        assert (kept.round, kept.stumbles > 0) == ("alone", True)
        db.session.remove()


def rows_of(file):
    """Return every row of every table, as text, with the name of its table."""
    base = sqlite3.connect(file)
    tables = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {(table, str(row)) for table in tables for row in base.execute(f'SELECT * FROM "{table}"')}
    base.close()
    return found
