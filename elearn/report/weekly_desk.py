"""The youth union's weekly page: one A4 to print, and a picture to send."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request

from elearn.kit.access import needs
from elearn.kit.addresses import public_root
from elearn.kit.clock import today
from elearn.people.permissions import Permission
from elearn.people.session import viewer_here, ward_here
from elearn.progress import queries as boards
from elearn.progress import rules as board_rules
from elearn.progress.rules import WEEK, Filter, read_period
from elearn.report.rules import days_words
from elearn.report.weekly import GROUPS_ON_A_PAGE, as_png, groups_of, week_of, words_of_picture

pages = Blueprint("report_weekly", __name__)


@pages.get("/bao-cao/tuan")
@needs(Permission.SEE_COUNTS)
def week() -> Any:
    """Show seven days beside the seven before them, as one sheet of paper."""
    _own_ward()
    day = today()
    until = read_period({"ky": "khoang", "den": request.args.get("den", "")}, day).until
    this, before = week_of(until)
    ward_id = ward_here().id
    rows, former = (
        boards.board_seen_by(viewer_here(), ward_id, Filter(period), None, day) for period in (this, before)
    )
    groups = groups_of(rows, former)
    return render_template(
        "report/week.html",
        days=days_words(this.since or until, until),
        days_before=days_words(before.since or until, before.until),
        total=board_rules.total_of(rows),
        former=board_rules.total_of(former),
        groups=groups[:GROUPS_ON_A_PAGE],
        others=groups[GROUPS_ON_A_PAGE:],
        idle=sum(1 for one in groups if not one.lessons),
        until=until,
        week_before=until - WEEK,
    )


@pages.get("/bao-cao/tuan.png")
@needs(Permission.SEE_COUNTS)
def picture() -> Any:
    """Send the week as a picture: rounded, as of Monday, what the public board shows."""
    _own_ward()
    ward, monday = ward_here(), board_rules.monday_of(today())
    total, former = (
        board_rules.public_total(board_rules.public_board(boards.counted_before(ward.id, start), None))
        for start in (monday, monday - WEEK)
    )
    words = words_of_picture(
        ward.name, monday - timedelta(days=1), total, former, public_root().split("://")[-1],
        is_trial=bool(current_app.config["DEMO"]),
    )  # fmt: skip
    answer = Response(as_png(words), mimetype="image/png")
    answer.headers["Content-Disposition"] = f'attachment; filename="tuan-truoc-{monday}.png"'
    return answer


def _own_ward() -> None:
    if not viewer_here().may_in(Permission.SEE_COUNTS, ward_id=ward_here().id):
        abort(404)
