"""Periods, the ones before them, and what they are called; names of wards."""

from datetime import date

import pytest

from elearn.report.rules import (
    bears_a_title,
    period_words,
    place_of,
    previous_of,
    read_period,
    short_date,
)

TODAY = date(2026, 11, 26)  # a Thursday


@pytest.mark.parametrize(
    ("asked", "since", "until", "words"),
    [
        ({}, "2026-11-01", "2026-11-26", "từ ngày 01/11/2026 đến ngày 26/11/2026"),
        ({"ky": "thang-truoc"}, "2026-10-01", "2026-10-31", "tháng 10 năm 2026"),
        ({"ky": "tuan-nay"}, "2026-11-23", "2026-11-26", "từ ngày 23/11/2026 đến ngày 26/11/2026"),
        ({"ky": "tuan-truoc"}, "2026-11-16", "2026-11-22", "từ ngày 16/11/2026 đến ngày 22/11/2026"),
        ({"ky": "quy-nay"}, "2026-10-01", "2026-11-26", "từ ngày 01/10/2026 đến ngày 26/11/2026"),
        ({"ky": "quy-truoc"}, "2026-07-01", "2026-09-30", "quý III năm 2026"),
        ({"ky": "nam-nay"}, "2026-01-01", "2026-11-26", "từ ngày 01/01/2026 đến ngày 26/11/2026"),
        ({"ky": "nam-truoc"}, "2025-01-01", "2025-12-31", "năm 2025"),
        ({"tu": "2026-01-01", "den": "2026-06-30"}, "2026-01-01", "2026-06-30", "6 tháng đầu năm 2026"),
        ({"tu": "05/8/2026", "den": "05/08/2026"}, "2026-08-05", "2026-08-05", "ngày 05/8/2026"),
        ({"ky": "khoang", "tu": "2030-01-01"}, "2026-11-26", "2026-11-26", "ngày 26/11/2026"),
        ({"ky": "tat-ca"}, None, "2026-11-26", "đến hết ngày 26/11/2026"),
        ({"ky": "7-ngay"}, "2026-11-20", "2026-11-26", "từ ngày 20/11/2026 đến ngày 26/11/2026"),
    ],
)  # fmt: skip
def test_a_period_is_read_and_called_by_its_name(asked, since, until, words):
    found = read_period(asked, TODAY)
    assert (found.since and found.since.isoformat(), found.until.isoformat()) == (since, until)
    assert period_words(found) == words


@pytest.mark.parametrize(
    ("asked", "since", "until"),
    [
        ({"ky": "thang-truoc"}, "2026-09-01", "2026-09-30"),
        ({"ky": "quy-truoc"}, "2026-04-01", "2026-06-30"),
        ({"ky": "nam-truoc"}, "2024-01-01", "2024-12-31"),
        ({"ky": "tuan-truoc"}, "2026-11-09", "2026-11-15"),
        ({"tu": "2026-01-01", "den": "2026-06-30"}, "2025-07-01", "2025-12-31"),
        ({}, "2026-10-06", "2026-10-31"),
    ],
)
def test_the_period_before_is_as_long_or_the_calendars_one(asked, since, until):
    found = previous_of(read_period(asked, TODAY))
    assert (found.since.isoformat(), found.until.isoformat()) == (since, until)


def test_in_a_january_the_quarter_before_is_of_last_year():
    found = read_period({"ky": "quy-truoc"}, date(2027, 1, 15))
    assert (found.since, found.until) == (date(2026, 10, 1), date(2026, 12, 31))
    assert period_words(found) == "quý IV năm 2026"
    assert previous_of(read_period({"ky": "tat-ca"}, TODAY)) is None


def test_days_within_a_sentence_follow_the_same_rule():
    assert [short_date(date(2026, 8, 8)), short_date(date(2027, 1, 5))] == ["08/8/2026", "05/01/2027"]


@pytest.mark.parametrize(
    ("name", "kind", "rest"),
    [
        ("phường Gia Viên", "phường", "Gia Viên"),
        ("Xã Vĩnh Bảo", "xã", "Vĩnh Bảo"),
        ("đặc khu Cát Hải", "đặc khu", "Cát Hải"),
        ("Gia Viên", "", "Gia Viên"),
    ],
)
def test_a_wards_name_has_two_parts(name, kind, rest):
    assert place_of(name) == (kind, rest)


@pytest.mark.parametrize("name", ["TS. Nguyễn Văn A", "ThS Trần B", "pgs.ts Lê C", "Thạc sĩ Đỗ D"])
def test_academic_titles_are_known(name):
    assert bears_a_title(name) and not bears_a_title("Trần Sĩ Thạc") and not bears_a_title("Tsai Văn A")
