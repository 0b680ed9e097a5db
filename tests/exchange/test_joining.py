"""Counts of another installation come in whole, once, apart from people; what is damaged changes nothing."""

import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from elearn.exchange.joining import take_in
from elearn.exchange.tally_files import write_tallies
from elearn.exchange.tally_format import DAMAGED
from elearn.exchange.tally_queries import own_wards
from elearn.kit.audit import AuditEntry
from elearn.kit.clock import monday_of, today
from elearn.kit.db import Base, db, transaction
from elearn.kit.refused import Refused
from elearn.learning.groups import merge_groups
from elearn.learning.models import DailyTally, JoinedFile, MonthlyTotal
from elearn.learning.months import close_months
from elearn.learning.recount import recount
from elearn.people.models import Person, ResidentialGroup, Ward
from elearn.people.permissions import Role, Scope, Viewer
from elearn.people.queries import wards
from elearn.progress import queries, rules
from elearn.progress.city_queries import city_board_seen_by
from elearn.progress.rules import Filter, Period
from tests.builders import attempt, kept, make_course
from tests.ward import group

THERE, HERE = "the secret of another installation", "the secret of this installation"
CITY = Viewer(scopes=(Scope(Role.VIEWER),))
EVER = Filter(Period("tat-ca", None, today()))


@pytest.fixture
def course(app, made_once, on_day):
    """Twelve people of tổ 5 and three of tổ 7 have learnt in the week before last, one of tổ 5 last week."""
    return made_once(two_weeks, on_day)


def two_weeks(on_day):
    recount(repair=True)
    course, sunday = make_course(), (today() - monday_of(today())).days + 1
    for number in range(15):
        on_day(sunday + 7 + number % 5)
        attempt(kept("DG05" if number < 12 else "DG07", f"Bà {number}"), course["revisions"][0])
    on_day(sunday)
    attempt(kept("DG05", "Bà Út"), course["revisions"][0])
    on_day(0)
    return course


def written(path, since=None, until=None, code="GV", secret=THERE):
    write_tallies(path, own_wards(code), since, until, secret, lambda _done, _whole: None)
    return path


def taken(path, secret=HERE):
    return take_in(path, secret, lambda _done, _whole: None)


def joined():
    return db.session.scalar(select(Ward).where(Ward.joined_from.is_not(None)))


def board(ward, asked=EVER, course_id=None):
    return {
        row.name: row for row in queries.board_seen_by(CITY, ward.id, asked, course_id, today())
    }  # fmt: skip


def everything():
    db.session.rollback()
    return {
        table.name: sorted(map(str, db.session.execute(select(table))))
        for table in Base.metadata.sorted_tables
        if table.name not in ("audit_entry", "audit_head")
    }


def test_the_counts_of_a_ward_there_stand_on_the_citys_board_here(course, tmp_path):
    done = taken(written(tmp_path / "a.zip"))
    assert (done.new, done.wards) == (True, 1)
    ward = joined()
    assert ward.code.startswith("GV-") and ward.host is None
    rows = board(ward, course_id=course["course"])
    assert rows["Tổ dân phố số 5"].lessons == 12, "of a single person in a week nothing is told"
    assert rows["Tổ dân phố số 7"].lessons == 0 and rows["Còn lại"].lessons == 0
    assert rows["Tổ dân phố số 5"].people == 10, "thirteen, in steps of five"
    of_ward = next(row for row in city_board_seen_by(CITY, EVER, None, today()) if row.code == ward.code)
    total = rules.total_of(list(board(ward).values()))
    assert (of_ward.lessons, of_ward.people, of_ward.coverage) == (
        total.lessons,
        total.people,
        total.coverage,
    )
    assert recount() == [], "nothing here bears these counts out, and nothing has to"
    assert recount(repair=True) == [] and board(ward)["Tổ dân phố số 5"].lessons == 12
    notes = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "import tally")
    assert db.session.scalar(notes) == 1


def test_a_repair_of_the_counts_leaves_joined_wards_alone(course, tmp_path):
    taken(written(tmp_path / "a.zip"))
    before = board(joined())
    with transaction():
        db.session.execute(
            DailyTally.__table__.update().where(DailyTally.group_id == group("DG07").id).values(lessons=99)
        )
    assert recount(repair=True)
    assert board(joined()) == before


def test_twice_is_once(course, tmp_path):
    path = written(tmp_path / "a.zip")
    taken(path)
    before = everything()
    assert not taken(path).new
    assert everything() == before


def test_a_newer_file_takes_the_place_of_what_it_overlaps(course, tmp_path, clock_ahead):
    first = written(tmp_path / "a.zip", until=today() - timedelta(days=10))
    taken(first)
    clock_ahead(1)
    taken(written(tmp_path / "b.zip"))
    assert db.session.scalar(select(func.count()).select_from(JoinedFile)) == 2
    assert board(joined())["Tổ dân phố số 5"].lessons == 12
    assert len(db.session.scalars(select(Ward)).all()) == 3
    with pytest.raises(Refused, match="cũ hơn"):
        take_in(_rewritten(first, tmp_path / "c.zip"), HERE, lambda *_: None)


def test_months_that_were_closed_are_totalled_again(course, tmp_path, monkeypatch):
    with transaction():
        db.session.add(
            MonthlyTotal(
                until=today(),
                group_id=group("DG05").id,
                course_id=0,
                audience="unsaid",
                how="alone",
                registered=0,
                started=0,
                lessons=0,
                courses=0,
                mastered=0,
            )
        )
    taken(written(tmp_path / "a.zip"))
    assert board(joined())["Tổ dân phố số 5"].lessons == 12
    ids = select(ResidentialGroup.id).where(ResidentialGroup.ward_id == joined().id)
    assert (
        db.session.scalar(select(func.sum(MonthlyTotal.lessons)).where(MonthlyTotal.group_id.in_(ids))) == 12
    )
    assert close_months() == 0


def test_merged_groups_stay_merged_and_codes_stay_unique(course, tmp_path, person):
    merge_groups([group("DG07").id], group("DG05").id, actor=person("quan").id)
    taken(written(tmp_path / "a.zip"))
    ward = joined()
    assert "Tổ dân phố số 7" not in board(ward)
    codes = db.session.scalars(select(ResidentialGroup.code)).all()
    assert len(codes) == len(set(codes)) and f"{ward.code}-DG05" in codes


def test_nobody_can_come_in_by_a_joined_ward(course, tmp_path, app):
    taken(written(tmp_path / "a.zip"))
    assert joined().id not in [ward.id for ward in wards()]
    assert not db.session.scalar(select(func.count()).where(Person.ward_id == joined().id))
    assert [ward.code for ward in own_wards()] == ["GV", "LV"], "and its counts are not passed on as our own"


def test_the_file_names_nobody(course, tmp_path):
    with zipfile.ZipFile(written(tmp_path / "a.zip")) as file:
        texts = {name: file.read(name).decode() for name in file.namelist()}
    assert sorted(texts) == ["groups.csv", "manifest.json", "standings.csv", "tallies.csv"]
    whole = "".join(texts.values())
    assert not [name for name in db.session.scalars(select(Person.display_name)) if name and name in whole]
    for line in texts["tallies.csv"].splitlines()[1:]:
        assert all(count == "0" or abs(int(count)) >= 5 for count in line.split(",")[6:])


def test_a_file_of_ones_own_is_refused(course, tmp_path):
    path = written(tmp_path / "a.zip")
    before = everything()
    with pytest.raises(Refused, match="chính nơi này"):
        taken(path, THERE)
    assert everything() == before


# -- damaged


def _rewritten(path, into, change=lambda name, data: data):
    """Copy a file, with some of its parts changed."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(into, "w") as new:
        for name in old.namelist():
            if (data := change(name, old.read(name))) is not None:
                new.writestr(name, data)
    return into


LAST_WEEK = monday_of(today()) - timedelta(days=1)


def _in(part, change):
    return lambda name, data: change(data) if name == part else data


def _manifest(**changed):
    return lambda name, data: json.dumps(json.loads(data) | changed) if name == "manifest.json" else data


def _digested(change):
    """Change a table and its digest with it: whoever writes such a file means it."""
    import hashlib

    def all_parts(path, into):
        with zipfile.ZipFile(path) as old:
            parts = {name: old.read(name) for name in old.namelist()}
        change(parts)
        told = json.loads(parts["manifest.json"])
        for name in told["tables"]:
            told["tables"][name]["sha256"] = hashlib.sha256(parts[name]).hexdigest()
        parts["manifest.json"] = json.dumps(told).encode()
        with zipfile.ZipFile(into, "w") as new:
            for name, data in parts.items():
                new.writestr(name, data)
        return into

    return all_parts


def _line(name, text):
    return _digested(lambda parts: parts.update({name: parts[name] + text.encode()}))


DAMAGES = {
    "cut off": lambda path, into: into.write_bytes(path.read_bytes()[:-400]) and into,
    "not a zip": lambda path, into: into.write_text("xin chào") and into,
    "a table is missing": lambda path, into: _rewritten(path, into, _in("groups.csv", lambda data: None)),
    "a digit is changed": lambda path, into: _rewritten(
        path, into, _in("tallies.csv", lambda data: data.replace(b"12", b"13"))
    ),
    "another format": lambda path, into: _rewritten(path, into, _manifest(format="x")),
    "a newer version": lambda path, into: _rewritten(path, into, _manifest(version=2)),
    "no wards": lambda path, into: _rewritten(path, into, _manifest(wards=[])),
    "half a week": lambda path, into: _rewritten(path, into, _manifest(until="2026-11-25")),
    "a list": lambda path, into: _rewritten(path, into, _in("manifest.json", lambda data: b"[]")),
    "no day": _line("tallies.csv", "GV,2026-13-01,DG05,,unsaid,alone,5,0,0,0,0\n"),
    "a day of another week": _line("tallies.csv", "GV,2020-01-05,DG05,,unsaid,alone,5,0,0,0,0\n"),
    "an unknown group": _line("tallies.csv", f"GV,{LAST_WEEK},XX99,,unsaid,alone,5,0,0,0,0\n"),
    "an unknown audience": _line("tallies.csv", f"GV,{LAST_WEEK},DG05,,Nguyễn Thị Lan,alone,5,0,0,0,0\n"),
    "no number": _line("tallies.csv", f"GV,{LAST_WEEK},DG05,,unsaid,alone,=1+1,0,0,0,0\n"),
    "too few cells": _line("standings.csv", "GV,DG05\n"),
    "a negative standing": _line("standings.csv", "GV,DG07,,-5,0,0\n"),
    "a group of nobody's": _line("groups.csv", "XX,AA01,Tổ,,regular,,,,,\n"),
    "a circle": _line("groups.csv", "GV,AA1,Tổ,,regular,,,,,AA2\nGV,AA2,Tổ,,regular,,,,,AA1\n"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_or_foreign_is_refused_whole(course, tmp_path, damage):
    bad = DAMAGES[damage](written(tmp_path / "a.zip"), tmp_path / "bad.zip")
    before = everything()
    with pytest.raises(Refused) as refusal:
        taken(bad)
    assert str(refusal.value) == DAMAGED or "elearn" in str(refusal.value)
    assert everything() == before


@pytest.fixture
def clock_ahead(monkeypatch):
    """Let files be written so many seconds later."""
    from elearn.exchange import tally_files
    from elearn.kit import clock

    def go(seconds):
        monkeypatch.setattr(tally_files, "now", lambda: clock.now() + timedelta(seconds=seconds))

    return go
