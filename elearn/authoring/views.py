"""The lists on the desk: the shelf of courses, what to do before the ward begins, and the dated facts."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for

from elearn.authoring import queries, registry_queries, rules, shelf_queries
from elearn.authoring.first_checks import NAMES
from elearn.authoring.forms import FactForm, NewFactForm
from elearn.authoring.here import author_id, ward_id_for
from elearn.authoring.registry_queries import FactLine
from elearn.kit.access import needs
from elearn.kit.clock import today
from elearn.kit.refused import Refused
from elearn.library import actions, registry
from elearn.library.models import EVERYWHERE
from elearn.people.permissions import Permission, Viewer
from elearn.people.session import viewer_here

pages = Blueprint("authoring", __name__)

MOST_LESSONS = 100  # on the shelf; a longer one lists the lessons on the page of each course


@pages.get("/soan-bai")
@needs(Permission.WRITE_LESSONS)
def shelf() -> Any:
    """Show the courses with their lessons: what is public, what is being written, what waits for review."""
    viewer = viewer_here()
    courses = shelf_queries.courses_seen_by(viewer)
    texts = [
        (course, lesson, text) for course in courses for lesson in course.lessons for text in lesson.open
    ]
    checks_facts = viewer.may(Permission.CHECK_FACTS)
    return render_template(
        "authoring/shelf.html",
        courses=courses,
        waiting=[one for one in texts if one[2].state == "in_review"],
        written=[one for one in texts if one[2].state == "draft"],
        listed=sum(len(course.lessons) for course in courses) <= MOST_LESSONS,
        checks_facts=checks_facts,
        overdue=registry_queries.overdue_facts(ward_id_for(Permission.CHECK_FACTS), today())
        if checks_facts
        else 0,
        publishes=viewer.may(Permission.PUBLISH_LESSONS),
        left_to_do=_left_to_do(viewer),
        soon=today() + rules.SOON,
        voices=queries.voices_waiting(viewer),
    )


def _left_to_do(viewer: Viewer) -> int:
    """Return how much of the list of first checks is still to do; nothing where the ward is only a trial."""
    if current_app.config["DEMO"] or not viewer.may(Permission.PUBLISH_LESSONS):
        return 0
    return sum(
        line.done_at is None
        for line in registry_queries.first_checks(ward_id_for(Permission.PUBLISH_LESSONS))
    )


# -- before the ward begins ----------------------------------------------------------------------


@pages.get("/soan-bai/truoc-khi-mo")
@needs(Permission.PUBLISH_LESSONS)
def first_checks() -> Any:
    """Show what to do before the ward uses the courses in earnest, and what is done."""
    lines = registry_queries.first_checks(ward_id_for(Permission.PUBLISH_LESSONS))
    return render_template("authoring/first_checks.html", lines=lines)


@pages.post("/soan-bai/truoc-khi-mo/<name>")
@needs(Permission.PUBLISH_LESSONS)
def first_check(name: str) -> Any:
    """Record that one of them is done, or that it is not done after all."""
    if name not in NAMES:
        abort(404)
    act = actions.undo_first_check if request.form.get("done") == "no" else actions.do_first_check
    act(ward_id_for(Permission.PUBLISH_LESSONS), name, author_id())
    flash("Đã lưu.")
    return redirect(url_for("authoring.first_checks"), 303)


# -- facts ---------------------------------------------------------------------------------------


@pages.get("/soan-bai/du-kien")
@needs(Permission.CHECK_FACTS)
def facts() -> Any:
    """Show every dated fact, first those that need somebody's attention."""
    day = today()
    lines = registry_queries.fact_lines(ward_id_for(Permission.CHECK_FACTS))
    lines.sort(key=lambda line: rules.urgency(line.here, day))
    return render_template(
        "authoring/facts.html",
        lines=[(line, rules.standing(line.here, day)) for line in lines],
        keeps_common=registry_queries.keeps_common_facts(viewer_here()),
        day=day,
    )


@pages.get("/soan-bai/du-kien-moi")
@needs(Permission.CHECK_FACTS)
def new_fact() -> Any:
    """Ask for a fact that no lesson has cited before."""
    _keep_common_facts()
    form = NewFactForm(formdata=None, data={"review_months": 6, "status": "unverified"})
    return render_template("authoring/fact_new.html", form=form)


@pages.post("/soan-bai/du-kien-moi")
@needs(Permission.CHECK_FACTS)
def make_fact() -> Any:
    """Keep a new fact; lessons can cite it from now on."""
    _keep_common_facts()
    form = NewFactForm()
    if not form.validate():
        return render_template("authoring/fact_new.html", form=form), 422
    fact_id = registry.new_fact(author_id(), **form.details())
    flash(f"Đã lưu. Muốn in dữ kiện này trong bài, viết {{{fact_id}}}.")
    return redirect(url_for("authoring.facts", _anchor=fact_id), 303)


@pages.post("/soan-bai/du-kien/<fact_id>/da-kiem")
@needs(Permission.CHECK_FACTS)
def checked(fact_id: str) -> Any:
    """Record that a fact was looked up today and is still so."""
    line = _fact(fact_id)
    if line.here.status != "verified":  # one tap is no proof: that needs a source
        return redirect(url_for("authoring.fact", fact_id=fact_id), 303)
    try:
        registry.check_fact(fact_id, _ward_of_row(line), author_id())
    except Refused as refused:
        flash(str(refused))
    else:
        flash(f"Đã lưu. “{line.here.label}” đã kiểm hôm nay, vẫn đúng.")
    return redirect(url_for("authoring.facts"), 303)


@pages.get("/soan-bai/du-kien/<fact_id>")
@needs(Permission.CHECK_FACTS)
def fact(fact_id: str) -> Any:
    """Show one fact, to give it a new value or source, or one of the ward's own."""
    line = _fact(fact_id)
    return _show_fact(line, FactForm(formdata=None, obj=line.here, data={"own": line.own is not None}))


@pages.post("/soan-bai/du-kien/<fact_id>")
@needs(Permission.CHECK_FACTS)
def save_fact(fact_id: str) -> Any:
    """Keep the new value of a fact: for this ward, or for every ward."""
    line, form = _fact(fact_id), FactForm()
    if not form.validate():
        return _show_fact(line, form), 422
    ward_id = ward_id_for(Permission.CHECK_FACTS) if form.own.data else EVERYWHERE
    if ward_id == EVERYWHERE:
        _keep_common_facts()
    try:
        registry.save_fact(fact_id, ward_id, author_id(), **form.details())
    except Refused as refused:
        form.value.errors = [str(refused)]
        return _show_fact(line, form), 422
    flash(f"Đã lưu “{line.here.label}”. Các bài dùng dữ kiện này đã in giá trị mới.")
    return redirect(url_for("authoring.facts"), 303)


@pages.post("/soan-bai/du-kien/<fact_id>/bo-gia-tri-rieng")
@needs(Permission.CHECK_FACTS)
def drop_own_fact(fact_id: str) -> Any:
    """Let the ward use the common value again."""
    line = _fact(fact_id)
    registry.drop_own_fact(fact_id, ward_id_for(Permission.CHECK_FACTS), author_id())
    flash(f"Đã lưu. “{line.common.label}” dùng lại giá trị chung.")
    return redirect(url_for("authoring.facts"), 303)


def _show_fact(line: FactLine, form: FactForm) -> str:
    return render_template(
        "authoring/fact.html",
        line=line,
        form=form,
        standing=rules.standing(line.here, today()),
        day=today(),
        keeps_common=registry_queries.keeps_common_facts(viewer_here()),
    )


def _fact(fact_id: str) -> FactLine:
    line = registry_queries.find_fact(fact_id, ward_id_for(Permission.CHECK_FACTS))
    if line is None:
        abort(404)
    return line


def _ward_of_row(line: FactLine) -> int:
    """Return the ward whose value is on the page: its own, or everybody's when this viewer keeps that."""
    if line.own:
        return ward_id_for(Permission.CHECK_FACTS)
    _keep_common_facts()
    return EVERYWHERE


def _keep_common_facts() -> None:
    """Refuse those who look after the facts of one ward among several."""
    if not registry_queries.keeps_common_facts(viewer_here()):
        abort(403)
