"""A text is said as people say it: figures, amounts, days, addresses, abbreviations."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from elearn.kit.spoken import DIGITS, digits_in_words, number_in_words, spoken
from tests.sizes import size


def test_a_sum_is_said_alike_whether_or_not_a_line_may_end_in_it():
    assert (
        spoken("Hết 185.000\u00a0đ.") == spoken("Hết 185.000 đ.") == "Hết một trăm tám mươi lăm nghìn đồng."
    )


NUMBERS = {
    0: "không",
    4: "bốn",
    5: "năm",
    10: "mười",
    11: "mười một",
    15: "mười lăm",
    21: "hai mươi mốt",
    24: "hai mươi tư",
    50: "năm mươi",
    55: "năm mươi lăm",
    105: "một trăm linh năm",
    110: "một trăm mười",
    2_005: "hai nghìn không trăm linh năm",
    2_026: "hai nghìn không trăm hai mươi sáu",
    12_000: "mười hai nghìn",
    100_021: "một trăm nghìn không trăm hai mươi mốt",
    1_000_005: "một triệu không trăm linh năm",
    1_500_000: "một triệu năm trăm nghìn",
    20_000_000: "hai mươi triệu",
    1_000_000_000: "một tỷ",
    3_000_000_001: "ba tỷ không trăm linh một",
}


@pytest.mark.parametrize(("number", "words"), NUMBERS.items())
def test_a_number_is_said_as_in_the_north(number, words):
    assert number_in_words(number) == words


def test_a_number_below_zero_is_refused():
    with pytest.raises(ValueError, match="below zero"):
        number_in_words(-1)


def heard(words: str) -> int:
    """Return the number that a listener makes of the words: the other way round, by other means."""
    total = block = last = 0
    for word in words.split():
        if word == "tỷ":
            total, block, last = (total + block + last) * 10**9, 0, 0
        elif word in ("triệu", "nghìn"):
            total, block, last = total + (block + last) * {"triệu": 10**6, "nghìn": 10**3}[word], 0, 0
        elif word == "trăm":
            block, last = last * 100, 0
        elif word == "mươi":
            block, last = block + last * 10, 0
        elif word == "mười":
            block, last = block + 10, 0
        elif word != "linh":
            last = {"mốt": 1, "tư": 4, "lăm": 5}.get(word) or DIGITS.index(word)
    return total + block + last


@given(st.integers(0, 10**18) | st.integers(0, 3_000))
@example(10**9 * 1_000)
@settings(max_examples=size(300, 5_000))
def test_who_hears_a_number_writes_down_the_same_one(number):
    assert heard(number_in_words(number)) == number


SAYINGS = {
    "Rau hết 12.000đ.": "Rau hết mười hai nghìn đồng.",
    "187000 đ": "một trăm tám mươi bảy nghìn đồng",
    "Nhập 35.000, không phải 350.000.": "Nhập ba mươi lăm nghìn, không phải ba trăm năm mươi nghìn.",
    "2,5 triệu đồng": "hai phẩy năm triệu đồng",
    "Gọi 1900 0368 nhé": "Gọi một chín không không, không ba sáu tám nhé",
    "1800.6838": "một tám không không, sáu tám ba tám",
    "0912 345 678": "không chín một hai, ba bốn năm, sáu bảy tám",
    "gọi hoặc nhắn tin 156, nhắn tin 5656": "gọi hoặc nhắn tin một năm sáu, nhắn tin năm sáu năm sáu",
    "có 156 hộ": "có một trăm năm mươi sáu hộ",
    "Mở dichvucong.gov.vn.": "Mở dịch vụ công chấm gốp chấm vi en.",
    "dichvucong-gov.com": "dịch vụ công gạch ngang gốp chấm com",
    "https://online.gov.vn/tra-cuu": "on lai chấm gốp chấm vi en gạch chéo tra gạch ngang cuu",
    "Đọc mã OTP, thẻ BHYT": "Đọc mã ô tê pê, thẻ bảo hiểm y tế",
    "Quét QR bằng VNeID mức 2": "Quét quy rờ bằng vi en e ai đi mức hai",
    "từ 1/7/2026": "từ ngày mùng một tháng bảy năm hai nghìn không trăm hai mươi sáu",
    "ngày 15/4": "ngày mười lăm tháng tư",
    "tháng 4/2026": "tháng tư năm hai nghìn không trăm hai mươi sáu",
    "trực 24/7": "trực hai mươi tư trên bảy",
    "lúc 7:45, 15h30, 8h": "lúc bảy giờ bốn mươi lăm, mười lăm giờ ba mươi, tám giờ",
    "Nghị định 356/2025/NĐ-CP": (
        "Nghị định ba trăm năm mươi sáu năm hai nghìn không trăm hai mươi lăm của Chính phủ"
    ),
    "Nghị quyết 57-NQ/TW": "Nghị quyết năm mươi bảy của Trung ương",
    "3–5 phút": "ba đến năm phút",
    "30 % và 20 MB": "ba mươi phần trăm và hai mươi mê ga bai",
    "DVC-01, C1, mạng 4G": "dê vê xê không một, xê một, mạng bốn giê",
    "Mã hồ sơ TẬP-000123": "Mã hồ sơ TẬP không không không một hai ba",
    "TRAN VAN K": "TRAN VAN ca",
    "thẻ 9704123412341234": "thẻ chín bảy không bốn một hai ba bốn một hai ba bốn một hai ba bốn",
    "đúng 40/45 câu": "đúng bốn mươi trên bốn mươi lăm câu",
    "Anh/chị & bác": "Anh hoặc chị và bác",
    "Bác đọc to tên người nhận.": "Bác đọc to tên người nhận.",
}


@pytest.mark.parametrize(("written", "said"), SAYINGS.items())
def test_a_text_is_said_as_people_say_it(written, said):
    assert spoken(written) == said


SIGNS = st.text(alphabet="0123456789.,:/-–% đgvnhcomQRTAU ()\n", max_size=40) | st.text(max_size=40)


@given(SIGNS)
@settings(max_examples=size(500, 5_000))
def test_nothing_that_is_said_holds_a_figure(written):
    assert not [sign for sign in spoken(written) if sign.isdecimal()]


def test_digits_are_said_one_by_one_with_a_pause_between_groups():
    assert digits_in_words("0912.345") == "không chín một hai, ba bốn năm"
