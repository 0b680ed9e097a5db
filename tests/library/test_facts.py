"""The registry of dated facts: how it is read and written, and until when a fact may be said."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.library.document.model import DocumentFault
from elearn.library.facts import ENTRIES, STATUSES, Fact, parse_facts, read_facts, write_facts
from tests.library.document.made import PLAIN_LINE, SHELF

CHECKED = date(2026, 11, 15)
GOOD = """- id: F-CONG
  label: Cổng
  value: dichvucong.gov.vn
  status: verified
  fallback: cổng dịch vụ công
  source: TTXVN 4/6/2025
  checked_on: 2026-11-15
  review_months: 6
"""
FACTS = st.lists(
    st.builds(
        Fact,
        id=st.from_regex(r"F-[A-Z0-9]{1,6}(-[A-Z0-9]{1,4})?", fullmatch=True),
        label=PLAIN_LINE, value=PLAIN_LINE, fallback=PLAIN_LINE, source=PLAIN_LINE,
        status=st.sampled_from(STATUSES),
        checked_on=st.dates(date(2000, 1, 1), date(8999, 12, 31)), review_months=st.integers(1, 99),
    ),
    max_size=4, unique_by=lambda one: one.id,
)  # fmt: skip


def fact(**more):
    plain = {"label": "Cổng", "value": "x.vn", "status": "verified", "fallback": "hỏi", "source": "TTXVN"}
    return Fact(**{"id": "F-A", "checked_on": CHECKED, "review_months": 6} | plain | more)


@given(FACTS)
def test_what_is_written_reads_back(facts):
    assert list(read_facts(write_facts(facts))) == facts


def test_the_shipped_registry_is_written_as_it_stands():
    text = (SHELF / "facts.yaml").read_text()
    assert write_facts(read_facts(text)) == text


FAULTS = [
    (GOOD.replace("F-CONG", "cong"), 1, "“id” có giá trị chưa đúng"),
    (GOOD.replace("verified", "chắc"), 4, "“status” có giá trị chưa đúng"),
    (GOOD.replace("2026-11-15", "15/11/2026"), 7, "“checked_on” có giá trị chưa đúng"),
    (GOOD.replace("2026-11-15", "2026-02-30"), 7, "“checked_on” có giá trị chưa đúng"),
    (GOOD.replace("months: 6", "months: sáu"), 8, "“review_months” có giá trị chưa đúng"),
    (GOOD.replace("months: 6", "months: 100"), 8, "“review_months” có giá trị chưa đúng"),
    (GOOD.replace("  value: dichvucong.gov.vn\n", ""), 1, "thiếu dòng “value”"),
    (GOOD.replace("source: TTXVN 4/6/2025", "source:"), 6, "thiếu dòng “source”"),
    (GOOD.replace("label", "name"), 2, "không có dòng nào tên là “name”"),
    (GOOD.replace("  label: Cổng\n", "  label: Cổng\n  label: Cổng\n"), 3, "“label” viết chưa đúng"),
    (GOOD + GOOD, 9, "“F-CONG” có hai lần"),
    ("- chữ\n", 1, "không phải là một dữ kiện"),
    ("chữ\n", 1, "không phải là một dữ kiện"),
    ("- [", 1, "Không đọc được"),
    ("- a: \x1f", 1, "Không đọc được"),
    ("a: &a [*a, *a]\n", 1, ""),
    ("x" * 200_001, 1, "quá dài"),
]


@pytest.mark.parametrize(("text", "line", "words"), FAULTS)
def test_a_fault_names_its_line_and_what_to_do(text, line, words):
    _, remarks = parse_facts(text)
    assert line in [one.line for one in remarks if words in one.message], remarks
    assert all(one.severity == "error" and len(one.remedy) > 5 for one in remarks)
    with pytest.raises(DocumentFault):
        read_facts(text)


def test_one_faulty_fact_does_not_hide_the_others():
    facts, remarks = parse_facts(
        GOOD + GOOD.replace("F-CONG", "F-HAI").replace("verified", "chắc") + GOOD.replace("F-CONG", "F-BA")
    )
    assert [one.id for one in facts] == ["F-CONG", "F-BA"] and len(remarks) == 1


def test_an_empty_registry_is_one():
    assert read_facts("") == () == read_facts(write_facts([]))


@pytest.mark.parametrize(
    ("checked", "months", "last"),
    [
        (date(2026, 11, 15), 6, date(2027, 5, 15)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 1, 31), 12, date(2027, 1, 31)),
        (date(2026, 10, 31), 99, date(2035, 1, 31)),
    ],
)
def test_a_check_counts_for_whole_months(checked, months, last):
    one = fact(checked_on=checked, review_months=months)
    assert one.review_by == last
    assert one.words(last) == "x.vn" and one.words(last + timedelta(days=1)) == "hỏi"


@pytest.mark.parametrize("status", STATUSES)
def test_only_what_is_verified_is_said(status):
    assert fact(status=status).words(CHECKED) == ("x.vn" if status == "verified" else "hỏi")


def test_the_entries_are_the_fields():
    assert tuple(Fact.__dataclass_fields__) == ENTRIES
