"""The sealed results of a contest that anyone may read: rounded by group, by name only who agreed."""

from typing import Any

from flask import Blueprint, abort, make_response, render_template, request

from elearn.kit.access import public
from elearn.kit.lists import part_of
from elearn.learning.contest_queries import find_contest
from elearn.learning.contest_rules import took
from elearn.movement import result_queries as queries
from elearn.movement import result_rules as rules
from elearn.people.session import ward_here
from elearn.people.visitors import from_the_shelf, same_for_visitors

pages = Blueprint("results", __name__)


@pages.get("/cuoc-thi/<slug>/ket-qua")
@public
def results(slug: str) -> Any:
    """Show the newest sealed results; a name only while its owner agrees, so no search engine keeps them."""
    card = find_contest(ward_here().id, slug)
    told = from_the_shelf(queries.told_of, card) if card is not None else None
    if told is None:
        abort(404)
    part = part_of(told.named, request.args.get("trang"))

    def page() -> str:
        return render_template(
            "movement/contest_results.html",
            contest=card,
            copy=told,
            lines=told.lines,
            total=rules.public_total(told.lines),
            part=part,
            ways=rules.WAYS,
            took=took,
        )

    answer = make_response(same_for_visitors((card, told, part.number), page))
    answer.headers["X-Robots-Tag"] = "noindex, noarchive"
    return answer
