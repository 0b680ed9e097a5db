"""What every shipped course and lesson has, beside its text: nothing of it may go missing unnoticed."""

import pytest

from elearn.library.document.check import PICTURE
from elearn.library.document.practice import LOOKS
from elearn.library.folder import read_shelf
from tests.library.document.made import SHELF

COURSES = read_shelf(SHELF).courses
LESSONS = [(course, lesson) for course in COURSES for lesson in course.lessons]
CODES = ["K0", "K1", "K2", "K3", "K4", "K5", "K6", "K7", "K8"]
LONGEST_LOUDSPEAKER = 120  # syllables: a minute of it


def test_there_are_nine_courses():
    assert [course.code for course in COURSES] == CODES
    assert len(LESSONS) >= 60


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.slug)
def test_a_course_has_its_placement_its_confidence_and_its_loudspeaker_text(course):
    asked = {
        f"{lesson.slug}#{question.key}" for lesson in course.lessons for question in lesson.document.questions
    }
    assert len(course.placement) == len(set(course.placement)) == 5 and asked.issuperset(course.placement)
    known = {one.partition("#")[0] for one in course.placement}
    assert len(known) >= min(5, len(course.lessons)), "each question tells of a lesson of its own"
    assert len(course.confidence) == len(set(course.confidence)) == 3
    assert 40 <= len(course.loudspeaker.split()) <= LONGEST_LOUDSPEAKER


@pytest.mark.parametrize(("course", "lesson"), LESSONS, ids=lambda one: one.slug)
def test_a_lesson_has_a_card_for_helpers_a_picture_and_questions(course, lesson):
    document = lesson.document
    (card,) = [one for one in document.sections if one.title == "Thẻ người hướng dẫn"]
    assert len(card.body.split()) >= 8
    assert PICTURE.findall(lesson.text)
    assert len(document.questions) >= 3


def test_every_look_of_a_screen_is_used_and_each_of_the_first_courses_has_a_practice():
    practised = [
        (course.code, lesson.document.practice) for course, lesson in LESSONS if lesson.document.practice
    ]
    assert {"K0", "K1", "K2", "K3", "K4"} <= {code for code, _ in practised}
    used = {screen.look for _, practice in practised for screen in practice.screens}
    assert used == {*LOOKS.values()}, "a look that nobody uses is looked at by nobody"
