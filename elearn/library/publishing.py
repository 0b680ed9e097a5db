"""A revision goes public: checked, published, confirmed by a second reader; and who outside has read it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from elearn.kit.clock import now
from elearn.kit.db import db, lock, transaction
from elearn.kit.refused import Refused
from elearn.library import ready, rules
from elearn.library.document.check import check_text
from elearn.library.document.model import LessonDocument, Remark
from elearn.library.document.read import parse, read
from elearn.library.fact_queries import facts_of
from elearn.library.laying import HERE, Layout
from elearn.library.models import EVERYWHERE, CourseImage, Lesson, Revision, State
from elearn.library.ready_pages import render_pages
from elearn.library.recorded import record, refuse_if
from elearn.library.writing_queries import addresses, taken_shorts, text_of, whole


class Faulty(Refused):
    """A text with errors, or with warnings that nobody has read yet."""

    def __init__(self, sentence: str, remarks: Sequence[Remark]) -> None:
        super().__init__(sentence)
        self.remarks = tuple(remarks)


def publish(
    revision_id: int, reviewer_id: int, saves: int, *, reason: str = "", warnings_read: bool = False
) -> None:
    """Open a revision to everyone in place of the one before; twice is once. Or raise Refused or Faulty.

    `saves` is the count of the text that the reviewer has read. Whoever wrote the text and publishes it
    gives a reason, and the page says that nobody else has read it yet.
    """
    with transaction():
        revision = lock(Revision, revision_id)
        if revision.state == State.PUBLISHED:
            return
        alone = reviewer_id in (revision.author_id, revision.saved_by_id)
        refuse_if(rules.why_not_publish(revision.state, alone, reason))
        if revision.saves != saves:
            raise Refused("Bài vừa được sửa sau khi anh chị mở trang này. Xin đọc lại bản mới rồi công bố.")
        _refuse_remarks(remarks_on(revision_id), warnings_read)
        revision.alone_because = reason.strip() if alone else None
        revision.reviewer_id = None if alone else reviewer_id
        open_to_all(revision, read(text_of(revision_id)))
        record(
            "publish", "revision", revision_id, actor_id=reviewer_id, lesson=revision.lesson_id, alone=alone
        )


def confirm(revision_id: int, actor_id: int) -> None:
    """Record that a second person has read what somebody published alone."""
    with transaction():
        revision = lock(Revision, revision_id)
        writers = {revision.author_id, revision.saved_by_id}
        refuse_if(rules.why_not_confirm(revision.state, writers, revision.reviewer_id, actor_id))
        revision.reviewer_id = actor_id
        record("confirm as second reader", "revision", revision_id, actor_id=actor_id)


def record_outside_review(
    revision_id: int, reviewer: str, reviewed_on: date, next_review: date | None, actor_id: int
) -> None:
    """Record who outside the ward has read a revision, when, and when it should be read again."""
    with transaction():
        revision = lock(Revision, revision_id)
        revision.outside_reviewer, revision.outside_reviewed_on = reviewer, reviewed_on
        revision.next_review = next_review
        record("record outside review", "revision", revision_id, actor_id=actor_id)


def remarks_on(revision_id: int, text: str | None = None) -> tuple[Remark, ...]:
    """Return what the checker says about the text of a revision, or about another text in its place."""
    _, lesson, course = whole(revision_id)
    text = text_of(revision_id) if text is None else text
    images = db.session.scalars(select(CourseImage.name).where(CourseImage.course_id == course.id)).all()
    facts = facts_of(course.ward_id or EVERYWHERE)
    remarks = set(check_text(text, facts, images=images, lessons=addresses()))
    document = parse(text).document
    if document.short in taken_shorts(but=lesson.id):
        message = f"Số ngắn “{document.short}” đã có khóa hoặc bài khác dùng."
        remedy = f"Dùng số khác, ví dụ “{rules.free_short(taken_shorts(), int(course.short))}”."
        remarks.add(Remark(document.line_of("short"), "error", message, remedy))
    return tuple(sorted(remarks))


# -- what the above is made of ---------------------------------------------------------------------


def _refuse_remarks(remarks: Sequence[Remark], warnings_read: bool) -> None:
    errors = [remark for remark in remarks if remark.severity == "error"]
    if errors:
        raise Faulty(f"Bài còn {len(errors)} lỗi nên chưa công bố được. Xin sửa các lỗi ghi ở dưới.", errors)
    if remarks and not warnings_read:
        sentence = f"Có {len(remarks)} điều nên xem lại. Xin đọc rồi đánh dấu “Đã đọc các nhắc nhở”."
        raise Faulty(sentence, remarks)


def open_to_all(revision: Revision, document: LessonDocument, by: Layout = HERE) -> None:
    """Put a revision in the place of the published one, and make its pages."""
    moment, lesson = now(), lock(Lesson, revision.lesson_id)
    before = db.session.scalar(
        select(Revision).where(Revision.lesson_id == lesson.id, Revision.state == State.PUBLISHED)
    )
    if before is not None:
        before.state, before.retired_at = State.RETIRED, moment
        db.session.flush()
    revision.state, revision.published_at, revision.facts = State.PUBLISHED, moment, ready.cited(document)
    if document.reviewed_by:
        revision.outside_reviewer = document.reviewed_by
        revision.outside_reviewed_on = _day(document.reviewed_on)
        revision.next_review = _day(document.next_review)
    for name in ("code", "short", "title", "minutes", "objective"):
        setattr(lesson, name, getattr(document, name))
    lesson.published_at = lesson.published_at or moment
    db.session.flush()
    render_pages(revision.id, by=by)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
