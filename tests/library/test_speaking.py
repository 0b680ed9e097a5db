"""Sounds of lessons: a person goes before a machine, a ward before the rest, and an edit loses one part."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.kit.speech import Engine
from elearn.learning.retention import drop_due
from elearn.library import speaking
from elearn.library.lesson_queries import find_lesson_page
from elearn.library.models import Revision, Sound, SpokenPart
from elearn.library.sound_queries import (
    chosen,
    count_parts,
    find_any_sound,
    find_sound,
    sounds_of,
    speakers,
    unread_parts,
)
from elearn.library.sounds import speech
from elearn.library.speaking import (
    accept_recordings,
    drop_recording,
    drop_recordings_of,
    keep_recording,
    look_through_sounds,
    make_speech,
)
from tests.life import COURSE, LESSON
from tests.voicefiles import ogg

BY = Engine("a voice", ("x",), ("y",))


@pytest.fixture
def spoken(monkeypatch):
    """A machine that has a voice, and what it was given to say."""
    said = []

    def made(text, _by):
        said.append(text)
        return ogg(2.0, 1_000 + len(said))

    monkeypatch.setattr(speaking, "made", made)
    return said


def page():
    return find_lesson_page(COURSE, LESSON, 1)


def heard():
    return page().heard(page().html)


def test_a_machine_reads_what_is_published_once(lively, spoken):
    parts = count_parts()[0]
    before = count_parts()[1]
    count, fault = make_speech(BY, 600)
    assert (count, fault) == (len(spoken), "") and count == len(set(spoken)) and count + before >= parts
    assert count_parts()[0] == count_parts()[1]
    assert make_speech(BY, 600) == (0, "")
    assert [*heard()][:1] == [page().parts_above[0]] and len(heard()) > 10


def test_another_voice_reads_anew(lively, spoken):
    make_speech(BY, 600)
    once = len(spoken)
    assert make_speech(Engine("better", ("x",), ("y",)), 600)[0] == once
    assert db.session.scalar(select(func.count()).where(Sound.engine == "a voice")) == 0


def test_what_cannot_be_read_stops_no_other_part(lively, spoken, monkeypatch):
    first = unread_parts(BY.name, 1)[0][1]

    def made(text, _by):
        if text == first:
            raise speaking.Mute("too long")
        return ogg()

    monkeypatch.setattr(speaking, "made", made)
    parts = len(unread_parts(BY.name, 100_000))
    count, fault = make_speech(BY, 600)
    assert count == parts - 1 and "too long" in fault
    assert [said for _, said in unread_parts(BY.name, 10)] == [first]


def test_no_more_is_made_when_the_time_is_up(lively, spoken):
    assert make_speech(BY, most_seconds=0) == (0, "") and not spoken


def test_a_person_is_heard_before_a_machine_and_a_ward_hears_its_own(lively, spoken):
    make_speech(BY, 600)
    part = page().parts_above[0]
    machine = find_sound(part, 1).mark
    keep_recording(part, None, speech(ogg(3.0)), actor_id=1)
    for_all = find_sound(part, 1).mark
    keep_recording(part, 1, speech(ogg(4.0)), actor_id=1, speaker="Bác Hạnh")
    own = find_sound(part, 1).mark
    assert len({machine, for_all, own}) == 3
    assert (heard()[part], find_sound(part, 2).mark) == (own, for_all)
    assert sounds_of([part], 1)[part].speaker == "Bác Hạnh"
    assert drop_recording(part, 1, actor_id=1) and not drop_recording(part, 1, actor_id=1)
    drop_recording(part, None, actor_id=1)
    assert find_sound(part, 1).mark == machine


def test_what_is_not_published_is_not_heard(lively, spoken):
    keep_recording("zzzzzzzz", None, speech(ogg()), actor_id=1)
    assert find_sound("zzzzzzzz", 1) is None
    part = page().parts_above[0]
    keep_recording(part, None, speech(ogg()), actor_id=1)
    with transaction():
        for one in db.session.scalars(select(Revision).where(Revision.id == page().revision_id)):
            one.state = "retired"
    assert find_sound(part, 1) is None


def test_what_a_machine_made_goes_with_the_public_text_and_a_recording_after_its_time(lively, spoken):
    make_speech(BY, 600)
    part, other, third = page().parts_above[0], page().parts_above[1], [*heard()][2]
    keep_recording(other, None, speech(ogg()), actor_id=1)
    keep_recording(third, None, speech(ogg()), actor_id=1)
    with transaction():
        for one in db.session.scalars(select(SpokenPart).where(SpokenPart.part.in_([part, other]))):
            db.session.delete(one)
    look_through_sounds()
    left = select(Sound.part, Sound.voice, Sound.unused_since).where(Sound.part.in_([part, other, third]))
    unused = {row.part: row.unused_since for row in db.session.execute(left)}
    assert unused[other] is not None and unused[third] is None and part not in unused
    look_through_sounds()
    assert {row.part: row.unused_since for row in db.session.execute(left)} == unused, "the first time counts"
    assert drop_due("recordings", 3) == 0
    with transaction():
        db.session.execute(
            update(Sound).where(Sound.part == other).values(unused_since=now() - timedelta(93))
        )
    assert drop_due("recordings", 3) == 1
    assert {row.part for row in db.session.execute(left)} == {third}


def test_a_recording_that_is_said_again_in_time_is_kept(lively, spoken):
    part = page().parts_above[0]
    keep_recording(part, None, speech(ogg()), actor_id=1)
    state = update(Revision).where(Revision.id == page().revision_id)
    for public, known in (("retired", False), ("published", True)):
        with transaction():
            db.session.execute(state.values(state=public))
        look_through_sounds()
        since = db.session.scalar(select(Sound.unused_since).where(Sound.part == part))
        assert (since is None) == known


def test_what_waits_is_heard_once_it_was_listened_to(lively, spoken):
    part = page().parts_above[0]
    keep_recording(part, None, speech(ogg(2.0)), actor_id=1)
    keep_recording(part, None, speech(ogg(3.0)), actor_id=2, waits=True)
    old, new = speech(ogg(2.0)).mark, speech(ogg(3.0)).mark
    assert (find_sound(part, 1).mark, heard()[part], sounds_of([part], 1)[part].mark) == (old, old, old)
    assert find_any_sound(part, 1).mark == new and sounds_of([part], 1, waiting=True)[part].mark == new
    assert accept_recordings({part: old, "zzzzzzzz": new}, None, actor_id=1) == 0, "another was listened to"
    assert accept_recordings({part: new}, 1, actor_id=1) == 0, "it belongs to all wards"
    assert accept_recordings({part: new}, None, actor_id=1) == 1
    assert accept_recordings({part: new}, None, actor_id=1) == 0
    assert find_sound(part, 1).mark == new == heard()[part]


def test_all_that_a_volunteer_reads_goes_at_once_in_their_ward_alone(lively, spoken):
    parts = page().parts_above
    for part in parts:
        keep_recording(part, 1, speech(ogg()), actor_id=1, speaker="Bác Tâm")
    keep_recording(parts[0], None, speech(ogg()), actor_id=1, speaker="Bác Tâm")
    keep_recording(parts[1], None, speech(ogg()), actor_id=1)
    assert drop_recordings_of("", None, actor_id=1) == 0, "who has no name is not everybody without one"
    assert drop_recordings_of("Bác Tâm", 1, actor_id=1) == 2
    assert drop_recordings_of("Bác Tâm", 1, actor_id=1) == 0
    assert "Bác Tâm" not in speakers(1) and "Bác Tâm" in speakers(0)


def test_the_choice_among_sounds_keeps_the_order_of_the_page():
    text = "bb:0:0:m1 aa:0:0:m2 bb:1:0:m3 bb:1:7:m4 cc:1:0:m5 aa:1:0:m6"
    assert chosen(text, ["bb", "xx", "aa"]) == {"bb": "m4", "aa": "m6"}
    assert chosen(None, ["bb"]) == {}
