"""What stands out in a week of codes: many by one, many for one, a phone in use, and "tôi không nhờ"."""

from datetime import datetime

from elearn.office.standouts import MANY_BY_ONE, OFTEN_FOR_ONE, CodeLine, by_helper, what_stands_out, why_look

AT = datetime(2026, 11, 24, 12)
HOA, QUAN = (2, "Hoa"), (7, "Quản")


def line(number, by=HOA, person=None, *, opened=False, in_use=False, objected=False):
    return CodeLine(
        number, AT, *by, person or number, f"Người {person or number}", None, None,
        AT if opened else None, in_use, AT if objected else None,
    )  # fmt: skip


def test_a_quiet_week_says_nothing():
    assert what_stands_out([]) == [] == by_helper([])
    lines = [line(number, opened=True) for number in range(1, MANY_BY_ONE)]
    assert what_stands_out(lines) == [] and why_look(lines[0]) == []


def test_many_codes_by_one_helper_stand_out():
    lines = [line(number) for number in range(1, MANY_BY_ONE + 1)]
    assert what_stands_out(lines) == [f"Hoa cấp {MANY_BY_ONE} mã trong tuần."]
    lines[-1] = line(MANY_BY_ONE, QUAN)
    assert what_stands_out(lines) == []


def test_several_codes_for_one_person_stand_out():
    lines = [line(number, person=9) for number in range(1, OFTEN_FOR_ONE + 1)]
    assert what_stands_out(lines) == [f"Người 9 được cấp {OFTEN_FOR_ONE} mã trong tuần."]
    assert what_stands_out(lines[1:]) == []


def test_a_code_for_somebody_whose_phone_was_in_use_stands_out_when_it_was_used():
    unused, used = line(1, in_use=True), line(2, in_use=True, opened=True)
    assert what_stands_out([unused]) == [] and "đang dùng một máy" in why_look(unused)[0]
    assert "1 mã được gõ" in what_stands_out([unused, used])[0] and "mã vẫn được gõ" in why_look(used)[0]


def test_who_did_not_ask_comes_first():
    lines = [line(number) for number in range(1, MANY_BY_ONE + 1)] + [line(99, QUAN, objected=True)]
    assert what_stands_out(lines)[0] == "Người 99 nói không nhờ Quản cấp mã."
    assert why_look(lines[-1]) == ["người ấy nói không nhờ cấp mã"]


def test_totals_of_each_helper_the_most_first():
    lines = [line(1, QUAN, objected=True), line(2), line(3, opened=True), line(4)]
    assert [one[1:] for one in by_helper(lines)] == [("Hoa", 3, 1, 0), ("Quản", 1, 0, 1)]
