"""Đi đâu thứ Bảy này: the groups in the order in which a visit would help, on screen, on paper, as a file."""

from typing import Any

from flask import Blueprint, abort, render_template, request

from elearn.kit.access import needs
from elearn.kit.clock import today
from elearn.kit.lists import part_of
from elearn.kit.tables import Column, send_csv
from elearn.movement import rules
from elearn.movement.place_queries import places_seen_by
from elearn.movement.rules import Place, WhereToGo
from elearn.people.contact_queries import contacts_seen_by
from elearn.people.permissions import Permission
from elearn.people.session import viewer_here, ward_here
from elearn.people.words import CONTACTS

pages = Blueprint("visits_desk", __name__)

PLAN = Permission.PLAN_VISITS
ON_PAPER = 12  # groups that fit a sheet, with room to write
COLUMNS = (
    Column("Thứ tự", width=8),
    Column("Mã tổ", width=10),
    Column("Tổ dân phố", width=28),
    Column("Phường cũ", width=16),
    Column("Người lớn chưa ghi tên học", "count"),
    Column("Người lớn", "count"),
    Column("Người học hiện nay", "count"),
    Column(f"Bài đã xong {rules.WEEKS} tuần qua", "count"),
    Column("Đang nhờ giúp", "count"),
    Column("Hoạt động gần nhất", "day", 14),
    Column("Vì sao", width=60),
    Column("Số liệu đến", "day", 14),
)


@pages.get("/phong-trao/thu-bay")
@needs(PLAN)
def saturday() -> Any:
    """List the groups, each with a sentence that says why one would go there."""
    found = _found()
    return render_template(
        "movement/saturday.html",
        part=part_of(found.weighed, request.args.get("trang")),
        found=found,
        contacts=contacts_seen_by(viewer_here(), ward_here().id),
        roles=CONTACTS,
        day=today(),
        saturday=rules.saturday_after(today()),
        rules=rules,
    )


@pages.get("/phong-trao/thu-bay/in")
@needs(PLAN)
def sheet() -> Any:
    """Show the first of the list on one sheet of paper, with room to write what was found."""
    found = _found()
    return render_template(
        "movement/saturday_sheet.html",
        places=[*found.weighed, *(place for place in found.unknown if place.waiting)][:ON_PAPER],
        contacts=contacts_seen_by(viewer_here(), ward_here().id),
        roles=CONTACTS,
        day=today(),
        saturday=rules.saturday_after(today()),
        weeks=rules.WEEKS,
    )


@pages.get("/phong-trao/thu-bay.csv")
@needs(PLAN)
def file() -> Any:
    """Send the whole list as a file: those that cannot be weighed at the end, without a number."""
    found, day = _found(), today()
    numbered = [(number, place) for number, place in enumerate(found.weighed, start=1)]
    rows = [*numbered, *((None, place) for place in found.unknown)]
    name = f"di-dau-thu-bay-{ward_here().code.lower()}-{day.isoformat()}"
    return send_csv(name, COLUMNS, ([*_cells(number, place), day] for number, place in rows))


def _cells(number: int | None, place: Place) -> list[Any]:
    return [
        number, place.code, place.name, place.former_ward, place.unreached, place.adults, place.people,
        place.lessons, place.waiting, place.last_activity, place.why,
    ]  # fmt: skip


def _found() -> WhereToGo:
    ward_id = ward_here().id
    if not viewer_here().may_in(PLAN, ward_id=ward_id):
        abort(404)
    return rules.where_to_go(places_seen_by(viewer_here(), ward_id, today()))
