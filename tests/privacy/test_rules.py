"""Until when a request is answered: working days, days off, what is late."""

from datetime import date

import pytest

from elearn.privacy.rules import (
    DEFAULTS,
    Kind,
    NotADay,
    Standing,
    Terms,
    after_working_days,
    due,
    is_worked,
    read_days,
    terms_of,
)

THURSDAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("asked", "reply_by"),
    [
        (date(2026, 11, 23), date(2026, 11, 25)),  # Monday
        (date(2026, 11, 26), date(2026, 11, 30)),  # Thursday: the week-end does not count
        (date(2026, 11, 27), date(2026, 12, 1)),  # Friday
        (date(2026, 11, 28), date(2026, 12, 1)),  # Saturday
        (date(2026, 11, 29), date(2026, 12, 1)),  # Sunday
    ],
)
def test_the_first_answer_counts_working_days_from_the_day_after(asked, reply_by):
    assert due(Kind.ACCESS, asked, Terms()).reply_by == reply_by


def test_holidays_do_not_count_and_a_day_worked_instead_does():
    terms = Terms(holidays=frozenset({date(2026, 11, 27), date(2026, 11, 30)}))
    assert due(Kind.COPY, THURSDAY, terms).reply_by == date(2026, 12, 2)
    worked = terms._replace(worked=frozenset({date(2026, 11, 28)}))
    assert due(Kind.COPY, THURSDAY, worked).reply_by == date(2026, 12, 1)
    assert is_worked(date(2026, 11, 28), worked=[date(2026, 11, 28)])


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        (Kind.WITHDRAWAL, 15), (Kind.RESTRICTION, 15), (Kind.OBJECTION, 15),
        (Kind.ERASURE, 20), (Kind.ACCESS, 10), (Kind.CORRECTION, 10), (Kind.COPY, 10), (Kind.COMPLAINT, 10),
    ],
)  # fmt: skip
def test_each_kind_has_its_days(kind, days):
    assert (due(kind, THURSDAY, Terms()).act_by - THURSDAY).days == days


def test_somebody_else_who_has_to_stop_as_well_is_given_five_days_more():
    terms = Terms(elsewhere=True)
    assert [terms.days(kind) for kind in (Kind.WITHDRAWAL, Kind.ERASURE)] == [20, 20]


def test_only_what_was_read_in_the_decree_is_said_to_be_law():
    by_law = {kind for kind in Kind if Terms().is_by_law(kind)}
    assert by_law == {Kind.WITHDRAWAL, Kind.RESTRICTION, Kind.OBJECTION}


def test_the_settings_come_to_terms():
    terms = terms_of(DEFAULTS | {"erase_days": "30", "processor": "Công ty A", "holidays": "02/09/2026 Lễ"})
    assert terms == Terms(10, 30, True, frozenset({date(2026, 9, 2)}), frozenset())
    assert terms_of(DEFAULTS) == Terms()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", 0),
        ("02/09/2026 Quốc khánh\n\n30/4/2026", 2),
        ("16/02/2026 - 20/02/2026 Tết", 5),
        ("16/02/2026 đến 18.02.2026", 3),
        ("31/12/2026-01/01/2027", 2),
    ],
)
def test_a_list_of_days_off_is_read_line_by_line(text, days):
    assert len(read_days(text)) == days


@pytest.mark.parametrize(
    "text", ["Tết", "32/01/2026", "2026-09-02", "05/02/2026 - 01/02/2026", "01/01/2026 - 31/12/2026"]
)
def test_a_line_that_is_no_day_is_named(text):
    with pytest.raises(NotADay, match=text[:10].replace("/", ".")):
        read_days("02/09/2026\n" + text)


def test_what_is_late():
    waiting = Standing("new", date(2026, 11, 30), date(2026, 12, 16), replied=False)
    assert not waiting.is_late(date(2026, 11, 30)) and waiting.is_late(date(2026, 12, 1))
    answered = waiting._replace(replied=True, state="in_hand")
    assert not answered.is_late(date(2026, 12, 16)) and answered.is_late(date(2026, 12, 17))
    for state in ("done", "refused"):
        assert answered._replace(state=state).next_day() is None
    early = Standing("new", date(2026, 12, 20), date(2026, 12, 16), replied=False)
    assert early.next_day() == date(2026, 12, 16), "the day for doing it holds even before the first answer"


def test_no_working_day_at_all_is_today():
    assert after_working_days(THURSDAY, 0) == THURSDAY
