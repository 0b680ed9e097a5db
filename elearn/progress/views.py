"""The boards: the ward by residential group, one group, the same numbers as files, and links to read them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user

from elearn.kit.access import needs, public
from elearn.kit.clock import now, today
from elearn.kit.lists import part_of
from elearn.kit.secrets import digest
from elearn.kit.tables import send_csv, send_xlsx
from elearn.people.contact_queries import Contact, contacts_seen_by
from elearn.people.permissions import Permission, Role, Scope, Viewer
from elearn.people.session import viewer_here, ward_here
from elearn.people.visitors import same_for_visitors
from elearn.people.words import CONTACTS
from elearn.progress import actions, aims, group_queries, pictures, queries, rules, setting_queries
from elearn.progress.boards import PUBLIC_VIEWS, Board, has_claim, read_board
from elearn.progress.columns import (
    GROUP_SORTS,
    HOME_MEASURES,
    HOMES_FINISHED,
    MEASURES,
    PUBLIC_MEASURES,
    SORTS,
    WEEKS,
    Measure,
    cells_of,
    note_of,
    shown,
    table_of,
)  # fmt: skip
from elearn.progress.forms import ReadLinkForm
from elearn.progress.setting_queries import NamedWard, SetUp

pages = Blueprint("progress", __name__)

SEND = {"csv": send_csv, "xlsx": send_xlsx}


# -- the board of the ward -----------------------------------------------------------------------


@pages.get("/tien-do")
@public
def board() -> Any:
    """Show each group's numbers: true ones to who may read them, rounded ones to everyone else."""
    board = board_for(viewer_here())

    def page() -> str:
        return show_board(board, url_for("progress.board"), "progress.board_file")

    said = (board.asked, board.courses, board.rows, board.until)
    return same_for_visitors(said, page) if board.public else page()


@pages.get("/tien-do.<any(csv,xlsx):kind>")
@public
def board_file(kind: str) -> Any:
    """Send the board as a file, with the same filter and the same numbers as the page."""
    return send_board(board_for(viewer_here()), kind)


@pages.get("/tien-do/xem/<token>")
@public
def read(token: str) -> Any:
    """Show the ward's true counts to who holds a read link."""
    viewer = _reader_with(token)
    here = url_for("progress.read", token=token)
    page = show_board(board_for(viewer), here, "progress.read_file", token=token)
    return page, {"X-Robots-Tag": "noindex"}


@pages.get("/tien-do/xem/<token>/bang.<any(csv,xlsx):kind>")
@public
def read_file(token: str, kind: str) -> Any:
    """Send the board behind a read link as a file."""
    return send_board(board_for(_reader_with(token)), kind)


def board_for(viewer: Viewer, ward_id: int | None = None, set_up: SetUp | None = None) -> Board:
    """Read the board that the address asks for; of the ward whose pages these are, where none is named."""
    return read_board(viewer, ward_id or ward_here().id, request.args, today(), set_up)


def show_board(board: Board, here: str, file: str, ward: NamedWard | None = None, **names: str) -> str:
    """Show the page of a board; `ward` is given where it is another than the one whose pages these are."""
    ward_id = (ward or ward_here()).id
    asked = board.asked.parameters() if not board.public else _public_parameters(board)
    page = part_of(board.rows, request.args.get("trang"))
    return render_template(
        "progress/board.html",
        board=board,
        page=page,
        here=here,
        asked=asked,
        files={kind: url_for(file, kind=kind, **names, **asked) for kind in SEND},
        ward=ward,
        leads_to_groups=(own := "token" not in names and ward is None),
        may_plan=own and not board.public and current_user.may_in(Permission.PLAN_VISITS, ward_id=ward_id),
        may_give_links=own and current_user.may_in(Permission.GIVE_READ_LINKS, ward_id=ward_id),
        may_set_targets=own and current_user.may_in(Permission.SET_TARGETS, ward_id=ward_id),
        has_claim=has_claim(viewer_here(), ward_id),
        views={word: name for word, name in rules.VIEWS.items() if not board.public or word in PUBLIC_VIEWS},
        filters=rules,
        sorts=GROUP_SORTS,
        told=_told(board),
        aim_kinds=aims.AIMS,
        trend_weeks=list(zip(rules.trend_starts(board.until), board.ward.weeks, strict=False))
        if board.ward
        else [],
        pictures=_pictures(board, page.rows),
        cells_of=cells_of,
        note_of=note_of,
        shown=shown,
        **_of_the_ward(board),
    )


def _told(board: Board) -> list[Measure]:
    """Return the columns to explain: those of the table, and the figures above it; each once."""
    told = [measure for measure in board.measures if "." not in measure.name]
    if board.view == "tuan":
        return [WEEKS, *told]
    return [*told, HOMES_FINISHED] if board.ward and board.ward.homes and not board.view else told


def _pictures(board: Board, rows: Sequence[Any]) -> dict[str, Any]:
    """Draw what the view shows; nothing where there is nothing to draw."""
    drawn: dict[str, Any] = {"bars": [], "small": [], "trend": ""}
    if rows and board.view == "cot":
        drawn["bars"] = pictures.bars(rows, board.measures, board.aim)
    elif rows and board.view == "tuan":
        drawn["small"] = pictures.small_lines(rows, board.groups)
    elif rows and not board.view and board.ward:
        drawn["trend"] = pictures.trend(board.ward.weeks, board.until)
    return drawn


def _of_the_ward(board: Board) -> dict[str, Any]:
    """Return what stands above the table for who may read true counts."""
    if board.public:
        return {"reached": [], "quiet": [], "moved": None}
    is_whole = board.whole_ward and aims.is_of_all(board.asked)
    return {
        "reached": aims.reached(board.aims, board.ward, board.today) if is_whole and board.ward else [],
        "quiet": aims.quiet(board.groups, board.aims.quiet_days, board.today),
        "moved": aims.moved(board.groups),
    }


def send_board(board: Board, kind: str, ward: NamedWard | None = None) -> Any:
    """Send a board as a file."""
    code = (ward or ward_here()).code.lower()
    view = f"{board.view}-" if board.view else ""
    headings, cells = table_of(board.measures, [*board.rows, board.total], board.until, public=board.public)
    return SEND[kind](f"tien-do-{view}{code}-den-{board.until.isoformat()}", headings, cells)


def _public_parameters(board: Board) -> dict[str, str]:
    asked = {
        "khoa": board.asked.course, "so": request.args.get("so", ""), "xem": board.asked.view,
        "cot": board.asked.bar if board.asked.view else "",
    }  # fmt: skip
    return {name: value for name, value in asked.items() if value}


# -- the page of a group -------------------------------------------------------------------------


@pages.get("/tien-do/<code>")
@public
def group(code: str) -> Any:
    """Show one group: true numbers and their history to who may read them, rounded ones to everyone."""
    ward_id, day = ward_here().id, today()
    card = group_queries.find_group_card(code, ward_id)
    if card is None:
        abort(404)
    if card.successor_code and card.valid_until and card.valid_until <= day:
        asked = rules.read_filter(request.args, day, SORTS).parameters() if request.args else {}
        return redirect(url_for("progress.group", code=card.successor_code, **asked), 303)
    viewer = viewer_here()
    if not any(
        viewer.may_in(permission, ward_id=ward_id, group_id=card.id)
        for permission in (Permission.SEE_COUNTS, Permission.SEE_OWN_GROUP)
    ):
        return _public_group(card, ward_id, rules.monday_of(day))
    asked = rules.read_filter(request.args, day, SORTS)
    numbers = group_queries.group_numbers(viewer, ward_id, card.code, asked, None, day)
    return render_template(
        "progress/group.html",
        card=card,
        contacts=_contacts(viewer, card, ward_id),
        roles=CONTACTS,
        asked=asked,
        today=day,
        numbers=numbers,
        change=numbers.weeks[-1] - numbers.weeks[-2],
        coverage=rules.share(numbers.people, card.adults),
        finished_share=rules.share(numbers.finished, card.adults),
        doubtful=rules.is_doubtful(numbers.people, card.adults),
        homes_share=rules.share_of_homes(numbers.homes, card.households),
        ways=rules.WAYS.values(),
        weeks=list(zip(rules.trend_starts(asked.period.until), numbers.weeks, strict=True)),
        trend=pictures.trend(numbers.weeks, asked.period.until),
        filters=rules,
        measures={measure.name: measure for measure in _of_a_group(numbers)},
        shown=shown,
    )


def _of_a_group(numbers: group_queries.GroupNumbers) -> tuple[Measure, ...]:
    """Return what the page of a group counts; households only where helpers have given labels."""
    return (*MEASURES, *HOME_MEASURES, HOMES_FINISHED) if numbers.homes else MEASURES


def _contacts(viewer: Viewer, card: group_queries.GroupCard, ward_id: int) -> list[Contact]:
    """Return whom to call there; nothing is asked where the card says that there is nobody."""
    return contacts_seen_by(viewer, ward_id, card.code).get(card.code, []) if card.has_contacts else []


def _public_group(card: group_queries.GroupCard, ward_id: int, monday: date) -> Any:
    rows = rules.public_board(queries.counted_before(ward_id, monday), None)
    return render_template(
        "progress/group_public.html",
        card=card,
        row=next((row for row in rows if row.code == card.code), None),
        measures=PUBLIC_MEASURES,
        until=monday - timedelta(days=1),
    )


# -- read links ----------------------------------------------------------------------------------


@pages.get("/tien-do/lien-ket")
@needs(Permission.GIVE_READ_LINKS)
def links() -> Any:
    """List the read links of the ward, and offer to make one."""
    return _links(ReadLinkForm(formdata=None))


@pages.post("/tien-do/lien-ket")
@needs(Permission.GIVE_READ_LINKS, fresh=True)
def give_link() -> Any:
    """Make a read link."""
    form = ReadLinkForm()
    if not form.validate():
        return _links(form), 422
    made = actions.give_read_link(
        viewer_here(), ward_here().id, form.label.data, int(form.days.data), current_app.config["SECRET_KEY"]
    )
    if made is None:
        abort(404)
    flash("Đã lưu. Đường link mới ở đầu danh sách; chép đường link rồi gửi.")
    return redirect(url_for("progress.links"), 303)


@pages.get("/tien-do/lien-ket/<int:link_id>/thu-lai")
@needs(Permission.GIVE_READ_LINKS)
def link_to_revoke(link_id: int) -> Any:
    """Ask once more before a read link is taken back: nobody can open it afterwards."""
    lines = setting_queries.read_links_seen_by(viewer_here(), ward_here().id)
    link = next((line for line in lines if line.id == link_id and line.revoked_at is None), None)
    if link is None:
        abort(404)
    return render_template("progress/link_to_revoke.html", link=link)


@pages.post("/tien-do/lien-ket/<int:link_id>/thu-lai")
@needs(Permission.GIVE_READ_LINKS)
def revoke_link(link_id: int) -> Any:
    """Take a read link back."""
    if not actions.revoke_read_link(viewer_here(), ward_here().id, link_id):
        abort(404)
    flash("Đã lưu. Đường link đã thu lại, không mở được nữa.")
    return redirect(url_for("progress.links"), 303)


def _links(form: ReadLinkForm) -> str:
    secret, moment = current_app.config["SECRET_KEY"], now()
    lines = [
        {
            "link": link,
            "open": link.revoked_at is None and link.expires_at > moment,
            "url": url_for("progress.read", token=actions.read_link_token(secret, link.nonce)),
        }
        for link in setting_queries.read_links_seen_by(viewer_here(), ward_here().id)
    ]
    return render_template("progress/links.html", form=form, lines=lines)


def _reader_with(token: str) -> Viewer:
    """Return a viewer who reads the counts of this ward and nothing else, if the token is a live link's."""
    ward_id = ward_here().id
    if setting_queries.find_read_link(digest(token), ward_id, now()) is None:
        abort(410)
    return Viewer(scopes=(Scope(Role.VIEWER, ward_id),))
