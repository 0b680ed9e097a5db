"""The paper for a finished course, and the page that confirms its number."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from elearn.kit.access import public, signed_in
from elearn.kit.addresses import public_root
from elearn.kit.formats import as_day
from elearn.kit.qr import qr_svg
from elearn.kit.refused import Refused
from elearn.learning import own, paper
from elearn.learning.keeping_forms import PaperForm
from elearn.learning.paper_queries import Finished, Paper, find_confirmed, find_paper, finished_courses
from elearn.learning.rules import FULL_NAME, INITIALS, NO_NAME, learnt_how
from elearn.library.queries import find_course
from elearn.people.rules import initials
from elearn.people.session import ward_here
from elearn.people.visitors import from_the_shelf
from elearn.privacy.guardians import guardian_of

pages = Blueprint("certificates", __name__)


# -- for its owner -------------------------------------------------------------------------------


@pages.get("/cua-toi/giay/<course>")
@public
def ask(course: str) -> Any:
    """Ask which name the paper shall bear, and how much of it others may read.

    Whoever has learnt without a name is first asked to keep the results under one.
    """
    if not current_user.is_authenticated:
        way = "keeping.keep" if current_user.is_nameless else "people.sign_in"
        return redirect(url_for(way, ve=request.path))
    finished = _finished(course)
    form = PaperForm(
        full_name=finished.full_name or current_user.display_name, name_shown=finished.name_shown
    )
    return _ask(finished, _for_owner(form))


@pages.post("/cua-toi/giay/<course>")
@signed_in
def ask_sent(course: str) -> Any:
    """Make the paper, or change the name on it; it stays the same paper."""
    finished, form = _finished(course), _for_owner(PaperForm())
    if not form.validate():
        return _ask(finished, form), 422
    try:
        number = own.award_certificate(
            current_user.person_id,
            finished.course_id,
            full_name=form.full_name.data,
            name_shown=form.name_shown.data,
        )
    except Refused as refused:
        form.full_name.errors = [str(refused)]
        return _ask(finished, form), 422
    flash("Đã lưu giấy ghi nhận của bác.")
    return redirect(url_for("certificates.page", number=number), 303)


@pages.get("/cua-toi/giay/so/<number>")
@signed_in
def page(number: str) -> Any:
    """Show the paper on the screen, with what others see of it."""
    own_paper = _own(number)
    return render_template(
        "learning/certificate.html",
        paper=own_paper,
        how=learnt_how(own_paper.how),
        shown=_name_for_others(own_paper),
        address=_address(own_paper),
        qr=qr_svg(_address(own_paper), "Mã QR dẫn tới trang kiểm tra giấy này"),
        note=paper.NOTE,
        sentences=_sentences(own_paper.course_slug),
    )


@pages.get("/cua-toi/giay/so/<number>.pdf")
@signed_in
def pdf(number: str) -> Any:
    """Send the paper as PDF."""
    one = _own(number)
    words = paper.Words(
        office=one.office or one.ward,
        place=f"{one.ward}, {one.city}" if one.city else one.ward,
        name=one.full_name or "",
        course=one.course,
        day=as_day(one.completed_on),
        how=learnt_how(one.how),
        number=one.number,
        address=_address(one),
        qr=str(qr_svg(_address(one), one.number)),
    )
    response = Response(paper.as_pdf(words, one.issued_at), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="giay-ghi-nhan-{one.number}.pdf"'
    return response


def _sentences(slug: str) -> int:
    """Return about how many sentences the course asks how sure one feels; of a retired one none."""
    course = from_the_shelf(find_course, slug, ward_here().id)
    return len(course.confidence) if course else 0


def _for_owner(form: PaperForm) -> PaperForm:
    """Offer a minor nothing by which others would read the name."""
    if guardian_of(current_user.person_id) is not None:
        form.name_shown.choices = [one for one in form.name_shown.choices if one.value == NO_NAME]
    return form


def _finished(slug: str) -> Finished:
    found = next((one for one in finished_courses(current_user.person_id) if one.slug == slug), None)
    if found is None:
        abort(404)
    return found


def _ask(finished: Finished, form: PaperForm) -> Any:
    ward = ward_here()
    form.explain(ward.office_name or ward.name)
    return render_template("learning/certificate_ask.html", finished=finished, form=form)


def _own(number: str) -> Paper:
    found = find_paper(current_user.person_id, number)
    if found is None:
        abort(404)
    return found


def _address(one: Paper) -> str:
    return public_root() + url_for("certificates.confirm", code=one.confirm_code)


# -- for everyone who has its code ---------------------------------------------------------------


@pages.get("/giay/<code>")
@public
def confirm(code: str) -> Any:
    """Confirm that a paper is one of ours, showing no more of the name than its owner allowed."""
    found = find_confirmed(code)
    if found is None:
        return render_template("learning/confirm_unknown.html"), 404
    body = render_template(
        "learning/confirm.html",
        paper=found,
        name=_name_for_others(found),
        how=learnt_how(found.how),
        month=f"{found.completed_on:%m/%Y}",
        note=paper.NOTE,
    )
    return body, {"X-Robots-Tag": "noindex"}


def _name_for_others(one: Paper) -> str | None:
    if not one.full_name:
        return None
    return {FULL_NAME: one.full_name, INITIALS: initials(one.full_name)}.get(one.name_shown)
