"""Which window stands for an address of this ward (oEmbed 1.0), and which sites may frame it."""

from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from flask import current_app, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from elearn.kit.recent import recent
from elearn.people.session import ward_here
from elearn.portal import queries
from elearn.portal.answers import full, root_here
from elearn.portal.counts import course_named
from elearn.portal.queries import CourseOffered, LessonOffered

PORTS = {"http": 80, "https": 443}
FRAME = Markup(
    '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy" '
    'style="border:0;max-width:100%"></iframe>'
)


class Window(NamedTuple):
    """A page that may stand in a frame of the ward's portal."""

    kind: str  # a key of rules.SIZES
    title: str
    url: str


def portals_here() -> tuple[str, ...]:
    """Return the sites that may frame the windows of this ward."""
    portals: dict[str, tuple[str, ...]] = current_app.config["PORTALS"]
    return (*portals.get("", ()), *portals.get(ward_here().code, ()))


def find_window(url: str) -> Window | None:
    """Return the window for an address of this ward: home, board, course, lesson; None for any other."""
    try:
        parts = urlsplit(url)
        if _site(url) not in (_site(root_here()), _site(request.host_url)):
            return None
        path = parts.path.removeprefix(request.script_root) or "/"
        endpoint, values = current_app.url_map.bind(parts.netloc).match(path, method="GET")
    except (ValueError, HTTPException):
        return None
    if endpoint == "progress.board":
        return _board_window(parse_qs(parts.query).get("khoa", [""])[0])
    if endpoint == "front.home":
        return Window("courses", f"Khóa học của {ward_here().name}", full("windows.courses"))
    return _lesson_window(endpoint, values)


def _board_window(slug: str) -> Window | None:
    title = f"Tiến độ học tập của {ward_here().name}"
    course = course_named(slug, ward_here().id) if slug else None
    if course is None:  # as the board itself: without a course that it knows, all of them
        return Window("board", title, full("windows.board"))
    return Window("board", f"{title}: {course.title}", full("windows.board", khoa=course.slug))


def _lesson_window(endpoint: str, values: Any) -> Window | None:
    course = find_course(values.get("course", ""))
    if course is None:
        return None
    if endpoint == "learning.course":
        return Window("course", course.title, full("windows.course", course=course.slug))
    lesson = find_lesson(course, values.get("lesson", ""))
    if endpoint != "learning.lesson" or lesson is None:
        return None
    return Window("lesson", lesson.title, full("windows.lesson", course=course.slug, lesson=lesson.slug))


def find_course(slug: str) -> CourseOffered | None:
    """Return the course that this ward offers at the address, or None."""
    offered = recent(queries.courses_offered, ward_here().id)
    return next((course for course in offered if course.slug == slug), None)


def find_lesson(course: CourseOffered, slug: str) -> LessonOffered | None:
    """Return the lesson of the course at the address, or None."""
    return next((lesson for lesson in course.lessons if lesson.slug == slug), None)


def _site(url: str) -> tuple[str | None, int | None]:
    """Return name and port of a plain address of the web; ValueError for another."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or "@" in parts.netloc:
        raise ValueError(url)
    return parts.hostname, parts.port or PORTS[parts.scheme]
