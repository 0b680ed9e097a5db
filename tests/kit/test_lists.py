"""A long list in pages loses no row, whatever page is asked for; a search means every word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.kit.lists import ROWS_A_PAGE, is_meant, part_of


@given(st.integers(0, 400), st.one_of(st.none(), st.integers(-5, 20).map(str), st.text(max_size=6)))
def test_every_row_is_on_exactly_one_page(count, asked):
    rows = list(range(count))
    pages = part_of(rows, None).pages
    assert [row for number in range(1, pages + 1) for row in part_of(rows, str(number)).rows] == rows
    shown = part_of(rows, asked)
    assert len(shown.rows) <= ROWS_A_PAGE and 1 <= shown.number <= pages


@pytest.mark.parametrize(
    ("asked", "number"),
    [(None, 1), ("", 1), ("2", 2), ("99", 3), ("0", 1), ("-1", 1), ("²", 1), ("9" * 9, 1)],
)
def test_what_is_no_page_means_the_nearest_one_or_the_first(asked, number):
    assert part_of(range(101), asked).number == number


def test_a_search_means_every_word_of_it_without_marks():
    assert is_meant("lan nguyen", "Nguyễn Thị Lan", None) and is_meant("", "ai cũng được")
    assert not is_meant("lan tran", "Nguyễn Thị Lan")
