"""What a list of groups or residents says, row by row: cells to plain values, or a sentence why not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from elearn.kit.typed import digits, mobile_number, spoken_number, whole_number, why_not_mobile
from elearn.kit.words import fold
from elearn.people.rules import is_personal_code

# The headings that a list may have; marks, case and blanks do not matter (kit/sheets.py). A list with
# "Họ và tên" is one of residents, any other is one of groups.
COLUMNS = {
    "name": ("Họ và tên", "Họ tên", "Họ và tên người học", "Tên người học", "Họ và tên người dân"),
    "code": ("Mã tổ", "Mã tổ dân phố", "Mã số tổ"),
    "group": ("Tổ dân phố", "Tên tổ", "Tên tổ dân phố", "Tổ", "Tổ số", "TDP"),
    "former_ward": ("Phường cũ", "Phường trước đây", "Thuộc phường cũ"),
    "households": ("Số hộ", "Số hộ dân", "Tổng số hộ", "Số hộ gia đình"),
    "adults": (
        "Số người lớn", "Số người từ 18 tuổi", "Số người từ đủ 18 tuổi", "Số người từ 18 tuổi trở lên",
        "Số người từ đủ 18 tuổi trở lên",
    ),
    "phone": ("Số điện thoại", "Điện thoại", "Di động", "Số di động", "SĐT", "ĐT"),
    "birth_year": ("Năm sinh", "Ngày sinh", "Ngày tháng năm sinh"),
    "audience": ("Đối tượng",),
    "household": ("Hộ", "Nhãn hộ", "Tên hộ", "Chủ hộ"),
    "consent": ("Ngày đồng ý giữ kết quả", "Đã đồng ý", "Ngày đồng ý", "Đồng ý"),
    "consent_to_helper": ("Ngày đồng ý cho người của tổ xem", "Đồng ý cho người của tổ xem"),
    "personal_code": ("Mã cá nhân", "Mã số cá nhân"),
}  # fmt: skip
AUDIENCES = {
    "resident": ("nguoi dan",),
    "official": ("can bo", "cong chuc", "vien chuc"),
    "business": ("ho kinh doanh", "doanh nghiep"),
    "youth": ("doan vien", "thanh nien"),
}
LONGEST_NAME, LONGEST_LABEL = 80, 40
LEAST_AGE, OLDEST_BIRTH_YEAR = 16, 1900
MOST_PEOPLE = 100_000  # of one residential group

CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,18}[A-Z0-9])?")
DAY = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})(?: .*)?|(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
NUMBERED = re.compile(r"(?:to dan pho|tdp|to)?\s*(?:so)?\s*0*(\d+)")


@dataclass(frozen=True)
class GroupRow:
    """A residential group as a list gives it; what is None was not said."""

    number: int
    code: str
    name: str
    former_ward: str
    households: int | None
    adults: int | None


@dataclass(frozen=True)
class ResidentRow:
    """A resident as a list gives them; what is None was not said."""

    number: int
    name: str
    group: str
    group_code: str
    former_ward: str
    phone: str | None
    birth_year: int | None
    audience: str | None
    household: str | None
    consent: date | None
    consent_to_helper: date | None
    personal_code: str | None
    note: str = ""  # what was mended while reading


class Unfit(ValueError):
    """Why a row cannot be taken, in sentences that say what to do."""


# -- a group -------------------------------------------------------------------------------------


def read_group(number: int, cells: Mapping[str, str]) -> GroupRow:
    """Return what the row says of a group; raise Unfit."""
    reading = _Reading(cells)
    name = reading.text("group", LONGEST_NAME, missing="Thiếu tên tổ.")
    if name.isdigit():
        name = f"Tổ dân phố số {int(name)}"
    row = GroupRow(
        number,
        reading.code(),
        name,
        reading.text("former_ward", LONGEST_NAME),
        reading.count("households", "Số hộ"),
        reading.count("adults", "Số người lớn"),
    )
    reading.raise_problems()
    return row


def code_for(name: str, former_ward: str, taken: set[str]) -> str:
    """Return a free code for a group whose list gives none: "Tổ 5" of Đằng Giang -> "DG05"."""
    group_number = number_in(name)
    if group_number is not None:
        stem = f"{_initials(former_ward) or 'TO'}{group_number:02d}"
    else:
        bare = re.sub(r"^(to dan pho|to)( so)? ", "", f"{fold(name)} ").strip()
        stem = f"{_initials(former_ward)}{_initials(bare)}" or "TO"
    stem = stem[:16]
    number, code = 1, stem
    while code in taken:
        number += 1
        code = f"{stem}-{number}"
    return code


def number_in(name: str) -> int | None:
    """Return the number by which a group is called: "Tổ dân phố số 05" -> 5."""
    found = NUMBERED.fullmatch(fold(name).strip())
    return int(found[1]) if found else None


def is_code(text: str) -> bool:
    """Has the text the form of a group's code?"""
    return bool(CODE.fullmatch(text))


def as_code(text: str) -> str:
    """Return a typed code as it is kept: "đg 05" -> "DG05"."""
    return re.sub(r"\s", "", fold(text)).upper() if text else ""


def _initials(text: str) -> str:
    return "".join(word[0] for word in re.findall(r"[a-z0-9]+", fold(text))).upper()


# -- a resident ----------------------------------------------------------------------------------


def read_resident(number: int, cells: Mapping[str, str], today: date) -> ResidentRow:
    """Return what the row says of a resident; raise Unfit."""
    reading = _Reading(cells)
    name = reading.text("name", LONGEST_NAME, missing="Thiếu họ và tên.")
    if name and not any(sign.isalpha() for sign in name):
        reading.problems.append("Họ và tên không có chữ nào.")
    row = ResidentRow(
        number,
        _as_a_name(name),
        reading.text("group", LONGEST_NAME),
        reading.code(),
        reading.text("former_ward", LONGEST_NAME),
        reading.phone(),
        reading.birth_year(today),
        reading.audience(),
        reading.text("household", LONGEST_LABEL) or None,
        reading.day("consent", "Ngày đồng ý giữ kết quả", today),
        reading.day("consent_to_helper", "Ngày đồng ý cho người của tổ xem", today),
        reading.personal_code(),
        " ".join(reading.notes),
    )
    reading.raise_problems()
    return row


def _as_a_name(text: str) -> str:
    """Return a name as people write it; many lists are typed in capitals."""
    if text.isupper() or text.islower():
        return " ".join(word.capitalize() for word in text.split())
    return text


class _Reading:
    """One row of clean cells (kit/sheets.py); what is wrong is gathered, so that a row is mended once."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = cells
        self.problems: list[str] = []
        self.notes: list[str] = []

    def raise_problems(self) -> None:
        if self.problems:
            raise Unfit(" ".join(self.problems))

    def cell(self, name: str) -> str:
        return self.cells.get(name, "")

    def text(self, name: str, most: int, *, missing: str = "") -> str:
        text = self.cell(name)
        if missing and not text:
            self.problems.append(missing)
        if len(text) > most:
            self.problems.append(f"“{text[:20]}…” dài quá {most} chữ. Xin viết ngắn lại.")
        return text[:most]

    def code(self) -> str:
        code = as_code(self.cell("code"))
        if code and not is_code(code):
            self.problems.append("Mã tổ chỉ gồm chữ cái, chữ số và dấu gạch, dài nhất 20 chữ.")
        return code

    def count(self, name: str, called: str) -> int | None:
        text = self.cell(name)
        number = whole_number(text)
        if text and (number is None or number > MOST_PEOPLE):
            self.problems.append(f"{called} “{text[:20]}” không phải một số đếm đúng. Ghi như 120.")
        return number

    def phone(self) -> str | None:
        text = self.cell("phone")
        if not text:
            return None
        number = mobile_number(text)
        if number is None and len(digits(text)) == 9 and (number := mobile_number(f"0{digits(text)}")):
            # a spreadsheet that took the number for a sum has dropped its first 0
            self.notes.append(f"Đã thêm số 0 ở đầu: {spoken_number(number)}.")
        if number is None:
            self.problems.append(why_not_mobile(text))
        return number

    def birth_year(self, today: date) -> int | None:
        text = self.cell("birth_year")
        if not text:
            return None
        found = re.fullmatch(r"\d{4}", text)
        year = int(text) if found else _year_of(text)
        if year is None or not OLDEST_BIRTH_YEAR <= year <= today.year:
            self.problems.append(f"Năm sinh “{text[:20]}” chưa đúng. Ghi như 1954.")
            return None
        if today.year - year < LEAST_AGE:
            self.problems.append(f"Chưa đủ {LEAST_AGE} tuổi nên cần người giám hộ đồng ý, không nhập ở đây.")
        return year

    def audience(self) -> str | None:
        text = fold(self.cell("audience"))
        if not text:
            return None
        for audience, words in AUDIENCES.items():
            if any(word in text for word in words):
                return audience
        self.problems.append(
            "Đối tượng chưa đúng. Dùng: người dân, cán bộ, hộ kinh doanh, doanh nghiệp hoặc đoàn viên."
        )
        return None

    def day(self, name: str, called: str, today: date) -> date | None:
        text = self.cell(name)
        if not text:
            return None
        day = read_day(text)
        if day is None:
            self.problems.append(f"{called}: xin ghi một ngày, ví dụ {today:%d/%m/%Y}.")
        elif day > today:
            self.problems.append(f"{called}: ngày {day:%d/%m/%Y} chưa tới.")
        return day

    def personal_code(self) -> str | None:
        code = digits(self.cell("personal_code"))
        if code and not is_personal_code(code):
            self.problems.append("Mã cá nhân gồm 8 chữ số và có một chữ số gõ sai. Xin chép lại.")
        return code or None


def read_day(text: str) -> date | None:
    """Return the day that a cell tells, "31/12/2026", "31-12-2026" or "2026-12-31", or None."""
    found = DAY.fullmatch(text)
    if not found:
        return None
    day, month, year, iso_year, iso_month, iso_day = (int(part) if part else 0 for part in found.groups())
    try:
        return date(year or iso_year, month or iso_month, day or iso_day)
    except ValueError:
        return None


def _year_of(text: str) -> int | None:
    day = read_day(text)
    return day.year if day else None
