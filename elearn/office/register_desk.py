"""The register of processing (sổ hoạt động xử lý) as a page, for the printer and as a file."""

from typing import Any, NamedTuple

from flask import Blueprint, current_app, flash, redirect, render_template, url_for

from elearn.kit.access import needs
from elearn.kit.clock import now, today
from elearn.kit.db import db
from elearn.kit.tables import Column, send_xlsx
from elearn.learning.retention import lengths
from elearn.office.here import ward_id_for
from elearn.office.request_forms import BasisForm
from elearn.people.permissions import Permission
from elearn.people.session import viewer_here
from elearn.privacy import actions
from elearn.privacy.periods import PERIOD
from elearn.privacy.queries import settings_of
from elearn.privacy.register import ACTIVITIES, MEASURES, RECIPIENTS, kinds_of

pages = Blueprint("register_desk", __name__)

MANAGE = Permission.MANAGE_PEOPLE
HEADINGS = (
    Column("Hoạt động", width=24), Column("Để làm gì", width=36), Column("Dữ liệu của ai", width=20),
    Column("Loại dữ liệu", width=44), Column("Ai thấy", width=36), Column("Căn cứ", width=32),
    Column("Giao cho ai", width=28), Column("Lưu ở đâu", width=32), Column("Giữ bao lâu", width=36),
    Column("Bảo vệ thế nào", width=44),
)  # fmt: skip


class Entry(NamedTuple):
    """A line of the register."""

    name: str
    why: str
    whose: str
    kinds: list[str]
    seen_by: str
    basis: str
    recipients: str
    place: str
    kept: str
    measures: tuple[str, ...]


@pages.get("/quan-tri/so-xu-ly")
@needs(MANAGE)
def register() -> Any:
    """Show the register; nobody stands in it."""
    return render_template("office/register.html", entries=_entries(ward_id_for(MANAGE)))


@pages.get("/quan-tri/so-xu-ly/in")
@needs(MANAGE)
def paper() -> Any:
    """Show the register for the printer."""
    return render_template("office/register_paper.html", entries=_entries(ward_id_for(MANAGE)), day=now())


@pages.get("/quan-tri/so-xu-ly.xlsx")
@needs(MANAGE)
def file() -> Any:
    """Send the register as an Excel file."""
    rows = [
        ["; ".join(cell) if isinstance(cell, list | tuple) else cell for cell in entry]
        for entry in _entries(ward_id_for(MANAGE))
    ]
    return send_xlsx(f"so-hoat-dong-xu-ly-{today():%Y-%m-%d}", HEADINGS, rows)


def _entries(ward_id: int) -> list[Entry]:
    ours = settings_of(ward_id)
    long = lengths(int(current_app.config["AUDIT_MONTHS"]))
    said = {name: period.said(long[name]) for name, period in PERIOD.items()}
    processor = f" Đơn vị xử lý giúp phường: {ours['processor']}." if ours["processor"] else ""
    place = _place()
    return [
        Entry(
            one.name, one.why, one.whose, kinds_of(key), one.seen_by, ours[f"basis_{key}"] or one.basis,
            RECIPIENTS + processor, place, one.kept.format(**said), MEASURES,
        )
        for key, one in ACTIVITIES.items()
    ]  # fmt: skip


def _place() -> str:
    kind = "SQLite" if db.engine.dialect.name == "sqlite" else "PostgreSQL"
    keys, folder = current_app.config.get("BACKUP_KEYS"), current_app.config.get("BACKUPS")
    copies = f" Bản sao lưu tự động{', có mã hóa' if keys else ''}, giữ không quá 12 tháng." if folder else ""
    return f"Cơ sở dữ liệu {kind} trên máy chủ của hệ thống.{copies}"


# -- the ward's own words ------------------------------------------------------------------------


@pages.get("/quan-tri/so-xu-ly/can-cu")
@needs(MANAGE, fresh=True)
def basis() -> Any:
    """Show the legal basis of each activity in a form."""
    form = BasisForm(formdata=None, data=settings_of(ward_id_for(MANAGE)))
    return render_template("office/register_basis.html", form=form)


@pages.post("/quan-tri/so-xu-ly/can-cu")
@needs(MANAGE, fresh=True)
def save_basis() -> Any:
    """Keep the ward's own words."""
    ward_id, form = ward_id_for(MANAGE), BasisForm()
    if not form.validate():
        return render_template("office/register_basis.html", form=form), 422
    words = {f"basis_{key}": form[f"basis_{key}"].data or "" for key in ACTIVITIES}
    actions.save_settings(ward_id, words, viewer_here())
    flash("Đã lưu.")
    return redirect(url_for("register_desk.register"), 303)
