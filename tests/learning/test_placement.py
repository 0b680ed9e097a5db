"""Before a course: what is known may be skipped, counts for nothing, and is suggested again at the end; how
sure one feels is asked before and after."""

import pytest
from sqlalchemy import func, select

from elearn.kit.db import db, transaction
from elearn.learning.actions import claim_results, erase
from elearn.learning.copy_queries import facts_of
from elearn.learning.models import (
    Attempt,
    Confidence,
    CourseStart,
    Credit,
    LessonCompletion,
    Placement,
)
from elearn.learning.placing import AFTER, BEFORE, keep_confidence, keep_placement, skip_lessons
from elearn.learning.queries import my_courses
from elearn.learning.recount import recount
from elearn.library.models import Lesson, RevisionPage
from elearn.library.queries import find_course
from elearn.people.actions import begin_nameless
from elearn.people.models import Person
from tests import ward
from tests.browser import Browser
from tests.learning.test_quiz import slip_on
from tests.learning.test_recall_pages import fields
from tests.life import answer, finish_course

SLUG = "thanh-toan-so"
COURSE = f"/khoa-hoc/{SLUG}"
ASK, FEELS = f"/xep-loi/{SLUG}", f"/tu-tin/{SLUG}"
RESULT, SKIP = f"{ASK}/ket-qua", f"{ASK}/bo-qua"
FIRST = "khoa-cua-truoc-khi-dung"  # the lesson of the first placement question


@pytest.fixture
def tai(lively):
    return Browser(lively).come_as("tai")


def count(model):
    db.session.remove()
    return db.session.scalar(select(func.count()).select_from(model))


def lines():
    return find_course(SLUG, 1).lessons


def place(browser, wrong=(), **more):
    page = browser.open(ASK)
    return browser.follow(browser.send(ASK, expect=303, **fields(page, wrong), **more))


def test_every_course_offers_its_round_before_its_first_lesson_and_not_later(tai, lively):
    assert Browser(lively).open(COURSE).says("5 câu xếp lối")
    assert tai.open(COURSE).says("5 câu xếp lối")
    answer(ward.person("tai").id, SLUG, "quet-ma-qr")
    assert not tai.open(COURSE).says("câu xếp lối")


def test_what_is_right_is_offered_to_be_skipped_and_nothing_is_credited(tai):
    before = [count(model) for model in (Attempt, LessonCompletion, CourseStart, Credit)]
    page = place(tai, wrong=(1, 2))
    assert page.says("Bác biết rồi 3 bài") or "Bác biết rồi 3 bài" in page.text["h1"]
    assert page.says("Bác biết bài này rồi, có thể bỏ qua") and page.says("Bài bác nên học")
    assert [count(model) for model in (Attempt, LessonCompletion, CourseStart, Credit)] == before
    assert not tai.open(COURSE).says("Bác bỏ qua"), "nothing is skipped unless it is chosen"


def test_skipped_lessons_are_passed_over_until_all_others_are_done(tai):
    place(tai)
    names = {line.slug: line for line in lines()}
    known = [one["value"] for one in tai.page.every("input") if one.get("name") == "bai"]
    first = str(names[FIRST].id)
    assert len(known) == 5 and first in known
    page = tai.follow(tai.send(SKIP, expect=303, bai=[first]))
    assert page.says("Bác bỏ qua 1 bài") and page.says("Bác bỏ qua")
    me = ward.person("tai").id
    while True:
        ahead = next(one for one in my_courses(me) if one.slug == SLUG).next_slug
        if ahead == FIRST:
            break
        answer(me, SLUG, ahead)
    assert {line.slug for line in lines()} - {FIRST} == {
        slug
        for (slug,) in db.session.execute(
            select(Lesson.slug)
            .join(LessonCompletion, LessonCompletion.lesson_id == Lesson.id)
            .where(LessonCompletion.person_id == me)
        )
    }
    assert not next(one for one in my_courses(me) if one.slug == SLUG).finished, "a skip is not a completion"
    answer(me, SLUG, FIRST)
    assert next(one for one in my_courses(me) if one.slug == SLUG).finished
    assert not tai.open(COURSE).says("Bác bỏ qua")


def test_a_choice_can_be_taken_back_and_only_what_is_known_can_be_skipped(tai):
    place(tai, wrong=(0,))
    wrong = next(line.id for line in lines() if line.slug == FIRST)
    right = next(one["value"] for one in tai.page.every("input") if one.get("name") == "bai")
    tai.send(SKIP, expect=303, bai=[str(wrong), right, "9" * 5000, "x"])
    assert [one.lesson_id for one in skipped()] == [int(right)]
    tai.open(RESULT)
    tai.send(SKIP, expect=303)
    assert skipped() == []


def skipped():
    db.session.remove()
    return db.session.scalars(select(Placement).where(Placement.skipped)).all()


def test_the_home_page_and_my_page_begin_with_the_first_lesson_that_is_not_skipped(tai):
    place(tai)
    chosen = [str(line.id) for line in lines()[:2]]
    known = {one["value"] for one in tai.page.every("input") if one.get("name") == "bai"}
    tai.send(SKIP, expect=303, bai=chosen)
    expected = next(line for line in lines() if str(line.id) not in known & set(chosen))
    for path in ("/", "/cua-toi"):
        assert f"{COURSE}/{expected.slug}" in tai.open(path).html


def test_a_visitor_becomes_nobody_by_looking_and_somebody_nameless_by_answering(lively):
    visitor, people = Browser(lively), count(Person)
    visitor.open(ASK)
    visitor.follow(visitor.client.get(RESULT))
    visitor.open(FEELS)
    assert count(Person) == people
    assert "Bác biết rồi 5 bài" in place(visitor).text["h1"]
    assert count(Person) == people + 1 and count(Placement) == 5


def test_answering_twice_is_once_and_keeps_what_is_skipped(tai):
    page = tai.open(ASK)
    sent = fields(page)
    tai.follow(tai.send(ASK, expect=303, **sent))
    known = [one["value"] for one in tai.page.every("input") if one.get("name") == "bai"]
    tai.send(SKIP, expect=303, bai=known[:2])
    tai.send(ASK, expect=303, **sent)
    assert count(Placement) == 5 and len(skipped()) == 2
    place(tai, wrong=(0, 1, 2, 3, 4))
    assert skipped() == [], "what is no longer known is no longer skipped"


def test_what_is_left_open_is_asked_for_and_may_stay_open(tai):
    page = tai.open(ASK)
    sent = fields(page)
    dropped = next(name for name in sent if name != "phieu")
    kept = {name: value for name, value in sent.items() if name != dropped} | {"tt0": "4"}
    page = tai.send(ASK, expect=422, **kept)
    assert page.says("Còn 1 câu chưa trả lời xong") and count(Placement) == 0
    assert any(one.get("id") == "tt0.4" and "checked" in one for one in page.every("input"))
    tai.send(ASK, expect=303, **kept, **{"bo-trong": "1"})
    assert count(Placement) == 5


def test_a_slip_that_is_made_up_or_of_another_page_is_asked_anew(tai, lively):
    tai.open(ASK)
    assert tai.send(ASK, expect=422, phieu="x").says("mở đã lâu")
    lesson = slip_on(tai.open(f"{COURSE}/quet-ma-qr/cau-hoi"))[0]
    assert tai.send(ASK, expect=422, phieu=lesson).says("mở đã lâu")
    other = tai.open("/xep-loi/thuong-mai-dien-tu")
    tai.send(ASK, expect=422, **fields(other))
    sent = fields(tai.open(ASK))
    lan = Browser(lively).come_as("lan")
    lan.open(ASK)
    assert lan.send(ASK, expect=422, **sent).says("người khác đang học")
    assert count(Placement) == 0
    tai.open("/xep-loi/khong-co", expect=404)


def test_where_no_question_can_be_asked_today_the_page_says_so(tai):
    with transaction():
        for page in db.session.scalars(select(RevisionPage)):
            page.held = [one["key"] for one in page.quiz]
    assert "chưa có câu xếp lối" in tai.open(ASK).text["h1"]


# -- how sure one feels


def levels(moment):
    db.session.remove()
    rows = db.session.execute(
        select(Confidence.place, Confidence.level).where(
            Confidence.moment == moment, Confidence.person_id == ward.person("tai").id
        )
    )
    return sorted(map(tuple, rows))


def test_it_is_asked_before_and_after_and_never_in_the_middle(tai):
    place(tai, tt0="2", tt2="9")
    assert levels(BEFORE) == [(0, 2)]
    page = tai.open(FEELS)
    assert any(one.get("id") == "tt0.2" and "checked" in one for one in page.every("input"))
    tai.send(FEELS, expect=303, tt0="1", tt1="1")
    assert levels(BEFORE) == [(0, 1), (1, 1)]
    me = ward.person("tai").id
    answer(me, SLUG, "quet-ma-qr")
    assert tai.follow(tai.client.get(FEELS)).says("Bác học xong khóa này rồi")
    tai.send(FEELS, expect=303, tt0="5")
    finish_course(me)
    assert tai.open(COURSE).says("Nay bác thấy tự tin đến đâu")
    tai.open(FEELS)
    tai.send(FEELS, expect=303, tt0="5")
    tai.send(FEELS, expect=303, tt0="4")
    assert levels(AFTER) == [(0, 4)] and levels(BEFORE) == [(0, 1), (1, 1)]


def test_who_says_nothing_is_told_what_to_do(tai):
    tai.open(FEELS)
    assert tai.send(FEELS, expect=422, tt0="x").says("Bác chưa chọn câu nào")


def test_it_goes_over_to_the_account_is_taken_along_and_erased(lively):
    with lively.test_request_context():
        nameless, tai = begin_nameless(1), ward.person("tai").id
        course = find_course(SLUG, 1)
        one, other = (line.id for line in course.lessons[:2])
        keep_placement(nameless, {one: True, other: True})
        skip_lessons(nameless, course.id, [one, other])
        keep_placement(tai, {other: False})
        keep_confidence(nameless, course.id, BEFORE, {0: 1, 1: 1})
        keep_confidence(tai, course.id, BEFORE, {0: 3})
        recount(repair=True)
        claim_results(nameless, tai)
        kept = facts_of(tai)
        assert {row["lesson_id"]: row["skipped"] for row in kept["placements"]} == {one: True, other: False}
        assert {row["place"]: row["level"] for row in kept["confidence"]} == {0: 3, 1: 1}
        erase(tai)
        assert count(Placement) == count(Confidence) == 0 and recount() == []
