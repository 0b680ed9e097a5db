"""How a poster's code is read, and who counts as a visit."""

import pytest

from elearn.kit.qr import COMPACT, compact_address
from elearn.kit.secrets import random_code
from elearn.outreach.rules import ALPHABET, CODE_LENGTH, code_in, is_an_arrival


def test_a_code_is_read_in_any_case_and_nothing_else_is_one():
    code = random_code(ALPHABET, CODE_LENGTH)
    assert code_in(code.lower()) == code_in(f" {code} ") == code
    for other in ("", "ABCDE", "0O1IL", code + "2", code[:-1], "Đ2345", "٢٣٤٥٦", "22222\n22222"):
        assert code_in(other) is None


def test_the_address_on_a_poster_makes_a_small_qr_code():
    address = compact_address(f"https://hoc.giavien.vn/p/{random_code(ALPHABET, CODE_LENGTH)}")
    assert address == address.upper() and COMPACT.fullmatch(address)


@pytest.mark.parametrize(
    ("method", "agent", "purpose", "just_now", "visit"),
    [
        ("GET", "Mozilla/5.0 (Linux; Android 10) Zalo android", "", False, True),
        ("GET", "Mozilla/5.0 (Linux; Android 10)", "", True, False),
        ("HEAD", "Mozilla/5.0", "", False, False),
        ("GET", "Mozilla/5.0", "prefetch;prerender", False, False),
        ("GET", "facebookexternalhit/1.1", "", False, False),
        ("GET", "ZaloBot/1.0", "", False, False),
    ],
)
def test_a_preview_or_a_second_look_is_no_visit(method, agent, purpose, just_now, visit):
    assert is_an_arrival(method, agent, purpose, came_just_now=just_now) is visit
