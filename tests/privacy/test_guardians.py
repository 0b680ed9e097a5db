"""Under sixteen: no name until a guardian consents, who can take it back; the name is not for others."""

import json

import pytest
from sqlalchemy import select, update

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db, transaction
from elearn.learning.actions import erase, keep_results, merge_people, unmerge
from elearn.learning.models import Certificate
from elearn.learning.own import (
    agree_for_oneself,
    award_certificate,
    go_on_without_name,
    put_under_guardian,
    show_to_helper,
)  # fmt: skip
from elearn.people.consents import KEEP_RESULTS, SEEN_BY_HELPER, TEXT_VERSION
from elearn.people.models import Consent, Person
from elearn.people.queries import is_seen_by_helper
from elearn.privacy.guardians import Guardian, guardian_of, kept_of, record_guardian
from elearn.privacy.models import GuardianConsent
from tests.browser import Browser
from tests.builders import attempt, make_course, nameless
from tests.security.doors import STRANGER, as_person, doors
from tests.ward import group

MOTHER = Guardian("Trần Thị Mẹ", "parent", "device")
CHILD = {
    "cach": "ten", "name": "Em Bi", "group": "DG05", "audience": "", "phone": "0912345678",
    "birth_year": "2015", "adult": "", "guardian": "y", "guardian_name": "Trần Thị Mẹ", "relation": "parent",
    "keep_results": "y", "seen_by_helper": "",
}  # fmt: skip
NEIGHBOUR = {
    "name": "Em Bi", "phone": "0912345678", "household": "", "audience": "unsaid", "birth_year": "",
    "over_16": "", "guardian": "y", "guardian_name": "Trần Thị Mẹ", "relation": "parent",
    "keep_results": "y", "seen_by_helper": "y", "form_id": "f" * 32,
}  # fmt: skip


def child():
    """Keep the results of somebody under sixteen with a name; return their number."""
    who = nameless()
    keep_results(
        who, keeping="name", group_id=group("DG05").id, name="Em Bi", consents=[KEEP_RESULTS, SEEN_BY_HELPER],
        text_version=TEXT_VERSION, channel="guardian", guardian=MOTHER,
    )  # fmt: skip
    return who


def recorded():
    db.session.expire_all()
    return db.session.scalars(select(GuardianConsent).order_by(GuardianConsent.id)).all()


# -- on one's own phone --------------------------------------------------------------------------


def test_who_is_not_sixteen_keeps_nothing_with_a_name_until_a_guardian_consents(browser):
    browser.open("/dang-ky")
    page = browser.send("/dang-ky", 422, **(CHILD | {"guardian": "", "guardian_name": "", "relation": ""}))
    assert page.says("học ẩn danh") and any(box.get("name") == "guardian" for box in page.every("input"))
    assert not [box for box in page.every("input") if box.get("name") == "guardian" and "checked" in box]
    assert db.session.scalar(select(Person).where(Person.display_name == "Em Bi")) is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"guardian_name": ""}, "Xin ghi tên người đồng ý"),
        ({"relation": ""}, "Xin chọn người ấy là gì"),
        ({"relation": "x"}, "Xin chọn một mục"),
        ({"guardian_name": "031170001234"}, "đừng ghi số"),
        ({"keep_results": ""}, "Trang chỉ giữ khi bác đồng ý"),
    ],
)
def test_who_agrees_and_what_they_are_is_asked_and_nothing_typed_is_lost(browser, changes, sentence):
    browser.open("/dang-ky")
    page = browser.send("/dang-ky", 422, **(CHILD | changes))
    assert sentence in page.html and "Em Bi" in page.html and recorded() == []


def test_the_consent_is_recorded_and_no_more_is_kept_than_is_needed(browser):
    browser.open("/dang-ky")
    browser.send("/dang-ky", 303, **CHILD)
    (one,) = recorded()
    assert (one.guardian_name, one.relation, one.how) == ("Trần Thị Mẹ", "parent", "device")
    assert one.witness_id is None and one.text_version == TEXT_VERSION and one.given_at
    kept = db.session.scalars(select(Person).where(Person.display_name == "Em Bi")).one()
    assert (kept.phone, kept.birth_year) == (None, None)
    assert set(db.session.scalars(select(Consent.channel))) == {"guardian"}


def test_for_the_group_alone_no_guardian_is_named(browser):
    browser.open("/dang-ky")
    browser.send("/dang-ky", 303, **(CHILD | {"cach": "to", "guardian_name": "", "relation": ""}))
    assert recorded() == [] and set(db.session.scalars(select(Consent.channel))) == {"guardian"}


# -- before a helper and at the office --------------------------------------------------------------


def test_a_helper_witnesses_what_a_guardian_says(app, person):
    helper = Browser(app).come_as("hoa")
    assert helper.open("/to/DG05/dang-ky").says("Anh chị có phải cha, mẹ hoặc người giám hộ")
    helper.send("/to/DG05/dang-ky", 200, **NEIGHBOUR)
    (one,) = recorded()
    assert (one.guardian_name, one.how, one.witness_id) == ("Trần Thị Mẹ", "spoken", person("hoa").id)
    assert db.session.get(Person, one.person_id).phone is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"guardian": ""}, "cần cha, mẹ hoặc người giám hộ ở đây"),
        ({"guardian_name": ""}, "Xin ghi tên người đồng ý"),
        ({"relation": ""}, "Xin ghi tên người đồng ý"),
    ],
)
def test_without_a_guardian_a_helper_registers_no_minor(app, changes, sentence):
    helper = Browser(app).come_as("hoa")
    helper.open("/to/DG05/dang-ky")
    page = helper.send("/to/DG05/dang-ky", 422, **(NEIGHBOUR | changes))
    assert page.says(sentence) and recorded() == []


def test_the_office_records_a_guardian_for_somebody_who_is_here_already(app, person):
    quan, who = Browser(app).come_as("quan"), person("lan").id
    place = f"/quan-tri/nguoi/{who}/giam-ho"
    assert quan.open(place).says("Anh chị có phải cha, mẹ")
    said = {"agree": "y", "guardian_name": "Bà Mẹ", "relation": "guardian", "how": "paper"}
    for missing in said:
        quan.send(place, 422, **(said | {missing: ""}))
    for _ in range(2):
        quan.send(place, 303, **said)
    (one,) = recorded()
    assert (one.guardian_name, one.how, one.witness_id) == ("Bà Mẹ", "paper", person("quan").id)
    assert db.session.get(Person, who, populate_existing=True).phone is None
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.action == "record guardian")).first()
    assert quan.open(f"/quan-tri/nguoi/{who}").says("dưới 16 tuổi")
    quan.send(f"/quan-tri/nguoi/{person('hoa').id}/giam-ho", 422, **said)
    Browser(app).come_as("hoa").open(place, expect=403)
    quan.open(f"/quan-tri/nguoi/{person('xa').id}/giam-ho", expect=404)


def come_as_lan(app):
    """The cast is found by phone: give bà Lan hers back for a moment."""
    with transaction():
        db.session.execute(
            update(Person).where(Person.display_name == "Nguyễn Thị Lan").values(phone="+84900000001")
        )
    return Browser(app).come_as("lan")


def test_nobody_adds_a_number_or_a_year_later(app, person):
    put_under_guardian(person("lan").id, MOTHER, witness_id=None)
    typed = {
        "name": "Nguyễn Thị Lan", "group": "DG05", "audience": "unsaid", "phone": "0912345678",
        "birth_year": "1990",
    }  # fmt: skip
    lan = come_as_lan(app)
    page = lan.open("/cua-toi/du-lieu")
    assert not any(one.get("name") in ("phone", "birth_year") for one in page.every("input"))
    lan.send("/cua-toi/du-lieu", 303, **typed)
    row = db.session.scalars(select(Person).where(Person.display_name == "Nguyễn Thị Lan")).one()
    assert (row.phone, row.birth_year) == (None, None)


# -- the name is not for others ----------------------------------------------------------------------


def test_others_read_no_name_on_a_minors_paper(app):
    who, course = child(), make_course(lessons=1)
    attempt(who, course["revisions"][0])
    number = award_certificate(who, course["course"], full_name="Em Bi", name_shown="full")
    code = db.session.scalar(select(Certificate.confirm_code).where(Certificate.number == number))
    assert "Em Bi" not in Browser(app).open(f"/giay/{code}").html
    with transaction():  # as if it had been kept before
        db.session.execute(update(Certificate).values(name_shown="full"))
    assert "Em Bi" not in Browser(app).open(f"/giay/{code}").html


def test_a_paper_that_showed_the_name_shows_it_no_longer(app, person):
    who, course = person("lan").id, make_course(lessons=1)
    attempt(who, course["revisions"][0])
    award_certificate(who, course["course"], full_name="Nguyễn Thị Lan", name_shown="full")
    put_under_guardian(who, MOTHER, witness_id=None)
    assert db.session.scalars(select(Certificate.name_shown)).all() == ["none"]


def test_no_page_for_everyone_and_no_board_names_a_minor(lively):
    """As a stranger, a neighbour, the youth union, and who reads the counts: nowhere."""
    child()
    for name in (STRANGER, "tai", "minh", "duc"):
        client = as_person(lively, name)
        for door in doors(lively):
            if door.method == "GET":
                with client.get(door.path) as answer:
                    found = b"Em Bi" in answer.data if answer.mimetype.startswith("text") else False
                assert not found, f"{door.path} as {name}"


# -- the end -----------------------------------------------------------------------------------------


def test_what_a_guardian_takes_back_ends_at_once_and_their_name_goes_too(app):
    who = child()
    go_on_without_name(who)
    (one,) = recorded()
    assert one.ended_at and (one.guardian_name, one.ended_because) == ("", "withdrawn")
    row = db.session.get(Person, who, populate_existing=True)
    assert (row.display_name, row.keeping) == (None, "nothing") and guardian_of(who) is None


def test_at_sixteen_one_agrees_for_oneself_once(app, person):
    who = person("lan").id
    record_guardian(who, MOTHER)
    lan = Browser(app).come_as("lan")
    assert lan.open("/cua-toi/du-lieu").says("Trần Thị Mẹ, cha hoặc mẹ, đồng ý")
    for _ in range(2):
        lan.send("/cua-toi/tu-16-tuoi", 303)
    (one,) = recorded()
    assert (one.guardian_name, one.ended_because) == ("", "of age")
    rows = db.session.execute(select(Consent.purpose, Consent.channel).where(Consent.withdrawn_at.is_(None)))
    assert list(map(tuple, rows)) == [(KEEP_RESULTS, "self")]
    assert lan.open("/cua-toi/dong-y").says("vì đã từ 16 tuổi")
    agree_for_oneself(person("tai").id)
    assert db.session.scalar(select(Consent.id).where(Consent.person_id == person("tai").id)) is None


def test_the_consent_is_in_the_history_and_in_the_file(app, person):
    record_guardian(person("lan").id, MOTHER, witness_id=person("hoa").id)
    lan = Browser(app).come_as("lan")
    assert lan.open("/cua-toi/dong-y").says("Trần Thị Mẹ, cha hoặc mẹ")
    kept = json.loads(lan.open("/cua-toi/du-lieu.json").data)["guardian_consents"]
    assert kept[0]["guardian_name"] == "Trần Thị Mẹ" and "witness_id" not in kept[0]


def test_another_guardian_takes_the_place_of_the_first(app, person):
    who = person("lan").id
    assert record_guardian(who, MOTHER) and not record_guardian(who, MOTHER)
    assert record_guardian(who, Guardian("Ông Cha", "parent"))
    assert [bool(one.ended_at) for one in recorded()] == [True, False]


def test_who_is_erased_leaves_no_guardian(app, person):
    record_guardian(person("lan").id, MOTHER, witness_id=person("hoa").id)
    erase(person("lan").id)
    (one,) = recorded()
    assert (one.guardian_name, one.witness_id) == ("", None) and one.ended_at


# -- two rows that are one person ------------------------------------------------------------------


@pytest.fixture
def merged(app, person):
    """A child, merged into a row that knows no guardian; return both numbers and the code of a paper."""
    course, young, other = make_course(lessons=1), child(), nameless()
    keep_results(
        other, keeping="name", group_id=group("DG05").id, name="Bùi Bi", phone="+84912345678",
        birth_year=2012, consents=[KEEP_RESULTS],
    )  # fmt: skip
    attempt(other, course["revisions"][0])
    number = award_certificate(other, course["course"], full_name="Bùi Bi", name_shown="full")
    merge_people(young, other, actor=person("quan").id)
    return (
        young,
        other,
        db.session.scalar(select(Certificate.confirm_code).where(Certificate.number == number)),
    )


def test_a_guardians_consent_holds_for_the_whole_of_a_merged_person(merged, app):
    young, other, code = merged
    assert guardian_of(other).guardian_name == "Trần Thị Mẹ" and guardian_of(young)
    row = db.session.get(Person, other, populate_existing=True)
    assert (row.phone, row.birth_year) == (None, None)
    assert kept_of(other, "+84912345678", 2012) == (None, None)
    assert "Bùi" not in Browser(app).open(f"/giay/{code}").html
    with transaction():  # a paper whose row says otherwise is read like the rest
        db.session.execute(update(Certificate).values(name_shown="full"))
    assert "Bùi" not in Browser(app).open(f"/giay/{code}").html


def test_a_paper_of_the_merged_row_shows_no_name_either(app, person):
    course, grown, other = make_course(lessons=1), nameless(), child()
    keep_results(grown, keeping="name", group_id=group("DG05").id, name="Bùi Bi", consents=[KEEP_RESULTS])
    attempt(grown, course["revisions"][0])
    award_certificate(grown, course["course"], full_name="Bùi Bi", name_shown="full")
    merge_people(grown, other, actor=person("quan").id)
    with transaction():
        db.session.execute(update(Certificate).values(name_shown="full"))
    code = db.session.scalar(select(Certificate.confirm_code))
    assert "Bùi" not in Browser(app).open(f"/giay/{code}").html


def test_who_is_of_age_says_so_once_for_both_rows(merged):
    young, other, _ = merged
    agree_for_oneself(other)
    assert guardian_of(other) is None is guardian_of(young)
    assert [one.ended_because for one in recorded()] == ["of age"]


def test_the_guardian_takes_it_back_for_both_rows(merged):
    young, other, _ = merged
    go_on_without_name(other)
    assert guardian_of(other) is None is guardian_of(young)
    assert {db.session.get(Person, one).display_name for one in (young, other)} == {None}


def test_what_was_split_again_is_a_childs_row_and_a_row_without_guardian(merged, person):
    young, other, _ = merged
    unmerge(young, actor=person("quan").id)
    assert guardian_of(young) and guardian_of(other) is None


def test_before_a_child_is_merged_the_office_reads_what_follows(app, person):
    quan, young = Browser(app).come_as("quan"), child()
    assert quan.open(f"/quan-tri/nguoi/{person('lan').id}/gop/{young}").says("là người dưới 16 tuổi")
    assert not quan.open(f"/quan-tri/nguoi/{person('lan').id}/gop/{nobody()}").says("là người dưới 16 tuổi")


def nobody():
    who = nameless()
    keep_results(who, keeping="name", group_id=group("DG05").id, name="Bà Ba", consents=[KEEP_RESULTS])
    return who


def test_a_no_to_the_helper_survives_the_merge_into_a_row_that_nobody_asked(app, person):
    """Bà Lan stands in the ward's list, where nobody asked her; under her other row she did not agree."""
    said_no, lan = nobody(), person("lan").id
    assert is_seen_by_helper(lan)
    merge_people(said_no, lan, actor=person("quan").id)
    assert not is_seen_by_helper(lan)
    show_to_helper(lan)
    assert is_seen_by_helper(lan), "she may say yes afterwards"


def test_what_the_kept_row_said_of_the_helper_stands(app, person):
    said_no, lan = nobody(), person("lan").id
    show_to_helper(lan)
    merge_people(said_no, lan, actor=person("quan").id)
    assert is_seen_by_helper(lan)
