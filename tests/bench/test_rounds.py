"""Which rounds of a measurement count, and what they say."""

from bench.rounds import HELLO, kept, ratio, spread, voided


def a_round(hello, **others):
    return {HELLO: {"cpu_ms": hello}} | {name: {"cpu_ms": cost} for name, cost in others.items()}


def test_a_round_in_which_the_bare_page_strays_by_more_than_a_quarter_is_left_out():
    rounds = [a_round(0.40), a_round(0.41), a_round(0.42), a_round(0.60), a_round(0.30)]
    assert kept(rounds) == rounds[:3]


def test_without_the_bare_page_nothing_is_left_out():
    rounds = [{"case": {"cpu_ms": 1.0}}, {"case": {"cpu_ms": 9.0}}]
    assert kept(rounds) == rounds


def test_a_ratio_is_taken_within_each_round():
    rounds = [a_round(1, ours=2), a_round(2, ours=4), a_round(1, ours=3)]
    assert ratio(rounds, "ours", HELLO) == (2, 2, 3)


def test_a_sample_that_went_wrong_is_in_no_median():
    rounds = [a_round(1, ours=2), a_round(1), a_round(1, ours=4)]
    assert spread(rounds, "ours", "cpu_ms") == (3, 2, 4)
    assert spread(rounds, "nowhere", "cpu_ms") is None


def test_one_wrong_answer_voids_a_sample():
    assert voided(100, 1, None) == "1 of 100 answers were wrong"
    assert voided(100, 0, None) == ""


def test_a_confirmed_answer_without_a_row_voids_a_sample():
    assert voided(100, 0, 99) == "100 were confirmed, 99 rows are there"
    assert voided(100, 0, 100) == ""
    assert voided(0, 0, None) == "nothing was asked"
