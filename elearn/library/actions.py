"""Writes to the library: drafts, publication, facts, and shelves of courses in and out; all of it audited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select, true

from elearn.kit import audit
from elearn.kit.clock import now, today
from elearn.kit.db import db, insert_if_absent, lock, transaction
from elearn.kit.refused import Refused
from elearn.kit.words import nfc, slug
from elearn.library import ready, rules
from elearn.library.document.check import check_text
from elearn.library.document.course import CourseDocument, LessonFile
from elearn.library.document.header import plain
from elearn.library.document.model import LessonDocument, Remark
from elearn.library.document.read import parse, read, with_keys
from elearn.library.facts import Fact
from elearn.library.folder import Shelf
from elearn.library.models import (
    EVERYWHERE,
    Course,
    CourseImage,
    FactRow,
    FirstCheck,
    Lesson,
    Revision,
    RevisionKey,
    RevisionPage,
    RevisionSource,
    State,
)
from elearn.library.queries import as_fact, facts_of
from elearn.library.rules import Conflict
from elearn.people.models import Person

DETAILS = ("code", "title", "topic", "short", "audience", "goal", "character", "loudspeaker")
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


class Faulty(Refused):
    """A text with errors, or with warnings that nobody has read yet."""

    def __init__(self, sentence: str, remarks: Sequence[Remark]) -> None:
        super().__init__(sentence)
        self.remarks = tuple(remarks)


@dataclass
class Loaded:
    """What loading a shelf changed, and what its reader should know."""

    courses: int = 0  # new ones
    lessons: int = 0  # new ones
    revisions: int = 0  # newly published texts, those of new lessons among them
    drafts: int = 0  # texts laid beside what the ward has written itself
    facts: int = 0  # new or changed
    told: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Did the shelf hold anything new?"""
        return bool(self.courses or self.revisions or self.drafts or self.facts or self.told)


# -- a draft -------------------------------------------------------------------------------------


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
            short=rules.free_hundred(_taken_shorts()),
            position=position,
            audience=audience,
            goal=goal,
            edited_by_id=actor_id,
        )
        db.session.add(course)
        db.session.flush()
        _record("make course", "course", course.id, actor_id=actor_id, ward_id=ward_id)
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
        _record(
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
            short=rules.free_short(_taken_shorts(), int(course.short)),
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
        revision = _add_revision(lesson, with_keys(text), actor_id)
        _record("make lesson", "lesson", lesson.id, actor_id=actor_id, ward_id=course.ward_id)
    return revision


def new_draft(lesson_id: int, actor_id: int, text: str | None = None) -> Revision:
    """Open a draft of a lesson: of the text given, else the one open already, else of the published text.

    A draft with the very text given is that draft: twice is once.
    """
    with transaction():
        lesson = lock(Lesson, lesson_id)
        opened = db.session.scalar(
            select(Revision)
            .join(RevisionSource, RevisionSource.revision_id == Revision.id)
            .where(
                Revision.lesson_id == lesson_id,
                Revision.state.in_(rules.OPEN),
                true() if text is None else RevisionSource.text == text,
            )
            .order_by(Revision.number.desc())
            .limit(1)
        )
        if opened is not None:
            return opened
        if text is None:
            text = db.session.scalar(
                select(RevisionSource.text)
                .join(Revision, Revision.id == RevisionSource.revision_id)
                .where(Revision.lesson_id == lesson_id)
                .order_by((Revision.state == State.PUBLISHED).desc(), Revision.number.desc())
                .limit(1)
            )
        revision = _add_revision(lesson, text or "", actor_id)
        _record("open draft", "revision", revision.id, actor_id=actor_id, lesson=lesson_id)
    return revision


def bring_draft(lesson_id: int, text: str, actor_id: int) -> Revision:
    """Open a draft with a text that was written elsewhere; the same text twice is one draft."""
    return new_draft(lesson_id, actor_id, _as_kept(text))


def restore(revision_id: int, actor_id: int) -> Revision:
    """Open a draft with the text of an old revision; the old one stays as it is."""
    with transaction():
        revision, text = lock(Revision, revision_id), _text_of(revision_id)
        return new_draft(revision.lesson_id, actor_id, text)


def save_draft(revision_id: int, text: str, saves: int, actor_id: int) -> Revision:
    """Keep the text of a draft, letters in one piece and a key for each question; or raise Conflict, Refused.

    `saves` is the count of the text that the writer had opened. The same text again changes nothing.
    """
    text = _as_kept(text)
    with transaction():
        revision = lock(Revision, revision_id)
        kept = _text_of(revision_id)
        if text == kept:
            return revision  # type: ignore[no-any-return]
        _refuse_if(rules.why_not_save(revision.state))
        if saves != revision.saves:
            raise Conflict(text, kept, revision.saves, revision.saved_by_id)
        _keep_text(revision, text, actor_id)
        _record("save draft", "revision", revision_id, actor_id=actor_id, saves=revision.saves)
    return revision  # type: ignore[no-any-return]


def take_mine(revision_id: int, text: str, saves: int, actor_id: int) -> None:
    """End a conflict with one's own text in the draft; the colleague's stays in the history."""
    with transaction():
        revision = lock(Revision, revision_id)
        kept, colleague = _text_of(revision_id), revision.saved_by_id
        before = revision.saves
        save_draft(revision_id, text, saves, actor_id)
        if revision.saves != before:
            _lay_aside(revision.lesson_id, kept, colleague, actor_id)


def take_theirs(revision_id: int, text: str, actor_id: int) -> None:
    """End a conflict with the colleague's text in the draft; one's own stays in the history."""
    with transaction():
        text = _as_kept(text)
        if text != _text_of(revision_id):
            _lay_aside(lock(Revision, revision_id).lesson_id, text, actor_id, actor_id)


def submit_for_review(revision_id: int, actor_id: int) -> None:
    """Hand a draft in for review; twice is once."""
    with transaction():
        revision = lock(Revision, revision_id)
        if revision.state == State.IN_REVIEW:
            return
        _refuse_if(rules.why_not_submit(revision.state))
        revision.state, revision.submitted_at, revision.returned_because = State.IN_REVIEW, now(), None
        _record("submit for review", "revision", revision_id, actor_id=actor_id)


def take_back(revision_id: int, actor_id: int) -> None:
    """Take a draft back from review to go on writing."""
    with transaction():
        revision = lock(Revision, revision_id)
        if revision.state == State.IN_REVIEW:
            revision.state, revision.submitted_at = State.DRAFT, None
            _record("take back from review", "revision", revision_id, actor_id=actor_id)


def return_to_author(revision_id: int, reason: str, actor_id: int) -> None:
    """Send a draft back with a word on what to mend."""
    with transaction():
        revision = lock(Revision, revision_id)
        _refuse_if(rules.why_not_return(revision.state, reason))
        revision.state, revision.returned_because = State.DRAFT, reason.strip()
        _record("return to author", "revision", revision_id, actor_id=actor_id)


def drop_draft(revision_id: int, actor_id: int) -> None:
    """Put a draft away; it stays readable in the history and can be restored from there."""
    with transaction():
        revision = lock(Revision, revision_id)
        if revision.state in rules.OPEN:
            revision.state, revision.retired_at = State.RETIRED, now()
            _record("drop draft", "revision", revision_id, actor_id=actor_id)


# -- publication ---------------------------------------------------------------------------------


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
        _refuse_if(rules.why_not_publish(revision.state, alone, reason))
        if revision.saves != saves:
            raise Refused("Bài vừa được sửa sau khi anh chị mở trang này. Xin đọc lại bản mới rồi công bố.")
        _refuse_remarks(remarks_on(revision_id), warnings_read)
        revision.alone_because = reason.strip() if alone else None
        revision.reviewer_id = None if alone else reviewer_id
        _open_to_all(revision, read(_text_of(revision_id)))
        _record(
            "publish", "revision", revision_id, actor_id=reviewer_id, lesson=revision.lesson_id, alone=alone
        )


def confirm(revision_id: int, actor_id: int) -> None:
    """Record that a second person has read what somebody published alone."""
    with transaction():
        revision = lock(Revision, revision_id)
        writers = {revision.author_id, revision.saved_by_id}
        _refuse_if(rules.why_not_confirm(revision.state, writers, revision.reviewer_id, actor_id))
        revision.reviewer_id = actor_id
        _record("confirm as second reader", "revision", revision_id, actor_id=actor_id)


def record_outside_review(
    revision_id: int, reviewer: str, reviewed_on: date, next_review: date | None, actor_id: int
) -> None:
    """Record who outside the ward has read a revision, when, and when it should be read again."""
    with transaction():
        revision = lock(Revision, revision_id)
        revision.outside_reviewer, revision.outside_reviewed_on = reviewer, reviewed_on
        revision.next_review = next_review
        _record("record outside review", "revision", revision_id, actor_id=actor_id)


def approve_course(course_id: int, actor_id: int) -> None:
    """Record that the ward answers for a course of the project; twice is once."""
    with transaction():
        course = lock(Course, course_id)
        if course.shipped and course.approved_at is None:
            course.approved_at, course.approved_by_id = now(), actor_id
            _record("approve course", "course", course_id, actor_id=actor_id, ward_id=course.ward_id)


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
        lessons = {one.id: one for one in _lessons_of(course_id)}
        if sorted(order) != sorted(lessons):
            raise Refused("Danh sách bài vừa thay đổi. Xin mở lại trang rồi xếp lại.")
        if list(order) == list(lessons):
            return
        for place, lesson_id in enumerate(order, start=1):
            lessons[lesson_id].position = place
        _record("reorder lessons", "course", course_id, actor_id=actor_id, order=list(order))


def remarks_on(revision_id: int, text: str | None = None) -> tuple[Remark, ...]:
    """Return what the checker says about the text of a revision, or about another text in its place."""
    _, lesson, course = _whole(revision_id)
    text = _text_of(revision_id) if text is None else text
    images = db.session.scalars(select(CourseImage.name).where(CourseImage.course_id == course.id)).all()
    facts = facts_of(course.ward_id or EVERYWHERE)
    remarks = set(check_text(text, facts, images=images, lessons=_addresses()))
    document = parse(text).document
    if document.short in _taken_shorts(but=lesson.id):
        message = f"Số ngắn “{document.short}” đã có khóa hoặc bài khác dùng."
        remedy = f"Dùng số khác, ví dụ “{rules.free_short(_taken_shorts(), int(course.short))}”."
        remarks.add(Remark(document.line_of("short"), "error", message, remedy))
    return tuple(sorted(remarks))


# -- facts ---------------------------------------------------------------------------------------


def check_fact(fact_id: str, ward_id: int, actor_id: int) -> None:
    """Record that a fact was checked today and is still so; every page that cites it is made anew."""
    with transaction():
        row = _fact_row(fact_id, ward_id)
        _refuse_if(None if row else "Không có dữ kiện này.")
        assert row is not None
        if row.checked_on != today() or row.status != "verified":
            row.checked_on, row.status, row.checked_by_id = today(), "verified", actor_id
            _record("check fact", "fact", fact_id, actor_id=actor_id, ward_id=ward_id or None)
            _make_pages_anew([fact_id])


def new_fact(actor_id: int, label: str, **values: Any) -> str:
    """Keep a new fact for every ward, and return its id; a fact of the same name is that fact."""
    with transaction():
        common = select(FactRow).where(FactRow.ward_id == EVERYWHERE)
        rows = {row.id: row for row in db.session.scalars(common)}
        same = next((row.id for row in rows.values() if row.label == label), None)
        if same is not None:
            return same
        fact_id = rules.free_fact_id(label, rows)
        position = max((row.position for row in rows.values()), default=0) + 1
        row = FactRow(
            id=fact_id, ward_id=EVERYWHERE, position=position, label=label, checked_on=today(), **values
        )
        row.checked_by_id = actor_id
        db.session.add(row)
        db.session.flush()
        _record("make fact", "fact", fact_id, actor_id=actor_id)
        _make_pages_anew([fact_id])
    return fact_id


def save_fact(fact_id: str, ward_id: int, actor_id: int, **values: Any) -> None:
    """Give a fact a new value, source or fallback; for one ward, beside the common one, when a ward is given.

    What is saved counts as checked today. Every page that cites it is made anew at once.
    """
    with transaction():
        row = _fact_row(fact_id, ward_id)
        if row is None:
            common = _fact_row(fact_id, EVERYWHERE)
            _refuse_if(None if common else "Không có dữ kiện này.")
            assert common is not None
            kept = {name: getattr(common, name) for name in ("position", *FACT_VALUES)}
            row = FactRow(id=fact_id, ward_id=ward_id, **kept)
            db.session.add(row)
        for name, value in values.items():
            setattr(row, name, value)
        row.checked_on, row.checked_by_id = today(), actor_id
        db.session.flush()
        _record(
            "change fact", "fact", fact_id, actor_id=actor_id, ward_id=ward_id or None, fields=sorted(values)
        )
        _make_pages_anew([fact_id])


def drop_own_fact(fact_id: str, ward_id: int, actor_id: int) -> None:
    """Let a ward use the common value of a fact again; twice is once."""
    with transaction():
        gone = db.session.execute(
            delete(FactRow).where(
                FactRow.id == fact_id, FactRow.ward_id == ward_id, FactRow.ward_id != EVERYWHERE
            )
        )
        if gone.rowcount:  # type: ignore[attr-defined]
            _record("drop own fact", "fact", fact_id, actor_id=actor_id, ward_id=ward_id)
            _make_pages_anew([fact_id])


def refresh_pages(day: date) -> int:
    """Make every page anew in which a fact has become overdue by this day; return how many revisions."""
    with transaction():
        stale = db.session.scalars(
            select(RevisionPage.revision_id).where(RevisionPage.good_until <= day).distinct()
        ).all()
        for revision_id in stale:
            render_pages(revision_id, day)
    return len(stale)


def render_pages(revision_id: int, day: date | None = None) -> None:
    """Make the page, the questions and the key of a revision: for all, and for each ward with own facts."""
    day = day or today()
    with transaction():
        revision, _, course = _whole(revision_id)
        document = parse(_text_of(revision_id)).document
        own = _wards_with_own(revision.facts, course.ward_id)
        for table in (RevisionPage, RevisionKey):
            db.session.execute(delete(table).where(table.revision_id == revision_id))
        for ward_id in (EVERYWHERE, *own):
            made = ready.make_ready(document, facts_of(ward_id), day, course.slug)
            db.session.add(
                RevisionPage(
                    revision_id=revision_id,
                    ward_id=ward_id,
                    html=made.html,
                    quiz=made.quiz,
                    held=made.held,
                    good_until=made.good_until,
                )
            )
            db.session.add(RevisionKey(revision_id=revision_id, ward_id=ward_id, key=made.key))
        db.session.flush()


# -- before the ward begins ----------------------------------------------------------------------


def do_first_check(ward_id: int, name: str, actor_id: int) -> None:
    """Record that the ward has done one of the things to do before it begins; twice is once."""
    with transaction():
        if insert_if_absent(FirstCheck, ward_id=ward_id, name=name, done_at=now(), done_by_id=actor_id):
            _record("do first check", "first check", name, actor_id=actor_id, ward_id=ward_id)


def undo_first_check(ward_id: int, name: str, actor_id: int) -> None:
    """Take back that the ward has done it; twice is once."""
    with transaction():
        gone = db.session.execute(
            delete(FirstCheck).where(FirstCheck.ward_id == ward_id, FirstCheck.name == name)
        )
        if gone.rowcount:  # type: ignore[attr-defined]
            _record("undo first check", "first check", name, actor_id=actor_id, ward_id=ward_id)


# -- shelves -------------------------------------------------------------------------------------


def load_shelf(shelf: Shelf, actor_id: int | None = None) -> Loaded:
    """Put a shelf of courses into the library, all of it or nothing; loading it twice is loading it once.

    A text that changed on the shelf is published in place of the project's earlier one. Where the ward has
    written its own, the project's is laid beside it as a draft. Raise Faulty when a text has an error.
    """
    loaded = Loaded()
    with transaction():
        _refuse_faulty_shelf(shelf)
        facts = _load_facts(shelf.facts, loaded)
        for place, course in enumerate(shelf.courses, start=1):
            _load_course(course, place, actor_id, loaded)
        if facts:
            _make_pages_anew(facts)
        if loaded.changed:
            audit.record(
                "load shelf", "shelf", "", actor_id=actor_id, courses=loaded.courses, lessons=loaded.lessons,
                revisions=loaded.revisions, drafts=loaded.drafts, facts=loaded.facts,
            )  # fmt: skip
    return loaded


def export_shelf(ward_id: int = EVERYWHERE) -> Shelf:
    """Return what is offered now (to a ward: its own courses too) as a shelf, texts to the byte."""
    rows = db.session.execute(
        select(Course, Lesson.slug, RevisionSource.text)
        .join(Lesson, Lesson.course_id == Course.id)
        .join(Revision, Revision.lesson_id == Lesson.id)
        .join(RevisionSource, RevisionSource.revision_id == Revision.id)
        .where(
            Course.retired_at.is_(None), Lesson.retired_at.is_(None), Revision.state == State.PUBLISHED,
            Course.ward_id.is_(None) | (Course.ward_id == ward_id),
        )
        .order_by(Course.position, Course.id, Lesson.position, Lesson.id)
    ).all()  # fmt: skip
    courses: dict[int, tuple[Course, list[LessonFile]]] = {}
    for course, lesson_slug, text in rows:
        files = courses.setdefault(course.id, (course, []))[1]
        files.append(LessonFile(lesson_slug, text, parse(text).document))
    return Shelf(
        tuple(_course_document(course, files) for course, files in courses.values()),
        tuple(facts_of(EVERYWHERE).values()),
    )


# -- what the above is made of -------------------------------------------------------------------

FACT_VALUES = ("label", "value", "status", "fallback", "source", "checked_on", "review_months")


def _record(
    action: str, kind: str, which: object, *, actor_id: int, ward_id: int | None = None, **detail: Any
) -> None:
    """Record an act under the ward that it is for; where that is every ward, under the ward of who did it."""
    if ward_id is None:
        ward_id = db.session.scalar(select(Person.ward_id).where(Person.id == actor_id))
    audit.record(action, kind, which, actor_id=actor_id, ward_id=ward_id, **detail)


def _refuse_if(sentence: str | None) -> None:
    if sentence:
        raise Refused(sentence)


def _refuse_remarks(remarks: Sequence[Remark], warnings_read: bool) -> None:
    errors = [remark for remark in remarks if remark.severity == "error"]
    if errors:
        raise Faulty(f"Bài còn {len(errors)} lỗi nên chưa công bố được. Xin sửa các lỗi ghi ở dưới.", errors)
    if remarks and not warnings_read:
        sentence = f"Có {len(remarks)} điều nên xem lại. Xin đọc rồi đánh dấu “Đã đọc các nhắc nhở”."
        raise Faulty(sentence, remarks)


def _text_of(revision_id: int) -> str:
    return (
        db.session.scalar(select(RevisionSource.text).where(RevisionSource.revision_id == revision_id)) or ""
    )


def _whole(revision_id: int) -> tuple[Revision, Lesson, Course]:
    row = db.session.execute(
        select(Revision, Lesson, Course)
        .join(Lesson, Lesson.id == Revision.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(Revision.id == revision_id)
    ).one()
    return row[0], row[1], row[2]


def _lessons_of(course_id: int) -> Sequence[Lesson]:
    return db.session.scalars(
        select(Lesson).where(Lesson.course_id == course_id).order_by(Lesson.position, Lesson.id)
    ).all()


def _addresses() -> set[str]:
    rows = db.session.execute(select(Course.slug, Lesson.slug).join(Lesson, Lesson.course_id == Course.id))
    return {f"{course}/{lesson}" for course, lesson in rows}


def _taken_shorts(but: int | None = None) -> set[str]:
    lessons = select(Lesson.short).where(Lesson.id != (but or 0))
    return {*db.session.scalars(select(Course.short)), *db.session.scalars(lessons)}


def _as_kept(text: str) -> str:
    """Return a text as it is kept: letters in one piece, lines ended alike, a key for each question."""
    return with_keys(nfc(text.replace("\r\n", "\n").replace("\r", "\n")))


def _lay_aside(lesson_id: int, text: str, author_id: int | None, actor_id: int) -> None:
    """Keep a text in the history of a lesson as a draft that was put away; the same text only once."""
    known = db.session.scalar(
        select(func.count(Revision.id))
        .join(RevisionSource, RevisionSource.revision_id == Revision.id)
        .where(Revision.lesson_id == lesson_id, RevisionSource.text == text)
    )
    if not known:
        revision = _add_revision(lock(Lesson, lesson_id), text, author_id)
        revision.state, revision.retired_at = State.RETIRED, now()
        _record("lay draft aside", "revision", revision.id, actor_id=actor_id, lesson=lesson_id)


def _add_revision(lesson: Lesson, text: str, author_id: int | None) -> Revision:
    highest = db.session.scalar(select(func.max(Revision.number)).where(Revision.lesson_id == lesson.id))
    revision = Revision(
        lesson_id=lesson.id,
        number=(highest or 0) + 1,
        state=State.DRAFT,
        title=lesson.title,
        minutes=lesson.minutes,
        saves=0,
        author_id=author_id,
        facts=[],
    )
    db.session.add(revision)
    db.session.flush()
    db.session.add(RevisionSource(revision_id=revision.id, text=""))
    db.session.flush()
    _keep_text(revision, text, author_id)
    return revision


def _keep_text(revision: Revision, text: str, who: int | None) -> None:
    document = parse(text).document
    source = db.session.get(RevisionSource, revision.id)
    assert source is not None
    source.text = text
    revision.title = document.title or revision.title
    revision.minutes = document.minutes or revision.minutes
    revision.objective, revision.facts = document.objective, ready.cited(document)
    revision.saves, revision.saved_at, revision.saved_by_id = revision.saves + 1, now(), who
    db.session.flush()


def _open_to_all(revision: Revision, document: LessonDocument) -> None:
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
    render_pages(revision.id)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _retire(model: Any, kind: str, which: int, reason: str, actor_id: int) -> None:
    _refuse_if(rules.why_not_enough(reason, "Xin ghi lý do ngừng dùng"))
    with transaction():
        row = lock(model, which)
        if row.retired_at is None:
            row.retired_at, row.retired_because = now(), reason.strip()
            _record(f"retire {kind}", kind, which, actor_id=actor_id)


def _offer_again(model: Any, kind: str, which: int, actor_id: int) -> None:
    with transaction():
        row = lock(model, which)
        if row.retired_at is not None:
            row.retired_at = row.retired_because = None
            _record(f"offer {kind} again", kind, which, actor_id=actor_id)


def _fact_row(fact_id: str, ward_id: int) -> FactRow | None:
    return db.session.scalar(select(FactRow).where(FactRow.id == fact_id, FactRow.ward_id == ward_id))


def _wards_with_own(facts: Sequence[str], ward_id: int | None) -> Sequence[int]:
    """Return the wards that read these facts with a value of their own."""
    own = select(FactRow.ward_id).where(FactRow.ward_id != EVERYWHERE, FactRow.id.in_(facts)).distinct()
    if ward_id is not None:
        own = own.where(FactRow.ward_id == ward_id)
    return db.session.scalars(own.order_by(FactRow.ward_id)).all()


def _make_pages_anew(facts: Sequence[str]) -> None:
    """Make the pages anew of every revision, also an old one that people answered, that cites a fact."""
    rows = db.session.execute(select(Revision.id, Revision.facts).where(Revision.published_at.is_not(None)))
    for revision_id, cited in rows.all():
        if not set(facts).isdisjoint(cited):
            render_pages(revision_id)


# -- loading -------------------------------------------------------------------------------------


def _refuse_faulty_shelf(shelf: Shelf) -> None:
    facts = {fact.id: fact for fact in shelf.facts}
    known = {f"{course.slug}/{lesson.slug}" for course in shelf.courses for lesson in course.lessons}
    for course in shelf.courses:
        images = [name for name, _ in course.images]
        for lesson in course.lessons:
            remarks = check_text(lesson.text, facts, images=images, lessons=known | _addresses())
            errors = [remark for remark in remarks if remark.severity == "error"]
            if errors:
                raise Faulty(f"{course.slug}/{lesson.slug}: {errors[0]}", errors)


def _load_facts(facts: Sequence[Fact], loaded: Loaded) -> list[str]:
    """Keep the facts of a shelf, but not over what an editor has checked since; return which changed."""
    changed = []
    rows = {row.id: row for row in db.session.scalars(select(FactRow).where(FactRow.ward_id == EVERYWHERE))}
    for place, fact in enumerate(facts, start=1):
        row = rows.get(fact.id)
        if row is not None and row.checked_by_id is not None and row.checked_on >= fact.checked_on:
            row.position = place
            continue
        if row is None:
            row = FactRow(id=fact.id, ward_id=EVERYWHERE)
            db.session.add(row)
        elif as_fact(row) == fact:
            row.position = place
            continue
        row.position, row.checked_by_id = place, None
        for name in FACT_VALUES:
            setattr(row, name, getattr(fact, name))
        changed.append(fact.id)
    db.session.flush()
    loaded.facts = len(changed)
    return changed


def _load_course(document: CourseDocument, place: int, actor_id: int | None, loaded: Loaded) -> None:
    course = db.session.scalar(select(Course).where(Course.slug == document.slug))
    if course is None:
        _refuse_taken_short(document.short, document.title, set())
        course = Course(slug=document.slug, position=place, shipped=True, **_details(document))
        db.session.add(course)
        db.session.flush()
        loaded.courses += 1
    elif any(getattr(course, name) != value for name, value in _details(document).items()):
        if course.edited_by_id is not None:
            loaded.told.append(f"Khóa “{course.title}”: phần giới thiệu phường đã sửa nên được giữ nguyên.")
        else:
            for name, value in _details(document).items():
                setattr(course, name, value)
            loaded.told.append(f"Khóa “{course.title}”: phần giới thiệu có bản mới.")
    _load_images(course, document.images)
    lessons = {lesson.slug: lesson for lesson in _lessons_of(course.id)}
    order = rules.merged_order(list(lessons), [file.slug for file in document.lessons])
    for file in document.lessons:
        lessons[file.slug] = _load_lesson(course, lessons.get(file.slug), file, loaded)
    for position, name in enumerate(order, start=1):
        lessons[name].position = position
    db.session.flush()


def _details(document: CourseDocument) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(document, name) for name in DETAILS}
    return values | {"placement": list(document.placement), "confidence": list(document.confidence)}


def _load_images(course: Course, images: Sequence[tuple[str, bytes]]) -> None:
    kept = {
        row.name: row
        for row in db.session.scalars(select(CourseImage).where(CourseImage.course_id == course.id))
    }
    for name, data in images:
        if name not in kept:
            db.session.add(CourseImage(course_id=course.id, name=name, data=data))
        elif kept[name].data != data:
            kept[name].data = data


def _load_lesson(course: Course, lesson: Lesson | None, file: LessonFile, loaded: Loaded) -> Lesson:
    document = file.document
    if lesson is None:
        _refuse_taken_short(document.short, document.title, set())
        lesson = Lesson(
            course_id=course.id,
            slug=file.slug,
            position=0,
            code=document.code,
            short=document.short,
            title=document.title,
            minutes=document.minutes,
            objective=document.objective,
        )
        db.session.add(lesson)
        db.session.flush()
        loaded.lessons += 1
    elif _is_on_record(lesson.id, file.text):
        return lesson
    beside = _is_written_by_ward(lesson.id)
    revision = _add_revision(lesson, file.text, None)
    if beside:
        loaded.drafts += 1
        loaded.told.append(
            f"Bài “{lesson.title}”: phường đã tự sửa, nên bản mới của dự án nằm cạnh đó dưới dạng bản nháp."
        )
        return lesson
    _refuse_taken_short(document.short, document.title, {lesson.short})
    _open_to_all(revision, document)
    loaded.revisions += 1
    if course.approved_at is not None:  # the ward has approved another text than the one now shown
        course.approved_at = course.approved_by_id = None
        loaded.told.append(f"Khóa “{course.title}” có bài mới của dự án, cần phường duyệt lại.")
    return lesson


def _refuse_taken_short(short: str, title: str, own: set[str]) -> None:
    if short in _taken_shorts() - own:
        raise Refused(f"Số ngắn {short} của “{title}” đã có khóa hoặc bài khác dùng. Xin đổi số này.")


def _is_on_record(lesson_id: int, text: str) -> bool:
    """Return whether this text is the newest that the project has given for the lesson."""
    newest = db.session.scalar(
        select(RevisionSource.text)
        .join(Revision, Revision.id == RevisionSource.revision_id)
        .where(Revision.lesson_id == lesson_id, Revision.author_id.is_(None))
        .order_by(Revision.number.desc())
        .limit(1)
    )
    return newest == text


def _is_written_by_ward(lesson_id: int) -> bool:
    """Return whether somebody of the ward wrote the published text or is writing one."""
    return bool(
        db.session.scalar(
            select(func.count(Revision.id)).where(
                Revision.lesson_id == lesson_id,
                Revision.author_id.is_not(None) | Revision.saved_by_id.is_not(None),
                Revision.state.in_((*rules.OPEN, State.PUBLISHED)),
            )
        )
    )


def _course_document(course: Course, files: Sequence[LessonFile]) -> CourseDocument:
    details: Mapping[str, Any] = {name: getattr(course, name) for name in DETAILS}
    images = db.session.execute(
        select(CourseImage.name, CourseImage.data)
        .where(CourseImage.course_id == course.id)
        .order_by(CourseImage.name)
    )
    return CourseDocument(
        **details,
        placement=tuple(course.placement),
        confidence=tuple(course.confidence),
        slug=course.slug,
        lessons=tuple(files),
        images=tuple((name, data) for name, data in images),
    )
