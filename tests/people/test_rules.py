"""Plain rules of coming in: budgets, codes, weak secrets."""

import random
from bisect import bisect_right
from collections import Counter
from datetime import timedelta

import pytest

from elearn.people.rules import (
    CLASS_TRIES_EACH,
    KNOWN_DEVICE_TRIES,
    UNKNOWN_DEVICES_A_DAY,
    UNKNOWN_DEVICES_A_MONTH,
    WARD_WRONG_AN_HOUR,
    Budget,
    given_name,
    initials,
    is_personal_code,
    is_pin,
    is_weak_pin,
    password_refusal,
    refusal,
    session_ends,
    why_weak_password,
    with_check_digit,
)

MINUTE, DAY, MONTH = 1, 1440, 43_200


class Guessed:
    """The counters of a ward, as plain numbers: who tried wrongly, and in which minute."""

    def __init__(self):
        self.account, self.device, self.ward, self.classes = {}, {}, [], Counter()

    def try_wrongly(self, minute, account, *, device=None, knows=False, sits_in=None, class_budget=0):
        """Try once with a wrong PIN; return why it was refused, or None where it was taken and was wrong."""
        of_account = self.account.setdefault(account, [])
        of_device = self.device.setdefault((device, account), [])
        why = refusal(
            Budget(
                knows,
                by_this_device=within(of_device, minute, 15),
                by_unknown_today=within(of_account, minute, DAY),
                by_unknown_this_month=within(of_account, minute, MONTH),
                in_ward_this_hour=within(self.ward, minute, 60),
                in_class=sits_in is not None,
                by_class=self.classes[sits_in],
                class_budget=class_budget,
            )
        )
        if why is None and knows:
            of_device.append(minute)
        elif why is None:
            of_account.append(minute)
            if sits_in is not None:
                self.classes[sits_in] += 1
            else:
                self.ward.append(minute)
        return why


def within(minutes, now, span):
    """How many lie in the last `span` minutes; the list is in order."""
    return len(minutes) - bisect_right(minutes, now - span)


def test_guessing_one_account_for_a_year_opens_twenty_doors_a_month():
    guessed = Guessed()
    taken = [
        minute
        for minute in range(0, 365 * DAY, 30)  # a try each half hour, from ever new devices
        if guessed.try_wrongly(minute, "lan") is None
    ]
    a_month = max(
        sum(start <= minute < start + MONTH for minute in taken) for start in range(0, 335 * DAY, DAY)
    )
    a_day = max(sum(start <= minute < start + DAY for minute in taken) for start in range(0, 364 * DAY, 60))
    assert a_month == UNKNOWN_DEVICES_A_MONTH and a_day == UNKNOWN_DEVICES_A_DAY
    assert len(taken) <= 13 * UNKNOWN_DEVICES_A_MONTH  # of a million PINs: one in four thousand in a year


def test_spraying_a_ward_is_bounded_by_the_hour_and_by_the_account():
    guessed, chance = Guessed(), random.Random(7)
    outcomes, taken_in_hour = Counter(), Counter()
    for number in range(100_000):  # 100,000 tries over 72 hours at 20,000 accounts
        minute = number * 72 * 60 // 100_000
        why = guessed.try_wrongly(minute, chance.randrange(20_000))
        outcomes[why] += 1
        taken_in_hour[minute // 60] += why is None
    assert max(taken_in_hour.values()) <= WARD_WRONG_AN_HOUR
    assert outcomes[None] <= 72 * WARD_WRONG_AN_HOUR + WARD_WRONG_AN_HOUR
    assert outcomes["ward"] > 70_000


def test_the_pause_of_the_ward_begins_at_its_three_hundredth_wrong_try():
    guessed = Guessed()
    whys = [guessed.try_wrongly(0, number) for number in range(WARD_WRONG_AN_HOUR + 1)]
    assert whys == [None] * WARD_WRONG_AN_HOUR + ["ward"]
    assert guessed.try_wrongly(59, "someone") == "ward"
    assert guessed.try_wrongly(61, "someone") is None


def test_a_known_device_is_refused_for_its_own_tries_only():
    guessed = Guessed()
    for number in range(2_000):
        guessed.try_wrongly(number // 100, "lan" if number % 2 else number)
    assert guessed.try_wrongly(20, "lan") is not None  # strangers are stopped
    own = [guessed.try_wrongly(20, "lan", device="her phone", knows=True) for _ in range(11)]
    assert own == [None] * KNOWN_DEVICE_TRIES + ["device"]
    assert guessed.try_wrongly(36, "lan", device="her phone", knows=True) is None
    assert guessed.try_wrongly(20, "lan", device="her other phone", knows=True) is None


def test_a_hall_behind_one_address_is_not_refused():
    """300 people, each wrong twice, in twenty minutes, while strangers have paused the ward."""
    guessed = Guessed()
    for number in range(WARD_WRONG_AN_HOUR):
        guessed.try_wrongly(0, f"stranger {number}")
    budget = 300 * CLASS_TRIES_EACH
    refused = [
        why
        for number in range(600)
        if (why := guessed.try_wrongly(number // 30, number % 300, sits_in="class", class_budget=budget))
    ]
    assert refused == [] and len(guessed.ward) == WARD_WRONG_AN_HOUR
    more = Counter(
        guessed.try_wrongly(25, f"more {number}", sits_in="class", class_budget=budget)
        for number in range(400)
    )
    assert more == {None: 300, "class": 100}


def test_passwords_have_budgets_of_their_own():
    def why(**budget):
        return password_refusal(
            **({"known_device": False, "by_this_device": 0, "by_unknown_this_hour": 0} | budget)
        )

    assert why(by_unknown_this_hour=19) is None and why(by_unknown_this_hour=20) == "password"
    assert why(known_device=True, by_unknown_this_hour=1_000) is None
    assert why(known_device=True, by_this_device=10) == "password"


@pytest.mark.parametrize(
    "pin",
    [
        "123456",
        "654321",
        "000000",
        "112211",
        "121212",
        "123123",
        "150890",
        "311299",
        "198001",
        "345678",
        "147258",
    ],
)
def test_pins_that_a_neighbour_tries_first_are_weak(pin):
    assert is_weak_pin(pin, "+84912345678")


def test_most_pins_are_not_weak():
    strong = sum(not is_weak_pin(f"{number:06d}", "+84912345678") for number in range(0, 1_000_000, 37))
    assert strong > 0.9 * 1_000_000 / 37


def test_a_personal_code_notices_one_wrong_digit():
    code = with_check_digit("1234567")
    assert is_personal_code(code)
    for place in range(8):
        for digit in "0123456789":
            changed = code[:place] + digit + code[place + 1 :]
            assert is_personal_code(changed) == (changed == code)
    assert not is_personal_code(code + "0") and not is_personal_code("abcdefgh")


def test_only_six_plain_digits_are_a_pin():
    assert is_pin("482915")
    assert not any(map(is_pin, ("48291", "4829155", "48291a", "４８２９１５", "")))


def test_why_a_password_is_refused():
    assert why_weak_password("con ga gay tren mai", "Phạm Thị Thu", "+84900000004") is None
    assert "12" in (why_weak_password("ngan") or "")
    assert why_weak_password("PHAM thị thu hihihihi", "Phạm Thị Thu")


@pytest.mark.parametrize(
    "password",
    [
        *("password12345", "123456789012", "qwertyuiop12", "iloveyou1234", "aaaaaaaaaaaaa", "abcabcabcabc"),
        *("Mật khẩu 123456", "gia viên hải phòng", "bình dân học vụ số", "ELEARN elearn 1"),
    ],
)
def test_a_password_that_is_often_chosen_or_near_at_hand_is_refused(password):
    assert "dễ đoán" in (why_weak_password(password) or "")


def test_a_long_password_is_judged_in_bounded_work():
    assert why_weak_password("con ga gay tren mai " * 10) is None


def test_names_on_cards_and_sessions_that_slide():
    from datetime import datetime

    assert (initials("Nguyễn Thị  Lan"), initials(None), given_name("Nguyễn Thị Lan"), given_name(" ")) == (
        "N. T. L.", "", "Lan", "",
    )  # fmt: skip
    opened, seen = datetime(2026, 1, 1), datetime(2026, 6, 1)
    assert session_ends("own", opened, seen) == seen + timedelta(days=180)
    assert session_ends("staff", opened, seen) == opened + timedelta(hours=8)
