"""The page where the audit is read: who did what to whom, and whether it is whole."""

from datetime import date
from itertools import islice
from typing import Any

from flask import Blueprint, render_template, request

from elearn.kit import audit
from elearn.kit.access import needs
from elearn.office import actions
from elearn.office.audit_queries import Asked, acts_of, audit_of
from elearn.office.here import asked, asked_page, viewer_here, ward_id_for
from elearn.office.people_queries import lines_of
from elearn.office.rules import read_day
from elearn.people.permissions import Permission

pages = Blueprint("audit_desk", __name__)

MOST_FAULTS = 20


@pages.get("/quan-tri/nhat-ky")
@needs(Permission.READ_AUDIT)
def entries() -> Any:
    """Show the audit of the ward; that it was read is put into it."""
    ward_id = ward_id_for(Permission.READ_AUDIT)
    acts = acts_of(ward_id)
    wanted = Asked(
        request.args.get("nguoi", 0, type=int),
        asked("viec") if asked("viec") in acts else "",
        _day("tu"),
        _day("den"),
        asked_page(),
    )
    found = audit_of(ward_id, wanted)
    names = len({line.actor_id for line in found.lines} | {line.object_person for line in found.lines})
    actions.note_view("view audit", "ward", ward_id, by=viewer_here(), ward_id=ward_id, names=names)
    return render_template(
        "office/audit.html",
        found=found,
        wanted=wanted,
        acts=acts,
        person=next(iter(lines_of(ward_id, [wanted.person_id])), None) if wanted.person_id else None,
        faults=list(islice(audit.broken_links(), MOST_FAULTS)) if asked("kiem") else None,
    )


def _day(name: str) -> date | None:
    return read_day(asked(name, 20))
