"""Figures under a seal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.kit.seals import figures_in, seal_of, sealed_text


@given(st.text(min_size=1), st.data())
def test_a_seal_notices_every_change(text, data):
    sealed = sealed_text({"name": text, "count": 3})
    place = data.draw(st.integers(0, len(sealed) - 1))
    other = data.draw(st.characters(exclude_characters=sealed[place], codec="utf-8"))
    assert seal_of(sealed[:place] + other + sealed[place + 1 :]) != seal_of(sealed)
    assert sealed_text({"count": 3, "name": text}) == sealed, (
        "the order in which it was put together is nothing"
    )
    assert figures_in(sealed) == {"name": text, "count": 3}


@pytest.mark.parametrize("text", ["", "{", "[1]", "3", '"a"', "null"])
def test_of_what_is_no_table_any_more_there_are_no_figures(text):
    assert figures_in(text) == {}
