"""The pages of difficulties: tell one, read what was answered, answer."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from elearn.kit.access import needs
from elearn.kit.clock import today
from elearn.kit.lists import part_of
from elearn.kit.refused import Refused
from elearn.movement import difficulties as actions
from elearn.movement import difficulty_queries as queries
from elearn.movement.difficulties import Told
from elearn.movement.difficulty_queries import DifficultyLine
from elearn.movement.forms import AnswerForm, DifficultyForm
from elearn.movement.words import KINDS, STATES, WHICH
from elearn.people.permissions import Permission
from elearn.people.reach import groups_for
from elearn.people.session import viewer_here, ward_here

pages = Blueprint("difficulty_desk", __name__)

JOIN, ANSWER = Permission.JOIN_MOVEMENT, Permission.ANSWER_DIFFICULTIES


@pages.get("/phong-trao/vuong-mac")
@needs(JOIN)
def difficulties() -> Any:
    """List the difficulties that the viewer may read: own ones, the own group's, all for who answers."""
    viewer, ward_id = viewer_here(), ward_here().id
    state, kind = request.args.get("xem", ""), request.args.get("ve", "")
    groups = {group.code: group for group in groups_for(viewer, ANSWER, ward_id, today())}
    group = groups.get(request.args.get("to-dan-pho", ""))
    asked = {
        "xem": state if state in WHICH else "",
        "ve": kind if kind in KINDS else "",
        "to-dan-pho": group.code if group else "",
    }
    lines = queries.difficulties_seen_by(
        viewer, ward_id, state=WHICH.get(state, ""), kind=asked["ve"], group_id=group.id if group else None
    )
    return render_template(
        "movement/difficulties.html",
        part=part_of(lines, request.args.get("trang")),
        found=len(lines),
        counts=queries.count_by_state(viewer, ward_id),
        groups=groups.values(),
        asked=asked,
        which={word: STATES[state] for word, state in WHICH.items()},
        words={state: word for word, state in WHICH.items()},
        states=STATES,
        kinds=KINDS,
        may_answer=viewer.may_in(ANSWER, ward_id=ward_id),
    )


@pages.get("/phong-trao/vuong-mac/moi")
@needs(JOIN)
def new() -> Any:
    """Offer the short form."""
    form = _form(DifficultyForm(formdata=None))
    return render_template("movement/difficulty_new.html", form=form)


@pages.post("/phong-trao/vuong-mac/moi")
@needs(JOIN)
def tell() -> Any:
    """Keep what was told; the same form sent again is the same difficulty."""
    form = _form(DifficultyForm())
    if not form.validate():
        return render_template("movement/difficulty_new.html", form=form), 422
    told = Told(kind=form.kind.data, what=form.what.data, wish=form.wish.data or "", **form.chosen)
    try:
        made = actions.tell_difficulty(viewer_here(), ward_here().id, form.form_id.data or "", told)
    except Refused as refused:
        form.place.errors = [str(refused)]
        return render_template("movement/difficulty_new.html", form=form), 422
    flash("Đã gửi. Khi phường trả lời, anh chị đọc ở trang này.")
    return redirect(url_for("difficulty_desk.difficulty", difficulty_id=made), 303)


@pages.get("/phong-trao/vuong-mac/<int:difficulty_id>")
@needs(JOIN)
def difficulty(difficulty_id: int) -> Any:
    """Show a difficulty and what was answered; to who may, the form to answer."""
    one = _found(difficulty_id)
    return _one(one, AnswerForm(formdata=None, state=one.state, answer=one.answer, seen=str(one.changes)))


@pages.post("/phong-trao/vuong-mac/<int:difficulty_id>")
@needs(ANSWER)
def answer(difficulty_id: int) -> Any:
    """Keep how far it is and what is answered."""
    one, form = _found(difficulty_id), AnswerForm()
    if not form.validate():
        return _one(one, form), 422
    seen = form.seen.data or ""
    try:
        kept = actions.answer_difficulty(
            viewer_here(), ward_here().id, one.id, state=form.state.data, answer=form.answer.data or "",
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else -1,
        )  # fmt: skip
    except Refused as refused:
        return _one(_found(difficulty_id), form, str(refused)), 422
    if not kept:
        abort(404)
    flash("Đã lưu. Người báo đọc được câu trả lời.")
    return redirect(url_for("difficulty_desk.difficulty", difficulty_id=one.id), 303)


def _one(one: DifficultyLine, form: AnswerForm, refusal: str | None = None) -> str:
    if refusal:
        form.seen.data = str(one.changes)
    return render_template(
        "movement/difficulty.html",
        one=one,
        names=queries.names_in(one.id),
        form=form,
        refusal=refusal,
        may_answer=viewer_here().may_in(ANSWER, ward_id=ward_here().id),
        is_mine=one.told_by_id == viewer_here().person_id,
    )


def _form(form: DifficultyForm) -> DifficultyForm:
    ward_id = ward_here().id
    groups = groups_for(viewer_here(), JOIN, ward_id, today())
    for_workplaces = viewer_here().may_in(JOIN, ward_id=ward_id)
    if not groups and not for_workplaces:
        abort(404)
    form.offer(groups, for_workplaces=for_workplaces)
    return form


def _found(difficulty_id: int) -> DifficultyLine:
    one = queries.find_difficulty_seen_by(viewer_here(), ward_here().id, difficulty_id)
    if one is None:
        abort(404)
    return one
