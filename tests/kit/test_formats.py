"""Dates and numbers in the form that people of the ward write them."""

from datetime import date, datetime

from elearn.kit.formats import as_day, as_moment, as_number, as_percent


def test_a_day_is_the_day_in_hai_phong():
    assert as_day(date(2026, 1, 5)) == "05/01/2026"
    assert as_day(datetime(2026, 11, 24, 17, 30)) == "25/11/2026", "half past midnight on the 25th over there"
    assert as_moment(datetime(2026, 11, 24, 12, 42)) == "24/11/2026 19:42"


def test_numbers_have_points_and_commas():
    assert as_number(1234567) == "1.234.567"
    assert as_number(1234.5, 1) == "1.234,5"
    assert as_percent(0.567) == "56,7\u00a0%"
    assert as_number(None) == as_percent(None) == as_day(None) == "—"
