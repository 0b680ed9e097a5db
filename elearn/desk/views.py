"""The helper's desk: the roster of the own group, registering a neighbour, cards, codes, classes."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from elearn.desk import actions, queries
from elearn.desk.actions import Told
from elearn.desk.forms import ClassForm, CodeForm, DetailsForm, GroupForm, NeighbourForm
from elearn.desk.queries import DeskGroup, Known, Line, Seen
from elearn.desk.rules import STATES
from elearn.desk.visit_queries import visits_of
from elearn.kit.access import needs
from elearn.kit.addresses import public_root
from elearn.kit.clock import now, today
from elearn.kit.lists import is_meant, part_of
from elearn.kit.qr import qr_svg
from elearn.kit.refused import Refused
from elearn.kit.secrets import digest
from elearn.kit.typed import spoken_number
from elearn.learning.words import WAYS
from elearn.people import entry
from elearn.people.consents import GUARDIAN, KEEP_RESULTS, PURPOSE, PURPOSES, SEEN_BY_HELPER
from elearn.people.permissions import Permission, Viewer
from elearn.people.queries import find_class, group_choices
from elearn.people.rules import ONE_TIME_CODE_LASTS, spaced
from elearn.people.session import hand_phone_to, viewer_here, ward_here
from elearn.people.words import AUDIENCES

pages = Blueprint("desk", __name__)

MOST_VISITS = 6  # on the roster; the whole list has a page of its own


# -- the own groups, and who learns there --------------------------------------------------------


@pages.get("/to")
@needs(Permission.SEE_OWN_GROUP)
def my_groups() -> Any:
    """List the viewer's groups; whoever has one goes straight to it."""
    groups = queries.my_groups(viewer_here())
    if len(groups) == 1:
        return redirect(url_for("desk.roster", code=groups[0].code))
    asked = request.args.get("tim", "")
    found = [group for group in groups if is_meant(asked, group.name, group.former_ward, group.code)]
    return render_template(
        "desk/groups.html",
        part=part_of(found, request.args.get("trang")),
        asked=asked,
        whole=len(groups),
    )


@pages.get("/to/<code>")
@needs(Permission.SEE_OWN_GROUP)
def roster(code: str) -> Any:
    """Show who learns in the group and how far each has come; reading names is put into the audit."""
    here = _group(code)
    everyone = queries.roster(viewer_here(), here)
    lines = _asked_for(everyone.lines)
    part = part_of(lines, request.args.get("trang"))
    visits = visits_of(viewer_here(), here, now()) if part.number == 1 and not any(_asked().values()) else []
    named = {one.person_id for one in visits[:MOST_VISITS] if one.name} | {line.id for line in part.rows}
    actions.note_names_read(viewer_here(), here, len(named))
    return render_template(
        "desk/roster.html",
        group=here,
        roster=everyone,
        found=len(lines),
        part=part,
        states=STATES,
        visits=visits,
        most_visits=MOST_VISITS,
        seen={line.id for line in everyone.lines},
        may_register=viewer_here().may_in(
            Permission.REGISTER_RESIDENTS, ward_id=here.ward_id, group_id=here.id
        ),
        **_asked(),
    )


@pages.get("/to/<code>/in")
@needs(Permission.SEE_OWN_GROUP, fresh=True)
def sheet(code: str) -> Any:
    """Show the list for paper, with boxes to tick on the way from door to door."""
    here = _group(code)
    lines = _asked_for(queries.roster(viewer_here(), here).lines)
    actions.note_names_read(viewer_here(), here, len(lines), printed=True)
    return render_template("desk/sheet.html", group=here, lines=lines, states=STATES, day=today(), **_asked())


def _asked() -> dict[str, str]:
    state = request.args.get("loc", "")
    return {"state": state if state in STATES else "", "asked": request.args.get("tim", "")[:80]}


def _asked_for(lines: list[Line]) -> list[Line]:
    asked = _asked()
    if not any(asked.values()):
        return lines
    return [
        line
        for line in lines
        if asked["state"] in ("", line.state) and is_meant(asked["asked"], line.name, line.household)
    ]


# -- registering a neighbour ---------------------------------------------------------------------


@pages.get("/to/<code>/dang-ky")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def register(code: str) -> Any:
    """Offer the form for a neighbour, with what is to be read aloud."""
    return _register(_open_group(code), NeighbourForm(formdata=None))


@pages.post("/to/<code>/dang-ky")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def registered(code: str) -> Any:
    """Register a neighbour, and show the codes once; a likely double is pointed out before."""
    here, form = _open_group(code), NeighbourForm()
    if not form.validate():
        return _register(here, form), 422
    told, form_id = _told(form), form.form_id.data
    if actions.registered_before(viewer_here(), form_id) is None and "van_ghi" not in request.form:
        twins = queries.likely_twins(viewer_here(), here, told.name, told.phone)
        if twins:
            return _register(here, form, twins=twins), 422
    try:
        one = actions.register_neighbour(
            viewer_here(), here, form_id, told,
            seen_by_helper=form.seen_by_helper.data, guardian=form.said_by_guardian(),
        )  # fmt: skip
    except Refused as refused:
        return _register(here, form, refusal=str(refused)), 422
    return _credentials(here, one.person_id, one.pin, is_new=True)


def _register(
    here: DeskGroup, form: NeighbourForm, *, twins: Sequence[Line] = (), refusal: str | None = None
) -> str:
    boxes = {KEEP_RESULTS: form.keep_results, SEEN_BY_HELPER: form.seen_by_helper}
    return render_template(
        "desk/register.html",
        group=here,
        form=form,
        twins=twins,
        refusal=refusal,
        asked=[(purpose, boxes[purpose.key]) for purpose in PURPOSES],
        for_minor=PURPOSE[GUARDIAN].spoken,
        office=_office(),
        more=bool(form.household.data or form.birth_year.errors or form.birth_year.data)
        or form.audience.data != "unsaid",
    )


def _told(form: DetailsForm) -> Told:
    return Told(
        name=form.name.data,
        phone=form.phone.data or None,
        household=form.household.data or None,
        audience=form.audience.data,
        birth_year=form.birth_year.data or None,
    )


def _credentials(here: DeskGroup, person_id: int, pin: str | None, *, is_new: bool) -> str:
    """Show a personal code, and a mã học that is never shown again."""
    return render_template(
        "desk/credentials.html",
        group=here,
        person=queries.bearer(person_id),
        is_seen=queries.find_neighbour(viewer_here(), here, person_id) is not None,
        pin=pin,
        is_new=is_new,
        spaced=spaced,
    )


# -- one neighbour -------------------------------------------------------------------------------


@pages.get("/to/<code>/nguoi/<int:person_id>")
@needs(Permission.SEE_OWN_GROUP)
def person(code: str, person_id: int) -> Any:
    """Show what a neighbour did, and what can be done for them."""
    here, one = _neighbour(code, person_id)
    return _person(here, one)


def _person(here: DeskGroup, one: Seen, refusal: str | None = None) -> str:
    return render_template(
        "desk/person.html",
        group=here,
        person=one,
        deeds=queries.deeds_of(one.id),
        refusal=refusal,
        audiences=AUDIENCES,
        ways=WAYS,
        spaced=spaced,
        spoken_number=spoken_number,
        may_help=not one.is_me and not one.has_role and _may_register(here),
    )


@pages.get("/to/<code>/nguoi/<int:person_id>/<any('dua-may', 'ma-mot-lan', 'the'):_act>")
@needs(Permission.REGISTER_RESIDENTS)
def act(code: str, person_id: int, _act: str) -> Any:
    """Lead whoever reloads after an act back to the neighbour's page, where it can be done again."""
    return redirect(url_for("desk.person", code=code, person_id=person_id))


@pages.post("/to/<code>/nguoi/<int:person_id>/dua-may")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def hand_over(code: str, person_id: int) -> Any:
    """Give the helper's phone to the neighbour: this browser becomes theirs until it is given back."""
    here, one = _neighbour(code, person_id, Permission.REGISTER_RESIDENTS)
    try:
        hand_phone_to(one.id)
    except Refused as refused:
        return _person(here, one, str(refused)), 422
    return redirect(url_for("front.home"), 303)


@pages.post("/to/<code>/nguoi/<int:person_id>/ma-mot-lan")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def issue_code(code: str, person_id: int) -> Any:
    """Issue a one-time code and show it, this once."""
    here, one = _neighbour(code, person_id, Permission.REGISTER_RESIDENTS)
    try:
        secret = entry.issue_code(one.id, viewer_here())
    except Refused as refused:
        return _person(here, one, str(refused)), 422
    return render_template(
        "desk/code.html",
        group=here,
        person=one,
        secret=spaced(secret),
        who=spoken_number(one.phone or "") or spaced(one.personal_code or ""),
        ends=now() + ONE_TIME_CODE_LASTS,
    )


@pages.get("/to/<code>/nguoi/<int:person_id>/ma-hoc")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def pin(code: str, person_id: int) -> Any:
    """Ask before a new mã học makes the old one worthless."""
    here, one = _neighbour(code, person_id, Permission.REGISTER_RESIDENTS)
    return render_template("desk/pin.html", group=here, person=one)


@pages.post("/to/<code>/nguoi/<int:person_id>/ma-hoc")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def new_pin(code: str, person_id: int) -> Any:
    """Give a new mã học and show it, this once."""
    here, one = _neighbour(code, person_id, Permission.REGISTER_RESIDENTS)
    try:
        given = actions.new_pin(viewer_here(), one)
    except Refused as refused:
        return _person(here, one, str(refused)), 422
    return _credentials(here, one.id, given, is_new=False)


@pages.post("/to/<code>/nguoi/<int:person_id>/the")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def card(code: str, person_id: int) -> Any:
    """Show the neighbour's learning card for the printer."""
    here, one = _neighbour(code, person_id, Permission.REGISTER_RESIDENTS)
    try:
        token = actions.print_card(viewer_here(), one)
    except Refused as refused:
        return _person(here, one, str(refused)), 422
    address = public_root() + url_for("people.card", token=token)
    return render_template(
        "desk/card.html",
        group=here,
        person=one,
        qr=qr_svg(address, "Mã QR của thẻ học"),
        spaced=spaced,
    )


@pages.get("/to/<code>/nguoi/<int:person_id>/thu-the")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def revoke(code: str, person_id: int) -> Any:
    """Ask before a card becomes worthless."""
    here, one = _neighbour(code, person_id, Permission.REGISTER_RESIDENTS)
    return render_template("desk/revoke.html", group=here, person=one)


@pages.post("/to/<code>/nguoi/<int:person_id>/thu-the")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def revoked(code: str, person_id: int) -> Any:
    """Make the neighbour's card worthless."""
    return _do(
        code, person_id, actions.revoke_card, "Đã lưu. Thẻ cũ không dùng được nữa; cần thì in thẻ mới."
    )


@pages.get("/to/<code>/nguoi/<int:person_id>/rut-dong-y")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def withdraw(code: str, person_id: int) -> Any:
    """Ask before a neighbour is hidden from the helper."""
    here, one = _neighbour(code, person_id, Permission.REGISTER_RESIDENTS)
    return render_template("desk/withdraw.html", group=here, person=one)


@pages.post("/to/<code>/nguoi/<int:person_id>/rut-dong-y")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def withdrawn(code: str, person_id: int) -> Any:
    """Record that a neighbour no longer wants to be seen by the helper."""
    return _do(
        code, person_id, actions.withdraw_aloud, "Đã lưu. Người ấy không hiện tên với người hướng dẫn nữa."
    )


@pages.get("/to/<code>/nguoi/<int:person_id>/sua")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def details(code: str, person_id: int) -> Any:
    """Offer what is known about a neighbour for correction."""
    here, one = _neighbour(code, person_id, Permission.REGISTER_RESIDENTS)
    return _details(here, one, DetailsForm(formdata=None, obj=one))


@pages.post("/to/<code>/nguoi/<int:person_id>/sua")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def corrected(code: str, person_id: int) -> Any:
    """Keep what was corrected."""
    here, one = _neighbour(code, person_id, Permission.REGISTER_RESIDENTS)
    form = DetailsForm()
    if not form.validate():
        return _details(here, one, form), 422
    try:
        actions.correct(viewer_here(), one, _told(form))
    except Refused as refused:
        return _details(here, one, form, str(refused)), 422
    flash("Đã lưu.")
    return redirect(url_for("desk.person", code=here.code, person_id=one.id), 303)


def _details(here: DeskGroup, one: Seen, form: DetailsForm, refusal: str | None = None) -> str:
    return render_template("desk/details.html", group=here, person=one, form=form, refusal=refusal)


@pages.get("/to/<code>/nguoi/<int:person_id>/chuyen-to")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def other_group(code: str, person_id: int) -> Any:
    """Offer the other groups of the ward."""
    here, one = _neighbour(code, person_id, Permission.REGISTER_RESIDENTS)
    form = GroupForm(formdata=None)
    form.offer(_other_groups(here).items())
    return _other_group(here, one, form)


@pages.post("/to/<code>/nguoi/<int:person_id>/chuyen-to")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def moved(code: str, person_id: int) -> Any:
    """Let a neighbour belong to another group of the ward."""
    here, one = _neighbour(code, person_id, Permission.REGISTER_RESIDENTS)
    form, names = GroupForm(), _other_groups(here)
    form.offer(names.items())
    if not form.validate():
        return _other_group(here, one, form), 422
    return _do(
        code,
        person_id,
        lambda by, moving: actions.move(by, moving, form.group.data),
        f"Đã lưu. {one.name} nay thuộc {names[form.group.data]}.",
    )


def _other_groups(here: DeskGroup) -> dict[int, str]:
    return {
        one.id: f"{one.name} ({one.former_ward})" if one.former_ward else one.name
        for one in group_choices(here.ward_id, today())
        if one.id != here.id
    }


def _other_group(here: DeskGroup, one: Seen, form: GroupForm) -> str:
    return render_template("desk/group.html", group=here, person=one, form=form)


def _do(code: str, person_id: int, doing: Callable[[Viewer, Seen], None], done: str) -> Any:
    """Do something to a neighbour and say so on their page, or on the roster when it is closed now."""
    here, one = _neighbour(code, person_id, Permission.REGISTER_RESIDENTS)
    try:
        doing(viewer_here(), one)
    except Refused as refused:
        return _person(here, one, str(refused)), 422
    flash(done)
    if queries.find_neighbour(viewer_here(), here, one.id) is None:
        return redirect(url_for("desk.roster", code=here.code), 303)
    return redirect(url_for("desk.person", code=here.code, person_id=one.id), 303)


# -- somebody who reads out a personal code ------------------------------------------------------


@pages.get("/to/<code>/ma-ca-nhan")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def by_code(code: str) -> Any:
    """Ask for the personal code of somebody who is not on the list."""
    return render_template(
        "desk/by_code.html", group=_open_group(code), form=CodeForm(formdata=None), refusal=None
    )


@pages.post("/to/<code>/ma-ca-nhan")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def found_by_code(code: str) -> Any:
    """Find whose code it is; take them in, or record that they agree to be seen."""
    here, form = _open_group(code), CodeForm()
    refusal, one = None, None
    if form.validate():
        try:
            one = actions.look_up(viewer_here(), here, form.personal_code.data)
            refusal = None if one else "Không có ai với mã này ở tổ, cũng không có trong số người chưa rõ tổ."
        except Refused as refused:
            refusal = str(refused)
    if one is None:
        return render_template("desk/by_code.html", group=here, form=form, refusal=refusal), 422
    if not one.is_seen and "nhan" not in request.form:
        return _found(here, form, one)
    if not one.is_seen:
        actions.take_in(viewer_here(), here, one, seen_by_helper=bool(form.seen_by_helper.data))
    if queries.find_neighbour(viewer_here(), here, one.id) is None:
        flash("Đã lưu. Người ấy được đếm cho tổ, không hiện tên.")
        return redirect(url_for("desk.roster", code=here.code), 303)
    return redirect(url_for("desk.person", code=here.code, person_id=one.id), 303)


def _found(here: DeskGroup, form: CodeForm, one: Known) -> str:
    purpose = next(purpose for purpose in PURPOSES if purpose.key == SEEN_BY_HELPER)
    return render_template(
        "desk/found.html", group=here, form=form, person=one, spoken=purpose.spoken, office=_office()
    )


# -- classes -------------------------------------------------------------------------------------


@pages.get("/to/<code>/lop", endpoint="class")
@needs(Permission.REGISTER_RESIDENTS)
def classes(code: str) -> Any:
    """Show the classes that go on now, and offer to begin one."""
    return _classes(_open_group(code), ClassForm(formdata=None))


@pages.post("/to/<code>/lop")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)  # a class brings hundreds of tries at mã học along
def begin_class(code: str) -> Any:
    """Begin a class: a ticket of three hours, shown as a QR code."""
    here, form = _open_group(code), ClassForm()
    if not form.validate():
        return _classes(here, form), 422
    token = entry.issue_class_ticket(here.id, form.attendance.data, viewer_here())
    return redirect(url_for("desk.class_sheet", code=here.code, token=token), 303)


def _classes(here: DeskGroup, form: ClassForm) -> str:
    return render_template("desk/class.html", group=here, form=form, classes=queries.classes_of(here, now()))


@pages.get("/to/<code>/lop/<token>")
@needs(Permission.REGISTER_RESIDENTS)
def class_sheet(code: str, token: str) -> Any:
    """Show the QR code of a class, large, for the screen, the projector or paper."""
    here = _open_group(code)
    ticket = find_class(digest(token), now())
    if ticket is None or ticket.group_id != here.id:
        flash("Lớp ấy đã kết thúc. Anh chị mở lớp mới nhé.")
        return redirect(url_for("desk.class", code=here.code))
    address = public_root() + url_for("people.class_ticket", token=token)
    return render_template(
        "desk/class_sheet.html",
        group=here,
        ticket=ticket,
        mark=ticket.token_digest[: queries.MARK],
        address=address,
        qr=qr_svg(address, "Mã QR của lớp"),
    )


@pages.post("/to/<code>/lop/<mark>/ket-thuc")
@needs(Permission.REGISTER_RESIDENTS)
def end_class(code: str, mark: str) -> Any:
    """End a class now: its QR code opens nothing any more."""
    here = _group(code, Permission.REGISTER_RESIDENTS)
    actions.end_class(viewer_here(), here, mark)
    flash("Đã lưu. Lớp đã kết thúc, mã QR không mở được nữa.")
    return redirect(url_for("desk.class", code=here.code), 303)


# -- who and where -------------------------------------------------------------------------------


def _group(code: str, permission: Permission = Permission.SEE_OWN_GROUP) -> DeskGroup:
    """Return the group within the viewer's reach; lead on to the one that it has become part of."""
    found = queries.find_my_group(viewer_here(), code, permission)
    if found is None:
        abort(_where_it_went(code, permission))
    return found


def _open_group(code: str) -> DeskGroup:
    """Return the group in which the viewer may register people, if it exists today."""
    here = _group(code, Permission.REGISTER_RESIDENTS)
    if not here.is_open:
        abort(404)
    return here


def _neighbour(
    code: str, person_id: int, permission: Permission = Permission.SEE_OWN_GROUP
) -> tuple[DeskGroup, Seen]:
    """Return somebody of the group whom the viewer may see by name; looking at them is put into the audit."""
    here = _group(code, permission)
    one = queries.find_neighbour(viewer_here(), here, person_id)
    if one is None:
        second_tap = request.method == "POST" and actions.has_just_let_go(viewer_here(), person_id)
        abort(redirect(url_for("desk.roster", code=here.code), 303) if second_tap else 404)
    if request.method == "GET":
        actions.note_person_read(viewer_here(), one)
    return here, one


def _may_register(here: DeskGroup) -> bool:
    return viewer_here().may_in(Permission.REGISTER_RESIDENTS, ward_id=here.ward_id, group_id=here.id)


def _office() -> str:
    """Who asks for consent: the office that runs the site."""
    return ward_here().office_name or ward_here().name


def _where_it_went(code: str, permission: Permission) -> Any:
    into = queries.successor_code(code)
    if (
        into is None
        or request.method != "GET"
        or queries.find_my_group(viewer_here(), into, permission) is None
    ):
        return 404
    return redirect(url_for(str(request.endpoint), **{**(request.view_args or {}), "code": into}))
