"""Where a code leads, and whose posters one sees."""

import pytest

from elearn.kit.clock import now, today
from elearn.kit.db import db, transaction
from elearn.learning.groups import merge_groups
from elearn.library.models import Course, Lesson
from elearn.outreach import actions, queries
from elearn.outreach.models import Poster
from elearn.people.permissions import Permission
from elearn.people.reach import groups_for
from tests.builders import make_course
from tests.ward import group


@pytest.fixture
def course(app):
    return make_course("quet-ma")


@pytest.fixture
def made(course, viewer):
    """A poster of tổ 5 for a lesson, made by the helper."""
    lesson = course["lessons"][0]
    group_id = group("DG05").id
    poster_id = actions.make_poster(
        viewer("hoa"), 1, group_id=group_id, course_id=course["course"], lesson_id=lesson
    )
    return db.session.get(Poster, poster_id)


def test_a_code_leads_to_its_lesson_and_group(made):
    door = queries.find_door(made.code, 1)
    assert (door.poster_id, door.retired) == (made.id, False)
    assert (door.group_id, door.course_slug, door.lesson_slug) == (group("DG05").id, "quet-ma", "bai-1")
    assert queries.find_door(made.code, 2) is None, "another ward's code"


def test_a_lesson_that_is_no_longer_offered_gives_way_to_its_course_then_to_home(made, course):
    with transaction():
        db.session.get(Lesson, made.lesson_id).retired_at = now()
    assert queries.find_door(made.code, 1)[3:] == ("quet-ma", None)
    with transaction():
        db.session.get(Course, made.course_id).retired_at = now()
    assert queries.find_door(made.code, 1)[3:] == (None, None)


def test_the_group_offered_is_the_one_of_today(made, person):
    assert queries.group_to_suggest(1, group_id=made.group_id) == "DG05"
    merge_groups([group("DG05").id], group("DG07").id, actor=person("quan").id)
    merge_groups([group("DG07").id], group("LT03").id, actor=person("quan").id)
    assert queries.group_to_suggest(1, group_id=made.group_id) == "LT03"
    assert queries.group_to_suggest(1, code="DG05") == "LT03"
    assert queries.group_to_suggest(1, code="KHONG") is None
    assert queries.group_to_suggest(2, code="LT03") is None, "another ward's group"
    assert queries.group_to_suggest(1) is None


def test_a_helper_sees_the_posters_of_the_own_group_and_the_youth_union_all(made, course, viewer, person):
    elsewhere = actions.make_poster(viewer("minh"), 1, group_id=group("DG07").id)
    common = actions.make_poster(viewer("minh"), 1)

    def seen(name, ward_id=1):
        return {line.id for line in queries.posters_seen_by(viewer(name), ward_id, today())}

    assert seen("hoa") == {made.id}
    assert seen("minh") == seen("quan") == {made.id, elsewhere, common}
    assert seen("lan") == seen("xa") == seen("minh", 2) == set()
    assert queries.find_poster_seen_by(viewer("hoa"), 1, elsewhere, today()) is None
    merge_groups([group("DG05").id], group("DG07").id, actor=person("quan").id)
    assert seen("hoa") == {made.id, elsewhere}, "her posters came along when her group was merged"


def test_arrivals_are_counted_by_day(made, viewer, monkeypatch):
    from datetime import timedelta

    for back, count in ((0, 2), (6, 3), (7, 4)):
        monkeypatch.setattr(actions, "today", lambda back=back: today() - timedelta(days=back))
        for _ in range(count):
            actions.record_arrival(made.id)
    line = queries.find_poster_seen_by(viewer("hoa"), 1, made.id, today())
    assert (line.came_today, line.came_this_week, line.came) == (2, 5, 9)
    days = queries.arrivals_of(made.id)
    assert [(today() - one.day).days for one in days] == [0, 6, 7] and [one.count for one in days] == [
        2,
        3,
        4,
    ]


def test_a_poster_may_lead_to_what_is_offered(course, viewer):
    def posters_in(name):
        return groups_for(viewer(name), Permission.MAKE_POSTERS, 1, today())

    before = len(queries.targets(1))
    with transaction():
        db.session.get(Lesson, course["lessons"][0]).published_at = None
    assert len(queries.targets(1)) == before - 1
    assert [one.code for one in posters_in("hoa")] == ["DG05"]
    codes = [one.code for one in posters_in("minh")]
    assert set(codes) == {"DG05", "DG07", "LT03"}
    assert posters_in("xa") == []
    with transaction():
        group("LT03").valid_until = today()
    codes = [one.code for one in posters_in("minh")]
    assert set(codes) == {"DG05", "DG07"}, "one that has ended"
