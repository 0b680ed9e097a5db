"""Plain rules about people: codes that the system gives, how long a session lasts, when a try is refused."""

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta

from elearn.kit.words import fold

PIN_LENGTH = 6
CODE_LENGTH = 8
SHARING_ONE_PHONE = 5

# A session of each kind ends this long after it was opened or, where it slides, after it was last used.
SESSION_LASTS = {
    "nameless": timedelta(days=90),
    "own": timedelta(days=180),
    "shared": timedelta(hours=12),
    "helper": timedelta(hours=12),
    "staff": timedelta(hours=8),
    "handed": timedelta(hours=2),
    "kiosk": timedelta(minutes=30),
    "renewing": timedelta(minutes=15),
}
SLIDING = frozenset({"nameless", "own"})
SESSION_IDLE = {"staff": timedelta(minutes=30), "kiosk": timedelta(minutes=10)}  # and so long unused
PROOF_LASTS = timedelta(minutes=10)  # so long after giving the password one may act on people
ANSWER_MAY_BE_LOST = timedelta(minutes=15)  # so long a form sent again is the same form

# The budgets of wrong tries (THREATS 4.2; the ward-wide figure is RULINGS 17)
KNOWN_DEVICE_TRIES = 10  # in 15 minutes, each device for itself
UNKNOWN_DEVICES_A_DAY = 5  # all unknown devices together, for one account
UNKNOWN_DEVICES_A_MONTH = 20
WARD_WRONG_AN_HOUR = 300
CLASS_TRIES_EACH = 3

# What thumbs type on a phone's keys, beyond runs, repeats and dates: columns, corners, lucky numbers
OFTEN_CHOSEN = frozenset(
    {
        "147258", "258369", "369258", "147369", "159357", "159753", "753159", "357159", "741852",
        "852963", "963852", "789456", "456789", "456123", "123789", "789123", "142536", "135790",
        "246810", "112358", "314159", "131421", "102938", "101112", "686868", "868686", "797979",
        "668899", "668668", "686886", "112233", "223344", "334455", "445566", "556677", "667788",
        "778899", "998877", "520520", "521521",
    }
)  # fmt: skip

# A password of twelve characters or more withstands far more guesses than a PIN, and staff who are
# locked out cannot ask a helper: so passwords have budgets of their own.
PASSWORD_LENGTH = 12
# what a guesser would try here first, without marks and spaces (ASVS 6.1.2)
WORDS_HERE = (
    *("elearn", "binhdanhocvuso", "binhdan", "hocvuso", "chuyendoiso", "dichvucong", "matkhau", "dangnhap"),
    *("quantri", "canbo", "phuong", "giavien", "haiphong", "vietnam", "todanpho", "doanthanhnien"),
)
PASSWORD_UNKNOWN_AN_HOUR = 20

# The second key of staff. Six digits, three of them right at any moment: a few tries are all that is safe.
APP_SECONDS = 30
APP_DIGITS = 6
SECOND_TRIES = 5  # in 15 minutes, for one person, wherever from
SECOND_TRIES_A_DAY = 20
STEP_LASTS = timedelta(minutes=10)
STEP_TRIES = 5  # then the password is asked again
RECOVERY_CODES = 10
RECOVERY_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 and O, no 1 and I: read from paper
RECOVERY_LENGTH = 10
KEYS_OF_ONE = 8

CARD_BITS_IN_HEX = 32
LINK_LASTS = timedelta(minutes=15)
SAME_TAP = timedelta(minutes=1)  # a second tap in the same browser is the same use of a link or code
ONE_TIME_CODE_LASTS = timedelta(minutes=10)
CLOCKS_DIFFER = timedelta(
    minutes=1
)  # of several machines, at most; what is issued later than now has run out
ONE_TIME_CODE_TRIES = 5
ONE_TIME_CODES_A_DAY = 20  # by one helper
BY_A_CODE = "renewed"  # how somebody came in who set a new mã học after a code
CODES_ARE_TOLD = timedelta(days=90)  # so long their owners and the ward can read of codes
IN_USE = timedelta(days=7)  # a phone that its owner used since then has not been lost
CLASS_LASTS = timedelta(hours=3)
LARGEST_CLASS = 300
NAMES_ON_A_DEVICE = 5

# What a resident reads when a try is refused: what to do instead, never only "wait".
REFUSALS = {
    "device": "Bác đã gõ sai nhiều lần. Bác nghỉ 15 phút rồi thử lại, hoặc dùng thẻ học, "
    "hoặc nhờ người hướng dẫn của tổ cấp mã một lần.",
    "account": "Hôm nay số này đã bị gõ sai nhiều lần trên máy lạ. Bác dùng thẻ học, "
    "hoặc nhờ người hướng dẫn của tổ cấp mã một lần.",
    "class": "Lớp này đã gõ sai nhiều lần. Bác dùng thẻ học, "
    "hoặc nhờ người hướng dẫn đang đứng lớp cấp mã một lần.",
    "ward": "Lúc này phường tạm chưa nhận mã học trên máy lạ. Bác dùng thẻ học, "
    "hoặc nhờ người hướng dẫn của tổ cấp mã một lần.",
    "second": "Mã đã bị gõ sai nhiều lần. Anh chị chờ 15 phút, hoặc dùng mã dự phòng đã in, "
    "hoặc nhờ người quản trị khác gỡ lớp khóa thứ hai.",
    "password": "Mật khẩu đã bị gõ sai nhiều lần. Bác chờ một giờ rồi thử lại trên máy này, "
    "hoặc nhờ người quản trị của phường đặt lại mật khẩu.",
}


@dataclass(frozen=True)
class Budget:
    """What was tried wrongly before, as far as it matters to this try."""

    known_device: bool
    by_this_device: int = 0  # in 15 minutes
    by_unknown_today: int = 0
    by_unknown_this_month: int = 0
    in_ward_this_hour: int = 0  # from unknown devices
    in_class: bool = False
    by_class: int = 0
    class_budget: int = 0


def refusal(budget: Budget) -> str | None:
    """Return why a PIN may not be tried now, or None. A known device is never refused for others' tries."""
    if budget.known_device:
        return "device" if budget.by_this_device >= KNOWN_DEVICE_TRIES else None
    if (
        budget.by_unknown_today >= UNKNOWN_DEVICES_A_DAY
        or budget.by_unknown_this_month >= UNKNOWN_DEVICES_A_MONTH
    ):
        return "account"
    if budget.in_class:
        return "class" if budget.by_class >= budget.class_budget else None
    return "ward" if budget.in_ward_this_hour >= WARD_WRONG_AN_HOUR else None


def password_refusal(*, known_device: bool, by_this_device: int, by_unknown_this_hour: int) -> str | None:
    """Return why a password may not be tried now, or None; never counted with the PINs of the ward."""
    if known_device:
        return "password" if by_this_device >= KNOWN_DEVICE_TRIES else None
    return "password" if by_unknown_this_hour >= PASSWORD_UNKNOWN_AN_HOUR else None


def is_pin(secret: str) -> bool:
    """Has the secret the form of a PIN? A password is never this short."""
    return len(secret) == PIN_LENGTH and secret.isascii() and secret.isdigit()


def recovery_code_of(typed: str) -> str:
    """Return a printed code as it was made, however it was typed: in small letters, with blanks or dashes."""
    return "".join(sign for sign in typed.upper() if sign in RECOVERY_LETTERS)


def in_two(code: str) -> str:
    """Return a printed code as people read it: "K7QM2-XWD9P"."""
    return f"{code[: RECOVERY_LENGTH // 2]}-{code[RECOVERY_LENGTH // 2 :]}"


def called_in_full(name: str, former_ward: str) -> str:
    """Return the name of a residential group with the former ward: several of a ward may be number 5."""
    return f"{name} (phường cũ {former_ward})" if former_ward else name


def initials(name: str | None) -> str:
    """Return the first letters of a name, as a card shows them to whoever holds it: "N. T. L."."""
    return " ".join(f"{word[0].upper()}." for word in (name or "").split())


def given_name(name: str | None) -> str:
    """Return the word by which a person is called: the last one of the name."""
    return (name or "").split()[-1] if (name or "").split() else ""


def session_ends(kind: str, opened: datetime, seen: datetime) -> datetime:
    """Return when a session of this kind, last used at `seen`, ends."""
    ends = (seen if kind in SLIDING else opened) + SESSION_LASTS[kind]
    return min(ends, seen + SESSION_IDLE[kind]) if kind in SESSION_IDLE else ends


def is_fresh(given: datetime | None, moment: datetime) -> bool:
    """Is what was given then still proof now? What a clock wrote that ran ahead is none."""
    return given is not None and moment - PROOF_LASTS < given <= moment + CLOCKS_DIFFER


def has_run_out(issued: datetime, moment: datetime, lasts: timedelta, steady: timedelta | None) -> bool:
    """Has what was issued then run out? `steady` is its age by a clock that nobody sets, where it is known.

    Whichever clock says so decides: one that is put back lets nothing live longer.
    """
    if issued > moment + CLOCKS_DIFFER or moment - issued >= lasts:
        return True
    return steady is not None and not timedelta(0) <= steady < lasts


def with_check_digit(digits: str) -> str:
    """Return the digits with a Luhn check digit behind them, so that one wrong digit is noticed."""
    return digits + str(-_luhn_sum(digits + "0") % 10)


def is_personal_code(digits: str) -> bool:
    """Is this a personal code, as far as its length and check digit tell?"""
    return len(digits) == CODE_LENGTH and digits.isdecimal() and _luhn_sum(digits) % 10 == 0


def spaced(digits: str) -> str:
    """Return a code in groups of four, as people read it out: "1234 5674"."""
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def is_weak_pin(pin: str, phone: str | None, birth_year: int | None = None) -> bool:
    """Would a neighbour try this PIN among the first? Runs, repeats, dates and pieces of the own phone."""
    digits = [int(digit) for digit in pin]
    steps = {after - before for before, after in itertools.pairwise(digits)}
    return (
        pin in OFTEN_CHOSEN
        or len(set(pin)) <= 2
        or steps in ({1}, {-1})
        or pin[:3] == pin[3:]
        or pin[:2] == pin[2:4] == pin[4:]
        or pin == pin[::-1]
        or bool(phone and pin in phone)
        or bool(birth_year and str(birth_year) in pin)
        or _reads_as_date(pin)
    )


def why_weak_password(password: str, name: str | None = None, phone: str | None = None) -> str | None:
    """Return what is wrong with a password that staff choose, as a sentence, or None."""
    if len(password) < PASSWORD_LENGTH:
        return f"Mật khẩu cần ít nhất {PASSWORD_LENGTH} ký tự, ví dụ bốn từ tiếng Việt không liên quan nhau."
    plain = "".join(fold(password).split())
    told = ["".join(fold(name or "").split()), (phone or "").removeprefix("+84")]
    if any(piece and piece in plain for piece in told) or _is_soon_guessed(plain):
        return (
            "Mật khẩu này người khác dễ đoán ra. Xin chọn câu khác, không có tên và số điện thoại của mình, "
            "không phải từ hay gặp hoặc phím liền nhau."
        )
    return None


def _is_soon_guessed(plain: str) -> bool:
    """Would a guesser who begins with common passwords, words and rows of keys need less than 10^8 tries?"""
    from zxcvbn import zxcvbn  # its lists of passwords are large; most processes never need them

    return float(zxcvbn(plain[:72], user_inputs=WORDS_HERE)["guesses"]) < 1e8


def _reads_as_date(pin: str) -> bool:
    day, month, year = int(pin[:2]), int(pin[2:4]), int(pin[2:])
    return (1 <= day <= 31 and (1 <= month <= 12 or 1900 <= year <= 2100)) or 1900 <= int(pin[:4]) <= 2035


def _luhn_sum(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total
