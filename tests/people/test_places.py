"""Which groups are meant when some were chosen, after merges and splits."""

from datetime import date

from elearn.people.places import Place, meant, shown_under

DAY = date(2026, 11, 26)


def test_a_group_that_was_merged_away_is_meant_under_the_one_that_followed_it():
    places = [
        Place(1, 2, None, None, DAY),
        Place(2, None, None, None, None),
        Place(3, None, None, None, None),
    ]
    assert meant(places, [1], date(2026, 1, 1), DAY) == {2}
    assert meant(places, [1], date(2026, 1, 1), date(2026, 11, 25)) == {1}


def test_what_is_split_off_later_goes_on_belonging_and_what_was_split_before_does_not():
    places = [Place(1, None, None, None, None), Place(2, None, 1, DAY, None)]
    assert meant(places, [1], date(2026, 11, 1), DAY) == {1, 2}
    assert meant(places, [1], DAY, DAY) == {1}


def test_results_are_shown_under_the_last_of_a_row_of_mergers():
    places = [
        Place(1, 2, None, None, date(2026, 3, 1)),
        Place(2, 3, None, None, DAY),
        Place(3, None, None, None, None),
    ]
    assert shown_under(places, DAY) == {1: 3, 2: 3, 3: 3}
    assert shown_under(places, date(2026, 11, 25)) == {1: 2, 2: 2, 3: 3}
