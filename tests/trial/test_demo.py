"""The trial ward: the same for the same seed, counted by the ledger's rules, and never among the real."""

import shutil
from collections import Counter
from contextlib import contextmanager
from datetime import datetime

import pytest
from sqlalchemy import create_engine, func, select, text

import config
from elearn.app import create_app
from elearn.kit.clock import day_of, now, today
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.kit.secrets import digest
from elearn.learning import own
from elearn.learning.confidence import confidence_by_course
from elearn.learning.contest_queries import counted_of, entry_of, key_of, place_in, sealed_figures
from elearn.learning.help_queries import last_request_of
from elearn.learning.models import (
    Attempt,
    Confidence,
    Credit,
    DailyTally,
    MasteredQuestion,
    Placement,
    PracticeResult,
    Standing,
)
from elearn.learning.queries import goes_of
from elearn.learning.recall import recalls
from elearn.learning.recount import recount
from elearn.learning.rules import right_among
from elearn.library.folder import read_shelf
from elearn.library.models import RevisionKey
from elearn.library.shelf import load_shelf
from elearn.movement.activity_queries import activities_in
from elearn.movement.campaign_queries import campaigns_seen_by, find_campaign_seen_by, frozen_of, lines_of
from elearn.movement.campaign_rules import state_of, total_of
from elearn.movement.difficulty_queries import difficulties_in
from elearn.movement.merit_queries import merit_of
from elearn.movement.place_queries import places_seen_by
from elearn.movement.result_queries import contests_seen_by, find_sealed, people_of
from elearn.movement.rules import where_to_go
from elearn.people.actions import begin_nameless
from elearn.people.contact_queries import contacts_seen_by
from elearn.people.entry import Place, come_in
from elearn.people.models import GroupKind, LearningCard, Person, ResidentialGroup, Ward
from elearn.people.queries import demo_wards, find_viewer_of
from elearn.progress.setting_queries import set_up_of
from elearn.trial import demo
from elearn.trial.demo import CAST, make_demo
from elearn.upkeep.migrate import migrate
from tests.conftest import SETTINGS

MOMENT = datetime(2026, 11, 20, 13)


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A database with the shipped courses and no ward, to be copied."""
    file = tmp_path_factory.mktemp("empty") / "empty.db"
    with opened(f"sqlite:///{file}"):
        furnish()
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    return file


@pytest.fixture
def copy(empty, tmp_path):
    """Make a copy of the empty database; return its address."""

    def fresh(name):
        shutil.copy(empty, tmp_path / name)
        return f"sqlite:///{tmp_path / name}"

    return fresh


@pytest.fixture(scope="module")
def town(empty, tmp_path_factory):
    """A trial ward of three hundred people, and how its cast comes in; read only."""
    file = tmp_path_factory.mktemp("town") / "demo.db"
    shutil.copy(empty, file)
    with opened(f"sqlite:///{file}") as app:
        app.extensions["cast"] = cast = make_demo(5, 300)
        who = {one.personal_code: one.role for one in cast}
        rows = db.session.execute(select(Person.personal_code, Person.id)).all()
        app.extensions["cast_ids"] = {who[code]: id_ for code, id_ in rows if code in who}
        yield app


@contextmanager
def opened(url):
    app = create_app(SETTINGS | {"SQLALCHEMY_DATABASE_URI": url})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def furnish():
    migrate(db.engine, config.ROOT / "migrations")
    load_shelf(read_shelf(config.ROOT / "courses"))


def test_a_recount_of_the_trial_ward_finds_no_difference(town):
    assert recount() == []
    registered = select(func.count()).select_from(Person).where(Person.registered_at.is_not(None))
    registered = registered.where(Person.group_id.is_not(None))
    assert db.session.scalar(select(func.sum(Standing.registered)).where(Standing.course_id == 0)) == (
        db.session.scalar(registered)
    )


def test_nothing_counts_before_the_day_on_which_it_was_kept(town):
    rows = db.session.execute(
        select(Credit.day, Credit.reason, Person.registered_at).join(Person, Person.id == Credit.person_id)
    ).all()
    assert {reason for _, reason, _ in rows} == {"kept", "earned"}
    for day, reason, kept in rows:
        assert day == day_of(kept) if reason == "kept" else day >= day_of(kept)


def test_every_board_has_life(town):
    groups = select(ResidentialGroup.id).where(ResidentialGroup.kind == GroupKind.REGULAR)
    assert len(db.session.scalars(groups).all()) == 32
    assert len(set(db.session.scalars(select(ResidentialGroup.former_ward)))) >= 4
    weeks = Counter()
    for day, lessons in db.session.execute(select(DailyTally.day, DailyTally.lessons)):
        weeks[(today() - day).days // 7] += lessons
    assert all(weeks[week] for week in range(9)), "some week of the last nine is empty"
    for column in (DailyTally.audience, DailyTally.how):
        assert len(set(db.session.scalars(select(column)))) >= 4
    assert db.session.scalar(select(func.sum(Standing.finished)).where(Standing.course_id == 0)) > 10


def test_what_is_done_beside_the_questions_has_life_too(town):
    """Recall, practice, placement and confidence: no page about them is empty, and no two say otherwise."""
    assert db.session.scalar(select(func.sum(DailyTally.mastered))) == db.session.scalar(
        select(func.count())
        .select_from(MasteredQuestion)
        .join(Person, Person.id == MasteredQuestion.person_id)
        .where(Person.group_id.is_not(None), Person.registered_at.is_not(None))
    )
    for person_id in set(db.session.scalars(select(Attempt.person_id).where(Attempt.recall.is_not(None)))):
        told = {question for question, state in recalls(goes_of(person_id)).items() if state.mastered}
        kept = select(MasteredQuestion.lesson_id, MasteredQuestion.question)
        assert told == {tuple(row) for row in db.session.execute(kept.filter_by(person_id=person_id))}
    assert len(set(db.session.scalars(select(MasteredQuestion.person_id)))) > 5
    assert len(set(db.session.scalars(select(PracticeResult.round)))) == 3
    assert {*db.session.scalars(select(Placement.right))} == {True, False}
    told = confidence_by_course(1)
    assert any(line.before and line.change and line.change > 0 for line in told)
    for column in (PracticeResult.finished_at, Placement.placed_at, Confidence.said_at, Attempt.sent_at):
        assert db.session.scalar(select(func.max(column))) <= now()


def test_the_resident_of_the_cast_finds_something_to_recall(town):
    states = recalls(goes_of(town.extensions["cast_ids"]["resident"]))
    assert any(state.mastered for state in states.values())
    assert any(state.is_due(today()) for state in states.values())


def test_an_invented_attempt_is_as_right_as_it_says(town):
    keys = dict(db.session.execute(select(RevisionKey.revision_id, RevisionKey.key)).all())
    attempts = db.session.scalars(select(Attempt)).all()
    assert len(attempts) > 500 and any(not one.passed for one in attempts)
    for one in attempts:
        assert right_among(keys[one.revision_id], one.asked, one.answers) == one.right_keys
        assert one.opened_at < one.sent_at


def test_nothing_was_done_in_the_future_and_no_number_leads_to_anyone(town):
    assert db.session.scalar(select(func.max(DailyTally.day))) <= today()
    shared = Counter(db.session.scalars(select(Person.phone).where(Person.phone.is_not(None))))
    assert max(shared.values()) <= 5 and 2 in shared.values()
    assert all(phone.startswith("+849000") and len(phone) == 12 for phone in shared)


def test_each_of_the_cast_comes_in(town):
    cast, here = town.extensions["cast"], Place(db.session.scalar(select(Ward.id)))
    assert [one.role for one in cast] == [part.key for part in CAST] and len(cast) == 7
    for one in cast:
        found = come_in(one.phone, one.secret, here).person_id
        assert db.session.get(Person, found).display_name == one.name
        assert come_in(one.personal_code, one.secret, here).person_id == found
    token = cast[0].card.removeprefix("/the/")
    owner = db.session.scalar(
        select(LearningCard.person_id).where(LearningCard.token_digest == digest(token))
    )
    assert db.session.get(Person, owner).display_name == cast[0].name


def test_the_same_seed_makes_the_same_ward(copy, monkeypatch):
    for room in (demo, own):
        monkeypatch.setattr(room, "now", lambda: MOMENT)
    first = everything(copy("a.db"), 7)
    assert everything(copy("b.db"), 7) == first != everything(copy("c.db"), 8)


WRITTEN = (
    "person", "attempt", "lesson_completion", "credit", "standing", "consent", "mastered_question",
    "practice_result", "placement", "confidence",
)  # fmt: skip


def everything(url, seed):
    """Return how the cast comes in and every row about people of a ward made with the seed."""
    with opened(url):
        cast = make_demo(seed, 40)
        return cast, [
            [tuple(row) for row in db.session.execute(text(f'SELECT * FROM "{name}" ORDER BY 1, 2'))]
            for name in WRITTEN
        ]


def test_a_city_has_several_wards(copy):
    with opened(copy("city.db")):
        make_demo(1, 60, wards=3)
        assert demo_wards() == 3 and recount() == []
        assert db.session.scalar(select(func.count()).select_from(ResidentialGroup)) == 3 * (32 + 2)


def test_demo_data_never_go_into_a_database_with_a_ward(app):
    with pytest.raises(Refused, match="đã có phường"):
        make_demo(1, 10)
    assert demo_wards() == 0


@pytest.mark.postgres
def test_the_trial_ward_stands_on_postgresql_too(postgres_url):
    server = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE town"))
    server.dispose()
    with opened(postgres_url.rpartition("/")[0] + "/town"):
        furnish()
        make_demo(3, 120)
        assert recount() == []
        begin_nameless(db.session.scalar(select(Ward.id)))  # numbering goes on behind the invented people


def explained_in_full(entry):
    """Can each answer be explained, and are those right that are said to be?"""
    key = key_of(entry.asked, 1, today())
    return len(key) == len(entry.asked) and right_among(key, entry.asked, entry.answers) == entry.right_keys


def test_the_movement_moves_in_the_trial_ward(town):
    """Whoever tries the youth union, the helper or the office finds something on each page."""
    ids = town.extensions["cast_ids"]
    minh = find_viewer_of(ids["youth_union"])
    places = where_to_go(places_seen_by(minh, minh.scopes[0].ward_id, today()))
    assert len(places.weighed) > 5 and any(one.waiting for one in places.weighed)
    assert {one.state for one in difficulties_in(1, None, today())} == {"new", "in_hand", "done"}
    assert len(activities_in(1, None, today())) > 5
    assert contacts_seen_by(minh, 1)
    assert len(set_up_of(1)[1].targets) == 2, "the board is held against something"
    over, running = sorted(campaigns_seen_by(minh, 1), key=lambda one: one.until)
    assert state_of(over.since, over.until, today()) == "over" and len(frozen_of(over.id)) == 1
    assert state_of(running.since, running.until, today()) == "running" and not frozen_of(running.id)
    for one in (over, running):
        card = find_campaign_seen_by(minh, 1, one.id)
        assert total_of(lines_of(card, 1, today())).finished > 0
        assert any(group.named for group in merit_of(card, 1, today()))
    over, running = sorted(contests_seen_by(minh, 1), key=lambda one: one.until)
    (named, _), copy = people_of(over, find_sealed(over.id)).values(), find_sealed(over.id)
    assert copy.fits and sum(line.entrants for line in copy.lines) >= 24
    assert any(line.name for line in named) and any(line.name is None for line in named)
    mine = entry_of(ids["resident"], over.id)
    assert place_in(sealed_figures(over.id), mine.id) and explained_in_full(mine)
    assert counted_of(running.id) and entry_of(ids["resident"], running.id) is None
    own = last_request_of(ids["resident"])
    assert own is not None and own.done_how == "met"
