"""Before a course: a few questions that tell which lessons one knows already; and how sure one feels, before
it and after it. All of it is for who wants to."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from elearn.kit.access import public
from elearn.kit.clock import now, today
from elearn.kit.refused import Refused
from elearn.kit.secrets import keyed
from elearn.learning import rules
from elearn.learning.listening import heard_here
from elearn.learning.mixed import NO_ONE_REVISION, by_revision, questions_on, with_place
from elearn.learning.placing import (
    AFTER,
    BEFORE,
    LEVELS,
    confidence_of,
    keep_confidence,
    keep_placement,
    placements_of,
    read_levels,
    skip_lessons,
)
from elearn.learning.quiz import Answered, Slip, as_shown, draw_up, read_answers, said_on, seal, unseal
from elearn.learning.views import ANOTHER_LEARNER, OLD_SLIP, done_in, is_of_another, mark_here
from elearn.library.queries import CoursePage, find_course
from elearn.library.quiz_queries import answer_key, find_asked, find_placement
from elearn.people.session import key_here, learner_here, ward_here
from elearn.people.visitors import from_the_shelf

pages = Blueprint("placement", __name__)

NOTHING_SAID = "Bác chưa chọn câu nào. Bác chạm vào một số từ 1 đến 5, hoặc chạm “Để sau”."


# -- what is known already -----------------------------------------------------------------------


@pages.get("/xep-loi/<course>")
@public
def ask(course: str) -> Any:
    """Ask a few questions from all over the course."""
    return _asked_anew(_found(course))


@pages.post("/xep-loi/<course>")
@public
def send(course: str) -> Any:
    """Mark the answers and keep, lesson by lesson, whether it is known; nothing is completed by it."""
    page = _found(course)
    slip = unseal(request.form.get("phieu", ""), current_app.config["SECRET_KEY"], now())
    lessons = _lessons_on(slip, page.slug) if slip and slip.revision_id == NO_ONE_REVISION else {}
    if slip is None or not lessons:
        return _asked_anew(page, OLD_SLIP), 422
    if is_of_another(slip):
        return _asked_anew(page, ANOTHER_LEARNER), 422
    questions = questions_on(slip, ward_here().id)
    answered = read_answers(slip, questions, request.form.getlist)
    if answered.faults and not (answered.answers and "bo-trong" in request.form):
        return _shown(page, slip, questions, answered), 422
    try:
        learner = learner_here()
        keep_placement(learner, _known(slip, answered, lessons))
        if levels := read_levels(page.confidence, request.form):
            keep_confidence(learner, page.id, BEFORE, levels)
    except Refused as refused:
        return _shown(page, slip, questions, answered, str(refused)), 422
    return redirect(url_for(".result", course=course), 303)


@pages.get("/xep-loi/<course>/ket-qua")
@public
def result(course: str) -> Any:
    """Say which lessons are known, and offer to skip them."""
    page = _found(course)
    person_id = current_user.person_id
    placed = placements_of(person_id, page.id) if person_id is not None else {}
    lines = [line for line in page.lessons if line.id in placed]
    if not lines:
        return redirect(url_for(".ask", course=course))
    known = [line for line in lines if placed[line.id].right]
    return render_template(
        "learning/placement_result.html",
        course=page,
        known=known,
        to_learn=[line for line in lines if not placed[line.id].right],
        chosen={line.id for line in known if placed[line.id].skipped} or {line.id for line in known},
        first=page.lessons[0],
    )


@pages.post("/xep-loi/<course>/bo-qua")
@public
def skip(course: str) -> Any:
    """Skip the lessons that were chosen among those known; unchosen ones are suggested again."""
    page, person_id = _found(course), current_user.person_id
    if person_id is None:
        return redirect(url_for(".ask", course=course), 303)
    chosen = set(request.form.getlist("bai"))
    count = skip_lessons(person_id, page.id, [line.id for line in page.lessons if str(line.id) in chosen])
    kept_open = "Bài nào cũng vẫn mở ra học được."
    flash(f"Đã lưu. Bác bỏ qua {count} bài. {kept_open}" if count else "Đã lưu. Bác không bỏ qua bài nào.")
    return redirect(url_for("learning.course", course=course), 303)


def _found(course: str) -> CoursePage:
    return from_the_shelf(find_course, course, ward_here().id) or abort(404)


def _asked_anew(page: CoursePage, remark: str = "") -> str:
    placed = from_the_shelf(find_placement, page.slug, ward_here().id, today())
    questions = [with_place(one.revision_id, one.question) for one in placed]
    if not questions:
        return render_template("learning/placement_none.html", course=page)
    generate_csrf()  # from now on this browser has a token, and with it a key
    parts = ("placement", key_here(), current_user.person_id, *(one["key"] for one in questions))
    slip = draw_up(
        questions, NO_ONE_REVISION, keyed(current_app.config["SECRET_KEY"], *parts)[:32], now(),
        opened_by=current_user.person_id, opened_in=mark_here(),
    )  # fmt: skip
    return _shown(page, slip, questions, None, remark)


def _shown(
    page: CoursePage, slip: Slip, questions: list[dict[str, Any]], answered: Answered | None, remark: str = ""
) -> str:
    asked = as_shown(slip, questions, answered.faults if answered else None)
    return render_template(
        "learning/placement.html",
        course=page,
        slip=slip,
        sealed=seal(slip, current_app.config["SECRET_KEY"]),
        asked=asked,
        typed=answered.typed if answered else {},
        open_ones=[one for one in asked if one.fault],
        heard=heard_here(said_on(asked)),
        levels=LEVELS,
        said=read_levels(page.confidence, request.form),
        remark=remark,
    )


def _lessons_on(slip: Slip, course_slug: str) -> dict[int, int]:
    """Return the lesson of each revision on the slip; nothing when one of them is of another course."""
    places = {one: from_the_shelf(find_asked, one, ward_here().id) for one in by_revision(slip.asked)}
    if not all(place and place.course_slug == course_slug for place in places.values()):
        return {}
    return {revision_id: place.lesson_id for revision_id, place in places.items() if place}


def _known(slip: Slip, answered: Answered, lessons: dict[int, int]) -> dict[int, bool]:
    """Return of each lesson asked about whether all that was asked of it is right."""
    found: dict[int, bool] = {}
    for revision_id, keys in by_revision(slip.asked).items():
        key = from_the_shelf(answer_key, revision_id, ward_here().id, today())
        given = {one: answered.answers.get(f"{revision_id}:{one}", []) for one in keys}
        lesson_id = lessons[revision_id]
        found[lesson_id] = found.get(lesson_id, True) and set(rules.right_among(key, keys, given)) == set(
            keys
        )
    return found


# -- how sure one feels --------------------------------------------------------------------------


@pages.get("/tu-tin/<course>")
@public
def confidence(course: str) -> Any:
    """Ask how sure one feels, before the course or after it; in the middle there is nothing to ask."""
    page = _found(course)
    moment = _moment(page)
    if moment is None:
        flash("Bác học xong khóa này rồi, trang hỏi bác mấy câu này nhé.")
        return redirect(url_for("learning.course", course=course))
    person_id = current_user.person_id
    said = confidence_of(person_id, page.id, moment) if person_id is not None else {}
    return render_template(
        "learning/confidence.html", course=page, moment=moment, levels=LEVELS, said=said, fault=""
    )


@pages.post("/tu-tin/<course>")
@public
def confidence_sent(course: str) -> Any:
    """Keep how sure one feels."""
    page = _found(course)
    moment, levels = _moment(page), read_levels(page.confidence, request.form)
    if moment is None:
        return redirect(url_for("learning.course", course=course), 303)
    if not levels:
        return render_template(
            "learning/confidence.html", course=page, moment=moment, levels=LEVELS, said={}, fault=NOTHING_SAID
        ), 422
    keep_confidence(learner_here(), page.id, moment, levels)
    flash("Đã lưu. Cảm ơn bác.")
    return redirect(url_for("learning.course", course=course), 303)


def _moment(page: CoursePage) -> str | None:
    """Return whether the course is still before this reader or behind them; None in the middle of it."""
    if not page.confidence:
        return None
    done, _, finished = done_in(page.id)
    if finished:
        return AFTER
    return None if done else BEFORE
