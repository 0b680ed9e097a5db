"""Writes to the library: courses and lessons are made, described, ordered, retired; all of it audited."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select

from elearn.kit.clock import now
from elearn.kit.db import db, insert_if_absent, lock, transaction
from elearn.kit.refused import Refused
from elearn.kit.words import slug
from elearn.library import rules
from elearn.library.document.header import plain
from elearn.library.document.read import parse, with_keys
from elearn.library.models import Course, FirstCheck, Lesson, Revision
from elearn.library.recorded import record, refuse_if
from elearn.library.revisions import add_revision, new_draft
from elearn.library.writing_queries import lessons_of, taken_shorts

NEW_LESSON = """---
code: {code}
title: {title}
minutes: 4
short: {short}
objective: Viết điều bác làm được sau bài này.
---
## Mở bài
Viết một tình huống quen thuộc, hai hoặc ba câu.

## Các bước
1. Mở **tên ứng dụng**.
2. Chạm **tên nút**.

## Nhớ nhé
Viết một điều cần nhớ nhất.

## Câu hỏi

### Viết câu hỏi ở đây?
- [ ] Phương án sai
- [x] Phương án đúng
- [ ] Phương án sai khác
> Viết lời giải thích, một hoặc hai câu.
"""


def new_course(
    ward_id: int | None, title: str, topic: str, audience: str, goal: str, actor_id: int
) -> Course:
    """Make an empty course of the ward; it is offered once its first lesson is published.

    A course of this ward with the same title is that course: twice is once.
    """
    with transaction():
        same = db.session.scalar(select(Course).where(Course.ward_id == ward_id, Course.title == title))
        if same is not None:
            return same
        taken = set(db.session.scalars(select(Course.slug)))
        position = (db.session.scalar(select(func.max(Course.position))) or 0) + 1
        course = Course(
            ward_id=ward_id,
            slug=rules.free_slug(slug(title), taken),
            code=f"K{position}",
            title=title,
            topic=topic,
            short=rules.free_hundred(taken_shorts()),
            position=position,
            audience=audience,
            goal=goal,
            edited_by_id=actor_id,
        )
        db.session.add(course)
        db.session.flush()
        record("make course", "course", course.id, actor_id=actor_id, ward_id=ward_id)
    return course


def save_course(course_id: int, actor_id: int, **details: Any) -> None:
    """Keep what the ward says about a course; saving the same again changes nothing."""
    with transaction():
        course = lock(Course, course_id)
        changed = sorted(name for name, value in details.items() if getattr(course, name) != value)
        if not changed:
            return
        for name in changed:
            setattr(course, name, details[name])
        course.edited_by_id = actor_id
        record(
            "change course", "course", course_id, actor_id=actor_id, ward_id=course.ward_id, fields=changed
        )


def new_lesson(course_id: int, title: str, actor_id: int) -> Revision:
    """Make a lesson at the end of a course, with a first draft to fill in; twice is once."""
    with transaction():
        course = lock(Course, course_id)
        same = db.session.scalar(select(Lesson).where(Lesson.course_id == course_id, Lesson.title == title))
        if same is not None:
            return new_draft(same.id, actor_id)
        lessons = db.session.scalars(select(Lesson).where(Lesson.course_id == course_id)).all()
        place = max((lesson.position for lesson in lessons), default=0) + 1
        text = NEW_LESSON.format(
            code=f"{course.code}-{place:02d}",
            title=plain(title),
            short=rules.free_short(taken_shorts(), int(course.short)),
        )
        document = parse(text).document
        lesson = Lesson(
            course_id=course_id,
            slug=rules.free_slug(slug(title), {lesson.slug for lesson in lessons}),
            position=place,
            code=document.code,
            short=document.short,
            title=title,
            minutes=document.minutes,
            objective=document.objective,
        )
        db.session.add(lesson)
        db.session.flush()
        revision = add_revision(lesson, with_keys(text), actor_id)
        record("make lesson", "lesson", lesson.id, actor_id=actor_id, ward_id=course.ward_id)
    return revision


def approve_course(course_id: int, actor_id: int) -> None:
    """Record that the ward answers for a course of the project; twice is once."""
    with transaction():
        course = lock(Course, course_id)
        if course.shipped and course.approved_at is None:
            course.approved_at, course.approved_by_id = now(), actor_id
            record("approve course", "course", course_id, actor_id=actor_id, ward_id=course.ward_id)


def retire_lesson(lesson_id: int, reason: str, actor_id: int) -> None:
    """Stop offering a lesson; its history and what people have done in it stay."""
    _retire(Lesson, "lesson", lesson_id, reason, actor_id)


def retire_course(course_id: int, reason: str, actor_id: int) -> None:
    """Stop offering a course; its lessons and what people have done in it stay."""
    _retire(Course, "course", course_id, reason, actor_id)


def offer_lesson_again(lesson_id: int, actor_id: int) -> None:
    """Undo the retirement of a lesson."""
    _offer_again(Lesson, "lesson", lesson_id, actor_id)


def offer_course_again(course_id: int, actor_id: int) -> None:
    """Undo the retirement of a course."""
    _offer_again(Course, "course", course_id, actor_id)


def reorder_lessons(course_id: int, order: Sequence[int], actor_id: int) -> None:
    """Put the lessons of a course in this order of ids; refuse when it does not name each of them once."""
    with transaction():
        lock(Course, course_id)
        lessons = {one.id: one for one in lessons_of(course_id)}
        if sorted(order) != sorted(lessons):
            raise Refused("Danh sách bài vừa thay đổi. Xin mở lại trang rồi xếp lại.")
        if list(order) == list(lessons):
            return
        for place, lesson_id in enumerate(order, start=1):
            lessons[lesson_id].position = place
        record("reorder lessons", "course", course_id, actor_id=actor_id, order=list(order))


def _retire(model: Any, kind: str, which: int, reason: str, actor_id: int) -> None:
    refuse_if(rules.why_not_enough(reason, "Xin ghi lý do ngừng dùng"))
    with transaction():
        row = lock(model, which)
        if row.retired_at is None:
            row.retired_at, row.retired_because = now(), reason.strip()
            record(f"retire {kind}", kind, which, actor_id=actor_id)


def _offer_again(model: Any, kind: str, which: int, actor_id: int) -> None:
    with transaction():
        row = lock(model, which)
        if row.retired_at is not None:
            row.retired_at = row.retired_because = None
            record(f"offer {kind} again", kind, which, actor_id=actor_id)


# -- before the ward begins ------------------------------------------------------------------------


def do_first_check(ward_id: int, name: str, actor_id: int) -> None:
    """Record that the ward has done one of the things to do before it begins; twice is once."""
    with transaction():
        if insert_if_absent(FirstCheck, ward_id=ward_id, name=name, done_at=now(), done_by_id=actor_id):
            record("do first check", "first check", name, actor_id=actor_id, ward_id=ward_id)


def undo_first_check(ward_id: int, name: str, actor_id: int) -> None:
    """Take back that the ward has done it; twice is once."""
    with transaction():
        gone = db.session.execute(
            delete(FirstCheck).where(FirstCheck.ward_id == ward_id, FirstCheck.name == name)
        )
        if gone.rowcount:  # type: ignore[attr-defined]
            record("undo first check", "first check", name, actor_id=actor_id, ward_id=ward_id)
