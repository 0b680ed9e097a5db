"""Whose desk it is: who looks, over which ward, at whom. Another ward's desk and people are out of reach."""

from flask import abort, render_template, request

from elearn.office.actions import note_person_read
from elearn.office.people_queries import PersonCard, find_person_of
from elearn.people.permissions import Permission
from elearn.people.queries import wards
from elearn.people.session import viewer_here, ward_here


def ward_id_for(permission: Permission) -> int:
    """Return the ward whose pages these are; 404 unless the viewer's permission reaches it."""
    ward_id = ward_here().id
    if not viewer_here().may_in(permission, ward_id=ward_id):
        abort(404)
    return ward_id


def looks_after_all() -> bool:
    """Does the viewer look after the whole installation? Where there is one ward, its administrators do."""
    viewer = viewer_here()
    if any(scope.ward_id is None for scope in viewer.reach(Permission.SEE_HEALTH)):
        return True
    return viewer.may(Permission.SEE_HEALTH) and len(wards()) == 1


def person_here(person_id: int) -> PersonCard:
    """Return a named person of this ward whom the viewer may manage, or 404.

    That a page about them is looked at is put into the audit, whichever page it is.
    """
    card = find_person_of(ward_id_for(Permission.MANAGE_PEOPLE), person_id)
    if card is None:
        abort(404)
    if request.method == "GET":
        note_person_read(card, by=viewer_here())
    return card


def asked(name: str, most: int = 80) -> str:
    """Return a short text from the address, "" when it is not there."""
    return request.args.get(name, "").strip()[:most]


def asked_page() -> int:
    """Return which page of a list was asked for; 1 when it is no number."""
    text = asked("trang", 6)
    return int(text) if text.isascii() and text.isdigit() else 1


def ask_before(title: str, sentences: list[str], button: str, action: str, back: str) -> str:
    """Show what an act does, before it is done."""
    return render_template(
        "office/sure.html", heading=title, sentences=sentences, button=button, action=action, back=back
    )
