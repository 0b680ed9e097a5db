"""A lesson is heard in a real browser: from files, from the device's voice, or the button is not there."""

import re

import pytest

from elearn.library.lesson_queries import find_lesson_page
from elearn.library.sounds import speech
from elearn.library.speaking import keep_recording
from tests.life import COURSE, LESSON
from tests.security.doors import open_session_of
from tests.voicefiles import ogg

HERE = f"/khoa-hoc/{COURSE}/{LESSON}"
# A player and a voice that say what they are told, and end when the test says so.
STUB = """
window.told = [];
window.Audio = function () {
  var self = this, heard = {};
  self.canPlayType = function () { return "probably"; };
  self.addEventListener = function (name, then) { heard[name] = then; };
  self.play = function () { window.told.push([self.src.split("/").pop().split(".")[0], self.playbackRate]);
    window.player = self; return Promise.resolve(); };
  self.pause = function () {};
  self.end = function () { heard.ended(); };
  self.fail = function () { heard.error(); };
};
"""
VOICE = """
window.spoken = [];
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: function () { return [{ lang: "vi-VN", name: "Linh" }]; },
  speak: function (one) { window.spoken.push([one.text.trim(), one.rate]); window.utterance = one; },
  cancel: function () {}, addEventListener: function () {}
} });
"""


@pytest.fixture
def keys(site):
    with site.app.app_context():
        page = find_lesson_page(COURSE, LESSON, 1)
        found = [*page.parts_above, *re.findall(r' data-part="(\w+)"', page.html)]
        for key in found[:4]:
            keep_recording(key, None, speech(ogg()), actor_id=1)
    return found


def bar(page):
    return page.get_by_role("group", name="Nghe đọc")


def start(page):
    """Tap "Nghe", and wait until what reads aloud has come."""
    bar(page).get_by_role("button", name="Nghe", exact=True).click()
    bar(page).get_by_role("button", name="Dừng").wait_for()


def test_files_play_one_after_the_other_and_the_part_is_marked(visit, keys):
    page = visit()
    page.add_init_script(STUB)
    page.goto(HERE)
    start(page)
    assert page.evaluate("told") == [[keys[0], 1]]
    assert page.locator("h1.reading[aria-current=true]").count() == 1
    page.evaluate("player.end()")
    page.evaluate("player.end()")
    assert [one[0] for one in page.evaluate("told")] == keys[:3]
    assert page.locator(".reading").get_attribute("data-part") == keys[2]
    assert page.locator(".reading").count() == 1
    box = page.locator(".reading").bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= 640, "it is scrolled to"
    page.evaluate("player.end()")
    page.evaluate("player.end()")
    assert page.locator(".reading").count() == 0
    assert bar(page).get_by_role("button", name="Nghe", exact=True).is_visible()


def test_slow_repeat_and_stop_by_keyboard(visit, keys):
    page = visit()
    page.add_init_script(STUB)
    page.goto(HERE)
    play = bar(page).locator("[data-play]")
    play.focus()
    page.keyboard.press("Enter")
    bar(page).get_by_role("button", name="Dừng").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert bar(page).locator("[data-slow]").get_attribute("aria-pressed") == "true"
    assert page.evaluate("player.playbackRate") == 0.75
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("told")[-1] == [keys[0], 0.75]
    assert len(page.evaluate("told")) == 2
    page.keyboard.press("Escape")
    assert play.inner_text() == "Nghe"


def test_the_devices_voice_reads_what_has_no_file_without_the_meanings(visit, keys):
    page = visit()
    page.add_init_script(STUB + VOICE)
    page.goto(HERE)
    start(page)
    for _ in range(4):
        page.evaluate("player.end()")
    assert len(page.evaluate("told")) == 4 and len(page.evaluate("spoken")) == 1
    page.evaluate("utterance.onend()")
    assert len(page.evaluate("spoken")) == 2
    bar(page).locator("[data-slow]").click()
    assert page.evaluate("spoken")[-1] == [page.evaluate("spoken")[-2][0], 0.7]


def test_without_files_and_without_a_voice_there_is_no_button_and_no_script(visit, site):
    page = visit()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/khoa-hoc/{COURSE}/lo-bi-lua", wait_until="networkidle")
    assert page.locator("[data-listen]").count() == 1
    assert not page.locator("[data-listen]").is_visible()
    assert not [url for url in asked if "listen.js" in url]


def test_where_there_are_files_a_first_visit_is_as_light_as_without(visit, keys):
    page, asked = visit(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(HERE, wait_until="networkidle")
    assert bar(page).is_visible()
    assert not [url for url in asked if "listen.js" in url or "/nghe/" in url]


def test_without_script_the_files_stand_in_a_fold(visit, keys):
    page = visit(script=False)
    page.goto(HERE)
    assert not page.locator("[data-listen]").is_visible()
    page.locator("summary", has_text="Nghe bài này").click()
    assert page.locator("audio").count() == 4
    assert page.locator("audio").first.is_visible()


def test_a_voice_is_recorded_into_the_form(visit, site):
    """The browser's own recorder, with a microphone that is not there: what it writes is taken."""
    page = visit()
    page.add_init_script("""
      navigator.mediaDevices.getUserMedia = function () {
        var context = new AudioContext(), tone = context.createOscillator();
        var out = context.createMediaStreamDestination();
        tone.connect(out); tone.start();
        return Promise.resolve(out.stream);
      };""")
    with site.app.app_context():
        token = open_session_of("thu")
    page.context.add_cookies([{"name": "elearn-s", "value": token, "url": site.root}])
    places = site.app.extensions["places"]["voices"]
    at = f"/soan-bai/ban/{places['course']}/{places['lesson']}/{places['number']}/giong-doc/{places['part']}"
    page.goto(at)
    page.get_by_role("button", name="Bắt đầu thu").click()
    page.get_by_role("button", name="Thu xong").click(delay=900)
    page.get_by_text("Đã thu xong").wait_for()
    page.get_by_text("Của tôi. Tôi đồng ý").click()
    page.get_by_role("button", name="Lưu giọng đọc").click()
    page.get_by_text("Đã lưu giọng đọc của đoạn này.").wait_for()
