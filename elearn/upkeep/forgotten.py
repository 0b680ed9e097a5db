"""Who asked to be forgotten: a list that lies beside the backups, and doing it again after a restore.

A backup is older than the last wishes of some people. The list holds numbers and moments, no names: with
it a restore on a new machine erases again whom the old machine had erased.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select

from elearn.kit.clock import now
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.learning.actions import erase
from elearn.learning.own import be_named_no_longer, go_on_without_name, hide_from_helper, take_papers_back
from elearn.people.consents import (
    KEEP_RESULTS,
    NAMED_IN_CAMPAIGN,
    NAMED_IN_CONTEST,
    PAPER_NAME,
    SEEN_BY_HELPER,
)
from elearn.people.models import Consent, Person
from elearn.upkeep import files
from elearn.upkeep.files import BackupFault

LIST, FORMAT = "elearn-da-xoa.json", "elearn-forgotten-1"
LONGEST = timedelta(days=400)  # no backup is kept longer
ERASE, NO_NAME, HIDE, NO_PAPERS = "erase", "without name", "hide from helper", "without papers"
NO_PRAISE, NO_RANK = "not on merit lists", "not named in contests"


class Wish(NamedTuple):
    """What somebody asked for, and when. The moment a row was made tells it from another with its number."""

    what: str
    person_id: int
    created_at: datetime
    at: datetime


class Again(NamedTuple):
    """How many wishes were done again, and how many could not be: those people hold a role."""

    done: int
    left: int


def wishes_here() -> set[Wish]:
    """Return the wishes that this database knows of."""
    who = (Person.id, Person.created_at)
    since = now() - LONGEST
    found = {
        Wish(ERASE, *row)
        for row in db.session.execute(select(*who, Person.erased_at).where(Person.erased_at > since))
    }
    for what, purpose, more in (
        (NO_NAME, KEEP_RESULTS, Person.display_name.is_(None)),
        (HIDE, SEEN_BY_HELPER, Person.display_name.is_not(None)),
        (NO_PAPERS, PAPER_NAME, Person.display_name.is_not(None)),
        (NO_PRAISE, NAMED_IN_CAMPAIGN, Person.display_name.is_not(None)),
        (NO_RANK, NAMED_IN_CONTEST, Person.display_name.is_not(None)),
    ):
        given = select(Consent.person_id).where(Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
        taken_back = (
            select(*who, func.max(Consent.withdrawn_at))
            .join(Consent, Consent.person_id == Person.id)
            .where(Consent.purpose == purpose, Consent.withdrawn_at > since, Person.erased_at.is_(None), more)
            .where(Person.id.not_in(given))
            .group_by(*who)
        )
        found |= {Wish(what, *row) for row in db.session.execute(taken_back)}
    return found


def note_beside(folder: Path) -> None:
    """Write what this database knows to the list in the folder; what stands there already stays."""
    file = folder / LIST
    known = read_list(file) if file.exists() else set()
    wishes = sorted(one for one in known | wishes_here() if one.at > now() - LONGEST)
    people = [[one.what, one.person_id, one.created_at.isoformat(), one.at.isoformat()] for one in wishes]
    with files.arriving(file) as part:
        part.write_text(json.dumps({"format": FORMAT, "people": people}, indent=0), encoding="utf-8")


def read_list(file: Path) -> set[Wish]:
    """Return the wishes in a list; raise BackupFault when it is none."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            raise ValueError
        return {
            Wish(str(what), int(number), datetime.fromisoformat(made), datetime.fromisoformat(at))
            for what, number, made, at in told["people"]
        }
    except (OSError, ValueError, KeyError, TypeError):
        raise BackupFault(f"Không đọc được danh sách người đã yêu cầu xóa: {file}.") from None


def forget_again(wishes: Iterable[Wish], made_at: datetime) -> Again:
    """Do again what was wished; of what may be agreed to anew, only what was wished after the backup."""
    done = left = 0
    for wish in sorted(wishes, key=lambda one: one.at):
        person = db.session.get(Person, wish.person_id)
        if person is None or person.created_at != wish.created_at or person.erased_at is not None:
            continue
        if wish.what != ERASE and wish.at < made_at - timedelta(seconds=1):
            continue
        try:
            done += _fulfil(wish, person)
        except Refused:
            left += 1
    return Again(done, left)


def _fulfil(wish: Wish, person: Person) -> bool:
    if wish.what == ERASE:
        erase(person.id)
    elif person.merged_into_id is not None or person.display_name is None:
        return False
    elif wish.what == NO_NAME:
        go_on_without_name(person.id)
    elif wish.what == NO_PAPERS:
        take_papers_back(person.id)
    elif wish.what == NO_PRAISE:
        be_named_no_longer(person.id)
    elif wish.what == NO_RANK:
        be_named_no_longer(person.id, NAMED_IN_CONTEST)
    else:
        hide_from_helper(person.id)
    return True
