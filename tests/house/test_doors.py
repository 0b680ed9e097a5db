"""Every page says who may open it, and the whole list is written down for a reader."""

from pathlib import Path

import pytest
from flask import Flask

from elearn.kit.access import close_the_doors

DOORS = Path(__file__).with_name("doors.txt")


def test_the_list_of_doors_is_up_to_date(sqlite_app):
    """A door that changes is a line in the review. To write it anew: delete doors.txt, run the test."""
    lines = sorted(
        f"{','.join(sorted(rule.methods - {'HEAD', 'OPTIONS'})):9} {rule.rule:58} "
        f"{sqlite_app.view_functions[rule.endpoint].access}"
        for rule in sqlite_app.url_map.iter_rules()
    )
    text = "\n".join(lines) + "\n"
    if not DOORS.exists():
        DOORS.write_text(text)
    assert DOORS.read_text() == text


def test_an_unmarked_view_stops_the_app_from_starting():
    app = Flask("house")
    app.add_url_rule("/", "naked", lambda: "")
    with pytest.raises(RuntimeError, match="naked"):
        close_the_doors(app)


def test_addresses_are_small_letters_and_dashes(sqlite_app):
    for rule in sqlite_app.url_map.iter_rules():
        fixed = rule.rule.split("<")[0]
        assert fixed == fixed.lower() and "_" not in fixed, rule.rule


def test_verbs_are_nouns_and_get_reads(sqlite_app):
    """Nothing that changes something is reachable by a link (THREATS T-csrf)."""
    for rule in sqlite_app.url_map.iter_rules():
        assert not {"PUT", "PATCH", "DELETE"} & rule.methods, rule.rule
