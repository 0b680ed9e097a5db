"""How sure people feel before and after a course is told of many, never of a few."""

import pytest

from elearn.learning.actions import merge_people
from elearn.learning.confidence import confidence_by_course
from elearn.learning.placing import AFTER, BEFORE, keep_confidence
from elearn.people.actions import begin_nameless
from tests.builders import kept, make_course


def test_how_sure_people_feel_is_told_from_five_people_on(viewer):
    course, xa = make_course(), begin_nameless(viewer("xa").scopes[0].ward_id)
    people = [kept() for _ in range(6)]
    for number, one in enumerate(people):
        keep_confidence(one, course["course"], BEFORE, {0: 2, 1: 2 if number else 4})
        if number < 4:
            keep_confidence(one, course["course"], AFTER, {0: 5})
    keep_confidence(xa, course["course"], BEFORE, {0: 5})
    (line,) = confidence_by_course(1)
    assert (float(line.before), line.before_people) == (pytest.approx(13 / 6), 6)
    assert (line.after, line.change) == (None, None), "four are too few"
    keep_confidence(people[4], course["course"], AFTER, {0: 5})
    (line,) = confidence_by_course(1)
    assert (float(line.after), line.after_people, line.both_people) == (5.0, 5, 5)
    assert float(line.change) == pytest.approx((2 + 4 * 3) / 5)
    merge_people(people[5], people[0], actor=viewer("quan"))
    (line,) = confidence_by_course(1)
    assert line.before_people == 5, "two rows of one person are one"
    assert confidence_by_course(viewer("xa").scopes[0].ward_id) == []


def test_the_office_reads_it_on_its_first_page(app, browser):
    course = make_course()["course"]
    assert not browser.come_as("quan").open("/quan-tri").says("Tự tin trước và sau khóa")
    for _ in range(5):
        keep_confidence(kept(), course, BEFORE, {0: 2})
    page = browser.open("/quan-tri")
    assert page.says("Tự tin trước và sau khóa") and page.says("2,0 (5 người)")
