"""The drawings of the shipped lessons: there is one, it is told in words, it is light, and each is shown."""

import gzip

import pytest

from elearn.library.document.check import PICTURE
from elearn.library.folder import read_shelf
from tests.library.document.made import SHELF

HEAVIEST_LESSON = 15_000  # bytes, compressed one by one as they are sent
LEAST_WORDS = 5
SHAPE = 'viewBox="0 0 320 180" width="640" height="360"'
COURSES = read_shelf(SHELF).courses
DRAWN = [
    pytest.param(dict(course.images), PICTURE.findall(lesson.text), id=f"{course.slug}/{lesson.slug}")
    for course in COURSES
    for lesson in course.lessons
]


@pytest.mark.parametrize(("images", "shown"), DRAWN)
def test_every_lesson_has_a_drawing_that_is_told_in_words_and_light(images, shown):
    assert shown, "no drawing"
    for words, address in shown:
        assert len(words.split()) >= LEAST_WORDS, words
        assert address.removeprefix("images/") in images, address
    names = {address.removeprefix("images/") for _, address in shown}
    assert sum(len(gzip.compress(images[name])) for name in names) <= HEAVIEST_LESSON


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.slug)
def test_every_drawing_is_shown_somewhere_and_told_in_its_own_words(course):
    shown = [pair for lesson in course.lessons for pair in PICTURE.findall(lesson.text)]
    assert {address.removeprefix("images/") for _, address in shown} == {name for name, _ in course.images}
    assert len({words for words, _ in shown}) == len(shown)


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.slug)
def test_drawings_have_the_one_shape_for_which_the_page_keeps_room(course):
    for name, content in course.images:
        assert SHAPE in content.decode(), name
