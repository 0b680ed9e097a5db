"""What people type comes in whole: words that stood in two lines are not run together."""

import pytest

from elearn.kit import typed

BREAKS = ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("sign", BREAKS, ids=ascii)
def test_a_line_break_of_any_system_is_one(sign):
    """Word, old Macs and pages of the web each have their own; dropped as unseen they joined two words."""
    text = f"Bác Lan{sign}Bác Hoa"
    assert typed.source(text) == typed.paragraphs(text) == "Bác Lan\nBác Hoa"
    assert typed.line(text) == "Bác Lan Bác Hoa"


def test_what_nobody_sees_goes_and_what_stands_there_stays():
    assert typed.source("Lan\u200bHoa\u202e\x00\tĐào") == "LanHoa\tĐào"
