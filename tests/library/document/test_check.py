"""What stops a lesson from being published, what its author should mend, and what says nothing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.library.document.check import check_text
from elearn.library.document.prose import INSTEAD, sentences
from elearn.library.facts import Fact, read_facts
from elearn.library.folder import check_shelf, said
from tests.library.document.made import ANY_LINE, SHELF, SNAG, spoilt

CHECKED = date(2026, 11, 15)
FACTS = {
    one.id: one
    for one in (
        Fact("F-CONG", "Cổng", "dichvucong.gov.vn", "verified", "cổng dịch vụ công", "TTXVN", CHECKED, 6),
        Fact("F-SO", "Tổng đài", "gọi 1900 1234", "verified", "hỏi phường", "TTXVN", CHECKED, 6),
        Fact("F-MUC", "Hạn mức", "trên 10 triệu một lần", "verified", "xem máy", "TTXVN", CHECKED, 6),
    )
}
HEADER = "---\ncode: TTS-03\ntitle: Quét mã\nminutes: 4\nshort: 1303\nobjective: Trả tiền.\n---\n"
BODY = "## Mở bài\nBác Hạnh mua rau hết 45 nghìn.\n\n"  # line 8 and 9
STEPS = "## Các bước\n1. Mở **ứng dụng**.\n2. Chạm **Quét**.\n\n"  # line 11 to 13
ASKED = "## Câu hỏi\n\n### Việc đầu tiên bác làm là gì? {{#viec}}\n{}> Tên phải đúng là cô Lan.\n"
CHOICES = "- [ ] Nhập tiền\n- [x] Soát tên\n- [ ] Đọc mã cho cô\n"
GOOD = HEADER + BODY + STEPS + ASKED.format(CHOICES)


def remarks(text, **more):
    return check_text(text, FACTS, **more)


def told(text, severity="warning", **more):
    return [(one.line, one.message) for one in remarks(text, **more) if one.severity == severity]


def with_body(text):
    return HEADER + f"## Mở bài\n{text}\n\n" + STEPS + ASKED.format(CHOICES)


def with_steps(*steps):
    lines = "".join(f"{number}. {step}\n" for number, step in enumerate(steps, 1))
    return HEADER + BODY + f"## Các bước\n{lines}\n" + ASKED.format(CHOICES)


def with_question(lines):
    return HEADER + BODY + STEPS + "## Câu hỏi\n\n" + lines


def test_a_good_lesson_is_passed_over_in_silence():
    assert remarks(GOOD, images=[], lessons=[]) == ()


# -- errors


ERRORS = [
    (GOOD.replace("45 nghìn", "{F-KHONG}"), 9, "Không có dữ kiện nào mang mã “F-KHONG”"),
    (GOOD.replace("cô Lan.", "cô Lan. [F-KHONG]"), 21, "Không có dữ kiện nào mang mã “F-KHONG”"),
    (GOOD.replace("Soát tên", "Soát {F-KHONG}"), 19, "Không có dữ kiện nào"),
    (GOOD.replace("45 nghìn", "[F-CONG]"), 9, "chỉ dùng ở cuối lời giải thích"),
    (GOOD.replace("45 nghìn", "{45}"), 9, "Ngoặc nhọn"),
    (GOOD.replace("45 nghìn", "<b>45</b>"), 9, "thẻ HTML “<b>”"),
    (GOOD.replace("45 nghìn", "<!-- 45"), 9, "thẻ HTML"),
    (GOOD.replace("title: Quét mã", "title: Quét {F-CONG}"), 3, "không in được dữ kiện"),
    (GOOD.replace("[x]", "[ ]"), 17, "chưa có phương án đúng"),
    (GOOD.replace("[ ] Nhập", "[x] Nhập"), 17, "2 phương án đúng mà chưa ghi"),
    (GOOD.replace(CHOICES, "- [x] Soát tên\n"), 17, "chỉ có một phương án"),
    (GOOD.replace("Đọc mã cho cô", "soát tên"), 20, "có hai lần trong câu này"),
    (GOOD.replace("Nhập tiền", ""), 18, "Phương án còn trống"),
    (GOOD + "\n### Gì? {#viec}\n" + CHOICES + "> Vì.\n", 23, "trùng với câu ở dòng 17"),
    (GOOD.replace("45 nghìn", "![](images/a.svg)"), 9, "chưa có lời mô tả"),
    (GOOD.replace("45 nghìn", "![rau](https://x.vn/a.png)"), 9, "Địa chỉ ảnh"),
    (GOOD.replace("45 nghìn", "![rau](images/b.svg)"), 9, "Không có ảnh “images/b.svg”"),
    (GOOD.replace("45 nghìn", "[](https://x.vn)"), 9, "chưa có chữ để chạm"),
    (GOOD.replace("45 nghìn", "[x](javascript:alert(1))"), 9, "viết chưa đúng"),
    (GOOD.replace("45 nghìn", "[x](dichvucong.gov.vn)"), 9, "viết chưa đúng"),
    (GOOD.replace("45 nghìn", "[x](/khoa-hoc/thanh-toan-so/khong-co)"), 9, "Không có bài học nào"),
    (GOOD.replace("45 nghìn", "[x](/khoa-hoc/khong-co)"), 9, "Không có bài học nào"),
    (GOOD.replace("code: TTS-03", "code: tts 3"), 2, "“code” có giá trị chưa đúng"),
    (GOOD.replace("short: 1303", "short: 13"), 5, "“short” có giá trị chưa đúng"),
    (GOOD.replace("minutes: 4", "minutes: 45"), 4, "“minutes” có giá trị chưa đúng"),
    (GOOD.replace("objective", "reviewed_on: 15/11/2026\nobjective"), 6, "“reviewed_on” có giá trị"),
    (GOOD.replace("objective", "next_review: 2026-02-30\nobjective"), 6, "“next_review” có giá trị"),
    (HEADER + ASKED.format(CHOICES), 1, "chưa có phần đọc"),
    (HEADER + BODY + STEPS, 1, "chưa có câu hỏi nào"),
    (GOOD.replace("Bác Hạnh mua rau hết 45 nghìn.", ""), 8, "Phần “Mở bài” còn trống"),
    (GOOD.replace("45 nghìn", "x" * 8001), 8, "dài quá 8.000"),
    (GOOD.replace("45 nghìn", "[" * 121), 8, "quá 120 dấu ngoặc vuông"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "words"), ERRORS)
def test_an_error_names_its_line_and_what_to_do(text, line, words):
    found = [
        one
        for one in remarks(text, images=["a.svg"], lessons=["thanh-toan-so/quet-ma-qr"])
        if one.severity == "error"
    ]
    assert [one.line for one in found if words in one.message] == [line], found
    assert all(len(one.remedy) > 10 for one in found)


@pytest.mark.parametrize(
    "good",
    [
        "{F-CONG}",
        "[cổng](https://{F-CONG})",
        "[bài trước](/khoa-hoc/thanh-toan-so/quet-ma-qr)",
        "[cả khóa](/khoa-hoc/thanh-toan-so)",
        "[câu hỏi](/khoa-hoc/thanh-toan-so/quet-ma-qr/cau-hoi#dau)",
        "[gọi](tel:0225000000)",
        "[trang](https://haiphong.gov.vn/a?b=1)",
        "![rau ngoài chợ](images/a.svg)",
        "5 < 6 và 7 > 6",
    ],
)
def test_what_leads_somewhere_is_no_error(good):
    text = GOOD.replace("hết 45 nghìn", f"hết {good}")
    assert told(text, "error", images=["a.svg"], lessons=["thanh-toan-so/quet-ma-qr"]) == []


# -- the writing rules (domain.md 5.1)

MIDDLING = "Bác mở máy ra xem tin mới của phường mình ở nhà cùng với cháu gái út nhé."
LONG = "Bác mở máy lên rồi bác tìm cái ô có hình vuông ở giữa màn hình sáng rồi bác đứng đó chờ."


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        # 1. short sentences, short paragraphs, short lessons
        (with_body(LONG), 9, "Câu dài 22 tiếng (tối đa 20)"),
        (GOOD.replace("Tên phải", "Tên " * 20 + "phải"), 21, "Câu dài"),
        (with_body("Một. Hai. Ba. Bốn."), 9, "Đoạn có 4 câu (tối đa 3)"),
        (with_body("\n\n".join(["Bác mở máy ra xem tin mới ở nhà."] * 40)), 8, "Phần đọc dài"),
        (with_body("\n\n".join([MIDDLING] * 18)), 8, "Trung bình mỗi câu dài"),
        # 2. one action a step, beginning with a verb
        (with_steps("Nút **Quét** ở dưới."), 12, "chưa bắt đầu bằng việc cần làm"),
        (with_steps("Mở ứng dụng, chạm **Quét**, nhập tiền."), 12, "Bước này có 3 việc"),
        # 4. no pronouns in steps
        (with_steps("Mở máy của bác."), 12, "không xưng hô"),
        (with_steps("Mở máy, bạn nhé."), 12, "không xưng hô"),
        # 5. plain words, no short forms but four
        (with_body("Bác click vào đây."), 9, "Không dùng chữ “click”"),
        (with_body("Bác tải phần mềm."), 9, "Không dùng chữ “phần mềm”"),
        (with_body("Bác đến UBND ở phường."), 9, "Chữ viết tắt “UBND”"),
        (with_body("Bác gọi sđt này."), 9, "Chữ viết tắt “sđt”"),
        # 7. questions
        (GOOD.replace("- [ ] Đọc mã cho cô\n", ""), 17, "Câu hỏi có 2 phương án"),
        (GOOD.replace("- [ ] Đọc", "- [ ] Một\n- [ ] Hai\n- [ ] Đọc"), 17, "Câu hỏi có 5 phương án"),
        (GOOD.replace("Đọc mã cho cô", "Tất cả đều đúng"), 20, "làm người học đoán mò"),
        (GOOD.replace("Đọc mã cho cô", "Cả hai ý trên"), 20, "làm người học đoán mò"),
        (GOOD.replace("Đọc mã cho cô", "A và B"), 20, "làm người học đoán mò"),
        (GOOD.replace("Đọc mã cho cô", "Không phải không soát"), 20, "Phủ định hai lần"),
        (GOOD.replace("gì?", "gì không nên?").replace("Đọc mã", "Không đọc"), 20, "cũng phủ định"),
        (GOOD.replace("> Tên phải đúng là cô Lan.\n", ""), 17, "chưa có lời giải thích"),
        (GOOD.replace("cô Lan.", "cô Lan. Hai. Ba."), 21, "Lời giải thích có 3 câu"),
        (with_question("### Gì? (chọn nhiều) {#a}\n" + CHOICES + "> Vì.\n"), 17, "chỉ có một phương án đúng"),
        # 8. every number and hotline rests on a fact
        (with_body("Bác gọi 1900 1234 hỏi."), 9, "Số điện thoại “1900 1234” chưa dẫn dữ kiện nào"),
        (with_body("Bác gọi 113 ngay."), 9, "Số điện thoại “113”"),
        (with_body("Bác mở dichvucong.gov.vn ra."), 9, "Địa chỉ “dichvucong.gov.vn”"),
        (with_body("Theo Nghị định số 13 thì được."), 9, "Số văn bản"),
        (with_body("Việc này có từ 01/07/2025."), 9, "Ngày tháng “01/07/2025”"),
        (with_body("Chuyển trên 10 triệu một lần thì soi mặt."), 9, "Hạn mức"),
        (with_body("Bác chờ 7 ngày làm việc."), 9, "Hạn mức “7 ngày làm việc”"),
    ],
)  # fmt: skip
def test_a_writing_rule_is_a_warning_with_its_line_and_what_to_do(text, line, words):
    assert told(text, "error") == []
    found = [one for one in remarks(text) if words in one.message]
    assert [(one.line, one.severity) for one in found] == [(line, "warning")], remarks(text)
    assert all(len(one.remedy) > 10 for one in found)


@pytest.mark.parametrize("word", INSTEAD)
def test_every_unwanted_word_is_told_with_the_word_to_use(word):
    (found,) = [
        one for one in remarks(with_body(f"Bác dùng {word} nhé.")) if one.message.startswith("Không dùng")
    ]
    assert INSTEAD[word] in found.remedy


@pytest.mark.parametrize(
    "text",
    [
        with_body("Bác nhận mã OTP trên VNeID, quét QR, xem thẻ BHYT."),
        with_body('Màn hình ghi "gọi 1900 1234" mà bác không gọi.'),
        with_body("Bác gọi {F-SO} hỏi. Cổng là {F-CONG}."),
        with_body("Tin nhắn đến lúc 9 giờ 30. Bác trả 35.000 đồng."),
        with_body("Dải chữ **THỰC HÀNH – KHÔNG PHẢI THẬT** ở trên."),
        with_steps("Nhà không có mạng: hẹn hôm khác."),
        with_steps("Hỏi bác Hạnh, rồi chạm **Quét**."),
        with_steps("Mời bác sĩ xem. Đừng vội."),
        with_steps('Đọc to: "Bác có đúng tên không?"'),
        GOOD.replace("Đọc mã cho cô", "Mở cửa và bật đèn"),
        GOOD.replace("cô Lan.", "cô Lan, hoặc gọi 1900 1234. [F-SO]"),
        GOOD.replace(CHOICES, "- [ ] A\n  > Không nên.\n- [x] B\n  > Đúng.\n- [ ] C\n  > Chưa.\n").replace(
            "> Tên phải đúng là cô Lan.\n", ""
        ),
    ],
)
def test_what_the_rules_allow_is_passed_over(text):
    assert remarks(text) == ()


def test_a_number_and_a_small_letter_end_no_sentence():
    assert sentences("Trả 35.000 đồng. Chờ.") == ["Trả 35.000 đồng.", "Chờ."]
    assert sentences("Bác hỏi: “Gì?” rồi đi. Xong!") == ["Bác hỏi: “Gì?” rồi đi.", "Xong!"]
    assert sentences("… . !") == []


# -- always


@given(st.one_of(spoilt(), st.lists(st.one_of(SNAG, ANY_LINE), max_size=20).map("\n".join)))
def test_any_text_is_checked_and_every_remark_can_be_acted_on(text):
    for one in check_text(text, FACTS, images=["a.svg"], lessons=["a/b"]):
        assert one.severity in ("error", "warning")
        assert 1 <= one.line <= text.count("\n") + text.count("\r") + 1
        assert one.message.endswith((".", "?", "”.")) and len(one.remedy) > 10
        assert str(one).startswith(f"dòng {one.line}: ") and "Việc cần làm: " in str(one)


def test_the_shipped_courses_have_neither_errors_nor_warnings():
    assert [said(*one) for one in check_shelf(SHELF)] == []


def test_the_shipped_facts_are_read_and_all_are_used():
    facts = read_facts((SHELF / "facts.yaml").read_text())
    texts = "".join(path.read_text() for path in SHELF.glob("*/*.md"))
    unused = [one.id for one in facts if f"{{{one.id}}}" not in texts and f"[{one.id}]" not in texts]
    assert len(facts) == len({one.id for one in facts}) > 10
    assert len(unused) < len(facts), unused
