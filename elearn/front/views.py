"""The home page, how pages look, help, privacy, the page before another site, and samples."""

from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask_login import current_user

from elearn.front.forms import SampleForm
from elearn.kit.access import public
from elearn.kit.addresses import local_path
from elearn.kit.clock import today
from elearn.kit.domains import destination
from elearn.kit.recent import recent
from elearn.learning.contest_queries import running_contests
from elearn.learning.queries import goes_of, my_courses, where_to_continue
from elearn.learning.recall_queries import due_among
from elearn.learning.retention import lengths
from elearn.library.lesson_queries import find_links
from elearn.library.queries import CourseCard, published_courses
from elearn.movement.campaign_queries import running_campaigns
from elearn.people.device import SIZES, THEMES, display_here
from elearn.people.session import NO_WARD, cookie_name, cookie_options, ward_here
from elearn.people.visitors import from_the_shelf, same_for_visitors
from elearn.privacy.periods import PERIOD
from elearn.privacy.queries import settings_of

pages = Blueprint("front", __name__)

A_YEAR = 365 * 86_400
MOST_CAMPAIGNS = 2  # on the home page, which is for lessons


@pages.get("/")
@public
def home() -> Any:
    """Show what a resident may want to learn; first where they left off, if they have begun."""
    ward = ward_here()
    courses = from_the_shelf(published_courses, ward.id)
    if not courses:
        return render_template("front/home_empty.html", has_ward=ward.id != NO_WARD.id)
    person_id = current_user.person_id
    begun = my_courses(person_id) if person_id is not None else []
    goes = goes_of(person_id) if begun else []
    campaigns = recent(running_campaigns, ward.id, today())
    contests = recent(running_contests, ward.id, today())
    return same_for_visitors(
        (courses, campaigns, contests),
        lambda: render_template(
            "front/home.html",
            audiences=_by_audience(courses),
            all_unapproved=all(course.unapproved for course in courses),
            begun={one.course_id: one for one in begun},
            ahead=where_to_continue(person_id, begun, goes) if begun else None,
            due=len(due_among(goes)),
            campaigns=campaigns[:MOST_CAMPAIGNS],
            contests=contests[:MOST_CAMPAIGNS],
        ),
    )


def _by_audience(courses: list[CourseCard]) -> dict[str, list[CourseCard]]:
    """Return the courses under those whom they are for, in the order in which each is first met."""
    found: dict[str, list[CourseCard]] = {}
    for course in courses:
        found.setdefault(course.audience, []).append(course)
    return found


@pages.get("/hien-thi")
@public
def display() -> Any:
    """Keep how the reader wants pages to look, and go back. It changes only a cookie of looks."""
    now_shown = display_here()
    size = now_shown.text
    if request.args.get("chu") == "to":
        size = min(size + 1, int(SIZES[-1]))
    elif request.args.get("chu") == "nho":
        size = max(size - 1, int(SIZES[0]))
    elif request.args.get("chu") in SIZES:
        size = int(request.args["chu"])
    theme = request.args.get("nen", now_shown.theme)
    response = redirect(local_path(request.args.get("ve")), 303)
    response.set_cookie(
        cookie_name("d-look"),
        f"{size}-{theme if theme in THEMES else ''}",
        max_age=A_YEAR,
        httponly=True,
        **cookie_options(),
    )
    return response


@pages.get("/roi-trang")
@public
def leaving() -> Any:
    """Say where a link of a lesson leads before it is opened; of an address in no lesson say nothing."""
    course, _, lesson = request.args.get("bai", "").partition("/")
    page = find_links(course, lesson, ward_here().id, today())
    if page is None:
        abort(404)
    address = request.args.get("toi", "")
    if address not in page.links:
        return render_template("front/no_way_out.html", page=page), 404
    return same_for_visitors(
        page,
        lambda: render_template(
            "front/leaving.html",
            page=page,
            to=destination(address),
            back_to=url_for("learning.lesson", course=page.course_slug, lesson=page.slug),
        ),
    )


@pages.get("/giup-do")
@public
def help_now() -> Any:
    """What to do at once when one has been tricked; open to everyone, one tap from every page."""
    return same_for_visitors((), lambda: render_template("front/help.html"))


@pages.get("/rieng-tu")
@public
def privacy() -> Any:
    """What is kept about people, why, and how to have it shown, mended, taken along or erased."""
    ours, long = settings_of(ward_here().id), lengths(int(current_app.config["AUDIT_MONTHS"]))
    said = {
        "contact": ours["contact"],
        "processor": ours["processor"],
        "kept": {name: period.said(long[name]) for name, period in PERIOD.items()},
    }
    return same_for_visitors(said, lambda: render_template("front/privacy.html", **said))


@pages.get("/mau")
@public
def samples() -> Any:
    """Every part that pages are made of, for those who write templates."""
    form = SampleForm(request.args)
    if request.args:
        form.validate()
    return render_template(
        "front/samples.html", form=form, pages=lambda page: url_for("front.samples", trang=page)
    )
