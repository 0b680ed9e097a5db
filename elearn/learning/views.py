"""Courses, lessons, their questions, and what came of an attempt."""

import hashlib
from mimetypes import guess_type
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_login import current_user

from elearn.kit.access import public
from elearn.kit.clock import today
from elearn.learning import queries, rules
from elearn.library import queries as library
from elearn.people.session import ward_here
from elearn.people.visitors import same_for_visitors

pages = Blueprint("learning", __name__)

A_WEEK = 7 * 86_400


# -- reading -------------------------------------------------------------------------------------


@pages.get("/khoa-hoc/<course>")
@public
def course(course: str) -> Any:
    """Show what a course is for, its lessons, and what this reader has done in it."""
    page = library.find_course(course, ward_here().id)
    if page is None:
        abort(404)
    done, finished = _done_in(page.id)
    ahead = rules.next_lesson([line.id for line in page.lessons], done)
    return same_for_visitors(
        page,
        lambda: render_template(
            "learning/course.html",
            course=page,
            done=done,
            finished=finished,
            ahead=next((line for line in page.lessons if line.id == ahead), None),
        ),
    )


def _done_in(course_id: int) -> tuple[set[int], bool]:
    """Return the lessons of the course that this reader has completed, and whether the course is finished."""
    person_id = current_user.person_id
    if person_id is None:
        return set(), False
    finished = any(one.finished for one in queries.my_courses(person_id) if one.course_id == course_id)
    return queries.completed_lessons(person_id, course_id), finished


@pages.get("/khoa-hoc/<course>/<lesson>")
@public
def lesson(course: str, lesson: str) -> Any:
    """Show the text of a lesson: ready-made, the same for every visitor, without a session."""
    page = library.find_lesson_page(course, lesson, ward_here().id)
    if page is None:
        abort(404)
    html = library.page_html(page, today())
    return same_for_visitors(
        page._replace(html=html), lambda: render_template("learning/lesson.html", page=page, html=html)
    )


@pages.get("/khoa-hoc/<course>/images/<name>")
@public
def image(course: str, name: str) -> Any:
    """Send a picture that stands in a lesson of the course."""
    data = library.find_image(course, name, ward_here().id)
    if data is None:
        abort(404)
    response = Response(data, mimetype=guess_type(name)[0] or "application/octet-stream")
    response.set_etag(hashlib.blake2s(data, digest_size=12).hexdigest())
    response.headers["Cache-Control"] = f"public, max-age={A_WEEK}"
    return response.make_conditional(request)


@pages.get("/b/<code>")
@public
def short(code: str) -> Any:
    """Lead from the number that a loudspeaker called to its course or lesson."""
    place = library.find_by_short(code, ward_here().id) if code.isdecimal() else None
    if place is None:
        return render_template("learning/short.html", code=code), 404
    if place.lesson_slug is None:
        return redirect(url_for("learning.course", course=place.course_slug))
    return redirect(url_for("learning.lesson", course=place.course_slug, lesson=place.lesson_slug))


@pages.get("/b")
@public
def by_number() -> Any:
    """Lead from the box in which a number was typed to that number's address."""
    typed = "".join(request.args.get("so", "").split())
    return redirect(url_for("learning.short", code=typed[:20]) if typed else url_for("front.home"))
