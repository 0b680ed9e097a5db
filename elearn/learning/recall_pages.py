"""Recall (ôn lại): at most three questions a day that were once answered wrongly, never asked of anybody who
does not ask for them."""

from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from elearn.kit.access import public
from elearn.kit.clock import now, today
from elearn.kit.refused import Refused
from elearn.kit.secrets import keyed
from elearn.learning.explained import explain
from elearn.learning.listening import heard_here
from elearn.learning.mixed import NO_ONE_REVISION, by_revision, questions_on, with_place
from elearn.learning.models import Attempt
from elearn.learning.queries import Gone, goes_of
from elearn.learning.quiz import Answered, Slip, as_shown, draw_up, read_answers, said_on, seal, unseal
from elearn.learning.recall import next_day, recalls
from elearn.learning.recall_queries import Due, attempts_of_recall, due_among
from elearn.learning.recalling import submit_recall
from elearn.learning.views import ANOTHER_LEARNER, OLD_SLIP, how_here, mark_here
from elearn.library.quiz_queries import answer_key, find_asked, quiz_of
from elearn.people.models import SessionKind
from elearn.people.session import key_here, ward_here
from elearn.people.visitors import from_the_shelf

pages = Blueprint("recall", __name__)


@pages.get("/on-lai")
@public
def ask() -> Any:
    """Ask what is due today; where nothing is, say when something will be."""
    return _asked_anew()


@pages.post("/on-lai")
@public
def send() -> Any:
    """Keep the answers, and show what came of them. What was sent before is shown as it was kept."""
    slip, me = unseal(request.form.get("phieu", ""), current_app.config["SECRET_KEY"], now()), current_user
    if me.person_id is None:
        return redirect(url_for(".ask"), 303)
    if slip is None or slip.revision_id != NO_ONE_REVISION:
        return _asked_anew(OLD_SLIP)
    if slip.opened_by != me.person_id:
        return _asked_anew(ANOTHER_LEARNER)
    done = url_for(".result", slip_id=slip.attempt_id)
    if attempts_of_recall(me.person_id, slip.attempt_id):
        return redirect(done, 303)
    lessons = _lessons_on(slip)
    if len(lessons) < len(by_revision(slip.asked)):
        return _asked_anew(OLD_SLIP)
    questions = questions_on(slip, ward_here().id)
    answered = read_answers(slip, questions, request.form.getlist)
    if answered.faults and not (answered.answers and "bo-trong" in request.form):
        return _shown(slip, questions, answered), 422
    try:
        kept = submit_recall(
            me.person_id, slip, answered.answers, lessons,
            ward_id=ward_here().id, how=how_here(), pass_share=current_app.config["PASS_SHARE"],
            assisted_by_id=me.assisted_by_id if me.session_kind == SessionKind.HANDED else None,
        )  # fmt: skip
    except Refused as refused:
        return _shown(slip, questions, answered, str(refused)), 422
    return redirect(done if kept else url_for(".ask"), 303)


@pages.get("/on-lai/<slip_id>")
@public
def result(slip_id: str) -> Any:
    """Show the owner of a recall what was right, why, and when each question comes back."""
    person_id = current_user.person_id
    attempts = attempts_of_recall(person_id, slip_id) if person_id is not None else []
    if not attempts:
        abort(404)
    goes = goes_of(person_id)
    return render_template(
        "learning/recall_result.html",
        right=sum(one.right for one in attempts),
        asked=sum(len(one.asked) for one in attempts),
        sent_at=attempts[0].sent_at,
        parts=[part for one in attempts if (part := _part(one))],
        states=recalls(goes),
        more=len(due_among(goes)),
    )


def _part(attempt: Attempt) -> dict[str, Any] | None:
    ward_id, day = ward_here().id, today()
    place = from_the_shelf(find_asked, attempt.revision_id, ward_id)
    if place is None:
        return None
    quiz = from_the_shelf(quiz_of, attempt.revision_id, ward_id, day)
    key = from_the_shelf(answer_key, attempt.revision_id, ward_id, day)
    gone = not (attempt.answers or attempt.shown)
    return {"place": place, "explained": explain(attempt, quiz, key), "gone": gone}


def _lessons_on(slip: Slip) -> dict[int, int]:
    """Return the lesson of each revision on the slip that this ward has or had."""
    places = {one: from_the_shelf(find_asked, one, ward_here().id) for one in by_revision(slip.asked)}
    return {revision_id: place.lesson_id for revision_id, place in places.items() if place}


def _asked_anew(remark: str = "") -> Any:
    person_id = current_user.person_id
    goes = goes_of(person_id) if person_id is not None else []
    due = due_among(goes)
    if not due:
        states, day = recalls(goes), today()
        return render_template(
            "learning/recall_none.html",
            is_visitor=person_id is None,
            done_today=any(one.asked_on == day for one in states.values()),
            comes_on=next_day(states, day),
            mastered=sum(one.mastered for one in states.values()),
        ), 422 if remark else 200
    slip, questions = _new_slip(goes, due)
    return _shown(slip, questions, None, remark), 422 if remark else 200


def _new_slip(goes: list[Gone], due: list[Due]) -> tuple[Slip, list[dict[str, Any]]]:
    """Return a slip about what is due, and its questions; until something is sent it is always the same."""
    asked = [with_place(one.quiz.revision_id, one.question) for one in due]
    keys = [one["key"] for one in asked]
    others = [
        with_place(revision_id, question)
        for revision_id, quiz in {one.quiz.revision_id: one.quiz for one in due}.items()
        for question in quiz.questions
    ]
    questions = asked + [one for one in others if one["key"] not in keys]
    generate_csrf()  # from now on this browser has a token, and with it a key
    parts = ("recall", key_here(), current_user.person_id, len(goes), *keys)
    slip_id = keyed(current_app.config["SECRET_KEY"], *parts)[:32]
    slip = draw_up(
        questions, NO_ONE_REVISION, slip_id, now(),
        opened_by=current_user.person_id, opened_in=mark_here(), only=keys,
    )  # fmt: skip
    return slip, questions


def _shown(slip: Slip, questions: list[dict[str, Any]], answered: Answered | None, remark: str = "") -> str:
    asked = as_shown(slip, questions, answered.faults if answered else None)
    return render_template(
        "learning/recall.html",
        slip=slip,
        sealed=seal(slip, current_app.config["SECRET_KEY"]),
        asked=asked,
        typed=answered.typed if answered else {},
        open_ones=[one for one in asked if one.fault],
        heard=heard_here(said_on(asked)),
        remark=remark,
    )
