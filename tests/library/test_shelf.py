"""A shelf of courses goes in, all of it or nothing, and comes out byte for byte."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from elearn.kit.clock import today
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.library import (
    actions,
    fact_queries,
    lesson_queries,
    publishing,
    queries,
    registry,
    revisions,
    shelf,
)
from elearn.library.folder import DRILLS, write_shelf
from elearn.library.models import (
    EVERYWHERE,
    Course,
    Revision,
    RevisionSource,
    State,
)
from elearn.library.publishing import Faulty
from elearn.library.shelf import load_shelf
from tests.library.document.made import SHELF
from tests.library.small import (
    COURSE,
    LESSON,
    WARD,
    acts,
    everything,
    lesson_id,
    published,
    text_of,
    with_text,
)


def test_loading_twice_is_loading_once(app, small):
    first = load_shelf(small)
    assert (first.courses, first.lessons, first.revisions, first.drafts) == (1, 2, 2, 0)
    assert first.facts == len(small.facts)
    before, told = everything(), acts()
    again = load_shelf(small)
    assert not again.changed and everything() == before and acts() == told


def test_a_course_that_is_new_on_the_shelf_stands_where_the_shelf_has_it(app, shipped):
    first, second, third = (replace(one, lessons=one.lessons[:1]) for one in shipped.courses[:3])
    load_shelf(replace(shipped, courses=(second, third)))
    own = actions.new_course(WARD, "Hát chèo", "phone-basics", "Người dân", "Hát được.", 1)
    load_shelf(replace(shipped, courses=(first, second, third)))
    ordered = db.session.scalars(select(Course.slug).order_by(Course.position, Course.id)).all()
    assert ordered == [first.slug, second.slug, third.slug, own.slug]


def test_a_course_of_the_ward_takes_no_number_that_the_project_may_need(app, small):
    load_shelf(small)
    own = actions.new_course(WARD, "Hát chèo", "phone-basics", "Người dân", "Hát được.", 1)
    assert own.short == "2000"


def test_a_shelf_with_one_faulty_lesson_changes_nothing(app, small):
    before = everything()
    broken = with_text(small, "lo-bi-lua", lambda text: text.replace("[x]", "[ ]", 1))
    with pytest.raises(Faulty, match="thanh-toan-so/lo-bi-lua: dòng"):
        load_shelf(broken)
    assert everything() == before


def test_a_short_number_that_is_taken_stops_the_whole_shelf(app, small):
    load_shelf(small)
    before = everything()
    (course,) = small.courses
    with pytest.raises(Refused, match="1300"):
        load_shelf(replace(small, courses=(replace(course, slug="khac", code="K9"),)))
    assert everything() == before


def test_a_shelf_that_fails_at_its_end_leaves_nothing_behind(app, small, monkeypatch):
    before = everything()

    def fail(*_, **__):
        raise RuntimeError("the lights went out")

    monkeypatch.setattr(shelf.audit, "record", fail)
    with pytest.raises(RuntimeError):
        load_shelf(small)
    assert everything() == before


def test_what_was_loaded_comes_out_byte_for_byte(app, shipped, tmp_path):
    load_shelf(shipped)
    write_shelf(shelf.export_shelf(), tmp_path)
    for path in SHELF.rglob("*"):
        if path.is_file() and path.name not in ("README.md", DRILLS):
            assert (tmp_path / path.relative_to(SHELF)).read_bytes() == path.read_bytes(), path.name
    assert shelf.export_shelf() == shipped


def test_a_new_text_of_the_project_takes_the_place_of_its_old_one(loaded):
    old = published()
    newer = with_text(loaded, LESSON, lambda text: text.replace("35 nghìn", "36 nghìn"))
    found = load_shelf(newer)
    assert (found.revisions, found.drafts, found.lessons) == (1, 0, 0)
    assert "36 nghìn" in lesson_queries.find_lesson_page(COURSE, LESSON, WARD).html
    db.session.refresh(old)
    assert old.state == State.RETIRED and "35 nghìn" in text_of(old.id), "people have answered it: it stays"
    assert load_shelf(loaded).revisions == 1, "going back is a new text again"


def test_the_wards_own_text_is_kept_and_the_projects_laid_beside_it(loaded, who):
    author, editor = who
    draft = revisions.new_draft(lesson_id(), author)
    revisions.save_draft(draft.id, text_of(draft.id).replace("35 nghìn", "45 nghìn"), draft.saves, author)
    publishing.publish(draft.id, editor, draft.saves, warnings_read=True)
    newer = with_text(loaded, LESSON, lambda text: text.replace("35 nghìn", "36 nghìn"))
    found = load_shelf(newer)
    assert (found.revisions, found.drafts) == (0, 1) and "bản nháp" in " ".join(found.told)
    assert "45 nghìn" in lesson_queries.find_lesson_page(COURSE, LESSON, WARD).html
    beside = db.session.scalars(
        select(RevisionSource.text).join(Revision).where(Revision.state == State.DRAFT)
    ).all()
    assert len(beside) == 1 and "36 nghìn" in beside[0]
    assert load_shelf(newer).drafts == 0, "twice is once"


def test_a_draft_that_the_ward_has_begun_is_not_passed_over(loaded, who):
    draft = revisions.new_draft(lesson_id(), who[0])
    revisions.save_draft(draft.id, text_of(draft.id) + "\n", draft.saves, who[0])
    found = load_shelf(with_text(loaded, LESSON, lambda text: text.replace("35 nghìn", "36 nghìn")))
    assert (found.revisions, found.drafts) == (0, 1)


def test_what_the_ward_says_of_a_course_is_kept(loaded, who):
    course = db.session.scalar(select(Course).where(Course.slug == COURSE))
    actions.save_course(course.id, who[1], title="Thanh toán ở phường ta")
    (file,) = loaded.courses
    found = load_shelf(replace(loaded, courses=(replace(file, goal="Mục tiêu mới"),)))
    db.session.refresh(course)
    assert course.title == "Thanh toán ở phường ta" and course.goal != "Mục tiêu mới"
    assert "giữ nguyên" in " ".join(found.told)


def test_an_approved_course_with_a_new_text_must_be_approved_again(loaded, who):
    course = db.session.scalar(select(Course).where(Course.slug == COURSE))
    assert lesson_queries.find_lesson_page(COURSE, LESSON, WARD).unapproved
    for _ in range(2):
        actions.approve_course(course.id, who[1])
    assert not lesson_queries.find_lesson_page(COURSE, LESSON, WARD).unapproved
    assert acts().count("approve course") == 1
    load_shelf(with_text(loaded, LESSON, lambda text: text.replace("35 nghìn", "36 nghìn")))
    assert lesson_queries.find_lesson_page(COURSE, LESSON, WARD).unapproved


def test_an_editors_check_of_a_fact_is_not_undone_by_an_older_shelf(loaded, who):
    fact = loaded.facts[0]
    registry.save_fact(fact.id, EVERYWHERE, who[1], value="giá trị mới")
    load_shelf(loaded)
    assert fact_queries.facts_of(WARD)[fact.id].value == "giá trị mới"
    newer = replace(fact, value="mới hơn nữa", checked_on=today() + timedelta(days=1))
    load_shelf(replace(loaded, facts=(newer, *loaded.facts[1:])))
    assert fact_queries.facts_of(WARD)[fact.id].value == "mới hơn nữa"


def test_the_wards_order_of_lessons_is_kept(loaded, who):
    course = db.session.scalar(select(Course).where(Course.slug == COURSE))
    order = [one.id for one in queries.outline(course.id)]
    actions.reorder_lessons(course.id, order[::-1], who[1])
    load_shelf(with_text(loaded, LESSON, lambda text: text.replace("35 nghìn", "36 nghìn")))
    assert [one.id for one in queries.outline(course.id)] == order[::-1]
