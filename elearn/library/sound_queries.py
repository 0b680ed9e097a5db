"""Reads of sounds: which parts can be heard, the file of one part, and which parts nobody reads yet."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import String, case, cast, exists, func, or_, select

from elearn.kit.db import db
from elearn.library.models import (
    EVERYWHERE,
    Course,
    Lesson,
    Revision,
    RevisionPage,
    Sound,
    SpokenPart,
    State,
    Voice,
)  # fmt: skip
from elearn.library.offered import offered_in, offered_lesson

LISTENED_TO = Sound.voice != Voice.WAITING


class File(NamedTuple):
    """A sound as it is sent."""

    data: bytes
    mime: str
    mark: str


class Heard(NamedTuple):
    """A sound as a list of authors shows it."""

    part: str
    ward_id: int
    voice: str
    mark: str
    seconds: int
    engine: str
    speaker: str


def first_voice() -> tuple[Any, ...]:
    """Order sounds of one part as chosen: read by people before made, the ward's own before others'.

    What nobody has listened to comes first, for those who may hear it.
    """
    rank = case((Sound.voice == Voice.WAITING, 0), (Sound.voice == Voice.RECORDED, 1), else_=2)
    return rank, Sound.ward_id.desc()


def heard_on_the_page(ward_id: Any) -> Any:
    """Choose, in one text, the part and the mark of every sound of the page that a statement reads."""
    on_it = select(SpokenPart.part).where(
        SpokenPart.revision_id == RevisionPage.revision_id, SpokenPart.ward_id == RevisionPage.ward_id
    )
    rank = cast(case((Sound.voice == Voice.RECORDED, 1), else_=0), String)
    one = Sound.part + ":" + rank + ":" + cast(Sound.ward_id, String) + ":" + Sound.mark
    return (
        select(func.aggregate_strings(one, " "))
        .where(Sound.part.in_(on_it.correlate(RevisionPage)), Sound.ward_id.in_([EVERYWHERE, ward_id]))
        .where(LISTENED_TO)
        .correlate(RevisionPage)
        .scalar_subquery()
    )


def chosen(sounds: str | None, order: Iterable[str]) -> dict[str, str]:
    """Return of such a text, in this order of parts, the mark of the sound that is heard of each."""
    if not sounds:
        return {}
    rows = [one.split(":") for one in sounds.split()]
    rows.sort(key=lambda row: (row[1], int(row[2])))
    marks = {part: mark for part, _rank, _ward, mark in rows}
    return {part: marks[part] for part in order if part in marks}


def find_sound(part: str, ward_id: int) -> File | None:
    """Return the sound of a part that stands in a lesson which the ward offers today, or None."""
    published = (
        exists()
        .where(SpokenPart.part == part, SpokenPart.revision_id == Revision.id)
        .where(Revision.state == State.PUBLISHED, Lesson.id == Revision.lesson_id)
        .where(Course.id == Lesson.course_id, offered_in(ward_id), offered_lesson())
    )
    return _file(part, ward_id, published, LISTENED_TO)


def find_any_sound(part: str, ward_id: int) -> File | None:
    """Return the sound of a part, also of a draft, also one that nobody has listened to: for who writes."""
    return _file(part, ward_id)


def _file(part: str, ward_id: int, *more: Any) -> File | None:
    row = db.session.execute(
        select(Sound.data, Sound.mime, Sound.mark)
        .where(Sound.part == part, Sound.ward_id.in_([EVERYWHERE, ward_id]), *more)
        .order_by(*first_voice())
        .limit(1)
    ).first()
    return File(*row) if row else None


def sounds_of(parts: Iterable[str], ward_id: int, *, waiting: bool = False) -> dict[str, Heard]:
    """Return for each of the parts that can be heard the sound that is chosen; for authors also `waiting`."""
    more = () if waiting else (LISTENED_TO,)
    rows = db.session.execute(
        select(Sound.part, Sound.ward_id, Sound.voice, Sound.mark, Sound.seconds, Sound.engine, Sound.speaker)
        .where(Sound.part.in_([*parts]), Sound.ward_id.in_([EVERYWHERE, ward_id]), *more)
        .order_by(*first_voice())
    )
    found: dict[str, Heard] = {}
    for row in rows:
        found.setdefault(row.part, Heard(*row))
    return found


def heard_of(parts: Sequence[str], ward_id: int) -> dict[str, str]:
    """Return, in this order, of each part that can be heard the mark of its sound; in one statement."""
    sounds = sounds_of(parts, ward_id)
    return {part: sounds[part].mark for part in parts if part in sounds}


def unread_parts(engine: str, most: int) -> list[tuple[str, str]]:
    """Return parts of published texts that this engine has not made and nobody reads for everyone."""
    made = exists().where(
        Sound.part == SpokenPart.part,
        Sound.ward_id == EVERYWHERE,
        or_(Sound.voice == Voice.RECORDED, Sound.engine == engine),
    )
    rows = db.session.execute(
        select(SpokenPart.part, func.min(SpokenPart.said))
        .join(Revision, Revision.id == SpokenPart.revision_id)
        .where(Revision.state == State.PUBLISHED, ~made)
        .group_by(SpokenPart.part)
        .order_by(func.min(Revision.lesson_id), func.min(SpokenPart.place))  # lesson by lesson
        .limit(most)
    )
    return [(part, said) for part, said in rows]


def is_public() -> Any:
    """Choose the sounds whose part stands in a text that is public today."""
    return exists().where(
        SpokenPart.part == Sound.part,
        SpokenPart.revision_id == Revision.id,
        Revision.state == State.PUBLISHED,
    )


def speakers(ward_id: int) -> list[str]:
    """Return under which names volunteers are heard, or wait to be, in the courses of a ward (0: shared)."""
    named = select(Sound.speaker).where(
        Sound.ward_id == ward_id, Sound.voice != Voice.MADE, Sound.speaker != ""
    )
    return [*db.session.scalars(named.distinct().order_by(Sound.speaker))]


def count_parts() -> tuple[int, int]:
    """Return how many parts published texts have, and how many of them can be heard."""
    parts = (
        select(SpokenPart.part)
        .join(Revision, Revision.id == SpokenPart.revision_id)
        .where(Revision.state == State.PUBLISHED)
        .distinct()
        .subquery()
    )
    sounds = select(Sound.part).where(LISTENED_TO)
    heard = select(func.count()).select_from(parts).where(parts.c.part.in_(sounds))
    total = db.session.scalar(select(func.count()).select_from(parts)) or 0
    return total, db.session.scalar(heard) or 0
