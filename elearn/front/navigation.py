"""What each person finds in the menu."""

from typing import NamedTuple

from flask import request

from elearn.kit.addresses import addresses_here
from elearn.people.permissions import Permission, Viewer


class Item(NamedTuple):
    """One line of the menu."""

    label: str
    url: str
    current: bool


def menu_for(viewer: Viewer, ward_id: int) -> list[Item]:
    """Return the menu of this viewer in this ward: what anyone may open, then what their roles open."""
    lines = [("Bài học", "front.home"), ("Của tôi", "mine.overview"), ("Tiến độ", "progress.board")]
    if viewer.may_in(Permission.SEE_COUNTS, ward_id=None):
        lines.append(("Thành phố", "city.board"))
    if viewer.may(Permission.REGISTER_RESIDENTS):
        lines.append(("Tổ của tôi", "desk.my_groups"))
    if viewer.may(Permission.JOIN_MOVEMENT):
        lines.append(("Phong trào", "movement.home"))
    if viewer.may(Permission.MAKE_POSTERS):
        lines.append(("Áp phích", "outreach.posters"))
    if viewer.may(Permission.WRITE_LESSONS):
        lines.append(("Soạn bài", "authoring.shelf"))
    if viewer.may_in(Permission.COMPILE_REPORTS, ward_id=ward_id):
        lines.append(("Báo cáo", "report.home"))
    if viewer.may_in(Permission.MANAGE_PEOPLE, ward_id=ward_id):
        lines.append(("Quản trị", "office.home"))
    here, url_of = request.endpoint, addresses_here()
    return [Item(label, url_of(endpoint), endpoint == here) for label, endpoint in lines]
