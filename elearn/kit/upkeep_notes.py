"""What became of each piece of upkeep when it was last done; in the database, for every machine to see."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, select
from sqlalchemy.orm import Mapped, mapped_column

from elearn.kit.clock import now
from elearn.kit.db import Base, db, insert_if_absent, transaction

BACKUP, SECOND_PLACE, REHEARSAL, CLOCK = "backup", "second place", "rehearsal", "clock"


class UpkeepNote(Base):
    """The last time that a piece of work was done, how it ended, and when it last ended well."""

    __tablename__ = "upkeep_note"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    good: Mapped[bool]
    good_at: Mapped[datetime | None]
    said: Mapped[str]  # a Vietnamese sentence for whoever looks after the machine
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)


def note_upkeep(name: str, said: str, *, good: bool = True, **detail: Any) -> None:
    """Remember how a piece of work ended just now. What went wrong leaves `detail` as it was."""
    moment = now()
    with transaction():
        insert_if_absent(UpkeepNote, name=name, at=moment, good=good, said=said, detail={})
        kept = db.session.get_one(UpkeepNote, name)
        kept.at, kept.good, kept.said = moment, good, said
        if good:
            kept.good_at, kept.detail = moment, detail


def last_good(name: str) -> datetime | None:
    """Return when a piece of work last went well, as far as it is known."""
    return db.session.scalar(select(UpkeepNote.good_at).where(UpkeepNote.name == name))


def upkeep_notes() -> dict[str, UpkeepNote]:
    """Return what is remembered, by the name of the work."""
    return {note.name: note for note in db.session.scalars(select(UpkeepNote))}
