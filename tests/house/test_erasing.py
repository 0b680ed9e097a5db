"""Who is erased is nowhere any more: every table that leads to people is walked, as the register says."""

import pytest
from sqlalchemy import String, cast, func, select, update

from elearn.kit.clock import now
from elearn.kit.db import Base, db, transaction
from elearn.learning.actions import erase
from elearn.learning.contest_models import ContestEntry, SealedContest
from elearn.learning.models import (
    Attempt,
    Confidence,
    LessonCompletion,
    MasteredQuestion,
    Placement,
    PracticeResult,
)
from elearn.learning.recount import recount
from elearn.library.models import Sound
from elearn.people.actions import open_session
from elearn.people.key_models import RecoveryCode, SecondKey, SecondStep
from elearn.people.models import Consent, Grant, Registration, SessionKind, SignInCode
from elearn.privacy.actions import reply
from elearn.privacy.guardians import Guardian, record_guardian
from elearn.privacy.register import TABLES
from tests import ward

NOTHING = (None, "", "unsaid", "nothing", "none", {}, [])
WORDS = (
    "Nguyễn Thị Lan",
    "nguyen thi lan",
    "900000001",
    "Tên con tôi",
    "Bác Lan",
    "Trần Thị Mẹ",
    "hộ của Lan",
)
OWNED = {name: entry for name, entry in TABLES.items() if entry.owner}


@pytest.fixture
def lan(lively):
    """Bà Lan, with a row in every table that can hold one of hers."""
    person, hoa = ward.person("lan"), ward.person("hoa")
    open_session("s" * 64, person.id, SessionKind.OWN, assisted_by_id=hoa.id)
    record_guardian(person.id, Guardian("Trần Thị Mẹ", "parent", "spoken"), witness_id=hoa.id)
    reply(1, "Bác Lan chờ nhé", ward.viewer("quan"))
    with transaction():
        row = ward.person("lan")
        for model in (Attempt, LessonCompletion, Consent):
            db.session.execute(update(model).where(model.person_id == row.id).values(assisted_by_id=hoa.id))
        entered = db.session.scalars(select(ContestEntry.contest_id).filter_by(person_id=row.id)).one()
        sealed = SealedContest(contest_id=entered, number=1, figures="{}", seal="", sealed_by_id=hoa.id)
        row.household, row.birth_year, row.registered_by_id = "hộ của Lan", 1954, hoa.id
        db.session.add_all(
            [
                sealed,  # before that, an entry goes as a whole
                Grant(person_id=person.id, role="viewer", ward_id=1),
                Registration(form_digest="d" * 64, person_id=person.id),
                MasteredQuestion(person_id=person.id, lesson_id=1, question="x", how="alone"),
                Placement(person_id=person.id, lesson_id=1, right=True, skipped=True),
                Confidence(person_id=person.id, course_id=1, moment="before", place=0, level=2),
                Sound(
                    part="a" * 8,
                    voice="recorded",
                    mark="m",
                    mime="audio/ogg",
                    data=b"x",
                    seconds=1,
                    speaker="Bác Lan",
                    speaker_id=person.id,
                ),
                PracticeResult(person_id=person.id, lesson_id=1, round="alone", stumbles=1, how="alone"),
                SecondKey(person_id=person.id, kind="app", label="Bác Lan"),
                RecoveryCode(person_id=person.id, code_digest="r"),
                SecondStep(token_digest="t" * 64, person_id=person.id, expires_at=now()),
                SignInCode(
                    person_id=person.id, code_hash="h", salt="s", issued_by_id=hoa.id, expires_at=now()
                ),
            ]
        )
    return person.id


def rows_of(name, person_id):
    table = Base.metadata.tables[name]
    return db.session.execute(select(table).where(table.c[TABLES[name].owner] == person_id)).mappings().all()


def test_the_story_has_a_row_in_every_table_that_leads_to_a_person(lan):
    """Whoever adds a table adds a row of it above, so that the next tests look at it."""
    assert [name for name in OWNED if not rows_of(name, lan)] == []


def test_what_the_register_says_of_erasing_is_what_happens(lan):
    recount(repair=True)  # the cast was settled without being counted
    before = {name: len(rows_of(name, lan)) for name in OWNED}
    erase(lan)
    db.session.expire_all()
    wrong = []
    for name, entry in OWNED.items():
        rows = rows_of(name, lan)
        if entry.goes and rows:
            wrong.append(f"{name}: {len(rows)} rows are still there")
        if not entry.goes and len(rows) != before[name]:
            wrong.append(f"{name}: rows that count are gone")
        wrong += [
            f"{name}.{column}: {row[column]!r}"
            for row in rows
            for column in entry.emptied.split()
            if row[column] not in NOTHING
        ]
    assert not wrong, "\n".join(wrong)
    assert recount() == [], "what was counted stays"


def test_no_word_of_hers_is_left_in_any_table(lan):
    assert any(found(word) for word in WORDS), "it was there"
    erase(lan)
    db.session.expire_all()
    assert [place for word in WORDS for place in found(word)] == []


def found(word):
    """Return where a word stands, in any column of any table."""
    places = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            count = select(func.count()).select_from(table).where(cast(column, String).contains(word))
            try:
                here = db.session.scalar(count)
            except UnicodeDecodeError:  # a picture
                continue
            places += [f"{table.name}.{column.name}: {word}"] * bool(here)
    return places


def test_an_erased_row_is_erased_once(lan):
    erase(lan)
    with pytest.raises(Exception, match="đã được xóa"):
        erase(lan)
