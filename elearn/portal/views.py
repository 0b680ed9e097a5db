"""What other machines read of a ward: its courses, its public numbers, what is new, how to embed it."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from flask import Blueprint, current_app, request

from elearn.kit.access import open_to_sites
from elearn.kit.clock import begins
from elearn.kit.recent import recent
from elearn.people.session import ward_here
from elearn.portal import feeds, queries, rules
from elearn.portal.answers import KEPT_SECONDS, full, let_sites_read, root_here, send, send_json
from elearn.portal.counts import Week, course_named, week_of
from elearn.portal.embeds import FRAME, Window, find_window, portals_here
from elearn.portal.feeds import stamp
from elearn.portal.news import feed_here
from elearn.portal.problems import problem
from elearn.portal.queries import CourseOffered

pages = Blueprint("portal", __name__, url_prefix="/api/v1")
pages.after_request(let_sites_read)

DESCRIPTION = Path(__file__).with_name("openapi.yaml")
MANY_PIXELS = 5  # digits


@pages.get("/courses.json")
@open_to_sites
def courses() -> Any:
    """Tell the courses that the ward offers, with their lessons."""
    offered = recent(queries.courses_offered, ward_here().id)
    return send_json(_said_by_ward() | {"courses": [_course(one) for one in offered]})


@pages.get("/progress.json")
@open_to_sites
def progress() -> Any:
    """Tell the public numbers of the week, those of the board /tien-do."""
    slug, ward_id = request.args.get("khoa", ""), ward_here().id
    course = course_named(slug, ward_id) if slug else None
    if slug and course is None:
        return problem(404, "Phường không có khóa học này. Các khóa: /api/v1/courses.json.")
    week = week_of(ward_id, course)
    return send_json(_said_by_ward() | _numbers(week), changed=begins(week.monday))


@pages.get("/feed.json")
@open_to_sites
def json_feed() -> Any:
    """Tell what is new as JSON Feed 1.1."""
    feed = feed_here()
    return send_json(feeds.as_json(feed), "application/feed+json", feed.updated)


@pages.get("/feed.atom")
@open_to_sites
def atom_feed() -> Any:
    """Tell what is new as Atom."""
    feed = feed_here()
    return send(feeds.as_atom(feed), "application/atom+xml", feed.updated)


@pages.get("/oembed")
@open_to_sites
def oembed() -> Any:
    """Tell how a page of this ward is embedded elsewhere (oEmbed 1.0)."""
    url, wanted = request.args.get("url", ""), request.args.get("format") or "json"
    try:
        limits = [_pixels(name) for name in ("maxwidth", "maxheight")]
    except ValueError as fault:
        return problem(400, str(fault))
    if not url:
        return problem(400, "Thiếu url: địa chỉ đầy đủ của khóa học, bài học hoặc bảng tiến độ.")
    if wanted not in ("json", "xml"):
        return problem(501)
    window = find_window(url)
    if window is None:
        return problem(404, "Địa chỉ này không phải khóa học, bài học hay bảng tiến độ của phường.")
    told = _embedded(window, rules.fitting(window.kind, *limits))
    return (
        send_json(told)
        if wanted == "json"
        else send(feeds.in_xml("portal/oembed.xml", told=told), "text/xml")
    )


@pages.get("/openapi.json")
@open_to_sites
def openapi() -> Any:
    """Tell what these addresses answer, as OpenAPI 3.1."""
    return send_json(description() | {"servers": [{"url": f"{root_here()}/api/v1"}]})


@cache
def description() -> dict[str, Any]:
    """Return the description of these addresses."""
    told: dict[str, Any] = yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8"))
    return told


# -- what is told --------------------------------------------------------------------------------


def _said_by_ward() -> dict[str, Any]:
    ward = ward_here()
    told = {"code": ward.code, "name": ward.name, "city": ward.city, "url": f"{root_here()}/"}
    return {"ward": told, "demo": bool(current_app.config["DEMO"])}


def _course(course: CourseOffered) -> dict[str, Any]:
    return {
        "slug": course.slug,
        "title": course.title,
        "topic": course.topic,
        "audience": course.audience,
        "goal": course.goal,
        "approved": not course.unapproved,
        "minutes": course.minutes,
        "url": full("learning.course", course=course.slug),
        "short_url": full("learning.short", code=course.short),
        "updated": stamp(course.revised_at),
        "lessons": [
            {
                "slug": lesson.slug,
                "title": lesson.title,
                "objective": lesson.objective,
                "minutes": lesson.minutes,
                "version": lesson.number,
                "url": full("learning.lesson", course=course.slug, lesson=lesson.slug),
                "short_url": full("learning.short", code=lesson.short),
                "published": stamp(lesson.first_at),
                "updated": stamp(lesson.revised_at),
            }
            for lesson in course.lessons
        ],
    }


def _numbers(week: Week) -> dict[str, Any]:
    names = ("learners", "started", "finished")
    course = week.course
    return {
        "until": week.until.isoformat(),
        "rounded_down_to": 5,
        "course": {"slug": course.slug, "title": course.title} if course else None,
        "total": {name: getattr(week.total, name) for name in names},
        "groups": [
            {"code": row.code or None, "name": row.name, "former_ward": row.former_ward}
            | {name: getattr(row, name) for name in names}
            for row in week.rows
        ],
        "url": full("progress.board", **({"khoa": course.slug} if course else {})),
    }


# -- how it is embedded --------------------------------------------------------------------------


def _embedded(window: Window, size: tuple[int, int]) -> dict[str, Any]:
    """Return the window as oEmbed tells it: a frame where the ward's portal may frame it, else a link."""
    ward, (width, height) = ward_here(), size
    told = {
        "version": "1.0",
        "type": "link",
        "title": window.title,
        "author_name": ward.office_name or ward.name,
        "provider_name": f"Bình dân học vụ số {ward.name}",
        "provider_url": f"{root_here()}/",
        "cache_age": KEPT_SECONDS,
    }
    if not portals_here():
        return told
    html = FRAME.format(window.url, width, height, window.title)
    return told | {"type": "rich", "html": str(html), "width": width, "height": height}


def _pixels(name: str) -> int | None:
    """Return the largest width or height that was asked for; raise ValueError in words."""
    text = request.args.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= MANY_PIXELS and int(text)):
        raise ValueError(f"{name} là số điểm ảnh, từ 1 đến 99999.")
    return int(text)
