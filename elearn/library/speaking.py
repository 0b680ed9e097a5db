"""Sounds are kept and dropped: read by somebody and brought by who writes, or made by a machine's voice."""

from collections.abc import Mapping, Sequence
from time import monotonic

from sqlalchemy import delete, select, update

from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.kit.speech import Engine, Mute, made
from elearn.library.models import EVERYWHERE, Sound, Voice
from elearn.library.recorded import record
from elearn.library.sound_queries import is_public, unread_parts
from elearn.library.sounds import NotSpeech, Speech, speech

AT_ONCE = 50
PEOPLES = (Voice.RECORDED, Voice.WAITING)


def keep_recording(
    part: str,
    ward_id: int | None,
    sound: Speech,
    *,
    actor_id: int,
    speaker: str = "",
    own_voice: bool = False,
    waits: bool = False,
) -> None:
    """Keep how somebody reads a part, in place of who read it before. `ward_id`: None for every ward.

    One that waits is heard, and takes the place of the one before, once it is accepted.
    """
    with transaction():
        _drop(part, ward_id, [Voice.WAITING] if waits else PEOPLES)
        db.session.add(
            Sound(
                part=part,
                ward_id=ward_id or EVERYWHERE,
                voice=Voice.WAITING if waits else Voice.RECORDED,
                mark=sound.mark,
                mime=sound.mime,
                data=sound.data,
                seconds=round(sound.seconds),
                speaker=speaker,
                recorded_by_id=actor_id,
                speaker_id=actor_id if own_voice else None,
            )
        )
        record("record a part", "part", part, actor_id=actor_id, ward_id=ward_id)


def drop_recording(part: str, ward_id: int | None, *, actor_id: int) -> bool:
    """Delete how somebody reads a part, also what waits; return whether there was a recording."""
    with transaction():
        gone = _drop(part, ward_id, PEOPLES)
        if gone:
            record("delete a recording", "part", part, actor_id=actor_id, ward_id=ward_id)
    return gone


def drop_recordings_of(speaker: str, ward_id: int | None, *, actor_id: int) -> int:
    """Delete every part that a volunteer of this name reads in the courses of a ward; return how many."""
    here = (Sound.speaker == speaker, Sound.ward_id == (ward_id or EVERYWHERE), Sound.voice.in_(PEOPLES))
    with transaction():
        parts = (
            db.session.scalars(select(Sound.part).where(*here).order_by(Sound.part)).all() if speaker else []
        )
        for part in parts:
            record("delete a recording", "part", part, actor_id=actor_id, ward_id=ward_id)
        if parts:
            db.session.execute(delete(Sound).where(*here))
    return len(parts)


def accept_recordings(marks: Mapping[str, str], ward_id: int | None, *, actor_id: int) -> int:
    """Let the recordings that wait be heard; return how many. `marks`: part -> mark of what was listened to.

    One that came in since is not the one that was listened to, and goes on waiting.
    """
    here = (Sound.ward_id == (ward_id or EVERYWHERE), Sound.voice == Voice.WAITING)
    with transaction():
        rows = db.session.execute(select(Sound.part, Sound.mark).where(*here, Sound.part.in_(marks))).all()
        accepted = [part for part, mark in rows if marks[part] == mark]
        for part in accepted:
            _drop(part, ward_id, [Voice.RECORDED])
            record("accept a recording", "part", part, actor_id=actor_id, ward_id=ward_id)
        db.session.execute(update(Sound).where(*here, Sound.part.in_(accepted)).values(voice=Voice.RECORDED))
    return len(accepted)


def _drop(part: str, ward_id: int | None, voices: Sequence[Voice]) -> bool:
    here = (Sound.part == part, Sound.ward_id == (ward_id or EVERYWHERE), Sound.voice.in_(voices))
    gone = db.session.execute(delete(Sound).where(*here))
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def make_speech(by: Engine, most_seconds: float) -> tuple[int, str]:
    """Let the engine read what nobody reads yet; return of how many parts, and what went wrong at last.

    Each part is made outside a transaction and kept in one of its own. What it cannot read is tried again
    the next time, and does not keep the others from being made.
    """
    until, count, fault, seen = monotonic() + most_seconds, 0, "", set[str]()
    while monotonic() < until:
        waiting = [one for one in unread_parts(by.name, AT_ONCE + len(seen)) if one[0] not in seen]
        db.session.remove()  # no connection is held while the machine speaks
        if not waiting:
            break
        for part, said in waiting:
            seen.add(part)
            if monotonic() >= until:
                break
            try:
                sound = speech(made(said, by))
            except (Mute, NotSpeech) as broken:
                fault = f"“{said[:60]}”: {broken}"
                continue
            _keep_made(part, sound, by.name)
            count += 1
    return count, fault


def _keep_made(part: str, sound: Speech, engine: str) -> None:
    with transaction():
        db.session.execute(
            delete(Sound).where(Sound.part == part, Sound.ward_id == EVERYWHERE, Sound.voice == Voice.MADE)
        )
        db.session.add(
            Sound(
                part=part, ward_id=EVERYWHERE, voice=Voice.MADE, mark=sound.mark, mime=sound.mime,
                data=sound.data, seconds=round(sound.seconds), engine=engine,
            )
        )  # fmt: skip


def look_through_sounds() -> int:
    """Delete what a machine made for parts that no public text has any more; return how many.

    Of recordings is noted since when that is so: how long they are still kept, the ward says (retention.py).
    """
    recorded = Sound.voice != Voice.MADE
    with transaction():
        gone = db.session.execute(delete(Sound).where(~recorded, ~is_public()))
        for public, until_now, since in ((~is_public(), Sound.unused_since.is_(None), now()),
                                         (is_public(), Sound.unused_since.is_not(None), None)):  # fmt: skip
            db.session.execute(
                update(Sound)
                .where(recorded, public, until_now)
                .values(unused_since=since)
                .execution_options(synchronize_session=False)
            )
    return int(gone.rowcount)  # type: ignore[attr-defined]
