"""Messages to judge: the shipped ones are whole, and each way of spoiling one is named."""

from datetime import date

import pytest

from elearn.library.document.drills import check_drills, parse_drills
from elearn.library.document.prose import sentences
from elearn.library.facts import Fact, read_facts
from tests.library.document.made import SHELF
from tests.library.document.test_check import CHECKED, FACTS

GOOD = """\
- key: khoa-the
  form: sms
  sender: Ngân hàng Sen Hồng
  text: "[Thẻ bị khóa sau 30 phút](giuc). Mở {F-CONG}."
  fake: true
  signs:
    giuc: Giục gấp.
  why: Ngân hàng không giục.
  facts: [F-CONG]
"""
FACTS = FACTS | {"F-CU": Fact("F-CU", "Cũ", "x", "verified", "y", "TTXVN", date(2020, 1, 1), 6)}


def told(text):
    drills, remarks = parse_drills(text)
    return [(one.line, one.message) for one in [*remarks, *check_drills(drills, FACTS)]]


def test_a_good_drill_is_passed_over_in_silence_and_read_as_meant():
    assert told(GOOD) == []
    (drill,) = parse_drills(GOOD)[0]
    assert [tuple(one) for one in drill.pieces({"F-CONG": "dichvucong.gov.vn"})] == [
        ("", ""),
        ("Thẻ bị khóa sau 30 phút", "giuc"),
        (". Mở dichvucong.gov.vn.", ""),
    ]
    assert (drill.look, drill.called) == ("messages", "Tin nhắn SMS")


FAULTS = {
    "no list": (GOOD, "key: a", "phải là một danh sách"),
    "no YAML": ("fake: true", "fake: [", "không đọc được"),
    "a word instead": (GOOD, "- a", "không đọc được"),
    "no reason": ("  why: Ngân hàng không giục.\n", "", "thiếu dòng “why”"),
    "an odd key": ("khoa-the", "Khóa thẻ", "chưa đúng cách viết"),
    "an unknown form": ("form: sms", "form: fax", "Không có kiểu tin"),
    "neither true nor false": ("fake: true", "fake: giả", "phải là true hoặc false"),
    "a number as text": ("sender: Ngân hàng Sen Hồng", "sender: 123", "phải là chữ"),
    "signs as a list": ("  signs:\n    giuc: Giục gấp.\n", "  signs: [giuc]\n", "chưa đúng cách viết"),
    "facts as a word": ("[F-CONG]", "F-CONG", "phải là danh sách mã"),
    "a mark nobody explains": ("    giuc: Giục gấp.\n", "    khac: Giục gấp.\n", "chưa có lời giải thích"),
    "a sign that is nowhere": (
        "giuc: Giục gấp.\n",
        "giuc: Giục gấp.\n    vo: Vờ.\n",
        "không có chỗ chạm nào",
    ),
    "a fake without a sign": ("  signs:\n", "  fine:\n", "chưa có dấu hiệu nào"),
    "a real one with a sign": ("fake: true", "fake: false", "lại có dấu hiệu lừa"),
    "a mark twice": ("Mở {F-CONG}", "[Mở](giuc) {F-CONG}", "có hai chỗ chạm"),
    "no fact": ("[F-CONG]", "[]", "chưa dựa vào dữ kiện"),
    "an unknown fact": ("{F-CONG}", "{F-KHONG}", "Không có dữ kiện nào"),
    "a real bank": ("Ngân hàng Sen Hồng", "Vietcombank", "tên thật"),
    "a link": ("Mở {F-CONG}", "Mở https://a.vn", "đường link mở ra ngoài"),
    "somebody's number": ("Mở {F-CONG}", "Gọi 0912 345 678", "của người thật"),
}


@pytest.mark.parametrize(("typed", "broken", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named(typed, broken, words):
    assert typed in GOOD
    assert any(words in message for _, message in told(GOOD.replace(typed, broken, 1)))


@pytest.mark.parametrize(
    "odd", ["- form: [a]", "- key: 2026-99-99", "- a: !!int x", "[" * 5_000, "- a: " + "9" * 5_000]
)
def test_no_file_however_odd_stops_the_reader(odd):
    assert told(odd)


def test_a_key_twice_is_named_at_the_second():
    assert told(GOOD + GOOD) == [(10, "Mã “khoa-the” trùng với tin ở dòng 1.")]


def test_what_rests_on_a_lapsed_fact_is_not_asked():
    (drill,) = parse_drills(GOOD)[0]
    assert drill.stands(FACTS, CHECKED)
    (lapsed,) = parse_drills(GOOD.replace("[F-CONG]", "[F-CU]"))[0]
    assert not lapsed.stands(FACTS, CHECKED)


def test_the_shipped_drills_are_whole_and_as_many_as_promised():
    facts = {one.id: one for one in read_facts((SHELF / "facts.yaml").read_text())}
    drills, remarks = parse_drills((SHELF / "drills.yaml").read_text())
    assert [*remarks, *check_drills(drills, facts)] == []
    asked = [one for one in drills if one.stands(facts, CHECKED)]
    assert len(asked) >= 30
    assert 0.25 < sum(not one.fake for one in asked) / len(asked) < 0.5
    assert all(facts[name].source for one in asked for name in one.rests_on())
    assert [one.key for one in asked if len(sentences(one.why)) > 2 or len(one.pieces({})) < 2] == []
