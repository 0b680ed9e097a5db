"""What is new in this ward: courses that grew, lessons published or revised, the numbers of the week."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from elearn.kit.clock import begins
from elearn.kit.recent import recent
from elearn.people.session import ward_here
from elearn.portal import queries, rules
from elearn.portal.answers import full, root_here
from elearn.portal.counts import Week, in_words, week_of
from elearn.portal.feeds import Feed
from elearn.portal.queries import CourseOffered
from elearn.portal.rules import Entry


def feed_here() -> Feed:
    """Return the feed of this ward."""
    ward = ward_here()
    week = week_of(ward.id)
    entries = rules.newest_first(
        _of_courses(recent(queries.courses_offered, ward.id)), [_of_week(week)] if week.rows else []
    )
    return Feed(
        id=_id(),
        title=f"Bình dân học vụ số {ward.name}",
        about="Khóa học, bài học mới hoặc vừa sửa, và số liệu chốt mỗi thứ Hai.",
        author=ward.office_name or ward.name,
        home=f"{root_here()}/",
        json_url=full("portal.json_feed"),
        atom_url=full("portal.atom_feed"),
        updated=max((one.updated for one in entries), default=begins(week.monday)),
        entries=entries,
    )


def _of_courses(courses: Sequence[CourseOffered]) -> Iterator[Entry]:
    for course in courses:
        yield Entry(
            _id("khoa-hoc", course.slug),
            full("learning.course", course=course.slug),
            f"Khóa học: {course.title}",
            f"{course.goal} {len(course.lessons)} bài, khoảng {course.minutes} phút.".strip(),
            course.first_at,
            course.grown_at,
        )
        for lesson in course.lessons:
            yield Entry(
                _id("khoa-hoc", course.slug, lesson.slug),
                full("learning.lesson", course=course.slug, lesson=lesson.slug),
                f"{course.title}: {lesson.title}",
                f"{lesson.objective} Khoảng {lesson.minutes} phút. Bản số {lesson.number}.".strip(),
                lesson.first_at,
                lesson.revised_at,
            )


def _of_week(week: Week) -> Entry:
    """Return the entry of a Monday; each week has one of its own, which does not change any more."""
    moment = begins(week.monday)
    return Entry(
        _id("tien-do", week.monday.isoformat()),
        full("progress.board"),
        f"Tiến độ học tập đến {week.until:%d/%m/%Y}",
        in_words(week),
        moment,
        moment,
    )


def _id(*path: str) -> str:
    host = urlsplit(root_here()).hostname or ""
    return rules.entry_id(host, "/".join((ward_here().code, *path)))
