"""Courses, lessons, their questions, and what came of an attempt."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from elearn.kit.access import public
from elearn.kit.clock import now, today
from elearn.kit.headers import MEDIA_POLICY
from elearn.kit.refused import Refused
from elearn.kit.secrets import keyed
from elearn.learning import queries, rules
from elearn.learning.attempts import Outcome, submit_attempt
from elearn.learning.crowd import may_be_sent_elsewhere
from elearn.learning.explained import explain
from elearn.learning.help_pages import has_helper
from elearn.learning.listening import heard_here
from elearn.learning.quiz import (
    Answered,
    Slip,
    as_shown,
    draw_up,
    from_another_slip,
    read_answers,
    said_on,
    seal,
    unseal,
)
from elearn.library.fact_queries import filled
from elearn.library.lesson_queries import find_lesson_page, page_html
from elearn.library.pictures import type_of
from elearn.library.queries import find_by_short, find_course, find_image, outline
from elearn.library.quiz_queries import Quiz, answer_key, find_asked, find_quiz, quiz_of
from elearn.people.alike import alike_but_for_names
from elearn.people.models import How, SessionKind
from elearn.people.session import key_here, learner_here, ward_here
from elearn.people.visitors import from_the_shelf, same_for_visitors

pages = Blueprint("learning", __name__)

A_WEEK = 7 * 86_400
LEARNT_ON = {SessionKind.HANDED: How.ASSISTED, SessionKind.KIOSK: How.KIOSK}
OLD_SLIP = "Trang câu hỏi này mở đã lâu nên chưa lưu được. Bác xem lại các câu rồi chạm gửi lần nữa."
ANOTHER_BROWSER = "Trang câu hỏi này đã gửi ở máy khác nên chưa lưu được. Bác xem lại rồi chạm gửi lần nữa."
ANOTHER_LEARNER = "Trang này mở lúc người khác đang học, nên chưa lưu gì. Bác trả lời lại phần của mình nhé."


# -- reading -------------------------------------------------------------------------------------


@pages.get("/khoa-hoc/<course>")
@public
def course(course: str) -> Any:
    """Show what a course is for, its lessons, and what this reader has done in it."""
    page = from_the_shelf(find_course, course, ward_here().id)
    if page is None:
        abort(404)
    call = from_the_shelf(filled, page.loudspeaker, ward_here().id, today())
    page = page._replace(loudspeaker=call)
    done, skipped, finished = done_in(page.id)
    ahead = rules.next_lesson([line.id for line in page.lessons], done, skipped)
    return same_for_visitors(
        page,
        lambda: render_template(
            "learning/course.html",
            course=page,
            done=done,
            skipped=skipped,
            finished=finished,
            ahead=next((line for line in page.lessons if line.id == ahead), None),
        ),
    )


def done_in(course_id: int) -> tuple[frozenset[int], frozenset[int], bool]:
    """Return the lessons of the course that this reader has completed, those they skip, and whether the
    course is finished."""
    person_id = current_user.person_id
    begun = queries.my_courses(person_id) if person_id is not None else []
    mine = next((one for one in begun if one.course_id == course_id), None)
    return (mine.completed, mine.skipped, mine.finished) if mine else (frozenset(), frozenset(), False)


@pages.get("/khoa-hoc/<course>/<lesson>")
@public
def lesson(course: str, lesson: str) -> Any:
    """Show the text of a lesson: ready-made, the same for every visitor; for all who learn, but for names."""
    page = from_the_shelf(find_lesson_page, course, lesson, ward_here().id)
    if page is None:
        abort(404)
    html = page_html(page, today())
    content = page._replace(html=html)

    def lay_out(**own: Any) -> str:
        return render_template("learning/lesson.html", page=page, html=html, heard=page.heard(html), **own)

    if current_user.person_id is None:
        return same_for_visitors(content, lay_out)
    return alike_but_for_names(content, lay_out)


@pages.get("/khoa-hoc/<course>/images/<name>")
@public
def image(course: str, name: str) -> Any:
    """Send a picture that stands in a lesson of the course."""
    data = find_image(course, name, ward_here().id)
    if data is None:
        abort(404)
    response = Response(data, mimetype=type_of(name))
    response.headers["Content-Security-Policy"] = MEDIA_POLICY
    response.set_etag(hashlib.blake2s(data, digest_size=12).hexdigest())
    response.headers["Cache-Control"] = f"public, max-age={A_WEEK}"
    return response.make_conditional(request)


@pages.get("/b/<code>")
@public
def short(code: str) -> Any:
    """Lead from the number that a loudspeaker called to its course or lesson."""
    place = find_by_short(code, ward_here().id) if code.isdecimal() else None
    if place is None:
        return render_template("learning/short.html", code=code), 404
    if place.lesson_slug is None:
        return redirect(url_for("learning.course", course=place.course_slug))
    return redirect(url_for("learning.lesson", course=place.course_slug, lesson=place.lesson_slug))


@pages.get("/b")
@public
def by_number() -> Any:
    """Lead from the box in which a number was typed to that number's address."""
    typed = "".join(request.args.get("so", "").split())
    return redirect(url_for("learning.short", code=typed[:20]) if typed else url_for("front.home"))


# -- the questions -------------------------------------------------------------------------------


@pages.get("/khoa-hoc/<course>/<lesson>/cau-hoi")
@public
def quiz(course: str, lesson: str) -> Any:
    """Ask the questions of a lesson, or, on a second go, those that were answered wrongly."""
    found = from_the_shelf(find_quiz, course, lesson, ward_here().id, today())
    if found is None:
        abort(404)
    if not found.questions:
        return render_template("learning/quiz_empty.html", quiz=found)
    slip = _new_slip(found, again="lai" in request.args)
    return _ask(found.course_slug, found.slug, found.title, slip, found.questions, find_heard=found.heard)


def _new_slip(found: Quiz, *, again: bool = False) -> Slip:
    """Return a slip with every question of the lesson; for a second go, with those still wrong.

    Until something is sent, opening the page again gives the same slip: the ticks that a browser
    remembers still fit, and what is sent twice is sent once.
    """
    person_id = current_user.person_id
    earlier = queries.right_in_each(person_id, found.revision_id) if person_id is not None else []
    keys = {one["key"] for one in found.questions}
    only = keys.difference(*earlier) if again else keys
    generate_csrf()  # from now on this browser has a token, and with it a key
    parts = ("attempt", key_here(), found.revision_id, len(earlier), *sorted(only))
    attempt_id = keyed(current_app.config["SECRET_KEY"], *parts)[:32]
    return draw_up(
        found.questions, found.revision_id, attempt_id, now(),
        opened_by=person_id, opened_in=mark_here(), only=only or keys,
    )  # fmt: skip


def _ask(
    course: str,
    lesson: str,
    title: str,
    slip: Slip,
    questions: Sequence[Mapping[str, Any]],
    answered: Answered | None = None,
    remark: str = "",
    find_heard: Callable[[list[str]], Mapping[str, str]] = heard_here,
) -> str:
    """Show the questions of a slip; with what came back, if it could not be taken."""
    asked = as_shown(slip, questions, answered.faults if answered else None)
    return render_template(
        "learning/quiz.html",
        course=course,
        lesson=lesson,
        title=title,
        slip=slip,
        sealed=seal(slip, current_app.config["SECRET_KEY"]),
        asked=asked,
        typed=answered.typed if answered else {},
        open_ones=[one for one in asked if one.fault],
        remark=remark,
        helped=has_helper(),
        heard=find_heard(said_on(asked)),
    )


@pages.post("/khoa-hoc/<course>/<lesson>/luot-lam")
@public
def attempt(course: str, lesson: str) -> Any:
    """Keep one go at the questions, mark it, and show what came of it."""
    slip = unseal(request.form.get("phieu", ""), current_app.config["SECRET_KEY"], now())
    place = from_the_shelf(find_asked, slip.revision_id, ward_here().id) if slip else None
    if slip is None or place is None or (place.course_slug, place.lesson_slug) != (course, lesson):
        return _ask_anew(course, lesson, OLD_SLIP)
    if is_of_another(slip):
        return _ask_anew(course, lesson, ANOTHER_LEARNER, keep=False)
    questions = from_the_shelf(quiz_of, slip.revision_id, ward_here().id, today())
    answered = read_answers(slip, questions, request.form.getlist)
    if answered.faults and not (answered.answers and "bo-trong" in request.form):
        return _ask(course, lesson, place.lesson_title, slip, questions, answered), 422
    if not (_is_from_here(slip) or may_be_sent_elsewhere(slip.attempt_id)):
        return _ask_anew(course, lesson, ANOTHER_BROWSER)
    try:
        outcome = _submit(slip, answered.answers)
    except Refused as refused:
        return _ask(course, lesson, place.lesson_title, slip, questions, answered, str(refused)), 422
    return redirect(
        url_for("learning.result", course=course, lesson=lesson, attempt_id=outcome.attempt_id), 303
    )


@pages.get("/khoa-hoc/<course>/<lesson>/luot-lam")
@public
def attempt_not_sent(course: str, lesson: str) -> Any:
    """Lead back to the questions who comes to this address without a form, as by a reload or a saved link."""
    return redirect(url_for("learning.quiz", course=course, lesson=lesson))


def _submit(slip: Slip, answers: Mapping[str, Sequence[str]]) -> Outcome:
    person_id = learner_here()
    viewer = current_user
    return submit_attempt(
        person_id,
        slip.attempt_id,
        slip.revision_id,
        ward_id=ward_here().id,
        asked=slip.asked,
        shown=slip.shown,
        answers=answers,
        opened_at=slip.opened_at,
        questions=slip.whole,
        how=how_here(),
        assisted_by_id=viewer.assisted_by_id if viewer.session_kind == SessionKind.HANDED else None,
        pass_share=current_app.config["PASS_SHARE"],
    )


def how_here() -> How:
    """Return how whoever is here learns: on a helper's phone, at a shared machine, in a class, or alone."""
    viewer = current_user
    return LEARNT_ON.get(viewer.session_kind) or (How.MEETING if viewer.class_group_id else How.ALONE)


def is_of_another(slip: Slip) -> bool:
    """Was the slip opened by somebody else than who is here now, on a phone that changed hands?"""
    here = current_user
    if slip.opened_by in (0, here.person_id) or not here.is_authenticated:
        return False
    return slip.opened_by != here.nameless_id


def _is_from_here(slip: Slip) -> bool:
    """Was the slip opened in this browser, or by who is here now, or sent by them before?"""
    here = current_user
    if slip.opened_in == mark_here() or slip.opened_by in {here.person_id, here.nameless_id} - {None}:
        return True
    return here.person_id is not None and queries.find_attempt(here.person_id, slip.attempt_id) is not None


def mark_here() -> str:
    """Return what marks this browser on a slip; from it nobody learns the key of its session."""
    return keyed(current_app.config["SECRET_KEY"], "slip", key_here())[:16]


def _ask_anew(course: str, lesson: str, remark: str, *, keep: bool = True) -> Any:
    """Ask the questions on a fresh slip, keeping what was ticked as far as it still fits."""
    found = from_the_shelf(find_quiz, course, lesson, ward_here().id, today())
    if found is None or not found.questions:
        abort(404)
    slip = _new_slip(found)
    getlist = from_another_slip(slip, request.form, request.form.getlist)
    answered = read_answers(slip, found.questions, getlist)._replace(faults={})
    return _ask(course, lesson, found.title, slip, found.questions, answered if keep else None, remark), 422


# -- what came of an attempt ---------------------------------------------------------------------


@pages.get("/khoa-hoc/<course>/<lesson>/ket-qua/<attempt_id>")
@public
def result(course: str, lesson: str, attempt_id: str) -> Any:
    """Show the owner of an attempt what was right, and why; anyone else finds nothing."""
    viewer, ward_id = current_user, ward_here().id
    found = queries.find_attempt(viewer.person_id, attempt_id) if viewer.person_id is not None else None
    place = from_the_shelf(find_asked, found.revision_id, ward_id) if found else None
    if found is None or place is None or (place.course_slug, place.lesson_slug) != (course, lesson):
        abort(404)
    sums = queries.so_far(viewer.person_id, found)
    lines = from_the_shelf(outline, place.course_id)
    _, skipped, finished = done_in(place.course_id)
    done = queries.completed_lessons(viewer.person_id, place.course_id)
    ahead = rules.next_lesson([line.id for line in lines], done, skipped)
    mark = rules.mark(sums.whole, sums.right)
    return render_template(
        "learning/result.html",
        attempt=found,
        gone=not (found.answers or found.shown),  # kept long enough, or its owner had it erased
        place=place,
        explained=explain(
            found,
            from_the_shelf(quiz_of, found.revision_id, ward_id, today()),
            from_the_shelf(answer_key, found.revision_id, ward_id, today()),
        ),
        mark=mark,
        needed=mark.needed(current_app.config["PASS_SHARE"]),
        wrong_now=[key for key in found.asked if key not in sums.right_now],
        lesson_done=place.lesson_id in done,
        finished=finished,
        ahead=next((line for line in lines if line.id == ahead), None),
        kept=viewer.is_authenticated or viewer.group_id is not None,
        helped=has_helper(),
    )
