"""What people type, made regular: letters in one piece, nothing invisible, digits and mobile numbers."""

import re
import unicodedata

from elearn.kit.words import nfc

MOBILE = re.compile(r"(?:\+84|0084|84|0)([1-9]\d{8})")
LANDLINE = re.compile(r"(?:\+84|0084|84|0)2\d{9}")
OLD_MOBILE = re.compile(r"(?:\+84|0084|84|0)1\d{9}")
HOTLINE = re.compile(r"(?:\+84|0)?1[89]00\d{4,6}|1\d{2,3}")
WHOLE_NUMBER = re.compile(r"\d{1,11}|\d{1,3}(?:[. ,]\d{3}){1,3}", re.ASCII)
LINE_BREAKS = re.compile(r"\r\n|[\r\x0b\x0c\u0085\u2028\u2029]")  # as other systems and Word write them
BETWEEN_DIGITS = re.compile(r"[\s.,()\-\u2010-\u2015]")

NOT_MOBILE = "Số điện thoại di động có 10 chữ số, bắt đầu bằng 03, 05, 07, 08 hoặc 09. Xin xem lại."


def line(text: str) -> str:
    """Return the text as one line: NFC, single spaces, nothing invisible, nothing at the ends."""
    return " ".join(_visible(text).split())


def paragraphs(text: str) -> str:
    """Return the text line by line, each as `line` would, without empty lines at the ends."""
    return "\n".join(" ".join(row.split()) for row in _visible(text).split("\n")).strip()


def source(text: str) -> str:
    """Return the text as its author laid it out, with regular letters and line breaks."""
    return _visible(text)


def digits(text: str) -> str:
    """Return the digits of a number typed in any width and grouping: "12 34.56" -> "123456".

    A letter stays, so that the check that follows can refuse it.
    """
    return BETWEEN_DIGITS.sub("", "".join(_plain_digit(sign) for sign in _visible(text)))


def whole_number(text: str) -> int | None:
    """Return a whole number, "1.250" or "1250" -> 1250; None when it is none: "1.5" is not fifteen."""
    plain = "".join(_plain_digit(sign) for sign in line(text))
    return int(re.sub(r"\D", "", plain)) if WHOLE_NUMBER.fullmatch(plain) else None


def mobile_number(text: str) -> str | None:
    """Return a Vietnamese mobile number as it is kept, "0912.345.678" -> "+84912345678", or None.

    Nine digits without the 0 are not completed: it may be a slip of the finger as well as a spreadsheet.
    """
    found = MOBILE.fullmatch(digits(text))
    return f"+84{found[1]}" if found and _is_mobile(found[1]) else None


def why_not_mobile(text: str) -> str:
    """Return the sentence that tells what is wrong with a text that `mobile_number` refused."""
    typed = digits(text)
    if not re.fullmatch(r"\+?\d+", typed):
        return "Số điện thoại chỉ gồm chữ số, ví dụ 0912 345 678. Xin xem lại."
    if HOTLINE.fullmatch(typed):
        return "Đây là số tổng đài. Xin điền số điện thoại di động, hoặc để trống."
    if LANDLINE.fullmatch(typed):
        return "Đây là số máy bàn. Xin điền số điện thoại di động, hoặc để trống."
    if OLD_MOBILE.fullmatch(typed):
        return "Đây là số cũ có 11 chữ số, nay không dùng nữa. Xin điền số mới có 10 chữ số."
    if len(typed) == 9 and mobile_number("0" + typed):
        return f"Số này thiếu một chữ số. Có phải là 0{typed} không? Nếu đúng, xin thêm số 0 ở đầu."
    return NOT_MOBILE


def spoken_number(number: str) -> str:
    """Return a kept number as people read it out: "+84912345678" -> "0912 345 678"."""
    return re.sub(r"\+84(\d{3})(\d{3})(\d{3})", r"0\1 \2 \3", number)


def _is_mobile(national: str) -> bool:
    import phonenumbers  # its tables take 70 ms to load, and most commands never ask

    number = phonenumbers.PhoneNumber(country_code=84, national_number=int(national))
    return phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE


def _visible(text: str) -> str:
    """Drop control and format signs (zero-width, right-to-left): they hide; databases refuse some."""
    text = LINE_BREAKS.sub("\n", nfc(text))
    return "".join(s for s in text if s in "\n\t" or unicodedata.category(s) not in ("Cc", "Cf", "Cs"))


def _plain_digit(sign: str) -> str:
    return str(unicodedata.digit(sign)) if unicodedata.category(sign) == "Nd" else sign.replace("＋", "+")


def masked(number: str | None) -> str:
    """Return a kept number as a list shows it: only its end, to tell two namesakes apart."""
    return f"••• ••• {number[-3:]}" if number else ""
