"""Where residents meet a campaign: after a finished course of it, and on the pages of their group."""

from datetime import timedelta

import pytest

from elearn.kit.clock import today
from elearn.learning.recount import recount
from elearn.library.queries import find_course
from elearn.movement.campaign_rules import Terms
from elearn.movement.campaigns import make_campaign
from tests.life import COURSE, finish_course

ASKS = "Bác có muốn tên mình trong danh sách khen không"


@pytest.fixture
def campaign(shelf, viewer):
    recount(repair=True)
    day = today()
    terms = Terms("Tuần lễ số", day, day + timedelta(days=6), "finished", 20, (find_course(COURSE, 1).id,))
    return make_campaign(viewer("quan"), 1, terms)


def result_of(browser, person, course=COURSE):
    last = finish_course(person("lan").id, course)
    lesson = find_course(course, 1).lessons[-1].slug
    return browser.come_as("lan").open(f"/khoa-hoc/{course}/{lesson}/ket-qua/{last}")


def test_who_has_finished_a_course_of_it_is_asked_about_the_name_where_it_can_be_answered(
    browser, person, campaign
):
    page = result_of(browser, person)
    assert page.says(ASKS) and "/cua-toi/du-lieu#dong-y-khen" in page.html
    assert 'id="dong-y-khen"' in browser.open("/cua-toi/du-lieu").html


def test_another_course_does_not_speak_of_it(browser, person, campaign):
    assert not result_of(browser, person, "thuong-mai-dien-tu").says(ASKS)


@pytest.mark.parametrize("path", ["/tien-do", "/tien-do/DG05"])
def test_the_public_boards_lead_to_the_campaigns(browser, campaign, path):
    assert 'href="/chien-dich"' in browser.open(path).html


def test_the_board_and_the_targets_lead_those_who_follow_to_the_targets_of_campaigns(browser, campaign):
    assert 'href="/phong-trao/chien-dich"' in browser.come_as("minh").open("/tien-do").html
    browser.come_as("quan")
    for path in ("/tien-do", "/tien-do/chi-tieu"):
        assert 'href="/phong-trao/chien-dich"' in browser.open(path).html
    assert 'href="/phong-trao/chien-dich"' not in browser.come_as("hoa").open("/tien-do").html


def test_the_list_of_those_who_follow_tells_how_far_a_running_one_is(browser, person, campaign):
    finish_course(person("lan").id)
    page = browser.come_as("minh").open("/phong-trao/chien-dich")
    assert page.says("còn 6 ngày") and page.says("đã được 1 (5,0 %)")


def test_each_further_running_campaign_costs_the_list_one_statement(browser, viewer, campaign, statements):
    day, asked = today(), []
    browser.come_as("minh").open("/phong-trao/chien-dich")
    for number in range(3):
        statements.clear()
        browser.open("/phong-trao/chien-dich")
        asked.append(len(statements))
        terms = Terms(f"Tuần {number}", day, day, "started", 5, (find_course(COURSE, 1).id,))
        make_campaign(viewer("quan"), 1, terms)
    assert [one - asked[0] for one in asked] == [0, 1, 2], statements
