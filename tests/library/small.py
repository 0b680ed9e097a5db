"""Looks at the library: what stands in the database, and a shelf with one text changed."""

from dataclasses import replace

from sqlalchemy import select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import Base, db
from elearn.library.document.read import parse
from elearn.library.models import (
    Lesson,
    Revision,
    RevisionSource,
    State,
)

WARD = 1
COURSE, LESSON = "thanh-toan-so", "quet-ma-qr"
REASON = "Phường chỉ có một người soạn bài."


def lesson_id(slug=LESSON):
    return db.session.scalar(select(Lesson.id).where(Lesson.slug == slug))


def published(slug=LESSON):
    return db.session.scalar(
        select(Revision).where(Revision.lesson_id == lesson_id(slug), Revision.state == State.PUBLISHED)
    )


def text_of(revision_id):
    return db.session.scalar(select(RevisionSource.text).where(RevisionSource.revision_id == revision_id))


def everything():
    """Every row of every table but the audit, to see that nothing changed."""
    db.session.rollback()
    return {
        table.name: sorted(map(str, db.session.execute(table.select())))
        for table in Base.metadata.sorted_tables
        if not table.name.startswith("audit")
    }


def with_text(shelf, slug, change):
    """The shelf with the text of one lesson changed."""
    (course,) = shelf.courses
    lessons = tuple(
        replace(one, text=change(one.text), document=parse(change(one.text)).document)
        if one.slug == slug
        else one
        for one in course.lessons
    )
    return replace(shelf, courses=(replace(course, lessons=lessons),))


def acts():
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
