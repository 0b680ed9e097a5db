"""Sounds are kept and dropped: read by somebody and brought by who writes, or made by a machine's voice."""

from time import monotonic

from sqlalchemy import delete, exists

from elearn.kit.db import db, transaction
from elearn.kit.speech import Engine, Mute, made
from elearn.library.models import EVERYWHERE, Sound, SpokenPart, Voice
from elearn.library.recorded import record
from elearn.library.sound_queries import unread_parts
from elearn.library.sounds import NotSpeech, Speech, speech

AT_ONCE = 50
MOST_SECONDS = 600.0  # of one round of the regular work; what is left waits for the next


def keep_recording(
    part: str,
    ward_id: int | None,
    sound: Speech,
    *,
    actor_id: int,
    speaker: str = "",
    own_voice: bool = False,
) -> None:
    """Keep how somebody reads a part, in place of who read it before. `ward_id`: None for every ward."""
    with transaction():
        _drop(part, ward_id)
        db.session.add(
            Sound(
                part=part,
                ward_id=ward_id or EVERYWHERE,
                voice=Voice.RECORDED,
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
    """Delete how somebody reads a part; return whether there was a recording."""
    with transaction():
        gone = _drop(part, ward_id)
        if gone:
            record("delete a recording", "part", part, actor_id=actor_id, ward_id=ward_id)
    return gone


def _drop(part: str, ward_id: int | None) -> bool:
    here = (Sound.part == part, Sound.ward_id == (ward_id or EVERYWHERE), Sound.voice == Voice.RECORDED)
    gone = db.session.execute(delete(Sound).where(*here))
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def make_speech(by: Engine, most_seconds: float = MOST_SECONDS) -> tuple[int, str]:
    """Let the engine read what nobody reads yet; return of how many parts, and what went wrong at last.

    Each part is made outside a transaction and kept in one of its own. What it cannot read is tried again
    the next time, and does not keep the others from being made.
    """
    until, count, fault, seen = monotonic() + most_seconds, 0, "", set[str]()
    while monotonic() < until:
        waiting = [one for one in unread_parts(by.name, AT_ONCE + len(seen)) if one[0] not in seen]
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
                seen.add(part)
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


def drop_unused_speech() -> int:
    """Delete what a machine made for parts that stand on no page any more; return how many."""
    with transaction():
        used = exists().where(SpokenPart.part == Sound.part)
        gone = db.session.execute(delete(Sound).where(Sound.voice == Voice.MADE, ~used))
    return int(gone.rowcount)  # type: ignore[attr-defined]
