"""The pages where the office does for a person what they could do themselves: take back, print a copy."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from elearn.kit.access import needs
from elearn.kit.clock import now
from elearn.kit.formats import as_day, as_moment
from elearn.kit.refused import Refused
from elearn.learning.copy_queries import facts_of
from elearn.learning.paper_queries import certificates_of
from elearn.learning.words import HELP_ABOUT, HELPED_HOW
from elearn.library.document.practice import ROUND_NAMES
from elearn.office import actions
from elearn.office.here import person_here
from elearn.office.people_queries import PersonCard
from elearn.office.request_forms import GuardianForm
from elearn.people.consents import (
    GUARDIAN,
    KEEP_RESULTS,
    NAMED_IN_CAMPAIGN,
    NAMED_IN_CONTEST,
    PAPER_NAME,
    PURPOSE,
    SEEN_BY_HELPER,
)
from elearn.people.permissions import Permission
from elearn.people.queries import has_agreed, is_seen_by_helper
from elearn.people.session import viewer_here, ward_here
from elearn.people.words import AUDIENCES, CHANNELS
from elearn.privacy.guardians import HOW, RELATIONS, Guardian, guardian_of
from elearn.privacy.words import KINDS, STATES

pages = Blueprint("person_data", __name__)


@pages.get("/quan-tri/nguoi/<int:person_id>/rut-dong-y")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def withdraw(person_id: int) -> Any:
    """Say what each withdrawal does, before it is done."""
    return _ask(_unmerged(person_id))


@pages.post("/quan-tri/nguoi/<int:person_id>/rut-dong-y")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def withdrawn(person_id: int) -> Any:
    """Take one consent back."""
    card, purpose = _unmerged(person_id), request.form.get("dieu", "")
    if purpose not in actions.TAKEN_BACK:
        return _ask(card, "Xin chạm một trong các nút dưới đây."), 422
    try:
        actions.take_back(card, purpose, by=viewer_here())
    except Refused as refused:
        return _ask(card, str(refused)), 422
    flash("Đã rút lại. Có hiệu lực ngay.")
    if purpose == KEEP_RESULTS:  # there is no name left to lead to
        return redirect(url_for("people_desk.people"), 303)
    return redirect(url_for("people_desk.person", person_id=card.id), 303)


def _ask(card: PersonCard, refusal: str = "") -> str:
    ward = ward_here()
    standing = [
        PURPOSE[SEEN_BY_HELPER] if is_seen_by_helper(card.id) else None,
        PURPOSE[PAPER_NAME] if certificates_of(card.id) else None,
        *(PURPOSE[one] for one in (NAMED_IN_CAMPAIGN, NAMED_IN_CONTEST) if has_agreed(card.id, one)),
        PURPOSE[KEEP_RESULTS],
    ]
    return render_template(
        "office/person_withdraw.html", person=card, refusal=refusal,
        purposes=[one for one in standing if one], office=ward.office_name or ward.name,
    )  # fmt: skip


@pages.get("/quan-tri/nguoi/<int:person_id>/ban-sao")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def copy(person_id: int) -> Any:
    """Lay everything kept about a person out for the printer; that it was done is put into the audit."""
    card = _unmerged(person_id)
    actions.note_copy(card, by=viewer_here())
    return render_template(
        "office/person_copy.html", person=card, facts=_readable(facts_of(card.id)), day=now(),
        audiences=AUDIENCES, channels=CHANNELS, kinds=KINDS, states=STATES, rounds=ROUND_NAMES,
        relations=RELATIONS, guardian_how=HOW, help_about=HELP_ABOUT, helped_how=HELPED_HOW,
    )  # fmt: skip


@pages.get("/quan-tri/nguoi/<int:person_id>/giam-ho")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def guardian(person_id: int) -> Any:
    """Ask who agrees for somebody under sixteen."""
    return _ask_guardian(_unmerged(person_id), GuardianForm(formdata=None))


@pages.post("/quan-tri/nguoi/<int:person_id>/giam-ho")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def record_guardian(person_id: int) -> Any:
    """Record that a parent or guardian agrees."""
    card, form = _unmerged(person_id), GuardianForm()
    if not form.validate():
        return _ask_guardian(card, form), 422
    said = Guardian(form.guardian_name.data, form.relation.data, form.how.data)
    try:
        actions.put_under_guardian(card, said, by=viewer_here())
    except Refused as refused:
        return _ask_guardian(card, form, str(refused)), 422
    flash("Đã ghi. Số điện thoại, năm sinh không còn giữ; người ngoài không thấy tên em.")
    return redirect(url_for("people_desk.person", person_id=card.id), 303)


def _ask_guardian(card: PersonCard, form: GuardianForm, refusal: str = "") -> str:
    ward = ward_here()
    return render_template(
        "office/person_guardian.html", person=card, form=form, refusal=refusal, standing=guardian_of(card.id),
        relations=RELATIONS, words=PURPOSE[GUARDIAN], office=ward.office_name or ward.name,
    )  # fmt: skip


def _readable(facts: Any, name: str = "") -> Any:
    """Return the facts with each moment and day as a reader in Hải Phòng writes it."""
    match facts:
        case dict():
            return {key: _readable(value, str(key)) for key, value in facts.items()}
        case list():
            return [_readable(one) for one in facts]
        case str() if name.endswith("_at"):
            return as_moment(datetime.fromisoformat(facts))
        case str() if name.endswith("_on"):
            return as_day(date.fromisoformat(facts))
    return facts


def _unmerged(person_id: int) -> PersonCard:
    card = person_here(person_id)
    if card.merged_into_id is not None:
        abort(404)
    return card
