"""The practice of a lesson: an invented phone on one page. Its taps stay on the phone they are made on."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from elearn.kit.access import public
from elearn.kit.clock import today
from elearn.learning.practised import keep_practice, stumbled_on
from elearn.learning.views import how_here
from elearn.library.document.practice import ROUND_NAMES, ROUNDS, TOGETHER
from elearn.library.practice_queries import PracticePage, find_practice
from elearn.people.alike import alike_but_for_names
from elearn.people.session import ward_here
from elearn.people.visitors import from_the_shelf, same_for_visitors

pages = Blueprint("practice", __name__)


@pages.get("/khoa-hoc/<course>/<lesson>/thuc-hanh")
@public
def play(course: str, lesson: str) -> Any:
    """Show a practice with every next tap pointed out."""
    return _shown(_found(course, lesson), TOGETHER)


@pages.get("/khoa-hoc/<course>/<lesson>/thuc-hanh/<name>")
@public
def play_round(course: str, lesson: str, name: str) -> Any:
    """Show a practice in another round: with hints, or alone."""
    return _shown(_found(course, lesson), ROUNDS.get(name) or abort(404))


@pages.post("/khoa-hoc/<course>/<lesson>/thuc-hanh/<name>")
@public
def finish(course: str, lesson: str, name: str) -> Any:
    """Keep that a learner went through a practice, of a visitor nothing; then tell where they stumbled."""
    page, round_ = _found(course, lesson), ROUNDS.get(name) or abort(404)
    stumbles = stumbled_on(page.practice, request.form.getlist("vap"))
    if current_user.person_id is not None:
        keep_practice(current_user.person_id, page.lesson_id, round_, len(stumbles), how_here())
    flash(_told(round_, [screen["title"] for screen in stumbles]))
    names = [*ROUNDS]
    if name == names[-1]:
        return redirect(url_for("learning.lesson", course=course, lesson=lesson), 303)
    following = names[names.index(name) + 1]
    return redirect(url_for(".play_round", course=course, lesson=lesson, name=following), 303)


def _found(course: str, lesson: str) -> PracticePage:
    return from_the_shelf(find_practice, course, lesson, ward_here().id, today()) or abort(404)


def _shown(page: PracticePage, round_: str) -> Any:
    def lay_out(**own: Any) -> str:
        rounds = [(name, ROUND_NAMES[one], one == round_) for name, one in ROUNDS.items()]
        return render_template(
            "learning/practice.html", page=page, round=round_, rounds=rounds, draft=None, **own
        )

    content = (page, round_)
    return (same_for_visitors if current_user.person_id is None else alike_but_for_names)(content, lay_out)


def _told(round_: str, titles: list[str]) -> str:
    done = f"Bác đã thực hành xong ({ROUND_NAMES[round_].lower()})."
    if not titles:
        return f"{done} Bác không vấp chỗ nào."
    return f"{done} Bác vấp {len(titles)} lần, ở màn: {', '.join(dict.fromkeys(titles))}."
