"""Comparing texts, laying remarks beside lines, and the order of what is urgent."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from elearn.authoring import rules
from elearn.library.document.model import Remark
from elearn.library.facts import Fact
from elearn.people.permissions import Permission, Role, Scope, Viewer

LINES = st.lists(st.sampled_from(["", "a", "b", "Gõ dấu", "## Các bước"]), max_size=12).map("\n".join)
TODAY = date(2026, 11, 26)
FACT = Fact("F-A", "A", "1", "verified", "hỏi phường", "nguồn", date(2026, 11, 1), 6)


def test_a_change_is_shown_with_two_lines_around_it_and_gaps_for_the_rest():
    old = "một hai ba bốn năm sáu bảy tám chín".replace(" ", "\n")
    lines = rules.changed_lines(old, old.replace("năm", "lăm"))
    assert [(line.sign, line.number, line.text) for line in lines] == [
        ("…", None, ""), (" ", 3, "ba"), (" ", 4, "bốn"), ("-", 5, "năm"), ("+", 5, "lăm"),
        (" ", 6, "sáu"), (" ", 7, "bảy"), ("…", None, ""),
    ]  # fmt: skip


def test_equal_texts_have_no_changes():
    assert rules.changed_lines("a\nb\n", "a\nb\n") == []
    assert rules.changed_lines("", "") == []
    assert [line.sign for line in rules.changed_lines("", "a\nb")] == ["+", "+"]


@given(LINES, LINES)
def test_nothing_is_out_of_sight_beside_each_other(mine, theirs):
    pairs = rules.side_by_side(mine, theirs)
    assert [pair.left for pair in pairs if pair.left is not None] == (
        mine.removesuffix("\n").split("\n") if mine else []
    )
    assert [pair.right for pair in pairs if pair.right is not None] == (
        theirs.removesuffix("\n").split("\n") if theirs else []
    )
    assert all((pair.left == pair.right) for pair in pairs if pair.same)


@given(LINES, LINES)
def test_the_changes_lead_from_the_old_text_to_the_new_one(old, new):
    changes = rules.changed_lines(old, new)
    gone = [line.text for line in changes if line.sign == "-"]
    come = [line.text for line in changes if line.sign == "+"]
    before, after = old.removesuffix("\n").split("\n"), new.removesuffix("\n").split("\n")
    assert sorted((before if old else []) + come) == sorted((after if new else []) + gone)


def test_two_long_texts_of_like_lines_are_compared_in_one_piece():
    pairs = rules.side_by_side("a\nb\n" * 10_000, "c\n" + "b\na\n" * 10_000 + "c\n")
    assert len(pairs) == 20_002


def test_remarks_stand_at_their_lines_and_late_ones_at_the_last():
    remarks = [
        Remark(2, "error", "hai", "sửa"),
        Remark(9, "error", "quá", "sửa"),
        Remark(0, "error", "không", "sửa"),
    ]
    lines = rules.listed("a\nb\nc\n", remarks)
    assert [(line.number, line.text, [one.message for one in line.remarks]) for line in lines] == [
        (1, "a", ["không"]), (2, "b", ["hai"]), (3, "c", ["quá"]),
    ]  # fmt: skip


def test_of_a_long_text_only_the_lines_around_remarks_are_listed():
    text = "chữ\n" * 2_000
    lines = rules.listed(text, [Remark(500, "error", "m", "r"), Remark(1_500, "error", "m", "r")])
    assert [line.number for line in lines] == [*range(498, 503), *range(1_498, 1_503)]
    assert [line.number for line in lines if line.after_gap] == [498, 1_498]
    assert rules.listed(text, []) == []
    (long,) = rules.listed("chữ" * 8_000, [Remark(1, "error", "m", "r")])
    assert len(long.text) == 501 and long.text.endswith("…")
    (whole,) = rules.listed("chữ" * 6_000, [])
    assert whole.text == "chữ" * 6_000, "a reviewer reads every letter of a text of usual length"


def test_a_comparison_shows_as_much_as_a_page_holds_and_at_least_one_line():
    lines = [rules.DiffLine("+", number, "chữ" * 100) for number in range(1_000)]
    assert len(rules.shown_of(lines)) == 66
    assert len(rules.shown_of([line._replace(text="a") for line in lines])) == 600
    assert len(rules.shown_of([lines[0]._replace(text="a" * 50_000)])) == 1 and not rules.shown_of([])
    assert rules.fits_one_page(rules.side_by_side("a\n" * 600, "a\n" * 599))
    assert not rules.fits_one_page(rules.side_by_side("a\n" * 601, ""))
    assert not rules.fits_one_page(rules.side_by_side("a" * 40_001, ""))


def test_what_stops_a_publication_is_dealt_with_first():
    remarks = [Remark(1, "warning", "m", "r"), Remark(7, "error", "m", "r"), Remark(3, "error", "m", "r")]
    assert [one.line for one in rules.worst_first(remarks)] == [3, 7, 1]


def test_a_step_up_and_a_step_down_are_whole_orders():
    assert rules.orders_after_a_step([4, 5, 6]) == {
        4: ("", "5,4,6"), 5: ("5,4,6", "4,6,5"), 6: ("4,6,5", ""),
    }  # fmt: skip


def test_overdue_facts_come_first_then_unsure_then_those_due_soon():
    facts = [
        FACT,
        replace(FACT, id="F-SOON", checked_on=date(2026, 6, 10)),
        replace(FACT, id="F-UNSURE", status="one-source"),
        replace(FACT, id="F-OLD", checked_on=date(2026, 1, 1)),
        replace(FACT, id="F-OLDER", checked_on=date(2025, 1, 1)),
    ]
    facts.sort(key=lambda fact: rules.urgency(fact, TODAY))
    assert [(fact.id, rules.standing(fact, TODAY)) for fact in facts] == [
        ("F-OLDER", "overdue"), ("F-OLD", "overdue"), ("F-UNSURE", "unsure"), ("F-SOON", "soon"),
        ("F-A", "good"),
    ]  # fmt: skip


def test_the_last_day_of_a_check_still_counts():
    assert FACT.review_by == date(2027, 5, 1)
    assert rules.standing(FACT, date(2027, 5, 1)) == "soon"
    assert rules.standing(FACT, date(2027, 5, 2)) == "overdue"


def test_a_colleague_may_still_be_writing_for_a_quarter_of_an_hour():
    saved = datetime(2026, 11, 26, 8, 0)
    assert rules.saved_just_now(saved, saved + timedelta(minutes=14))
    assert not rules.saved_just_now(saved, saved + timedelta(minutes=15))


def test_one_works_for_the_ward_whose_pages_these_are_or_for_ones_own():
    write = Permission.WRITE_LESSONS
    assert rules.ward_at(Viewer(scopes=(Scope(Role.AUTHOR, 2), Scope(Role.AUTHOR, 1))), write, 1) == 1
    assert rules.ward_at(Viewer(scopes=(Scope(Role.AUTHOR, 2),)), write, 1) == 2
    assert rules.ward_at(Viewer(scopes=(Scope(Role.AUTHOR),)), write, 7) == 7
    assert rules.ward_at(Viewer(scopes=(Scope(Role.ADMINISTRATOR, 2),)), write, 1) == 1
