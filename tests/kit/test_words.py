"""A list is searched as people type on a phone: without marks, half words, numbers as numbers."""

import pytest

from elearn.kit.words import matches

GROUP = "Tổ dân phố số 5 Đằng Giang DG05"


@pytest.mark.parametrize("typed", ["", "5", "05", "to 5", "dang gi", "Đằng", "số 5, đằng giang", "dg05"])
def test_found(typed):
    assert matches(typed, GROUP)


@pytest.mark.parametrize("typed", ["15", "50", "lach tray", "to 5 lach", "ang"])
def test_not_found(typed):
    assert not matches(typed, GROUP)
