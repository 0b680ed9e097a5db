"""How a written Vietnamese text is said aloud: numbers, amounts, dates, addresses, abbreviations.

`num2words` says 2026 as "hai nghìn lẻ hai mươi sáu", `vietnormalizer` reads a telephone number as a quantity
and breaks web addresses up; hence our own. The reading is that of the north: linh, mốt, tư, lăm, nghìn.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
SCALES = ("", "nghìn", "triệu")
BILLION = 10**9
LONGEST_QUANTITY = 9  # digits without dots; a longer run is the number of an account or a card
LONGEST_AMOUNT = 18  # digits with dots; nobody says a longer one

# How letters are called when an abbreviation is spelt out.
LETTERS = {
    "A": "a",
    "B": "bê",
    "C": "xê",
    "D": "dê",
    "Đ": "đê",
    "E": "e",
    "F": "ép",
    "G": "giê",
    "H": "hát",
    "I": "i",
    "J": "di",
    "K": "ca",
    "L": "e-lờ",
    "M": "em-mờ",
    "N": "en-nờ",
    "O": "ô",
    "P": "pê",
    "Q": "quy",
    "R": "e-rờ",
    "S": "ét-sì",
    "T": "tê",
    "U": "u",
    "V": "vê",
    "W": "vê-kép",
    "X": "ích",
    "Y": "i-dài",
    "Z": "dét",
}

# Said in full, or as people call it. Whole words only, as they are written.
SAID = {
    "AI": "ây ai",
    "BHXH": "bảo hiểm xã hội",
    "BHYT": "bảo hiểm y tế",
    "CCCD": "căn cước công dân",
    "CH Play": "xê hát plây",
    "COD": "xi ô đi",
    "Facebook": "phây búc",
    "Gmail": "gi meo",
    "Google": "gu gồ",
    "GDP": "gi đi pi",
    "GPS": "gi pi ét",
    "GTGT": "giá trị gia tăng",
    "HĐND": "hội đồng nhân dân",
    "iPhone": "ai phôn",
    "Lazada": "la da đa",
    "MTTQ": "mặt trận tổ quốc",
    "NĐ-CP": "nghị định chính phủ",
    "NQ": "nghị quyết",
    "nTrust": "en trớt",
    "OTP": "ô tê pê",
    "PDF": "pê đê ép",
    "PIN": "pin",
    "QĐ": "quyết định",
    "QR": "quy rờ",
    "Shopee": "sóp pi",
    "SIM": "xim",
    "SMS": "ét em ét",
    "TikTok": "tích tóc",
    "TNCN": "thu nhập cá nhân",
    "TP": "thành phố",
    "TW": "trung ương",
    "UBND": "ủy ban nhân dân",
    "USB": "u ét bê",
    "VNeID": "vi en e ai đi",
    "Wi-Fi": "oai phai",
    "YouTube": "diu túp",
    "Zalo": "da lô",
    "app": "áp",
    "email": "i meo",
    "link": "linh",
    "livestream": "lai trim",
    "online": "on lai",
    "video": "vi đi ô",
    "vv": "vân vân",
    "v.v": "vân vân",
}
# The parts of web addresses that have a name of their own.
ADDRESS_PARTS = {
    "com": "com",
    "dichvucong": "dịch vụ công",
    "edu": "ê đu",
    "gov": "gốp",
    "haiphong": "hải phòng",
    "https": "",
    "info": "in phô",
    "net": "nét",
    "online": "on lai",
    "org": "oóc",
    "vn": "vi en",
    "www": "",
}
UNITS = {
    "%": "phần trăm",
    "°C": "độ xê",
    "cm": "xăng ti mét",
    "g": "gam",
    "GB": "gi ga bai",
    "kB": "ki lô bai",
    "KB": "ki lô bai",
    "kg": "ki lô gam",
    "km": "ki lô mét",
    "m": "mét",
    "MB": "mê ga bai",
    "mm": "mi li mét",
}
MAKERS = {"CP": "của Chính phủ", "QH": "của Quốc hội", "TTg": "của Thủ tướng", "TW": "của Trung ương"}
CALLED = (
    r"(?:(?:gọi|nhắn tin|tổng đài|đường dây nóng|đầu số|bấm)"
    r"(?: (?:ngay|số|đến|tới|cho|về|đầu số|tổng đài))*) "
)


def number_in_words(number: int) -> str:
    """Return a whole number from 0 up as it is said: 2026 -> "hai nghìn không trăm hai mươi sáu".

    Raises ValueError for a number below 0.
    """
    if number < 0:
        raise ValueError("a quantity cannot be below zero")
    return " ".join(_words(number, after=False)) or DIGITS[0]


def digits_in_words(text: str) -> str:
    """Return the digits of a text one by one; what stands between two groups is a short pause.

    "1900 0368" -> "một chín không không, không ba sáu tám"
    """
    groups = re.findall(r"\d+", text)
    return ", ".join(" ".join(DIGITS[int(digit)] for digit in group) for group in groups)


def spoken(text: str) -> str:
    """Return the text as a person would say it: without a digit, an address or an abbreviation in it.

    The words stay as they are. The text is plain: what marks it up has been taken off before.
    """
    told = _rule().sub(_said, text.replace("\u00a0", " "))
    return re.sub(r"[ \t]+([,.;:!?…])", r"\1", re.sub(r"[ \t]{2,}", " ", told)).strip()


# -- numbers -------------------------------------------------------------------------------------


def _words(number: int, *, after: bool) -> list[str]:
    """Return the words of a number; `after` a larger group the empty hundreds are said too."""
    if number >= BILLION:
        most, rest = divmod(number, BILLION)
        return [*_words(most, after=after), "tỷ", *_words(rest, after=True)]
    words: list[str] = []
    for place in (2, 1, 0):
        group = number // 1000**place % 1000
        if group:
            words += [*_group(group, after=after or bool(words)), *filter(None, [SCALES[place]])]
    return words


def _group(number: int, *, after: bool) -> list[str]:
    """Return the words of a number from 1 to 999."""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    words = [DIGITS[hundreds], "trăm"] if hundreds or after else []
    if tens > 1:
        words += [DIGITS[tens], "mươi"]
    elif tens == 1:
        words.append("mười")
    elif ones and words:
        words.append("linh")
    return [*words, *([_ones(tens, ones)] if ones else [])]


def _ones(tens: int, ones: int) -> str:
    if ones == 5 and tens:
        return "lăm"
    return {1: "mốt", 4: "tư"}.get(ones, DIGITS[ones]) if tens > 1 else DIGITS[ones]


def _figure(text: str) -> str:
    """Return a figure as it is written ("12.000", "2,5", "007", "187000") in words."""
    whole, _, part = text.partition(",")
    plain = whole.replace(".", "")
    most = LONGEST_AMOUNT if "." in whole else LONGEST_QUANTITY
    is_name = (len(plain) > 1 and plain[0] == "0") or len(plain) > most
    words = digits_in_words(plain) if is_name else number_in_words(int(plain))
    return f"{words} phẩy {digits_in_words(part)}" if part else words


def _day(day: str, month: str, year: str = "") -> str:
    told = number_in_words(int(day))
    told = f"mùng {told}" if int(day) <= 10 else told
    told = f"{told} tháng {_month(month)}"
    return f"{told} năm {number_in_words(int(year))}" if year else told


def _month(month: str) -> str:
    return "tư" if int(month) == 4 else number_in_words(int(month))


# -- what stands in a text -----------------------------------------------------------------------


def _web(found: re.Match[str]) -> str:
    host, _, path = re.sub(r"https?://", "", found["web"]).partition("/")
    parts = [_part(part) for part in host.split(".")]
    steps = [_part(part) for part in path.split("/")] if path else []
    return " ".join([" chấm ".join(filter(None, parts)), *(f"gạch chéo {step}" for step in steps if step)])


def _part(part: str) -> str:
    """Return a part of an address: its name, else its words, digits, dashes (a false one lives by them)."""
    if part.lower() in ADDRESS_PARTS:
        return ADDRESS_PARTS[part.lower()]
    pieces = re.findall(r"\d+|[^\W\d_]+|-", part)
    return " ".join(_piece(piece) for piece in pieces)


def _piece(piece: str) -> str:
    if piece == "-":
        return "gạch ngang"
    return digits_in_words(piece) if piece[0].isdecimal() else ADDRESS_PARTS.get(piece, piece)


def _law(found: re.Match[str]) -> str:
    year = f" năm {number_in_words(int(found['law_year']))}" if found["law_year"] else ""
    maker = next((said for sign, said in MAKERS.items() if sign in found["law_maker"]), "")
    return f"{number_in_words(int(found['law']))}{year} {maker}".strip()


def _date(found: re.Match[str]) -> str:
    said = _day(found["day"], found["month"], found["year"] or "")
    return said if found["date_said"] else f"ngày {said}"


def _of_month(found: re.Match[str]) -> str:
    said = f"{_month(found['only_month'])} năm {number_in_words(int(found['its_year']))}"
    return said if found["month_said"] else f"tháng {said}"


def _time(found: re.Match[str]) -> str:
    minutes = found["minutes"] or found["minutes_h"]
    hour = number_in_words(int(found["hour"] or found["hour_h"]))
    return f"{hour} giờ {number_in_words(int(minutes))}" if minutes and int(minutes) else f"{hour} giờ"


def _money(found: re.Match[str]) -> str:
    return f"{_figure(found['money'])} đồng"


def _range(found: re.Match[str]) -> str:
    return f"{_figure(found['least'])} đến {_figure(found['most'])}"


def _measure(found: re.Match[str]) -> str:
    return f"{_figure(found['measure'])} {UNITS[found['unit']]}"


def _code(found: re.Match[str]) -> str:
    if found["its_letter"]:
        return f"{number_in_words(int(found['lettered']))} {_spelt(found['its_letter'])}"
    return f"{_spelt(found['code'])} {digits_in_words(found['code_number'])}"


def _abbreviation(found: re.Match[str]) -> str:
    return SAID.get(found["known"]) or SAID[found["known"].upper()]


def _spelt(letters: str) -> str:
    return " ".join(LETTERS.get(letter, letter) for letter in letters)


class Rule(NamedTuple):
    """A kind of thing that is not read as it is written. The first group that matches names the rule."""

    pattern: str
    say: Callable[[re.Match[str]], str]


FIGURE = r"(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?"
RULES: dict[str, Rule] = {
    "web": Rule(
        r"(?:https?://)?(?<![\w@.])(?:[a-z0-9-]+\.)+(?:vn|com|net|org|info|gov|edu)(?:/[\w./-]*\w)?(?!\w)",
        _web,
    ),
    "law_text": Rule(
        r"(?<![\w/])(?P<law>\d{1,4})(?:/(?P<law_year>(?:19|20)\d\d)/|-)"
        r"(?P<law_maker>(?:NQ/TW|NĐ-CP|QĐ-TTg|NQ-CP|CT-TTg|QH\d+))",
        _law,
    ),
    "always": Rule(r"(?<!\d)24/7(?!\d|/)", lambda _: "hai mươi tư trên bảy"),
    "date": Rule(
        r"(?P<date_said>ngày )?(?<![\d/])(?P<day>0?[1-9]|[12]\d|3[01])/(?P<month>0?[1-9]|1[0-2])"
        r"(?:/(?P<year>\d{4}))?(?![\d/])",
        lambda found: ("ngày " if found["date_said"] else "") + _date(found),
    ),
    "of_month": Rule(
        r"(?P<month_said>tháng )?(?<![\d/])(?P<only_month>0?[1-9]|1[0-2])/(?P<its_year>\d{4})(?![\d/])",
        lambda found: ("tháng " if found["month_said"] else "") + _of_month(found),
    ),
    "time": Rule(
        r"(?<![\d:])(?P<hour>[01]?\d|2[0-4]):(?P<minutes>[0-5]\d)(?![\d:])"
        r"|(?<!\w)(?P<hour_h>[01]?\d|2[0-4])[hg](?P<minutes_h>[0-5]\d)?(?!\w)",
        _time,
    ),
    "amount": Rule(rf"(?<![\w.,])(?P<money>{FIGURE}) ?(?:đồng|đ|₫|VNĐ|VND)(?!\w)", _money),
    "phone": Rule(
        r"(?<![\w.,])(?:0\d{2,3}(?:[ .-]\d{3,4}){2}|0\d{9,10}|1[89]00(?:[ .-]?\d{2,4}){1,2})(?![\w]|[.,]\d)",
        lambda found: digits_in_words(found["phone"]),
    ),
    "called": Rule(
        rf"(?<!\w){CALLED}(?P<hotline>\d{{3,5}})(?![\d.,]*\d|\w)",
        lambda found: found["called"][: -len(found["hotline"])] + digits_in_words(found["hotline"]),
    ),
    "measured": Rule(
        rf"(?<![\w.,])(?P<measure>{FIGURE}) ?(?P<unit>{'|'.join(map(re.escape, UNITS))})(?!\w)", _measure
    ),
    "range": Rule(rf"(?<![\w.,])(?P<least>{FIGURE}) ?[–-] ?(?P<most>{FIGURE})(?!\w)", _range),
    "coded": Rule(
        r"(?<!\w)(?:(?P<code>[A-ZĐ]{1,5})-?(?P<code_number>\d+)|(?P<lettered>\d{1,3})(?P<its_letter>[A-ZĐ]))(?!\w)",
        _code,
    ),
    "known": Rule(
        r"(?<!\w)(?:" + "|".join(sorted(map(re.escape, SAID), key=len, reverse=True)) + r")(?!\w)",
        _abbreviation,
    ),
    "spelt": Rule(r"(?<!\w)[BCDĐGHKLMNPQRSTVXFJWZ]{1,6}(?!\w)", lambda found: _spelt(found["spelt"])),
    "or": Rule(r"(?<=[^\W\d_]) ?/ ?(?=[^\W\d_])", lambda _: " hoặc "),
    "over": Rule(r"(?<=\d) ?/ ?(?=\d)", lambda _: " trên "),
    "and": Rule(r" ?& ?", lambda _: " và "),
    "arrow": Rule(r" ?(?:=>|->|→) ?", lambda _: ", "),
    "figure": Rule(
        rf"(?:(?<=[^\W\d_])-)?(?P<its_figure>{FIGURE})", lambda found: _figure(found["its_figure"])
    ),
}


@cache
def _rule() -> re.Pattern[str]:
    """Return all rules as one pattern: whichever begins first in the text is said first."""
    return re.compile("|".join(f"(?P<{name}>{rule.pattern})" for name, rule in RULES.items()))


def _said(found: re.Match[str]) -> str:
    name = next(name for name in RULES if found[name] is not None)
    said = RULES[name].say(found)
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    return (" " if _joins(before, said[:1]) else "") + said + (" " if _joins(said[-1:], after) else "")


def _joins(left: str, right: str) -> bool:
    """Return whether two words would become one."""
    return left.isalnum() and right.isalnum()
