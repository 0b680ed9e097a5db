"""The pages where two rows become one person, or one becomes two again, and where a person is erased."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for

from elearn.kit.access import needs
from elearn.kit.clock import today
from elearn.kit.refused import Refused
from elearn.kit.typed import masked, spoken_number
from elearn.learning import actions as learning
from elearn.learning.queries import my_courses
from elearn.office import actions, people_queries
from elearn.office.forms import EraseForm
from elearn.office.here import ask_before, asked, person_here, viewer_here, ward_id_for
from elearn.office.people_queries import PersonCard
from elearn.people.permissions import Permission
from elearn.people.queries import find_name
from elearn.people.rules import given_name, spaced
from elearn.privacy.guardians import guardian_of

pages = Blueprint("twins_desk", __name__)


@pages.get("/quan-tri/nguoi/<int:person_id>/gop")
@needs(Permission.MANAGE_PEOPLE)
def twins(person_id: int) -> Any:
    """Offer who may be the same person."""
    card, words = _root(person_id), asked("tim")
    if words:
        ward_id = ward_id_for(Permission.MANAGE_PEOPLE)
        found = people_queries.find_people(ward_id, words=words, day=today())
        lines = [line for line in found.lines if line.id != card.id][:20]
    else:
        lines = people_queries.twins_of(card)
    actions.note_view(
        "view people", "person", card.id, by=viewer_here(), ward_id=card.ward_id, names=len(lines)
    )
    return render_template("office/twins.html", person=card, lines=lines, asked=words, masked=masked)


@pages.get("/quan-tri/nguoi/<int:person_id>/gop/<int:twin_id>")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def compare(person_id: int, twin_id: int) -> Any:
    """Show both side by side, before they become one."""
    card, twin = _pair(person_id, twin_id)
    return _compare(card, twin)


@pages.post("/quan-tri/nguoi/<int:person_id>/gop/<int:twin_id>")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def merge(person_id: int, twin_id: int) -> Any:
    """Let the second be the first."""
    before = person_here(twin_id)
    if before.merged_into_id == person_id:  # a second tap
        return redirect(url_for("people_desk.person", person_id=person_id), 303)
    card, twin = _pair(person_id, twin_id)
    try:
        actions.merge(twin, card, by=viewer_here())
    except Refused as refused:
        return _compare(card, twin, str(refused)), 422
    flash("Đã gộp. Hai dòng nay là một người; tách ra được ở trang này.")
    return redirect(url_for("people_desk.person", person_id=card.id), 303)


def _compare(card: PersonCard, twin: PersonCard, refusal: str = "") -> str:
    return render_template(
        "office/twins_compare.html",
        person=card,
        twin=twin,
        courses={one.id: my_courses(one.id) for one in (card, twin)},
        refusal=refusal,
        minor=any(guardian_of(one.id) for one in (card, twin)),
        spaced=spaced,
        spoken_number=spoken_number,
    )


def _root(person_id: int) -> PersonCard:
    card = person_here(person_id)
    if card.merged_into_id is not None:
        abort(404)
    return card


def _pair(person_id: int, twin_id: int) -> tuple[PersonCard, PersonCard]:
    if person_id == twin_id:
        abort(404)
    return _root(person_id), _root(twin_id)


@pages.get("/quan-tri/nguoi/<int:person_id>/tach")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def unmerge(person_id: int) -> Any:
    """Ask before a person who was merged is one of their own again."""
    card = person_here(person_id)
    if card.merged_into_id is None:
        return redirect(url_for("people_desk.person", person_id=card.id))
    other = find_name(card.merged_into_id) or "một người khác"
    return ask_before(
        f"Tách {card.name} ra",
        [
            f"Dòng này đang được coi là cùng một người với {other}.",
            "Tách ra thì kết quả của ai về người ấy, tính từ hôm nay. Số liệu của kỳ đã chốt không đổi.",
        ],
        "Tách ra",
        url_for("twins_desk.unmerged", person_id=card.id),
        url_for("people_desk.person", person_id=card.id),
    )


@pages.post("/quan-tri/nguoi/<int:person_id>/tach")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def unmerged(person_id: int) -> Any:
    """Undo the merge; twice is once."""
    card = person_here(person_id)
    if card.merged_into_id is not None:
        learning.unmerge(card.id, actor=viewer_here())
        flash("Đã tách. Đây lại là hai người.")
    return redirect(url_for("people_desk.person", person_id=card.id), 303)


@pages.get("/quan-tri/nguoi/<int:person_id>/xoa")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def erase(person_id: int) -> Any:
    """Say what erasing does, and ask for the name."""
    card = _root(person_id)
    return _erase(card, EraseForm(given_name(card.name), formdata=None))


@pages.post("/quan-tri/nguoi/<int:person_id>/xoa")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def erased(person_id: int) -> Any:
    """Erase the person; twice is once."""
    if people_queries.is_erased(ward_id_for(Permission.MANAGE_PEOPLE), person_id):
        return redirect(url_for("people_desk.people"), 303)
    card = _root(person_id)
    form = EraseForm(given_name(card.name))
    if not form.validate():
        return _erase(card, form), 422
    try:
        actions.erase(card, by=viewer_here())
    except Refused as refused:
        return _erase(card, form, str(refused)), 422
    flash("Đã xóa. Không còn gì dẫn về người ấy.")
    return redirect(url_for("people_desk.people"), 303)


def _erase(card: PersonCard, form: EraseForm, refusal: str = "") -> str:
    return render_template("office/person_erase.html", person=card, form=form, refusal=refusal)
