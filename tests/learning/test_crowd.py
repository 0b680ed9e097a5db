"""A hall full counts at once, a script waits; nothing is lost; somebody looks, and then it counts or not."""

import pytest
from sqlalchemy import func, select, update

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now, today
from elearn.kit.db import db, transaction
from elearn.learning import crowd
from elearn.learning.actions import claim_results, keep_results
from elearn.learning.crowd import A_FAMILY, A_HALL, let_count, must_wait, turn_away, waiting_in
from elearn.learning.models import DailyTally, Standing
from elearn.learning.recount import recount
from elearn.people import entry
from elearn.people.entry_queries import find_class
from elearn.people.models import Keeping, Person, ResidentialGroup
from tests.browser import Browser
from tests.builders import attempt, make_course, nameless
from tests.people.conftest import clock  # noqa: F401 - a fixture
from tests.people.test_at_once import at_once, before, town  # noqa: F401 - fixtures
from tests.ward import group, person


def waits(code="DG05", **where):
    return must_wait(nameless(), group(code).id, here=where.get("here"), device=where.get("device"))


def come(code="DG05", many=1):
    """Let so many keep their result for a group without a name, as the page does; return who."""
    found = []
    for _ in range(many):
        who = nameless()
        keep_results(
            who, keeping="group", group_id=group(code).id, consents=["keep_results"],
            waits=must_wait(who, group(code).id, here=None, device=None),
        )  # fmt: skip
        found.append(who)
    return found


def registered(code="DG05"):
    counted = select(func.sum(DailyTally.registered)).where(DailyTally.group_id == group(code).id)
    return int(db.session.scalar(counted) or 0)


def is_borne_out():
    """Do the facts bear out the counts, but for the cast, who stand there without having been counted?"""
    return len(recount()) == 5


def few(monkeypatch, budget=3):
    monkeypatch.setattr(crowd, "A_HALL", budget)


def test_a_hall_full_counts_at_once(app):
    assert not any(waits() for _ in range(A_HALL))
    assert waits() and not waits("DG07"), "each group for itself"


def test_the_next_day_has_a_budget_of_its_own(app, monkeypatch, clock):  # noqa: F811
    few(monkeypatch)
    assert [waits() for _ in range(4)] == [False, False, False, True]
    clock.move(hours=25)
    assert not waits()


def test_many_at_once_do_not_outrun_the_budget(town, monkeypatch):  # noqa: F811
    few(monkeypatch, 5)
    home, many = before(town, lambda: group("DG05").id), before(town, lambda: [nameless() for _ in range(12)])
    found = at_once(town, lambda number: must_wait(many[number], home, here=None, device=None))
    assert sorted(found) == [False] * 5 + [True] * 7


def test_a_class_has_a_budget_of_its_own(app, viewer, monkeypatch):
    few(monkeypatch, 0)
    token = entry.issue_class_ticket(group("DG05").id, 2, viewer("hoa"))
    here = find_class(entry.secrets.digest(token), now())
    assert here.budget == 6
    assert [waits(here=here) for _ in range(7)] == [False] * 6 + [True]


def test_a_phone_of_the_house_has_a_few(app, monkeypatch):
    few(monkeypatch, 0)
    assert [waits(device="ours") for _ in range(A_FAMILY + 1)] == [False] * A_FAMILY + [True]
    assert not waits(device="the neighbours'")


def test_never_more_without_a_name_than_the_group_has_adults(app):
    with transaction():
        db.session.execute(update(ResidentialGroup).where(ResidentialGroup.code == "DG05").values(adults=2))
    come(many=3)
    assert registered() == 2 and waiting_in(1)[0].count == 1
    come("LT03", 3)
    assert registered("LT03") == 3, "nobody has said how many adults it has"


def test_who_knows_no_group_is_held_against_the_whole_wards_budget(app, monkeypatch):
    few(monkeypatch, 0)
    assert not waits("GV-KR") and not waits("GV-NK")


def test_what_waits_is_kept_counts_nowhere_and_counts_wholly_when_somebody_has_looked(
    app, viewer, monkeypatch
):
    few(monkeypatch)
    course, who = make_course(), come(many=5)
    for one in who:
        attempt(one, course["revisions"][0])
    assert registered() == 3 and is_borne_out()
    one = waiting_in(1)[0]
    assert (one.count, one.code, one.day) == (2, "DG05", today())
    assert let_count(one.group_id, one.day, by=viewer("quan")) == 2
    assert let_count(one.group_id, one.day, by=viewer("quan")) == 0, "twice is once"
    assert registered() == 5 and waiting_in(1) == [] and is_borne_out()
    lessons = db.session.scalar(select(func.sum(DailyTally.lessons)))
    assert lessons == 5
    (noted,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "count waiting"))
    assert noted.detail == {"times": 2} and noted.actor_id == person("quan").id


def test_who_is_turned_away_counts_nowhere_and_keeps_what_they_learnt(app, viewer, monkeypatch):
    few(monkeypatch, 0)
    course, (who,) = make_course(), come()
    attempt(who, course["revisions"][0])
    assert turn_away(group("DG05").id, today(), by=viewer("quan")) == 1
    left = db.session.get(Person, who)
    assert (left.keeping, left.group_id, left.waits_since) == (Keeping.NOTHING, None, None)
    assert left.erased_at is None and registered() == 0 and is_borne_out()
    assert db.session.scalar(select(func.count(Standing.group_id))) == 0
    assert turn_away(group("DG05").id, today(), by=viewer("quan")) == 0


def test_who_gives_a_name_waits_no_longer(app, monkeypatch):
    few(monkeypatch, 0)
    (who,) = come()
    keep_results(who, keeping="name", name="Bà Mận", group_id=group("DG05").id)
    assert registered() == 1 and waiting_in(1) == [] and is_borne_out()


def test_who_counts_or_waits_already_takes_nothing_of_the_budget(app, monkeypatch):
    few(monkeypatch, 1)
    first, second = come(many=2)
    home = group("DG05").id
    assert not must_wait(first, home, here=None, device=None), "sent twice, counted once"
    assert must_wait(second, home, here=None, device=None)
    assert not must_wait(second, group("DG07").id, here=None, device=None), "another group has room"


def test_results_that_waited_move_to_the_account_that_claims_them(app, monkeypatch):
    few(monkeypatch, 0)
    course, (who,), account = make_course(), come(), nameless()
    attempt(who, course["revisions"][0])
    keep_results(account, keeping="name", name="Bà Mận", group_id=group("DG05").id)
    claim_results(who, account)
    assert registered() == 1 and waiting_in(1) == [] and is_borne_out()


def test_the_ward_next_door_sees_none_of_ours(app, monkeypatch):
    few(monkeypatch, 0)
    come()
    assert waiting_in(2) == [] and crowd.count_waiting(2) == 0 and crowd.count_waiting(1) == 1


@pytest.mark.parametrize("times", [1, 3])
def test_a_slip_is_sent_once_from_elsewhere(app, times):
    assert [crowd.may_be_sent_elsewhere("a" * 32) for _ in range(times)] == [True, False, False][:times]
    assert crowd.may_be_sent_elsewhere("b" * 32)


# -- with a name ---------------------------------------------------------------------------------

NAMED = {
    "cach": "ten", "name": "Bà Mận", "group": "DG05", "audience": "", "phone": "", "birth_year": "",
    "adult": "y", "keep_results": "y", "seen_by_helper": "y",
}  # fmt: skip


def write_name_down(app, **changes):
    """Keep a result with a name on a phone of one's own, through the page; return the browser."""
    phone = Browser(app)
    phone.open("/dang-ky")
    phone.send("/dang-ky", 303, **(NAMED | changes))
    return phone


def those_named(name="Bà Mận"):
    db.session.expire_all()
    return db.session.scalars(select(Person).where(Person.display_name == name).order_by(Person.id)).all()


def test_a_script_that_invents_names_waits_like_one_without(app, monkeypatch):
    few(monkeypatch, 2)
    phones = [write_name_down(app) for _ in range(3)]
    assert registered() == 2 and is_borne_out()
    (one,) = waiting_in(1)
    assert (one.count, one.named, one.code) == (1, 1, "DG05")
    assert phones[2].open("/cua-toi").says("phường xem lại rồi mới tính")
    assert not phones[0].open("/cua-toi").says("phường xem lại rồi mới tính")
    phones[2].open("/cua-toi/du-lieu")
    assert those_named()[2].pin_hash, "whoever waits can come in again like anybody"


def test_names_and_no_names_have_budgets_apart(app, monkeypatch):
    few(monkeypatch, 1)
    come(many=2)
    write_name_down(app)
    assert registered() == 2 and waiting_in(1)[0].named == 0


def test_whoever_waits_vouches_for_nobody_on_the_same_phone(app, monkeypatch):
    few(monkeypatch, 0)
    phone = write_name_down(app)
    for fields in (NAMED | {"name": "Ông Mít"}, NAMED | {"cach": "to", "name": ""}):
        phone.open("/cua-toi")
        phone.send("/dang-xuat", 303)
        phone.open("/dang-ky")
        phone.send("/dang-ky", 303, **fields)
    assert registered() == 0 and waiting_in(1)[0].count == 3


def test_who_has_a_name_and_waits_counts_wholly_when_somebody_has_looked(app, viewer, monkeypatch):
    few(monkeypatch, 0)
    write_name_down(app)
    course, (who,) = make_course(), those_named()
    attempt(who.id, course["revisions"][0])
    assert registered() == 0
    assert let_count(group("DG05").id, today(), by=viewer("quan")) == 1
    assert registered() == 1 and is_borne_out()


def test_who_is_turned_away_keeps_the_name_and_may_choose_a_group_again(app, viewer, monkeypatch):
    few(monkeypatch, 0)
    phone = write_name_down(app)
    turn_away(group("DG05").id, today(), by=viewer("quan"))
    (who,) = those_named()
    assert (who.keeping, who.group_id, who.waits_since) == (Keeping.NAME, None, None)
    again = {"name": "Bà Mận", "group": "DG07", "audience": "unsaid", "phone": "", "birth_year": ""}
    for _ in range(2):
        phone.open("/cua-toi/du-lieu")
        phone.send("/cua-toi/du-lieu", 303, **again)
        assert registered("DG07") == 0 and waiting_in(1)[0].code == "DG07"
    few(monkeypatch, 5)
    turn_away(group("DG07").id, today(), by=viewer("quan"))
    for _ in range(2):
        phone.open("/cua-toi/du-lieu")
        phone.send("/cua-toi/du-lieu", 303, **again)
    assert registered("DG07") == 1 and waiting_in(1) == [] and is_borne_out()


def test_whom_a_helper_registers_waits_for_nobody(app, monkeypatch):
    few(monkeypatch, 0)
    helper = Browser(app).come_as("hoa")
    helper.open("/to/DG05/dang-ky")
    helper.send(
        "/to/DG05/dang-ky", 200, name="Bà Mận", phone="", household="", audience="unsaid", birth_year="",
        over_16="y", keep_results="y", seen_by_helper="y", form_id="f" * 32,
    )  # fmt: skip
    assert registered() == 1 and waiting_in(1) == []
