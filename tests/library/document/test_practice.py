"""A practice is read, written, checked and laid out; every way through a good one comes to its end."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from elearn.library.document.check import check_text
from elearn.library.document.play import as_played
from elearn.library.document.practice import END, LOOKS, Blank, Message, Practice, Screen, Tap, reached
from elearn.library.document.read import parse, read
from elearn.library.document.write import write
from tests.library.document.made import KEY, PLAIN_LINE
from tests.library.document.test_check import BODY, FACTS, HEADER, STEPS
from tests.library.document.test_write import WHOLE

ASKED = (
    "## Câu hỏi\n\n### Việc đầu tiên bác làm là gì? {#viec}\n- [ ] Nhập\n- [x] Soát\n- [ ] Đọc\n> Vì thế.\n"
)
PLAYED = """## Thực hành: Mua rau bằng mã QR
Mục tiêu: Trả tiền rau cho đúng người.
Nhân vật: bác Hạnh

### Màn hình chính (điện thoại) {#chinh}
Rau hết **35 nghìn**. Cô Lan chìa mã QR.

> Số lạ: Bác ấn vào đây
> để nhận quà.
? Tìm chữ Ngân hàng.
- [x] **Ngân hàng** => quet
- [ ] Tin nhắn => tin
- [ ] Trò chơi
  > Bác đang trả tiền, chơi sau nhé.

### Tin nhắn (tin nhắn) {#tin}
Tin này của người lạ.
- [x] Quay lại => chinh

### Nhập tiền (ngân hàng) {#quet}
- [.] Số tiền: 0 đ = 35.000 đ
  > Bác chưa nhập số tiền.
- [x] **Xác nhận**
"""
GOOD = HEADER + BODY + STEPS + PLAYED + "\n" + ASKED
FIRST = 15  # the line on which the practice begins


def told(text, severity="error"):
    return [(one.line, one.message) for one in check_text(text, FACTS) if one.severity == severity]


def test_a_good_practice_is_passed_over_in_silence():
    assert check_text(GOOD, FACTS) == ()


def test_a_practice_is_read_as_it_was_meant():
    practice = read(GOOD).practice
    assert (practice.title, practice.character) == ("Mua rau bằng mã QR", "bác Hạnh")
    first, stray, last = practice.screens
    assert first.messages == (Message("Bác ấn vào đây để nhận quà.", "Số lạ"),)
    assert (first.look, stray.look, last.look) == ("phone", "messages", "bank")
    assert first.taps[2] == Tap("Trò chơi", right=False, word="Bác đang trả tiền, chơi sau nhé.")
    assert last.blanks == (Blank("Số tiền", "35.000 đ", "0 đ", "Bác chưa nhập số tiền."),)
    assert practice.ways() == {
        "chinh": frozenset({"quet", "tin"}),
        "tin": frozenset({"chinh"}),
        "quet": frozenset({END}),
    }


def test_the_questions_and_the_sections_do_not_change_by_it():
    without = read(GOOD.replace(PLAYED + "\n", ""))
    assert replace(read(GOOD), practice=None) == without


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("## Thực hành: Mua rau", "## THỰC HÀNH: Mua rau"),
        ("(ngân hàng)", "(Ngân  Hàng)"),
        ("- [x] **Ngân hàng** => quet", "* [X] **Ngân hàng** → {#quet}"),
        ("Mục tiêu: Trả", "mục tiêu:   Trả"),
        ("  > Bác chưa", "> Bác chưa"),
        ("để nhận quà.", "  để nhận quà."),
    ],
)
def test_what_a_thumb_types_is_understood(typed, meant):
    assert typed in GOOD
    assert read(GOOD.replace(typed, meant)) == read(GOOD)


FAULTS = {
    "an unknown look": ("(tin nhắn)", "(máy tính)", FIRST + 15, "Không có kiểu màn “máy tính”"),
    "a colon left out": ("## Thực hành:", "## Thực hành", FIRST, "thiếu dấu hai chấm"),
    "no title": ("## Thực hành: Mua rau bằng mã QR", "## Thực hành", FIRST, "chưa có tên"),
    "no goal": ("Mục tiêu: Trả tiền rau cho đúng người.\n", "", FIRST, "chưa có mục tiêu"),
    "a stray line": ("Nhân vật: bác", "Bác", FIRST + 2, "chưa thuộc màn nào"),
    "a heading too deep": ("### Tin nhắn", "#### Tin nhắn", FIRST + 15, "tên màn bắt đầu bằng ###"),
    "no name": ("### Tin nhắn (tin nhắn)", "### (tin nhắn)", FIRST + 15, "Tên màn còn trống"),
    "an odd key": ("{#tin}", "{#Tin nhắn}", FIRST + 15, "chưa đúng cách viết"),
    "a key twice": ("{#tin}", "{#chinh}", FIRST + 15, "trùng với màn ở dòng 19"),
    "the key of the end": ("{#tin}", "{#xong}", FIRST + 15, "không đặt cho màn được"),
    "a way to nowhere": ("=> tin", "=> lac", FIRST + 11, "Không có màn nào mang mã “lac”"),
    "an arrow to nothing": ("=> tin", "=>", FIRST + 11, "chưa có tên màn"),
    "a dead end": ("- [x] Quay lại => chinh", "- [ ] Quay lại\n  > Chưa.", FIRST + 15, "ngõ cụt"),
    "a circle": ("- [x] Quay lại => chinh", "- [x] Quay lại => tin", FIRST + 15, "không đi đến hết bài được"),
    "a screen apart": ("Tin nhắn => tin", "Tin nhắn => quet", FIRST + 15, "Không có đường nào tới màn"),
    "an odd tick": ("- [ ] Trò chơi", "- [sai] Trò chơi", FIRST + 12, "không rõ là gì"),
    "nothing on a button": ("**Ngân hàng**", "", FIRST + 10, "chưa có chữ"),
    "two buttons alike": ("Trò chơi", "Tin nhắn", FIRST + 12, "hai chỗ chạm cùng tên"),
    "a wrong way without a word": (
        "  > Bác đang trả tiền, chơi sau nhé.\n",
        "",
        FIRST + 12,
        "chưa có lời giải thích",
    ),
    "a wrong way that ends": ("- [ ] Tin nhắn => tin", "- [ ] Tin nhắn => xong", FIRST + 11, "lại kết thúc"),
    "a wrong way to itself": ("=> tin", "=> chinh", FIRST + 11, "dẫn về chính màn này"),
    "a blank that fills with nothing": (" = 35.000 đ", "", FIRST + 20, "chưa có chữ để điền"),
    "a blank without a word": ("  > Bác chưa nhập số tiền.\n", "", FIRST + 20, "chưa có lời nhắc"),
    "words below the buttons": (
        "- [x] **Xác nhận**",
        "- [x] **Xác nhận**\n\nLạc chỗ.",
        FIRST + 24,
        "đứng sau tin nhắn hoặc nút",
    ),
    "a real bank": ("### Nhập tiền", "### Vietcombank", FIRST + 19, "tên thật"),
    "a link": ("ấn vào đây", "ấn https://qua.vn", FIRST + 7, "không có đường link"),
    "an address that looks real": ("Cô Lan chìa", "Mở quatang.com. Cô Lan chìa", FIRST + 5, "trông như thật"),
    "somebody's number": ("Số lạ: Bác", "Số lạ: Gọi 0912 345 678, bác", FIRST + 7, "của người thật"),
    "somebody's account": ("Số lạ: Bác", "Số lạ: Vào 97041234123, bác", FIRST + 7, "số tài khoản"),
    "an amount to the last đồng": ("35.000 đ", "35.120 đ", FIRST + 20, "lẻ như sổ thật"),
    "a fee": ("Rau hết **35 nghìn**.", "Lệ phí 35 nghìn.", FIRST + 5, "bị hiểu là mức thật"),
    "an unknown fact": ("Trả tiền rau", "Trả {F-KHONG}", FIRST + 1, "Không có dữ kiện nào"),
    "raw HTML": ("Cô Lan chìa", "<b>Cô</b> chìa", FIRST + 5, "thẻ HTML"),
    "a second practice": (ASKED, PLAYED + ASKED, FIRST + 24, "Có hai phần “Thực hành”"),
    "no screen": (PLAYED, "".join(PLAYED.splitlines(keepends=True)[:3]), FIRST, "chưa có màn nào"),
}


@pytest.mark.parametrize(("typed", "broken", "line", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_with_its_line_and_what_to_do(typed, broken, line, words):
    assert typed in GOOD
    found = told(GOOD.replace(typed, broken, 1))
    assert [one for one, message in found if words in message] == [line], found
    assert all(one.remedy for one in check_text(GOOD.replace(typed, broken, 1), FACTS))


def test_a_practice_without_a_wrong_way_teaches_nothing():
    right = "## Thực hành: A\nMục tiêu: Thử.\n\n### Một\n- [x] Đi\n\n"
    assert [message for _, message in told(GOOD.replace(PLAYED, right))] == [
        "Bài thực hành chưa có chỗ nào chạm sai được."
    ]


def test_a_dead_end_is_named_alone_and_not_every_screen_before_it():
    found = told(GOOD.replace("- [x] **Xác nhận**", "- [ ] **Xác nhận**\n  > Chưa."))
    assert [message for _, message in found] == ["Màn “Nhập tiền” là ngõ cụt: chưa có chỗ chạm đúng."]


def test_a_star_of_a_field_stays_and_those_of_a_button_go():
    played = as_played(read(GOOD.replace("Số tiền: 0 đ", "Số tiền *: 0 đ")).practice, {})
    blank, button = played["screens"][2]["things"]
    assert (blank["label"], button["label"]) == ("Số tiền *", "Xác nhận")


def test_a_draft_with_a_way_to_nowhere_can_be_looked_at():
    played = as_played(parse(GOOD.replace("=> quet", "=> lac")).document.practice, {})
    assert played["screens"][0]["things"][0]["to"] is None


def test_no_text_however_odd_stops_the_checker():
    for odd in ("1" + ".000" * 1_500, "[" * 20_000):
        assert check_text(GOOD.replace("Trò chơi", odd), FACTS)
        assert check_text(GOOD.replace("Mua rau bằng mã QR", odd), FACTS)


def test_a_real_name_is_seen_in_the_title_and_the_character_too():
    assert "tên thật" in told(GOOD.replace("Nhân vật: bác Hạnh", "Nhân vật: Agribank"))[0][1]
    assert "người thật" in told(GOOD.replace("cho đúng người", "gọi 0912 345 678"))[0][1]


def test_a_false_address_may_stand_where_tapping_is_wrong():
    assert told(GOOD.replace("- [ ] Trò chơi", "- [ ] dichvucong-gov.com")) == []
    assert told(GOOD.replace("- [x] **Ngân hàng**", "- [x] **dichvucong.gov.vn**")) == []
    assert told(GOOD.replace("Số lạ: Bác", "Số 0900 000 123: Bác")) == []


def test_too_many_screens_or_buttons_are_too_much():
    screens = "".join(f"### Màn {n}\n- [x] Đi {n}\n\n" for n in range(40))
    start = "## Thực hành: A\nMục tiêu: Thử.\n\n"
    assert [line for line, _ in told(GOOD.replace(PLAYED, start + screens))] == [FIRST + 3 + 3 * 30]
    buttons = "".join(f"- [ ] Sai {n}\n  > Chưa.\n" for n in range(9))
    assert "hơn 8 chỗ chạm" in told(GOOD.replace("- [ ] Trò chơi", f"{buttons}- [ ] Trò chơi"))[0][1]


def test_what_is_played_holds_every_way_and_no_link():
    played = as_played(read(GOOD.replace("Cô Lan", "Cô [Lan](/x)")).practice, {})
    first, _stray, last = played["screens"]
    ways = [(one["kind"], one["to"], one["button"]) for one in first["things"]]
    assert ways == [("right", 3, True), ("wrong", 2, False), ("wrong", None, False)]
    assert first["messages"] == [{"sender": "Số lạ", "html": "Bác ấn vào đây để nhận quà."}]
    assert (last["things"][0]["before"], last["things"][0]["after"]) == ("0 đ", "35.000 đ")
    assert last["things"][1]["to"] == 0
    assert "<a" not in str(played)


# -- whatever is made up


THINGS = st.lists(
    st.one_of(
        st.builds(Tap, PLAIN_LINE, st.booleans(), st.sampled_from(["", END, "a", "b", "c"]), PLAIN_LINE),
        st.builds(Blank, PLAIN_LINE, PLAIN_LINE, st.one_of(st.just(""), PLAIN_LINE), PLAIN_LINE),
    ),
    max_size=4,
).map(tuple)
SCREENS = st.builds(
    Screen,
    key=st.one_of(st.sampled_from("abc"), KEY),
    title=PLAIN_LINE,
    look=st.sampled_from([*LOOKS.values()]),
    body=st.one_of(st.just(""), PLAIN_LINE),
    messages=st.lists(st.builds(Message, PLAIN_LINE), max_size=2).map(tuple),
    hint=st.one_of(st.just(""), PLAIN_LINE),
    things=THINGS,
)
PRACTICES = st.builds(
    Practice, title=PLAIN_LINE, goal=PLAIN_LINE, screens=st.lists(SCREENS, min_size=1, max_size=6).map(tuple)
)


@given(PRACTICES)
def test_whatever_practice_is_written_reads_back(practice):
    document = replace(WHOLE, practice=practice)
    try:
        text = write(document)
    except ValueError:
        return  # no text says this
    assert read(text) == document
    assert write(read(text)) == text


@st.composite
def walks(draw: st.DrawFn) -> Practice:
    """Return a practice whose words are good and whose ways lead anywhere."""
    keys = [f"man-{number}" for number in range(draw(st.integers(1, 6)))]
    anywhere = st.sampled_from(["", "", *keys])
    screens = []
    for key in keys:
        rights = [Tap(f"Đi {n}", True, draw(anywhere)) for n in range(draw(st.integers(1, 2)))]
        strays = [
            Tap(f"Lạc {n}", False, draw(anywhere), "Chưa đúng.") for n in range(draw(st.integers(0, 2)))
        ]
        screens.append(Screen(key, f"Màn {key}", things=(*rights, *strays)))
    return Practice("Đi", "Đi đến nơi.", screens=tuple(screens))


@given(walks())
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_from_every_screen_of_a_practice_without_an_error_the_end_is_reached(practice):
    remarks = check_text(write(replace(WHOLE, practice=practice)), FACTS)
    first = write(replace(WHOLE, practice=practice)).split("\n").index(f"## Thực hành: {practice.title}")
    assume(
        not [
            one for one in remarks if one.severity == "error" and one.line > first and "F-" not in one.message
        ]
    )
    ways = practice.ways()
    start = practice.screens[0].key
    assert reached(ways, start) == {*ways, END}
    assert all(END in reached(ways, key) for key in ways)
