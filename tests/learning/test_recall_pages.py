"""Recall on the page: offered only when something is due, three a day, kept once, mastered in the end."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.learning.actions import claim_results, erase, merge_people
from elearn.learning.copy_queries import facts_of
from elearn.learning.models import Attempt, Credit, DailyTally, LessonCompletion, MasteredQuestion
from elearn.learning.queries import goes_of, where_to_continue
from elearn.learning.recount import recount
from elearn.library.actions import retire_lesson
from elearn.library.models import Lesson, RevisionPage
from elearn.library.quiz_queries import answer_key, find_quiz
from elearn.people.actions import begin_nameless
from tests import ward
from tests.browser import Browser
from tests.learning.test_quiz import slip_on
from tests.life import answer

COURSE, LESSON = "thuong-mai-dien-tu", "chon-nguoi-ban"  # bà Lan had two questions of it wrong
OFFER = "Ôn 2 câu hôm nay"


@pytest.fixture
def lan(lively):
    return Browser(lively).come_as("lan")


def days_pass(days):
    """Let everything that was answered have been answered so many days earlier."""
    with transaction():
        for person_id, key, sent_at in db.session.execute(
            select(Attempt.person_id, Attempt.id, Attempt.sent_at)
        ).all():
            db.session.execute(
                update(Attempt)
                .where(Attempt.person_id == person_id, Attempt.id == key)
                .values(sent_at=sent_at - timedelta(days=days))
            )
    db.session.remove()


def fields(page, wrong=()):
    """Fill in the form of the page rightly, but for the questions at these places."""
    sealed, slip = slip_on(page)
    found = {"phieu": sealed}
    for place, name in enumerate(slip.asked):
        revision_id, _, key = name.partition(":")
        one = answer_key(int(revision_id), 1, today())[key]
        found |= field_of(slip, name, one["kind"], one["right"], place in wrong)
    return found


def field_of(slip, name, kind, right, is_wrong):
    if kind == "order":
        steps = right[::-1] if is_wrong else right
        return {slip.field(name, step): str(number) for number, step in enumerate(steps, start=1)}
    if kind == "match":
        lefts, rights = zip(*(pair.split("=") for pair in right), strict=True)
        turned = rights[1:] + rights[:1] if is_wrong else rights
        return {slip.field(name, left): chosen for left, chosen in zip(lefts, turned, strict=True)}
    if kind == "type":
        return {slip.field(name): "sai rồi" if is_wrong else right[0]}
    others = [one for one in slip.shown[name] if one not in right]
    return {slip.field(name): others[:1] if is_wrong else right}


def recall(browser, wrong=()):
    """Answer what is due today; return the page of what came of it."""
    page = browser.open("/on-lai")
    return browser.follow(browser.send("/on-lai", expect=303, **fields(page, wrong)))


def answered():
    db.session.remove()
    sent = Attempt.recall.is_not(None) & (Attempt.recall != "on-lai-mot-lan")  # but for the one of life.py
    return db.session.scalar(select(func.count()).select_from(Attempt).where(sent))


def test_what_was_wrong_is_offered_two_days_later_and_not_before(lan):
    for days, offered in ((0, False), (1, False), (1, True)):
        days_pass(days)
        assert lan.open("/").says(OFFER) == offered
        assert lan.open("/cua-toi").says(OFFER) == offered
    assert lan.open("/on-lai").says("Câu 1 trên 2")


def test_nothing_is_offered_to_who_has_nothing_due_nor_to_a_visitor(lively):
    tai = Browser(lively).come_as("tai")
    assert not tai.open("/").says("câu hôm nay") and not tai.open("/cua-toi").says("câu hôm nay")
    assert tai.open("/on-lai").says("Hôm nay không có câu nào cần ôn")
    visitor = Browser(lively)
    assert visitor.open("/on-lai").says("Trên máy này bác chưa trả lời bài nào")
    visitor.open("/dang-nhap")
    visitor.follow(visitor.send("/on-lai", expect=303))
    assert answered() == 0


def test_a_question_is_mastered_in_the_end_credited_once_and_counted(lan):
    recount(repair=True)  # the cast is registered without credits
    for days in (2, 7, 21):
        days_pass(days - 1)
        assert lan.open("/on-lai").says("Hôm nay không có câu nào cần ôn")
        assert not lan.open("/").says(OFFER) and not lan.open("/cua-toi").says(OFFER), days
        days_pass(1)
        assert lan.open("/").says(OFFER) and lan.open("/cua-toi").says(OFFER), days
        page = recall(lan)
        assert page.says("Hỏi lại từ ngày") == (days < 21)
    assert page.says("Bác đã nắm vững câu này") and page.says("Hôm nay ôn thế là đủ")
    assert db.session.scalar(select(func.count()).select_from(MasteredQuestion)) == 2
    given = select(func.sum(Credit.amount)).where(Credit.what == "mastered")
    assert db.session.scalar(given) == 2 == db.session.scalar(select(func.sum(DailyTally.mastered)))
    assert recount() == []
    assert lan.open("/on-lai").says("Bác đã nắm vững 2 câu")
    board = Browser(lan.client.application).come_as("minh").open("/tien-do?ky=tat-ca")
    assert board.says("Câu đã nắm vững")


def test_wrong_again_comes_back_in_two_days(lan):
    days_pass(2)
    page = recall(lan, wrong=(0,))
    assert page.says("Bác ôn đúng 1 trên 2 câu") and page.says("Câu trả lời đúng:")
    days_pass(2)
    assert lan.open("/on-lai").says("Câu 1 trên 1")


def test_three_a_day_are_the_most(lan):
    lan_id = ward.person("lan").id
    for lesson in ("quet-ma-qr", "chuyen-khoan-dung-nguoi"):
        answer(lan_id, "thanh-toan-so", lesson, wrong=2)
    days_pass(2)
    assert lan.open("/").says("Ôn 3 câu hôm nay")
    assert recall(lan).says("Hôm nay ôn thế là đủ")
    assert lan.open("/on-lai").says("Hôm nay bác ôn đủ rồi")
    assert not lan.open("/").says("câu hôm nay")


def test_a_double_tap_the_back_button_and_two_tabs_keep_it_once(lan):
    days_pass(2)
    page, other_tab = lan.open("/on-lai"), lan.open("/on-lai")
    first = lan.send("/on-lai", expect=303, **fields(page)).headers["Location"]
    assert lan.send("/on-lai", expect=303, **fields(page)).headers["Location"] == first
    assert lan.send("/on-lai", expect=303, **fields(other_tab, wrong=(0, 1))).headers["Location"] == first
    assert answered() == 1
    assert lan.open(first).says("Bác ôn đúng 2 trên 2 câu")


def test_another_slip_with_the_same_questions_is_not_kept_either(lan):
    days_pass(2)
    page = lan.open("/on-lai")
    answer(ward.person("lan").id, "thanh-toan-so", "quet-ma-qr")
    later = lan.open("/on-lai")
    assert slip_on(page)[1].attempt_id != slip_on(later)[1].attempt_id
    lan.send("/on-lai", expect=303, **fields(page))
    there = lan.send("/on-lai", expect=303, **fields(later, wrong=(0, 1)))
    assert there.headers["Location"] == "/on-lai" and answered() == 1


def test_a_question_whose_key_is_gone_is_dropped_quietly_and_so_is_a_retired_lesson(lan):
    days_pass(2)
    quiz = find_quiz(COURSE, LESSON, 1, today())
    page = db.session.get_one(RevisionPage, (quiz.revision_id, 0))
    wrong = slip_on(lan.open("/on-lai"))[1].asked[0].partition(":")[2]
    with transaction():
        page = db.session.get_one(RevisionPage, (quiz.revision_id, 0))
        page.quiz = [one for one in page.quiz if one["key"] != wrong]
    assert lan.open("/").says("Ôn 1 câu hôm nay")
    with transaction():
        page = db.session.get_one(RevisionPage, (quiz.revision_id, 0))
        page.held = [one["key"] for one in page.quiz]
    assert not lan.open("/").says("câu hôm nay")
    with transaction():
        page = db.session.get_one(RevisionPage, (quiz.revision_id, 0))
        page.held = []
    retire_lesson(db.session.scalar(select(Lesson.id).where(Lesson.slug == LESSON)), "Không dùng nữa.", 1)
    assert lan.open("/on-lai").says("Hôm nay không có câu nào cần ôn")


def test_what_is_left_open_is_asked_for_and_keeps_what_was_ticked(lan):
    days_pass(2)
    page = lan.open("/on-lai")
    sent = fields(page)
    dropped = next(name for name in sent if name != "phieu")
    kept = {name: value for name, value in sent.items() if name != dropped}
    page = lan.send("/on-lai", expect=422, **kept)
    assert page.says("Còn 1 câu chưa trả lời xong") and "checked" in page.html and answered() == 0
    page = lan.follow(lan.send("/on-lai", expect=303, **kept, **{"bo-trong": "1"}))
    assert page.says("Bác ôn đúng 1 trên 2 câu") and page.says("Câu này bác để trống")


def test_a_slip_that_is_old_made_up_or_anothers_is_asked_anew(lan, lively):
    days_pass(2)
    page = lan.open("/on-lai")
    assert lan.send("/on-lai", expect=422, phieu="x").says("mở đã lâu")
    answer(ward.person("tai").id, COURSE, LESSON, wrong=2)
    days_pass(2)
    tai = Browser(lively).come_as("tai")
    tai.open("/on-lai")
    assert tai.send("/on-lai", expect=422, **fields(page)).says("người khác đang học")
    lesson = lan.open(f"/khoa-hoc/{COURSE}/{LESSON}/cau-hoi")
    assert lan.send("/on-lai", expect=422, phieu=slip_on(lesson)[0]).says("mở đã lâu")
    assert answered() == 0


def test_the_neighbour_does_not_find_what_came_of_it(lan, lively):
    days_pass(2)
    there = lan.send("/on-lai", expect=303, **fields(lan.open("/on-lai"))).headers["Location"]
    assert lan.open(there).says("Hỏi lại từ ngày")
    Browser(lively).come_as("tai").open(there, expect=404)
    Browser(lively).open(there, expect=404)


def test_reading_keeps_nothing_and_no_copy(lan):
    days_pass(2)
    before = db.session.scalar(select(func.count()).select_from(Attempt))
    assert lan.open("/on-lai").response.headers["Cache-Control"] == "no-store"
    db.session.remove()
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == before


def test_a_recall_adds_up_with_the_lesson_and_leads_nobody_to_another_course(lan):
    lan_id = ward.person("lan").id
    finished = select(func.count()).select_from(LessonCompletion).join(Lesson)
    finished = finished.where(Lesson.slug == LESSON, LessonCompletion.person_id == lan_id)
    assert db.session.scalar(finished) == 0
    answer(lan_id, "dich-vu-cong-truc-tuyen", "vneid-muc-2")
    days_pass(2)
    recall(lan)
    db.session.remove()
    assert db.session.scalar(finished) == 1, "right at last, as in a second go"
    assert where_to_continue(lan_id).course_slug == "dich-vu-cong-truc-tuyen"


def test_a_nameless_learner_is_asked_too_and_what_is_mastered_goes_over_to_the_account(lively):
    with lively.test_request_context():
        nameless, lan_id = begin_nameless(1), ward.person("lan").id
        answer(nameless, COURSE, LESSON, wrong=1)
        with transaction():
            lesson_id = goes_of(nameless)[0].lesson_id
            for who, question in ((nameless, "x"), (nameless, "y"), (lan_id, "y")):
                db.session.add(
                    MasteredQuestion(person_id=who, lesson_id=lesson_id, question=question, how="alone")
                )
        recount(repair=True)
        claim_results(nameless, lan_id)
        assert [one["question"] for one in facts_of(lan_id)["questions_mastered"]] == ["x", "y"]
        assert recount() == []
        erase(lan_id)
        assert recount() == [], "what was counted stays"


def test_two_rows_of_one_person_master_a_question_once(lively):
    lan_id, tai_id, quan = (ward.person(name).id for name in ("lan", "tai", "quan"))
    with transaction():
        for who in (lan_id, tai_id):
            db.session.add(MasteredQuestion(person_id=who, lesson_id=1, question="x", how="alone"))
    recount(repair=True)
    assert db.session.scalar(select(func.sum(Credit.amount)).where(Credit.what == "mastered")) == 2
    merge_people(tai_id, lan_id, actor=quan)
    assert recount() == []
    assert db.session.scalar(select(func.sum(Credit.amount)).where(Credit.what == "mastered")) == 1


def test_two_at_once_are_kept_once(lan, monkeypatch):
    """The second has looked before the first has written: what is due is asked once more under the lock."""
    days_pass(2)
    page = lan.open("/on-lai")
    lan.send("/on-lai", expect=303, **fields(page))
    monkeypatch.setattr("elearn.learning.recall_pages.attempts_of_recall", lambda *_: [])
    lan.send("/on-lai", expect=303, **fields(page, wrong=(0,)))
    monkeypatch.undo()
    assert answered() == 1
