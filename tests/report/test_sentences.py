"""What the report says, whatever was counted: whole sentences, no gaps, no word of a program."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.report.defaults import usual_words
from elearn.report.figures import Activity, Correction, Counts, Difficulty, Figures, Part, Posters, as_text
from elearn.report.official import document_from
from elearn.report.rules import compared, difference, lettered
from elearn.report.sentences import document_of
from tests.report.conftest import WARD, made, some_figures

NUMBER = st.one_of(st.just(0), st.integers(0, 12), st.integers(0, 2_000_000))
COUNTS = st.builds(Counts, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER)
NAME = st.sampled_from(["Tổ dân phố số 5 (Đằng Giang)", "Tổ dân phố số 7", "Tổ 3", "Khu Vạn Mỹ"])


def parts(keys, compares):
    return st.tuples(
        *(
            st.builds(
                Part, key=st.just(key), name=st.just(name), now=COUNTS,
                before=COUNTS if compares else st.none(),
                people=NUMBER, finished=NUMBER, adults=st.none() | NUMBER,
                coverage=st.one_of(st.none(), st.floats(0, 1)),
                kind=st.sampled_from(["regular", "regular", "unknown", "elsewhere"]),
                note=st.sampled_from(["", "", "trước khi tách"]),
            )
            for key, name in keys
        )
    )  # fmt: skip


@st.composite
def any_figures(draw):
    compares = draw(st.booleans())
    one = draw(parts([("", "Toàn phường")], compares))[0]
    groups = draw(
        st.integers(0, 14).flatmap(lambda n: parts([(f"G{i}", f"Tổ {i}") for i in range(n)], compares))
    )
    ways = [("alone", "Tự học"), ("assisted", "Có người hướng dẫn"), ("kiosk", "Máy"), ("meeting", "Họp")]
    audiences = [("resident", "Người dân"), ("official", "Cán bộ"), ("youth", "Đoàn viên")]
    posters = st.builds(Posters, NUMBER, NUMBER, NUMBER, NUMBER if compares else st.none())
    activities = st.builds(Activity, st.just("Họp tổ dân phố"), st.integers(1, 50), st.just("buổi"), NUMBER,
                           st.one_of(st.none(), NUMBER))  # fmt: skip
    difficulties = st.builds(
        Difficulty, NAME, st.sampled_from(["Sóng yếu.", "Thiếu  máy"]),
        st.sampled_from(["new", "in_hand", "done"]), st.sampled_from(["", "Đã xem."]),
    )  # fmt: skip
    return Figures(
        ward=WARD, since="2026-11-01" if compares else None, until="2026-11-30", made_on="2026-12-01",
        previous_since="2026-10-01" if compares else None,
        previous_until="2026-10-31" if compares else None,
        only=draw(st.sampled_from([(), ("khóa “Thanh toán số”",)])), total=one, ever=draw(COUNTS),
        offered=draw(st.integers(0, 9)), groups=groups,
        courses=draw(parts([("mot", "Khóa một"), ("hai", "Khóa hai")], compares)),
        audiences=draw(parts(audiences, compares)),
        ways=draw(parts(ways[draw(st.integers(0, 1)) :], compares)),
        posters=draw(st.one_of(st.none(), posters)),
        activities=draw(st.none() | st.lists(activities, max_size=13).map(tuple)),
        difficulties=draw(st.none() | st.lists(difficulties, max_size=30).map(tuple)),
    )  # fmt: skip


@given(any_figures(), st.sampled_from(["ubnd", "vhxh"]))
def test_whatever_was_counted_is_said_in_whole_sentences(figures, body):
    document = document_of(figures, usual_words(WARD, body), body, date(2026, 12, 1))
    for block in document.blocks:
        text = block.text
        assert text == text.strip() and "  " not in text and text
        assert not re.search(r"None|nan|True|False|\{|\}|\[|\]|—", text), text
        assert not re.search(r" [,.;:)]|\( |,,|\.\.|;;|: ?\.|; ?\.", text), text
        assert not re.search(r"(?<![\d.,])0 (?!%)", text), f"none is said in words: {text}"
        assert not re.search(r"\d{4,}(?! năm)", re.sub(r"\d\d/\d\d?/\d{4}|(năm|NQ) \d{4}", "", text)), text
        assert not re.search(r"(?<!\d)-\d", text), text
        if block.kind == "text":
            assert text[-1] in ".:" and (text[0].isupper() or re.match(r"([a-zđ]\)|-) \S|\d", text)), text
            assert text.count("(") == text.count(")") - bool(re.match(r"[a-zđ]\)", text))
    assert document.blocks[-1].text.endswith("./.")
    assert sum(one.kind == "section" for one in document.blocks) == 5
    assert document_from(as_text(document)) == document


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (0, None, "chưa có bài"),
        (5, None, "5 bài"),
        (0, 0, "không có bài (kỳ trước cũng không có)"),
        (0, 7, "không có bài (kỳ trước có 7)"),
        (7, 0, "7 bài (kỳ trước không có)"),
        (7, 7, "7 bài (bằng kỳ trước)"),
        (7, 5, "7 bài (tăng 2 so với kỳ trước là 5)"),
        (1500, 1200, "1.500 bài (tăng 300, tức 25,0\u00a0%, so với kỳ trước là 1.200)"),
        (900, 1200, "900 bài (giảm 300, tức 25,0\u00a0%, so với kỳ trước là 1.200)"),
    ],
)
def test_a_count_is_set_beside_the_one_before(now, before, words):
    assert compared(now, before, "bài") == words


def test_cells_tell_the_difference_with_its_sign():
    assert [difference(*one) for one in ((5, 3), (3, 5), (4, 4), (2000, 1))] == ["+2", "−2", "0", "+1.999"]


def test_a_list_longer_than_the_alphabet_has_dashes():
    assert lettered(["x"] * 24)[0] == "- x" and lettered(["x"] * 7)[4:] == ["đ) x", "e) x", "g) x"]
    assert lettered(["x"]) == ["x"]


def said_by(**other):
    return " ".join(one.text for one in made(**other).blocks)


def test_what_is_not_known_is_said_so():
    unknown = replace(some_figures().total, coverage=None)
    assert "chưa tính được tỷ lệ vì chưa đủ số người lớn" in said_by(total=unknown)


def test_groups_with_few_learners_are_not_compared():
    few = tuple(
        Part(f"G{n}", f"Tổ {n}", Counts(), Counts(), people=n, adults=10, coverage=n / 10, kind="regular")
        for n in range(9)
    )
    assert "cao nhất: Tổ 8, 80,0\u00a0%; Tổ 7, 70,0\u00a0%; Tổ 6, 60,0\u00a0%." in said_by(groups=few)
    assert "cao nhất" not in said_by(groups=few[:7]), "only two of them have five learners"


def test_a_filtered_report_says_what_it_leaves_out():
    said = said_by(only=("khóa “Thanh toán số”",), posters=None, activities=None, difficulties=None)
    assert "Báo cáo này chỉ tính khóa “Thanh toán số”." in said
    assert said.count("nên không nêu ở báo cáo này") == 2


def test_the_wards_own_words_stand_in_their_parts():
    own = replace(
        usual_words(WARD, "ubnd"), part_1="Ban hành  Kế hoạch.\n\nHọp giao ban.", part_3="Thiếu máy.",
        part_4="Mở lớp.", part_5="Hỗ trợ 3 máy.",
    )  # fmt: skip
    texts = [one.text for one in made("ubnd", words=own).blocks]
    assert texts[texts.index("I. CÔNG TÁC CHỈ ĐẠO, TRIỂN KHAI") + 1 :][:2] == [
        "Ban hành Kế hoạch.",
        "Họp giao ban.",
    ]
    assert texts[texts.index("IV. NHIỆM VỤ THỜI GIAN TỚI") - 1] == "Thiếu máy."
    assert texts[texts.index("V. ĐỀ XUẤT, KIẾN NGHỊ") - 1 :][:3] == [
        "Mở lớp.", "V. ĐỀ XUẤT, KIẾN NGHỊ", "Hỗ trợ 3 máy.",
    ]  # fmt: skip


def test_corrections_are_told_and_tabled():
    document = made(corrections=[Correction("Toàn phường: bài học làm xong", None, 3)])
    assert document.annexes[-1].rows == (("1", "Toàn phường: bài học làm xong", "—", "3"),)
