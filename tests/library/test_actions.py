"""Courses and lessons of the ward: made once, put in order, retired and offered again."""

import pytest
from sqlalchemy import select

from elearn.kit.clock import today
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.library import actions, lesson_queries, publishing, queries, quiz_queries, shelf
from elearn.library.document.read import parse
from elearn.library.models import (
    Course,
)
from tests.library.small import COURSE, LESSON, REASON, WARD, acts, lesson_id, published, text_of


def test_the_same_course_and_lesson_are_made_once(app, who):
    one = actions.new_course(WARD, "Khóa của phường", "other", "", "", who[0])
    assert actions.new_course(WARD, "Khóa của phường", "other", "", "", who[0]).id == one.id
    first = actions.new_lesson(one.id, "Bài: một", who[0])
    assert actions.new_lesson(one.id, "Bài: một", who[0]).id == first.id
    document = parse(text_of(first.id)).document
    assert document.title == "Bài: một" and document.short not in ("", one.short)
    assert queries.find_course(one.slug, WARD) is None, "nothing of it is published yet"


def test_a_wards_course_is_not_offered_next_door(app, who):
    course = actions.new_course(WARD, "Khóa của phường", "other", "", "", who[0])
    draft = actions.new_lesson(course.id, "Bài một", who[0])
    publishing.publish(draft.id, who[0], draft.saves, reason=REASON, warnings_read=True)
    assert [one.slug for one in queries.published_courses(WARD)] == [course.slug]
    assert queries.published_courses(2) == []
    slug = queries.find_course(course.slug, WARD).lessons[0].slug
    assert lesson_queries.find_lesson_page(course.slug, slug, WARD) and not lesson_queries.find_lesson_page(
        course.slug, slug, 2
    )


def test_order_names_each_lesson_once(loaded, who):
    course = db.session.scalar(select(Course).where(Course.slug == COURSE))
    order = [one.id for one in queries.outline(course.id)]
    for wrong in (order[:1], [*order, order[0]], [*order, 99999]):
        with pytest.raises(Refused):
            actions.reorder_lessons(course.id, wrong, who[1])
    for _ in range(2):
        actions.reorder_lessons(course.id, order[::-1], who[1])
    assert acts().count("reorder lessons") == 1
    assert [one.id for one in queries.outline(course.id)] == order[::-1]


# -- retiring


def test_what_is_retired_is_not_offered_and_can_be_offered_again(loaded, who):
    editor = who[1]
    with pytest.raises(Refused, match="lý do"):
        actions.retire_lesson(lesson_id(), "cũ", editor)
    for _ in range(2):
        actions.retire_lesson(lesson_id(), "Bài này đã cũ rồi.", editor)
    assert lesson_queries.find_lesson_page(COURSE, LESSON, WARD) is None
    assert quiz_queries.find_quiz(COURSE, LESSON, WARD, today()) is None
    assert queries.find_by_short("1303", WARD) is None
    assert [one.slug for one in queries.find_course(COURSE, WARD).lessons] == ["lo-bi-lua"]
    assert [one.slug for one in shelf.export_shelf().courses[0].lessons] == ["lo-bi-lua"]
    assert quiz_queries.answer_key(published().id, WARD, today()), "who has answered it may still read why"
    for _ in range(2):
        actions.offer_lesson_again(lesson_id(), editor)
    assert lesson_queries.find_lesson_page(COURSE, LESSON, WARD) is not None
    assert (acts().count("retire lesson"), acts().count("offer lesson again")) == (1, 1)


def test_a_retired_course_is_gone_from_every_list(loaded, who):
    course = db.session.scalar(select(Course.id).where(Course.slug == COURSE))
    actions.retire_course(course, "Khóa này đã cũ rồi.", who[1])
    assert queries.published_courses(WARD) == [] and queries.find_course(COURSE, WARD) is None
    assert (
        lesson_queries.find_lesson_page(COURSE, LESSON, WARD) is None
        and queries.find_by_short("1300", WARD) is None
    )
    assert shelf.export_shelf().courses == ()
    actions.offer_course_again(course, who[1])
    assert [one.slug for one in queries.published_courses(WARD)] == [COURSE]
