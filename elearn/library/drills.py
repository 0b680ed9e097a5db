"""The drills of the shelf as a ward offers them today; the file is read again when it was changed."""

from datetime import date
from functools import lru_cache
from pathlib import Path

from elearn.library.document.drills import Drill, parse_drills
from elearn.library.fact_queries import facts_of
from elearn.library.folder import DRILLS
from elearn.library.ready import words_of


def offered_drills(shelf: Path, ward_id: int, today: date) -> tuple[list[Drill], dict[str, str]]:
    """Return the drills that rest on facts which somebody vouches for today, and the words of those facts."""
    facts = facts_of(ward_id)
    file = shelf / DRILLS
    drills = _read(file, file.stat().st_mtime_ns) if file.is_file() else []
    return [one for one in drills if one.stands(facts, today)], words_of(facts, today)


@lru_cache(maxsize=4)
def _read(file: Path, _changed: int) -> list[Drill]:
    return parse_drills(file.read_text())[0]
