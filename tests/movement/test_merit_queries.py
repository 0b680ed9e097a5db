"""The merit list names who finished and agreed to be named, and nobody else."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import today
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.learning import own
from elearn.learning.actions import erase, merge_people, move_to_group
from elearn.learning.groups import merge_groups
from elearn.learning.recount import recount
from elearn.movement import campaign_queries as queries
from elearn.movement.campaign_rules import Terms
from elearn.movement.campaigns import make_campaign
from elearn.movement.merit_queries import merit_of
from elearn.privacy.guardians import Guardian
from tests.builders import attempt, kept, make_course
from tests.ward import CAST, group


@pytest.fixture
def courses(app):
    recount(repair=True)
    return [make_course("mot"), make_course("hai")]


@pytest.fixture
def campaign(viewer, courses):
    day = today()
    terms = Terms(
        "Tuần lễ số", day - timedelta(days=6), day, "finished", 20, tuple(one["course"] for one in courses)
    )
    return make_campaign(viewer("quan"), 1, terms)


def learnt(name, *courses, code="DG05", whole=True):
    who = kept(code, name)
    for course in courses:
        for revision in course["revisions"] if whole else course["revisions"][:1]:
            attempt(who, revision)
    return who


def merit(viewer, campaign):
    card = queries.find_campaign_seen_by(viewer("quan"), 1, campaign)
    return {
        one.name: ([(two.name, two.courses) for two in one.named], one.unnamed)
        for one in merit_of(card, 1, today())
    }


def test_it_names_who_finished_and_agreed_and_counts_the_others(viewer, campaign, courses, on_day):
    own.let_be_named(learnt("Bà An", courses[0]))
    own.let_be_named(learnt("Ông Bình", *courses))
    learnt("Cô Cúc", courses[0])
    own.let_be_named(learnt("Chú Dũng", courses[0], whole=False))
    on_day(9)
    own.let_be_named(learnt("Bà Em", courses[0]))
    assert merit(viewer, campaign) == {"Tổ dân phố số 5": ([("Ông Bình", 2), ("Bà An", 1)], 1)}


def test_a_name_goes_when_it_is_taken_back_and_the_count_stays(viewer, campaign, courses):
    who = learnt("Bà An", courses[0])
    own.let_be_named(who)
    own.let_be_named(who)
    assert merit(viewer, campaign) == {"Tổ dân phố số 5": ([("Bà An", 1)], 0)}
    own.be_named_no_longer(who)
    assert merit(viewer, campaign) == {"Tổ dân phố số 5": ([], 1)}
    own.let_be_named(who)
    erase(who)
    assert merit(viewer, campaign) == {"Tổ dân phố số 5": ([], 1)}


def test_nobody_under_sixteen_is_named(viewer, campaign, courses):
    who = learnt("Em Bé", courses[0])
    own.let_be_named(who)
    own.put_under_guardian(who, Guardian("Trần Thị Mẹ", "parent"), witness_id=None)
    assert merit(viewer, campaign) == {"Tổ dân phố số 5": ([], 1)}
    with pytest.raises(Refused, match="16"):
        own.let_be_named(who)


def test_two_rows_of_one_person_are_one_name(viewer, campaign, courses):
    first, second = learnt("Bà An", courses[0]), learnt("Bà Ân", courses[1])
    own.let_be_named(second)
    merge_people(first, second, actor=viewer("quan"))
    assert merit(viewer, campaign) == {"Tổ dân phố số 5": ([("Bà Ân", 2)], 0)}


def test_a_minor_in_the_other_row_is_not_named_either(viewer, campaign, courses):
    first, second = learnt("Em", courses[0]), learnt("Em Bé", courses[0])
    own.let_be_named(second)
    own.put_under_guardian(first, Guardian("Trần Thị Mẹ", "parent"), witness_id=None)
    merge_people(first, second, actor=viewer("quan"))
    assert merit(viewer, campaign) == {"Tổ dân phố số 5": ([], 1)}


def test_a_minor_in_a_row_that_became_part_of_another_and_that_of_a_third_is_not_named(
    viewer, campaign, courses
):
    first, second, third = (learnt(name, courses[0]) for name in ("Em", "Em Bé", "Em Bi"))
    own.put_under_guardian(first, Guardian("Trần Thị Mẹ", "parent"), witness_id=None)
    own.let_be_named(third)
    merge_people(first, second, actor=viewer("quan"))
    merge_people(second, third, actor=viewer("quan"))
    assert merit(viewer, campaign) == {"Tổ dân phố số 5": ([], 1)}


def test_what_a_merged_group_did_stands_under_the_one_that_followed_it(viewer, campaign, courses):
    own.let_be_named(learnt("Bà An", courses[0]))
    merge_groups([group("DG05").id], group("DG07").id, actor=viewer("quan"))
    assert merit(viewer, campaign) == {"Tổ dân phố số 7": ([("Bà An", 1)], 0)}


def test_who_had_finished_before_and_only_came_into_a_group_is_not_on_it(viewer, campaign, courses, on_day):
    on_day(20)
    before = learnt("Bà Xưa", courses[0], code="GV-KR")
    on_day(3)
    during = learnt("Bà Nay", courses[0], code="GV-KR")
    on_day(0)
    for who in (before, during):
        own.let_be_named(who)
        move_to_group(who, group("DG05").id, actor=viewer("quan"))
    assert merit(viewer, campaign) == {"Tổ dân phố số 5": ([("Bà Nay", 1)], 0)}


def test_as_many_completions_stand_on_it_as_the_campaign_counts(viewer, campaign, courses):
    own.let_be_named(learnt("Bà An", *courses))
    learnt("Cô Cúc", courses[0], code="DG07")
    card = queries.find_campaign_seen_by(viewer("quan"), 1, campaign)
    listed = merit_of(card, 1, today())
    told = {one.name: (sum(two.courses for two in one.named), one.courses) for one in listed}
    counted = {line.name: line.finished for line in queries.lines_of(card, 1, today()) if line.finished}
    assert told == {"Tổ dân phố số 5": (2, 2), "Tổ dân phố số 7": (0, 1)}
    assert counted == {name: courses for name, (_, courses) in told.items()}


def test_staff_print_the_list_and_that_is_noted(browser, viewer, campaign, courses):
    own.let_be_named(learnt("Bà An", courses[0]))
    learnt("Cô Cúc", courses[0])
    address = f"/phong-trao/chien-dich/{campaign}/danh-sach-khen"
    page = browser.come_as("quan").open(address)
    assert (
        "Bà An" in page.html and "1 người học xong, không nêu tên" in page.html and "Cô Cúc" not in page.html
    )
    seen = select(func.count()).where(AuditEntry.action == "view merit list")
    assert db.session.scalar(seen) == 1
    for name, status in (("minh", 403), ("hoa", 403), ("xa", 404)):
        browser.come_as(name).open(address, status)


def test_one_agrees_and_takes_it_back_on_ones_own_page(browser, person):
    browser.come_as("lan").open("/cua-toi/du-lieu")
    for wish, says in (("co", "có trong danh sách khen"), ("khong", "không còn trong danh sách khen")):
        page = browser.follow(browser.send("/cua-toi/neu-ten", 303, hien=wish))
        assert says in page.html
    browser.send("/cua-toi/neu-ten", 303, hien="co")
    assert "Tôi đồng ý cho nêu tên" in browser.open("/cua-toi/dong-y").html


def test_the_office_takes_it_back_for_somebody_who_asks(browser, person, viewer, campaign, courses):
    lan = person("lan").id
    own.let_be_named(lan)
    browser.come_as("quan").open(f"/quan-tri/nguoi/{lan}/rut-dong-y")
    browser.send(f"/quan-tri/nguoi/{lan}/rut-dong-y", 303, dieu="named_in_campaign")
    for revision in courses[0]["revisions"]:
        attempt(lan, revision)
    found = merit(viewer, campaign)
    assert CAST["lan"].full_name not in str(found) and found["Tổ dân phố số 5"] == ([], 1)
