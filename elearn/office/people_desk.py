"""The pages where an administrator finds people, reads what is known of one, and corrects it."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from wtforms import SelectChoice, SelectField

from elearn.kit.access import needs
from elearn.kit.clock import today
from elearn.kit.refused import Refused
from elearn.kit.typed import masked, spoken_number
from elearn.learning.queries import my_courses
from elearn.office import actions, people_queries
from elearn.office.forms import MoveForm, PersonForm
from elearn.office.here import asked, asked_page, person_here, viewer_here, ward_id_for
from elearn.office.people_queries import PersonCard
from elearn.office.words import PURPOSES, ROLES
from elearn.people.permissions import Permission
from elearn.people.queries import consents_of, find_name, group_choices, may_look_after
from elearn.people.rules import spaced
from elearn.people.second_keys import keys_of
from elearn.people.words import AUDIENCES, CHANNELS
from elearn.privacy.guardians import RELATIONS, guardian_of

pages = Blueprint("people_desk", __name__)

PLACES = {
    "": "Mọi người",
    "chua-ro-to": "Chưa rõ tổ",
    "to-cu": "Còn ở tổ đã hết",
    "o-noi-khac": "Ở nơi khác",
    "nhiem-vu": "Có nhiệm vụ",
    "ngung": "Đã ngừng đăng nhập",
}
MOST_AT_ONCE = 50


@pages.get("/quan-tri/nguoi")
@needs(Permission.MANAGE_PEOPLE)
def people() -> Any:
    """List and find the people of the ward; reading names is put into the audit."""
    ward_id = ward_id_for(Permission.MANAGE_PEOPLE)
    place = asked("xem") if asked("xem") in PLACES else ""
    words, group = asked("tim"), asked("nhom", 20)
    found = people_queries.find_people(
        ward_id, words=words, group=group, place=place, page=asked_page(), day=today()
    )
    actions.note_view(
        "view people", "ward", ward_id, by=viewer_here(), ward_id=ward_id, names=len(found.lines)
    )
    return render_template(
        "office/people.html",
        found=found,
        places=PLACES,
        place=place,
        asked=words,
        group=group,
        masked=masked,
    )


@pages.get("/quan-tri/nguoi/<int:person_id>")
@needs(Permission.MANAGE_PEOPLE)
def person(person_id: int) -> Any:
    """Show what is known of a person, and what can be done."""
    return show_person(person_here(person_id))


def show_person(card: PersonCard, refusal: str = "") -> str:
    """Return the page of a person, with the sentence why something was not done."""
    return render_template(
        "office/person.html",
        person=card,
        refusal=refusal,
        into=find_name(card.merged_into_id),
        twins=people_queries.merged_into(card.id),
        roles=people_queries.roles_of(card.id),
        consents=consents_of(card.id),
        guardian=guardian_of(card.id),
        relations=RELATIONS,
        courses=my_courses(card.id),
        registered_by=find_name(card.registered_by_id),
        may_help=card.merged_into_id is None and may_look_after(viewer_here(), card.id),
        is_me=card.id == viewer_here().person_id,
        keys=len(keys_of(card.id)),
        audiences=AUDIENCES,
        role_names=ROLES,
        purposes=PURPOSES,
        channels=CHANNELS,
        spaced=spaced,
        spoken_number=spoken_number,
    )


# -- correcting ----------------------------------------------------------------------------------


@pages.get("/quan-tri/nguoi/<int:person_id>/sua")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def details(person_id: int) -> Any:
    """Show what is known of a person in a form."""
    card = _unmerged(person_id)
    form = PersonForm(formdata=None, data=card._asdict() | {"group": card.group_id or 0})
    return _details(card, form)


@pages.post("/quan-tri/nguoi/<int:person_id>/sua")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def correct(person_id: int) -> Any:
    """Keep what was corrected."""
    card, form = _unmerged(person_id), PersonForm()
    _offer_groups(form.group, card)
    if not form.validate():
        return _details(card, form), 422
    try:
        actions.save_person(
            card, name=form.name.data, phone=form.phone.data or None, birth_year=form.birth_year.data,
            household=form.household.data or "", audience=form.audience.data,
            group_id=form.group.data or None, by=viewer_here(),
        )  # fmt: skip
    except Refused as refused:
        return _details(card, form, str(refused)), 422
    flash("Đã lưu.")
    return redirect(url_for("people_desk.person", person_id=card.id), 303)


def _details(card: PersonCard, form: PersonForm, refusal: str = "") -> str:
    _offer_groups(form.group, card)
    return render_template("office/person_details.html", person=card, form=form, refusal=refusal)


def _unmerged(person_id: int) -> PersonCard:
    card = person_here(person_id)
    if card.merged_into_id is not None:
        abort(404)
    return card


def _offer_groups(field: SelectField, card: PersonCard | None = None) -> None:
    """Offer the groups of today; an ended one only to whoever is still in it."""
    choices = group_choices(ward_id_for(Permission.MANAGE_PEOPLE), today())
    offered = {group.id: _called(group.name, group.former_ward) for group in choices}
    if card is None:
        offered = {0: "Chọn tổ"} | offered
    elif card.group_id is None:
        offered = {0: "Không thuộc tổ nào"} | offered
    elif card.group_id not in offered:
        offered = {card.group_id: f"{card.group_name} (đã hết)"} | offered
    field.choices = [SelectChoice(*one) for one in offered.items()]


def _called(name: str, former_ward: str) -> str:
    return f"{name} ({former_ward})" if former_ward else name


# -- moving several ------------------------------------------------------------------------------


@pages.get("/quan-tri/nguoi/chuyen-to")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def move() -> Any:
    """Ask into which group the chosen people go."""
    return _move(request.args.getlist("nguoi", type=int), MoveForm(formdata=None))


@pages.post("/quan-tri/nguoi/chuyen-to")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def moving() -> Any:
    """Move the chosen people."""
    form, ids = MoveForm(), request.form.getlist("nguoi", type=int)
    _offer_groups(form.group)
    lines = people_queries.lines_of(ward_id_for(Permission.MANAGE_PEOPLE), ids[:MOST_AT_ONCE])
    if len(lines) != len(set(ids)):
        abort(404)
    if not form.validate():
        return _move(ids, form), 422
    if not form.group.data:
        form.group.errors = ["Xin chọn một tổ."]
        return _move(ids, form), 422
    actions.move_people([line.id for line in lines], form.group.data, by=viewer_here())
    flash(f"Đã chuyển {len(lines)} người.")
    return redirect(url_for("people_desk.people"), 303)


def _move(ids: list[int], form: MoveForm) -> str:
    _offer_groups(form.group)
    ward_id = ward_id_for(Permission.MANAGE_PEOPLE)
    lines = people_queries.lines_of(ward_id, ids[:MOST_AT_ONCE])
    actions.note_view("view people", "ward", ward_id, by=viewer_here(), ward_id=ward_id, names=len(lines))
    return render_template("office/people_move.html", lines=lines, form=form)
