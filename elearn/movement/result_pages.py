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
from elearn.people.visitors import same_for_visitors

pages = Blueprint("results", __name__)


@pages.get("/cuoc-thi/<slug>/ket-qua")
@public
def results(slug: str) -> Any:
    """Show the newest sealed results; a name only while its owner agrees, so no search engine keeps them."""
    card = find_contest(ward_here().id, slug)
    copy = queries.find_sealed(card.id) if card is not None else None
    if card is None or copy is None or not copy.fits:
        abort(404)
    lines = rules.public_lines(copy.lines, some=bool(card.group_ids))
    named = {
        way: [line for line in people if line.name is not None]
        for way, people in queries.people_of(card, copy).items()
    }
    everybody = [(way, line) for way, people in named.items() for line in people]
    part = part_of(everybody, request.args.get("trang"))

    def page() -> str:
        return render_template(
            "movement/contest_results.html",
            contest=card,
            copy=copy,
            lines=lines,
            total=rules.public_total(lines),
            part=part,
            ways=rules.WAYS,
            took=took,
        )

    answer = make_response(same_for_visitors((card, copy.number, copy.seal, lines, part), page))
    answer.headers["X-Robots-Tag"] = "noindex, noarchive"
    return answer
