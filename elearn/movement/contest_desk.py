"""The pages on which contests are made, followed by their true counts, and their results sealed."""

from collections import Counter
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from wtforms.validators import ValidationError

from elearn.kit.access import needs
from elearn.kit.clock import day_of, local, now, today
from elearn.kit.lists import part_of
from elearn.kit.refused import Refused
from elearn.kit.tables import Column, send_csv, send_xlsx
from elearn.learning import contest_queries, contest_rules
from elearn.learning.contest_queries import ContestCard
from elearn.library.pool_queries import one_choice_questions
from elearn.movement import contest_running as actions
from elearn.movement import result_queries as queries
from elearn.movement import result_rules as rules
from elearn.movement.contest_forms import BegunContestForm, ContestForm, check_days
from elearn.movement.result_queries import SealedCopy
from elearn.people.models import GroupKind
from elearn.people.permissions import Permission
from elearn.people.queries import group_choices
from elearn.people.rules import called_in_full
from elearn.people.session import viewer_here, ward_here
from elearn.progress.setting_queries import courses_with_results

pages = Blueprint("contest_desk", __name__)

SEE, RUN = Permission.SEE_COUNTS, Permission.RUN_CAMPAIGNS
SENDERS = {"csv": send_csv, "xlsx": send_xlsx}
GROUP_COLUMNS = (
    Column("Hạng"), Column("Mã tổ"), Column("Tổ dân phố", width=28), Column("Phường cũ", width=16),
    Column("Người lớn"), Column("Dự thi"), Column("Tự làm"), Column("Có người ngồi cùng"),
    Column("Tỷ lệ người lớn dự thi", "share"), Column("Số câu đúng trung bình"),
)  # fmt: skip
PERSON_COLUMNS = (
    Column("Cách làm", width=20), Column("Hạng"), Column("Tên", width=36), Column("Tổ dân phố", width=28),
    Column("Số câu đúng"), Column("Thời gian (giây)"),
)  # fmt: skip


@pages.get("/phong-trao/cuoc-thi")
@needs(SEE)
def contests() -> Any:
    """List the contests of the ward, and offer to make one to who may."""
    viewer, ward_id, moment = viewer_here(), ward_here().id, now()
    lines = queries.contests_seen_by(viewer, ward_id)
    return render_template(
        "movement/contest_list.html",
        part=part_of(
            [(line, contest_rules.state_of(line.since, line.until, moment)) for line in lines], _page()
        ),
        may_run=viewer.may_in(RUN, ward_id=ward_id),
    )


@pages.get("/phong-trao/cuoc-thi/moi")
@needs(RUN)
def new() -> Any:
    """Offer the form of a new contest."""
    _may_run_here()
    return _form_page(_offered(ContestForm(formdata=None)), None)


@pages.post("/phong-trao/cuoc-thi/moi")
@needs(RUN)
def make() -> Any:
    """Make a contest."""
    _may_run_here()
    form = _offered(ContestForm())
    if not form.validate():
        return _form_page(form, None), 422
    made = actions.make_contest(viewer_here(), ward_here().id, form.terms())
    if made is None:
        abort(404)
    flash("Đã lưu. Trang cuộc thi đã mở cho mọi người; anh chị gửi đường link của trang ấy đi được.")
    return redirect(url_for(".contest", contest_id=made), 303)


@pages.get("/phong-trao/cuoc-thi/<int:contest_id>")
@needs(SEE)
def contest(contest_id: int) -> Any:
    """Show how many have taken part in each group: true counts, as of now."""
    return _contest(_found(contest_id))


@pages.get("/phong-trao/cuoc-thi/<int:contest_id>/sua")
@needs(RUN)
def edit(contest_id: int) -> Any:
    """Show what is set of a contest in a form: all of it before it begins, name and end afterwards."""
    card = _found_to_run(contest_id)
    if card.since <= today():
        return _form_page(BegunContestForm(formdata=None, data=card._asdict()), card)
    known = card._asdict() | {"courses": [one.id for one in card.courses], "groups": list(card.group_ids)}
    return _form_page(_offered(ContestForm(formdata=None, data=known), card), card)


@pages.post("/phong-trao/cuoc-thi/<int:contest_id>/sua")
@needs(RUN)
def change(contest_id: int) -> Any:
    """Keep what was changed of a contest."""
    card = _found_to_run(contest_id)
    form = BegunContestForm() if card.since <= today() else _offered(ContestForm(), card)
    if not form.validate():
        return _form_page(form, card), 422
    try:
        done = actions.change_contest(viewer_here(), ward_here().id, card.id, _terms(form, card))
    except (Refused, ValidationError) as refused:
        form.until.errors = [str(refused)]
        return _form_page(form, card), 422
    if not done:
        abort(404)
    flash("Đã lưu.")
    return redirect(url_for(".contest", contest_id=card.id), 303)


def _terms(form: Any, card: ContestCard) -> rules.Terms:
    """Return what was typed; once it has begun, all else as it is. Raise ValidationError for its days."""
    if isinstance(form, ContestForm):
        return form.terms()
    check_days(card.since, form.until.data)
    courses = tuple(sorted(course.id for course in card.courses))
    return rules.Terms(form.name.data, card.questions, card.since, form.until.data, courses, card.group_ids)


@pages.get("/phong-trao/cuoc-thi/<int:contest_id>/bo")
@needs(RUN)
def to_drop(contest_id: int) -> Any:
    """Ask once more before a contest is taken away."""
    card = _found_to_run(contest_id)
    return render_template(
        "movement/contest_drop.html",
        contest=card,
        may_drop=not contest_queries.begun_in(card.id) and not queries.sealed_of(card.id),
        has_opened=card.since <= today(),
    )


@pages.post("/phong-trao/cuoc-thi/<int:contest_id>/bo")
@needs(RUN)
def drop(contest_id: int) -> Any:
    """Take a contest away that nobody has begun."""
    card = _found_to_run(contest_id)
    try:
        if not actions.drop_contest(viewer_here(), ward_here().id, card.id):
            abort(404)
    except Refused as refused:
        return _contest(card, str(refused)), 422
    flash(f"Đã bỏ cuộc thi {card.name}.")
    return redirect(url_for(".contests"), 303)


# -- results -------------------------------------------------------------------------------------


@pages.get("/phong-trao/cuoc-thi/<int:contest_id>/chot")
@needs(RUN)
def to_seal(contest_id: int) -> Any:
    """Say what sealing means, and ask once more: it cannot be undone."""
    card = _found_to_run(contest_id)
    return render_template(
        "movement/contest_seal.html",
        contest=card,
        refusal=actions.why_not_sealed(card),
        sealed=queries.sealed_of(card.id),
        count=len(contest_queries.counted_of(card.id)),
    )


@pages.post("/phong-trao/cuoc-thi/<int:contest_id>/chot")
@needs(RUN, fresh=True)
def seal(contest_id: int) -> Any:
    """Seal the results of a contest."""
    card = _found_to_run(contest_id)
    try:
        number = actions.seal_contest(viewer_here(), ward_here().id, card.id)
    except Refused as refused:
        return _contest(card, str(refused)), 422
    if number is None:
        abort(404)
    flash(f"Đã chốt kết quả lần {number}. Bản này không sửa được nữa.")
    return redirect(url_for(".sealed", contest_id=card.id, number=number), 303)


@pages.get("/phong-trao/cuoc-thi/<int:contest_id>/ket-qua/<int:number>")
@needs(RUN, fresh=True)
def sealed(contest_id: int, number: int) -> Any:
    """Lay the sealed results out for the printer, and say what has been corrected since; that the names were
    read is put into the audit."""
    card, copy = _sealed(contest_id, number)
    actions.note_names(viewer_here(), ward_here().id, card.id)
    lines = copy.lines if copy.fits else []
    return render_template(
        "movement/contest_sealed.html",
        contest=card,
        copy=copy,
        lines=lines,
        total=rules.total_of(lines),
        people=queries.people_of(card, copy) if copy.fits else {},
        corrected=_corrected(card, copy) if copy.fits else [],
        ways=rules.WAYS,
        unnamed=rules.UNNAMED,
        took=contest_rules.took,
        office=ward_here().office_name or ward_here().name,
    )


@pages.get("/phong-trao/cuoc-thi/<int:contest_id>/ket-qua/<int:number>/<kind>.<ending>")
@needs(RUN, fresh=True)
def file(contest_id: int, number: int, kind: str, ending: str) -> Any:
    """Send the sealed results as a file: `to` by group, `nguoi` by person."""
    if kind not in ("to", "nguoi") or ending not in SENDERS:
        abort(404)
    card, copy = _sealed(contest_id, number)
    if not copy.fits:
        abort(404)
    name = f"cuoc-thi-{card.slug}-{kind}-lan-{copy.number}"
    if kind == "to":
        return SENDERS[ending](name, GROUP_COLUMNS, map(_group_cells, copy.lines))
    actions.note_names(viewer_here(), ward_here().id, card.id)
    return SENDERS[ending](name, PERSON_COLUMNS, _person_cells(card, copy))


def _group_cells(line: rules.GroupLine) -> list[Any]:
    return [
        line.rank, line.code, line.name, line.former_ward, line.adults, line.entrants, line.own, line.helped,
        line.share, line.average,
    ]  # fmt: skip


def _person_cells(card: ContestCard, copy: SealedCopy) -> list[list[Any]]:
    """Return a row for every place, those without a name too; all read before anything is sent."""
    names = queries.names_of(card)
    groups = {line.code: called_in_full(line.name, line.former_ward) for line in copy.lines}
    return [
        [
            called, rank, names.get(entry_id, rules.UNNAMED), groups.get(code) if entry_id in names else None,
            right, seconds,
        ]
        for way, called in rules.WAYS.items()
        for rank, right, seconds, entry_id, code in copy.figures[way]
    ]  # fmt: skip


def _sealed(contest_id: int, number: int) -> tuple[ContestCard, SealedCopy]:
    card = _found_to_run(contest_id)
    copy = queries.find_sealed(card.id, number)
    if copy is None:
        abort(404)
    return card, copy


def _corrected(card: ContestCard, copy: SealedCopy) -> list[rules.Difference]:
    """Compare with the same groups of then: what was merged since is no correction."""
    lines = queries.lines_of(card, day_of(copy.sealed_at))
    return rules.differences(copy.figures["groups"], lines)


# -- the common parts ----------------------------------------------------------------------------


def _contest(card: ContestCard, refusal: str = "") -> str:
    viewer, ward_id = viewer_here(), ward_here().id
    lines = queries.lines_of(card, today())
    return render_template(
        "movement/contest_followed.html",
        contest=card,
        refusal=refusal,
        state=contest_rules.state_of(card.since, card.until, now()),
        last_call=local(contest_rules.last_call(card.until)),
        part=part_of(lines, _page()),
        total=rules.total_of(lines),
        begun=contest_queries.begun_in(card.id),
        sealed=queries.sealed_of(card.id),
        may_run=viewer.may_in(RUN, ward_id=ward_id),
        has_opened=card.since <= today(),
    )


def _found(contest_id: int) -> ContestCard:
    card = queries.find_contest_seen_by(viewer_here(), ward_here().id, contest_id)
    if card is None:
        abort(404)
    return card


def _found_to_run(contest_id: int) -> ContestCard:
    """Find a contest for who may run it here: running those of another ward is not enough."""
    card = _found(contest_id)
    _may_run_here()
    return card


def _may_run_here() -> None:
    if not viewer_here().may_in(RUN, ward_id=ward_here().id):
        abort(404)


def _offered(form: ContestForm, card: ContestCard | None = None) -> ContestForm:
    """Fill the lists; a group that a contest has chosen stays in it when it no longer exists."""
    ward_id = ward_here().id
    there_are = Counter(one.course_id for one in one_choice_questions(ward_id, today()))
    groups = [one for one in group_choices(ward_id, today()) if one.kind == GroupKind.REGULAR]
    form.offer(courses_with_results(ward_id), there_are, groups, card.group_ids if card else ())
    return form


def _form_page(form: ContestForm | BegunContestForm, card: ContestCard | None) -> str:
    return render_template("movement/contest_form.html", form=form, contest=card)


def _page() -> str | None:
    return request.args.get("trang")
