"""Asking for help: once, with a helper there to hear it; noted as done; what becomes of it with its owner."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.learning import retention
from elearn.learning.actions import claim_results, erase, keep_results, merge_people, move_to_group, unmerge
from elearn.learning.copy_queries import facts_of
from elearn.learning.groups import merge_groups
from elearn.learning.help_queries import (
    groups_with_helper,
    last_request_of,
    may_ask,
    waiting_by_group,
)
from elearn.learning.helping import (
    ask_for_help,
    finish_request,
    reopen_request,
    take_request_back,
)
from elearn.learning.models import HelpRequest
from elearn.learning.own import go_on_without_name, hide_from_helper
from elearn.learning.retention import drop_due
from elearn.people.models import Person
from tests.builders import kept, nameless
from tests.ward import group


def rows():
    db.session.expire_all()
    return list(db.session.scalars(select(HelpRequest).order_by(HelpRequest.id)))


def nameless_of(code):
    made = nameless()
    keep_results(made, keeping="group", group_id=group(code).id, consents=["keep_results"])
    return made


def test_only_a_group_with_a_helper_who_can_come_in_is_asked(app, person):
    assert groups_with_helper(1) == {group("DG05").id}
    lan, tai = person("lan").id, person("tai").id
    assert ask_for_help(lan) and not ask_for_help(tai)
    with transaction():
        db.session.execute(update(Person).where(Person.id == person("hoa").id).values(disabled_at=now()))
    assert groups_with_helper(1) == frozenset() and not may_ask(lan)


def test_who_asks_twice_has_asked_once_and_says_more(app, person):
    lan = person("lan").id
    for about in ("", "phone", ""):
        assert ask_for_help(lan, about=about)
    [one] = rows()
    assert (one.about, one.done_at) == ("phone", None)
    assert waiting_by_group(1) == {"DG05": 1}


def test_a_request_taken_back_leaves_nothing(app, person):
    lan = person("lan").id
    ask_for_help(lan)
    assert take_request_back(lan) and not take_request_back(lan)
    assert rows() == [] and last_request_of(lan) is None


def test_who_counts_for_the_group_without_a_name_asks_too_and_who_counts_nowhere_does_not(app):
    assert ask_for_help(nameless_of("DG05"))
    assert not ask_for_help(nameless()) and not ask_for_help(nameless_of("DG07"))
    assert waiting_by_group(1) == {"DG05": 1}
    assert waiting_by_group(2) == {}


def test_it_is_done_once_and_the_owner_sees_by_whom(viewer, person):
    lan, hoa = person("lan").id, viewer("hoa")
    ask_for_help(lan)
    [one] = rows()
    finish_request(hoa, one.id, 1, "met")
    finish_request(viewer("quan"), one.id, 1, "called")
    seen = last_request_of(lan)
    assert (seen.done_how, seen.done_by) == ("met", "Trần Thị Hoa") and seen.done_at
    done = select(func.count()).where(AuditEntry.action == "finish help")
    assert db.session.scalar(done) == 1 and waiting_by_group(1) == {}
    assert ask_for_help(lan), "the next time is another request"
    assert last_request_of(lan).done_at is None
    assert not reopen_request(hoa, one.id, 1), "there is an open one already"
    take_request_back(lan)
    assert reopen_request(hoa, one.id, 1) and last_request_of(lan).done_at is None


# -- with its owner


def test_it_goes_with_its_owner_to_another_group_and_through_a_merge(app, person):
    lan = person("lan").id
    ask_for_help(lan)
    move_to_group(lan, group("DG07").id)
    assert waiting_by_group(1) == {"DG07": 1}
    merge_groups([group("DG07").id], group("DG05").id, actor=None)
    assert waiting_by_group(1) == {"DG05": 1}


@pytest.mark.parametrize("both", [False, True])
def test_two_rows_that_become_one_person_have_asked_once(app, person, both):
    lan, twin = person("lan").id, kept("DG05", "Bà Lan")
    ask_for_help(twin, about="phone")
    if both:
        ask_for_help(lan, about="lesson")
    merge_people(twin, lan, actor=None)
    [one] = rows()
    assert (one.person_id, one.about) == (lan, "lesson" if both else "phone")


def test_undoing_a_merge_gives_a_request_back_to_who_made_it(app, person):
    lan = person("lan").id
    twin, third = kept("DG05", "Bà Lan"), kept("DG07", "Lan")
    ask_for_help(twin, about="phone")
    merge_people(twin, lan, actor=None)
    ask_for_help(lan, about="lesson")  # the one that waits is hers now: she says what about
    merge_people(lan, third, actor=None)
    assert [(one.person_id, one.moved_from_id) for one in rows()] == [(third, twin)]
    unmerge(lan, actor=None)
    assert [(one.person_id, one.moved_from_id) for one in rows()] == [(lan, twin)]
    assert waiting_by_group(1) == {"DG05": 1}
    unmerge(twin, actor=None)
    assert [(one.person_id, one.moved_from_id) for one in rows()] == [(twin, None)]
    assert last_request_of(lan) is None and last_request_of(twin) is not None


def test_what_was_asked_without_a_name_becomes_the_accounts(app, person):
    lan, other = person("lan").id, nameless_of("DG05")
    ask_for_help(other)
    claim_results(other, lan)
    assert [one.person_id for one in rows()] == [lan]


def test_it_is_in_ones_data_and_goes_with_the_name(app, person):
    lan = person("lan").id
    ask_for_help(lan, about="beside")
    assert [one["about"] for one in facts_of(lan)["requests_for_help"]] == ["beside"]
    go_on_without_name(lan)
    assert rows() == []


def test_it_goes_when_the_helper_may_not_see_the_name_any_more(app, person):
    lan = person("lan").id
    ask_for_help(lan)
    hide_from_helper(lan)
    assert rows() == [] and ask_for_help(lan), "whoever asks anew shows the name for that"


def test_it_goes_when_the_person_is_erased(app, person):
    lan = person("lan").id
    ask_for_help(lan)
    erase(lan)
    assert rows() == []


def test_a_request_goes_90_days_after_it_was_done_and_an_open_one_stays(app, person, monkeypatch):
    moment = datetime(2026, 11, 26, 2)
    monkeypatch.setattr(retention, "now", lambda: moment)
    old, young, open_one = person("lan").id, kept("DG05", "Bà Mận"), kept("DG05", "Bà Na")
    for who, days in ((old, 91), (young, 89), (open_one, None)):
        done = moment - timedelta(days=days) if days else None
        with transaction():
            db.session.add(HelpRequest(person_id=who, asked_at=moment - timedelta(days=200), done_at=done))
    assert drop_due("help", 90) == 1
    assert [one.person_id for one in rows()] == [young, open_one]
