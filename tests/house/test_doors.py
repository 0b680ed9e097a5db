"""Every page says who may open it, and the whole list is written down for a reader."""

import re
from pathlib import Path

import pytest
from flask import Flask

from elearn.kit.access import close_the_doors

DOORS = Path(__file__).with_name("doors.txt")


def test_the_list_of_doors_is_up_to_date(sqlite_app):
    """A door that changes is a line in the review. To write it anew: delete doors.txt, run the test."""
    lines = sorted(
        f"{','.join(sorted(rule.methods - {'HEAD', 'OPTIONS'})):9} {rule.rule:58} "
        f"{_who_may(sqlite_app.view_functions[rule.endpoint])}"
        for rule in sqlite_app.url_map.iter_rules()
    )
    text = "\n".join(lines) + "\n"
    if not DOORS.exists():
        DOORS.write_text(text)
    assert DOORS.read_text() == text


def _who_may(view):
    if getattr(view, "keyed", False):
        return f"{view.access}, proved again, with the second key"
    return f"{view.access}, proved again" if getattr(view, "fresh", False) else view.access


# What is done to people, roles and the ward, and leaves with names in it, asks for the password again.
ASKED_AGAIN = re.compile(
    r"people_desk|person_data_desk|keys_desk|twins_desk|roles_desk|lists_desk|desk"
    r"|registration_desk|neighbour_desk|class_desk"
)
EVERYDAY = {
    "roles_desk.roles", "people_desk.people", "people_desk.person", "twins_desk.twins", "lists_desk.pattern",
    "desk.my_groups", "desk.roster", "neighbour_desk.person", "neighbour_desk.act", "class_desk.class",
    "class_desk.class_sheet", "class_desk.end_class",
}  # fmt: skip
ASKED_TOO = {
    "office.ward", "office.save_ward", "groups_desk.merge", "groups_desk.merging", "groups_desk.split",
    "groups_desk.splitting", "requests_desk.terms", "requests_desk.save_terms",
    "groups_desk.new_group", "groups_desk.make_group", "groups_desk.save_group",  # what every count is by
    "requests_desk.reply", "requests_desk.extend", "requests_desk.close",  # what the law gives somebody
    "progress.give_link",  # true counts, for whoever holds the link
}  # fmt: skip


def test_who_acts_on_people_gives_the_password_again(sqlite_app):
    """A new door of these desks is marked `fresh`, or stands in EVERYDAY: it only shows, or ends a class.

    Not asked for: making or ending a shared machine, ending a read link, noting a request or taking it in
    hand (nothing opens and nothing is lost by it), and one's own data, which stands on pages of the same
    session and names nobody else.
    """
    views = sqlite_app.view_functions
    wanted = {name for name in views if ASKED_AGAIN.fullmatch(name.partition(".")[0])} - EVERYDAY | ASKED_TOO
    assert {name for name, view in views.items() if getattr(view, "fresh", False)} >= wanted
    assert not {name for name in EVERYDAY if views[name].fresh}


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
