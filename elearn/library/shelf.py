"""A shelf of courses goes in, all of it or nothing, and comes out byte for byte."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from elearn.kit import audit
from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.kit.markup import TooHeavy
from elearn.kit.refused import Refused
from elearn.library import rules
from elearn.library.document.course import CourseDocument, LessonFile
from elearn.library.document.read import parse
from elearn.library.fact_queries import as_fact, facts_of
from elearn.library.facts import Fact
from elearn.library.folder import Shelf
from elearn.library.laying import Beside, Layout
from elearn.library.models import (
    EVERYWHERE,
    Course,
    CourseImage,
    FactRow,
    Lesson,
    Revision,
    RevisionSource,
    State,
)
from elearn.library.publishing import Faulty, open_to_all
from elearn.library.ready_pages import make_pages_anew, refresh_pages
from elearn.library.registry import FACT_VALUES
from elearn.library.revisions import add_revision
from elearn.library.writing_queries import addresses, lessons_of, taken_shorts

DETAILS = ("code", "title", "topic", "short", "audience", "goal", "character", "loudspeaker")


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


def load_shelf(shelf: Shelf, actor_id: int | None = None) -> Loaded:
    """Put a shelf of courses into the library, all of it or nothing; loading it twice is loading it once.

    A text that changed on the shelf is published in place of the project's earlier one. Where the ward has
    written its own, the project's is laid beside it as a draft. Raise Faulty when a text has an error, and
    also when one takes longer than two seconds to lay out: that is done in a process beside this one.
    """
    loaded = Loaded()
    with Beside() as by:
        _refuse_faulty_shelf(shelf, by)  # before the database is locked for it
        with transaction():
            _load(shelf, actor_id, loaded, by)
    return loaded


def _load(shelf: Shelf, actor_id: int | None, loaded: Loaded, by: Layout) -> None:
    if facts := _load_facts(shelf.facts, loaded):
        make_pages_anew(facts, by)  # before the courses: what those bring is laid out with these facts
    before = _courses_in_order()
    for place, course in enumerate(shelf.courses, start=1):
        _load_course(course, place, loaded, by)
    _put_in_order(rules.merged_order(before, [course.slug for course in shelf.courses]))
    refresh_pages(today(), by)  # also what an older program has laid out
    if loaded.changed:
        audit.record(
            "load shelf", "shelf", "", actor_id=actor_id, courses=loaded.courses, lessons=loaded.lessons,
            revisions=loaded.revisions, drafts=loaded.drafts, facts=loaded.facts,
        )  # fmt: skip


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


# -- loading ---------------------------------------------------------------------------------------


def _refuse_faulty_shelf(shelf: Shelf, by: Layout) -> None:
    facts = {fact.id: fact for fact in shelf.facts}
    known = {f"{course.slug}/{lesson.slug}" for course in shelf.courses for lesson in course.lessons}
    known |= addresses()
    for course in shelf.courses:
        images = [name for name, _ in course.images]
        for lesson in course.lessons:
            remarks = by.check(lesson.text, facts, images=images, lessons=known)
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


def _courses_in_order() -> list[str]:
    return list(db.session.scalars(select(Course.slug).order_by(Course.position, Course.id)))


def _put_in_order(slugs: Sequence[str]) -> None:
    """Let a course that is new on the shelf stand where the shelf has it, not behind the older ones."""
    courses = {course.slug: course for course in db.session.scalars(select(Course))}
    for position, slug in enumerate(slugs, start=1):
        courses[slug].position = position
    db.session.flush()


def _load_course(document: CourseDocument, place: int, loaded: Loaded, by: Layout) -> None:
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
    lessons = {lesson.slug: lesson for lesson in lessons_of(course.id)}
    order = rules.merged_order(list(lessons), [file.slug for file in document.lessons])
    for file in document.lessons:
        lessons[file.slug] = _load_lesson(course, lessons.get(file.slug), file, loaded, by)
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


def _load_lesson(
    course: Course, lesson: Lesson | None, file: LessonFile, loaded: Loaded, by: Layout
) -> Lesson:
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
    revision = add_revision(lesson, file.text, None)
    if beside:
        loaded.drafts += 1
        loaded.told.append(
            f"Bài “{lesson.title}”: phường đã tự sửa, nên bản mới của dự án nằm cạnh đó dưới dạng bản nháp."
        )
        return lesson
    _refuse_taken_short(document.short, document.title, {lesson.short})
    try:
        open_to_all(revision, document, by)
    except TooHeavy as heavy:
        raise Refused(f"{course.slug}/{file.slug}: {heavy}") from None
    loaded.revisions += 1
    if course.approved_at is not None:  # the ward has approved another text than the one now shown
        course.approved_at = course.approved_by_id = None
        loaded.told.append(f"Khóa “{course.title}” có bài mới của dự án, cần phường duyệt lại.")
    return lesson


def _refuse_taken_short(short: str, title: str, own: set[str]) -> None:
    if short in taken_shorts() - own:
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


# -- writing ---------------------------------------------------------------------------------------


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
