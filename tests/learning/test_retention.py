"""What is too old goes by itself, at its time and not before; what goes next is counted beforehand."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from elearn.kit.db import db, transaction
from elearn.learning import retention
from elearn.learning.models import Attempt, LessonCompletion
from elearn.learning.recount import recount
from elearn.learning.retention import count_due, drop_due, dropped_since, lengths, outlook
from elearn.people.models import Registration
from elearn.privacy.actions import ask, close, keep_settings, save_periods
from elearn.privacy.models import DataRequest, RetentionRun
from elearn.privacy.periods import PERIOD, PERIODS, months_before
from tests.browser import Browser
from tests.builders import attempt, make_course

NOW = datetime(2026, 11, 26, 2)


@pytest.fixture
def at(app, monkeypatch):
    """Set the clock: at(moment)."""

    def set_clock(moment):
        monkeypatch.setattr(retention, "now", lambda: moment)
        monkeypatch.setattr(retention, "today", lambda: moment.date())

    set_clock(NOW)
    return set_clock


def sent(person_id, revision_id, moment):
    """Let somebody send an attempt at that moment."""
    made = attempt(person_id, revision_id)
    with transaction():
        db.session.execute(update(Attempt).where(Attempt.id == made.attempt_id).values(sent_at=moment))
    return made.attempt_id


def kept_answers():
    db.session.expire_all()
    return {one.id: bool(one.answers or one.shown) for one in db.session.scalars(select(Attempt))}


# -- lengths -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "months", "before"),
    [
        (datetime(2026, 11, 26, 5), 12, datetime(2025, 11, 26)),
        (datetime(2026, 3, 31), 1, datetime(2026, 2, 28)),
        (datetime(2028, 3, 31), 1, datetime(2028, 2, 29)),
        (datetime(2026, 1, 15), 1, datetime(2025, 12, 15)),
        (datetime(2026, 12, 31), 12, datetime(2025, 12, 31)),
    ],
)
def test_months_are_counted_back_to_a_day_that_exists(moment, months, before):
    assert months_before(moment, months) == before


def test_every_kind_has_a_rule_and_a_length_that_fits():
    assert set(retention.RULES) == {one.name for one in PERIODS}
    assert all(one.least <= one.usual <= one.most for one in PERIODS)
    assert PERIOD["nameless"].usual == 90 and PERIOD["nameless"].is_fixed, "every page says ninety days"


def test_what_is_not_set_has_its_usual_length_and_the_server_goes_first(app, viewer):
    assert lengths() == {one.name: one.usual for one in PERIODS}
    save_periods({"answers": 6, "audit": 24}, viewer("quan"))
    keep_settings(0, {"keep_nameless": "9"}, viewer("quan"))
    assert (lengths()["answers"], lengths()["audit"], lengths(36)["audit"]) == (6, 24, 36)
    assert lengths()["nameless"] == 90, "what is fixed cannot be set"


# -- answers -------------------------------------------------------------------------------------


def test_answers_go_after_a_year_and_what_was_learnt_stays(app, at, person):
    course, who = make_course(), person("lan").id
    old = sent(who, course["revisions"][0], NOW - timedelta(days=366))
    young = sent(who, course["revisions"][1], NOW - timedelta(days=364))
    recount(repair=True)
    assert count_due("answers", 12, NOW) == 1 and count_due("answers", 12, NOW + timedelta(days=7)) == 2
    assert drop_due("answers", 12) == 1
    assert kept_answers() == {old: False, young: True}
    row = db.session.get(Attempt, (who, old))
    assert row.right == 5 and len(row.right_keys) == 5 and len(row.asked) == 5
    assert len(db.session.scalars(select(LessonCompletion)).all()) == 2 and recount() == []


def test_a_result_whose_answers_are_gone_says_so(lively, monkeypatch):
    place = lively.extensions["places"]["learning.result"]
    path = f"/khoa-hoc/{place['course']}/{place['lesson']}/ket-qua/{place['attempt_id']}"
    lan = Browser(lively).come_as("lan")
    rule = next(rule for rule in lively.url_map.iter_rules() if rule.endpoint == "learning.result")
    path = rule.build(place)[1]
    assert lan.open(path).says("Bác trả lời:")
    monkeypatch.setattr(retention, "now", lambda: NOW + timedelta(days=800))
    assert drop_due("answers", 12) > 0
    page = lan.open(path)
    assert page.says("Câu trả lời của bác đã được xóa") and page.says("Chưa đúng.")
    assert not page.says("Bác trả lời:") and not page.says("để trống")


def test_answers_are_looked_at_once_a_day(app, at, person):
    course, who = make_course(), person("lan").id
    assert drop_due("answers", 12) == 0
    sent(who, course["revisions"][0], NOW - timedelta(days=400))
    assert drop_due("answers", 12) == 0, "looked today already"
    at(NOW + timedelta(days=1))
    assert drop_due("answers", 12) == 1


def test_many_are_dropped_a_part_at_a_time(app, at, person, monkeypatch):
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    course = make_course(lessons=3)
    for number, revision in enumerate(course["revisions"]):
        sent(person("lan").id, revision, NOW - timedelta(days=400 + number))
    assert drop_due("answers", 12) == 3 and not any(kept_answers().values())


# -- requests and forms ----------------------------------------------------------------------------


def test_the_words_of_a_request_go_and_its_days_stay(app, at, person, viewer):
    one = ask(1, "complaint", "Chuyện riêng", form_id="a", person_id=person("lan").id)
    open_one = ask(1, "access", "Còn đang hỏi", form_id="b", person_id=person("lan").id)
    close(one, "done", "Đã giải thích", viewer("quan"))
    with transaction():
        db.session.execute(update(DataRequest).where(DataRequest.id == one).values(closed_at=NOW))
    at(NOW + timedelta(days=700))
    assert drop_due("requests", 24) == 0
    at(NOW + timedelta(days=740))
    assert drop_due("requests", 24) == 1 and drop_due("requests", 24) == 0
    kept = db.session.get(DataRequest, one, populate_existing=True)
    assert (kept.wish, kept.answer, kept.state) == ("", "", "done") and kept.asked_on
    assert db.session.get(DataRequest, open_one, populate_existing=True).wish == "Còn đang hỏi"


def test_the_trace_of_a_form_goes_after_ninety_days(app, at, person):
    with transaction():
        for age in (89, 91):
            db.session.add(
                Registration(
                    form_digest=str(age), person_id=person("lan").id, sent_at=NOW - timedelta(days=age)
                )
            )  # fmt: skip
    assert drop_due("forms", 90) == 1
    assert db.session.scalars(select(Registration.form_digest)).all() == ["89"]


# -- what was and what will be -------------------------------------------------------------------


def test_what_was_dropped_is_noted_by_day_and_kind(app, at):
    with transaction():
        for age in (100, 200, 300):
            db.session.add(Registration(form_digest=str(age), sent_at=NOW - timedelta(days=age)))
    drop_due("forms", 90)
    drop_due("forms", 90)
    assert dropped_since(date(2026, 11, 1)) == {"forms": 3}
    assert dropped_since(date(2026, 12, 1)) == {}
    assert db.session.get(RetentionRun, (NOW.date(), "forms")).count == 3


def test_the_outlook_counts_and_drops_nothing(app, at):
    with transaction():
        for age in (59, 61, 84, 91):
            db.session.add(Registration(form_digest=str(age), sent_at=NOW - timedelta(days=age)))
    found = next(one for one in outlook(lengths()) if one.period.name == "forms")
    assert (found.now, found.in_a_week, found.in_a_month) == (1, 2, 3)
    assert len(db.session.scalars(select(Registration)).all()) == 4
