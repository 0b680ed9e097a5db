"""Windows for the ward's portal: small pages that another site shows in a frame. No script, no cookie."""

from typing import Any

from flask import Blueprint, Response, current_app, request
from markupsafe import Markup

from elearn.kit.access import open_to_sites
from elearn.kit.headers import STYLE, STYLE_HASH
from elearn.kit.recent import recent
from elearn.people.session import ward_here
from elearn.portal import queries
from elearn.portal.answers import full, send
from elearn.portal.counts import course_named, week_of
from elearn.portal.embeds import find_course, find_lesson, portals_here
from elearn.progress.columns import PUBLIC_MEASURES

pages = Blueprint("windows", __name__, url_prefix="/nhung")

# The style sheet stands in the page: a portal may frame it in a sandbox, which can load no file of ours
SHEET = Markup(STYLE)  # noqa: S704 - a file of the program
POLICY = f"default-src 'none'; style-src {STYLE_HASH}; base-uri 'none'; form-action 'none'"


@pages.get("/tien-do")
@open_to_sites
def board() -> Any:
    """Show the public numbers of the week."""
    ward_id, slug = ward_here().id, request.args.get("khoa", "")
    week = week_of(ward_id, course_named(slug, ward_id) if slug else None)
    return _window("portal/window_board.html", week=week, measures=PUBLIC_MEASURES)


@pages.get("/khoa-hoc")
@open_to_sites
def courses() -> Any:
    """Show what can be learnt."""
    return _window("portal/window_courses.html", courses=recent(queries.courses_offered, ward_here().id))


@pages.get("/khoa-hoc/<course>")
@open_to_sites
def course(course: str) -> Any:
    """Show one course with its lessons."""
    found = find_course(course)
    return _window("portal/window_course.html", course=found) if found else _gone()


@pages.get("/khoa-hoc/<course>/<lesson>")
@open_to_sites
def lesson(course: str, lesson: str) -> Any:
    """Show one lesson: what it is for, and the way to it."""
    found = find_course(course)
    line = find_lesson(found, lesson) if found else None
    return _window("portal/window_lesson.html", course=found, lesson=line) if line else _gone()


def _gone() -> Any:
    return _window("portal/window_gone.html"), 404, {"Cache-Control": "no-store"}


def _window(page: str, **more: Any) -> Response:
    """Lay a page out without asking who is here, and name the sites that may frame it."""
    template = current_app.jinja_env.get_template(page)
    text = template.render(ward=ward_here(), demo=current_app.config["DEMO"], full=full, style=SHEET, **more)
    portals = " ".join(portals_here()) or "'none'"
    policy = f"{POLICY}; frame-ancestors {portals}"
    response = send(text, "text/html", under=policy)
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
