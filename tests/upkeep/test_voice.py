"""The machine reads aloud beside the requests: when something was published, one at a time, if it can."""

import threading

import pytest

from elearn.kit.lease import take_lease
from elearn.kit.speech import SOON, Engine, Missing, speak_soon
from elearn.library.lesson_queries import find_lesson_page
from elearn.library.ready_pages import render_pages
from elearn.library.sound_queries import count_parts
from elearn.upkeep import voice
from tests.life import COURSE, LESSON
from tests.voicefiles import ogg

BY = Engine("a voice", ("x",), ("y",))


@pytest.fixture
def can_speak(monkeypatch):
    """A machine that has a voice."""
    monkeypatch.setattr(voice, "engine", lambda _settings: BY)
    monkeypatch.setattr("elearn.library.speaking.made", lambda _text, _by: ogg())
    monkeypatch.setattr(voice, "SECONDS_LATER", 0.0)


def all_can_be_heard():
    parts, heard = count_parts()
    return parts > 10 and heard == parts


def test_one_at_a_time_reads(lively, can_speak):
    assert take_lease(voice.VOICE, voice.timedelta(minutes=1)) is not None
    assert voice.read_aloud(600) == (0, "") and not all_can_be_heard()


def test_it_reads_and_lets_the_next_one(lively, can_speak):
    assert voice.read_aloud(600)[0] > 10 and all_can_be_heard()
    assert voice.read_aloud(600) == (0, "")


def test_a_publication_wakes_the_voice_beside_and_nothing_else_does(lively, can_speak, monkeypatch):
    woken = threading.Event()
    monkeypatch.setattr(voice, "read_aloud", lambda: (woken.set(), "")[:2])
    voice.read_beside(lively)
    soon = lively.extensions.pop(SOON)
    assert not woken.wait(0.1)
    lively.extensions[SOON] = soon
    render_pages(find_lesson_page(COURSE, LESSON, 1).revision_id)
    assert woken.wait(10)
    lively.extensions.pop(SOON)


def test_without_a_voice_nothing_waits_and_a_publication_wakes_nobody(lively, monkeypatch):
    monkeypatch.setattr(voice, "engine", lambda _settings: Missing("none"))
    voice.read_beside(lively)
    assert SOON not in lively.extensions and voice.read_aloud() == (0, "")
    speak_soon()
