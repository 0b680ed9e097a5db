"""The commands that pass counts on to another installation, and take those of others in."""

import argparse
from datetime import date
from pathlib import Path

from flask import current_app

from elearn.commands.chores import opened_and_current
from elearn.exchange.joining import take_in
from elearn.exchange.tally_files import write_tallies
from elearn.exchange.tally_queries import own_wards
from elearn.kit import audit
from elearn.kit.db import transaction
from elearn.kit.refused import Refused


def export_tallies(options: argparse.Namespace) -> int:
    """Write the counts of the wards here, without people and without small counts."""
    with opened_and_current(options):
        wards = own_wards(options.ward)
        if not wards:
            raise Refused("Không có phường nào ở đây có mã đó. Xin xem lại --ward.")
        since, until = _day(options.since), _day(options.until)
        secret = str(current_app.config["SECRET_KEY"])
        made = write_tallies(Path(options.file).absolute(), wards, since, until, secret, options.bar)
        with transaction():
            for ward in wards:
                audit.record("export tally", "ward", ward.id, actor_id=None, ward_id=ward.id)
    print(
        f"Đã ghi số liệu của {len(made.wards)} phường, các tuần từ {made.since:%d/%m/%Y} "
        f"đến {made.until:%d/%m/%Y}, vào {options.file}."
    )
    print("Tệp không có tên ai; số nhỏ hơn 5 đã gộp vào phần “Còn lại” của phường hoặc giữ lại.")
    return 0


def import_tallies(options: argparse.Namespace) -> int:
    """Take a file of another installation in, whole or not at all."""
    with opened_and_current(options):
        done = take_in(Path(options.file).absolute(), str(current_app.config["SECRET_KEY"]), options.bar)
    if done.new:
        print(f"Đã nhập số liệu của {done.wards} phường: {done.groups} tổ, {done.rows} dòng.")
    else:
        print("Tệp này đã nhập rồi, không có gì thay đổi.")
    return 0


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(f"“{text}” không phải là ngày. Xin ghi như 2026-11-02.") from None
