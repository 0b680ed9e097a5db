"""The tables that a measurement writes."""

from bench.cases import Case, same
from bench.load import Ask
from bench.report import cases_table, peers_table

CASES = [
    Case(
        "ours, SQLite", "W3 signed-in lesson", same(Ask("/")), "floor: lesson", "P1", jobs=("open a lesson",)
    ),
    Case("Kolibri", "open a lesson", same(Ask("/")), each=7, jobs=("open a lesson",)),
]
ROUNDS = [
    {
        "floor: lesson": {"cpu_ms": 1.0},
        "ours, SQLite: W3 signed-in lesson": {"cpu_ms": 1.5, "p50_ms": 2, "p99_ms": 9, "per_s": 700},
        "Kolibri: open a lesson": {"cpu_ms": 60.0, "p50_ms": 30, "p99_ms": 90, "per_s": 20},
    }
]


def test_a_peer_stands_beside_ours_with_how_many_times_it_takes():
    last = peers_table(CASES, ROUNDS).splitlines()[-1]
    assert last == "| open a lesson | 1.50 (1.50 to 1.50) | 60 (60 to 60) | **40 ×** (40 to 40) |"


def test_without_peers_there_is_no_table_of_them():
    assert peers_table(CASES[:1], ROUNDS) == ""


def test_a_case_stands_beside_its_floor():
    line = cases_table(CASES, ROUNDS).splitlines()[2]
    assert "| 1.50 × floor: lesson | P1 |" in line


def test_a_case_that_went_wrong_in_every_round_says_so():
    assert "left out in every round" in cases_table(CASES, [{"floor: lesson": {"cpu_ms": 1.0}}])
