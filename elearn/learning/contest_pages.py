"""Taking part in a contest (cuộc thi): what there is, beginning, the questions, one's own result."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from elearn.kit.access import public
from elearn.kit.clock import local, monday_of, now, today
from elearn.kit.lists import part_of
from elearn.kit.recent import recent
from elearn.kit.refused import Refused
from elearn.kit.small_counts import FEWEST_PEOPLE, rounded
from elearn.learning import contest_queries as queries
from elearn.learning import contest_rules as rules
from elearn.learning import contests as actions
from elearn.learning.contest_models import ContestEntry
from elearn.learning.contest_queries import ContestCard
from elearn.learning.explained import Explained, explain
from elearn.learning.listening import heard_here
from elearn.learning.quiz import Answered, Slip, as_shown, read_answers, said_on
from elearn.learning.views import how_here
from elearn.people.consents import NAMED_IN_CONTEST, PURPOSE
from elearn.people.models import SessionKind
from elearn.people.queries import has_agreed
from elearn.people.session import viewer_here, ward_here
from elearn.people.visitors import same_for_visitors
from elearn.privacy.guardians import guardian_of

pages = Blueprint("contests", __name__)

OF_ANOTHER = "Trang này mở lúc người khác đang dự thi, nên chưa lưu gì. Bác trả lời lại phần của mình nhé."
ONE_DAY = timedelta(days=1)


class Line(NamedTuple):
    """A contest in the list, and how it stands for who looks."""

    contest: ContestCard
    state: str
    entered: bool
    handed_in: bool


@pages.get("/cuoc-thi")
@public
def contests() -> Any:
    """List the contests: those that run, those to come, those that are over."""
    moment, mine = now(), _my_entries()
    lines = [_line(card, moment, mine) for card in queries.contests_of(ward_here().id)]

    def page() -> str:
        return render_template("learning/contests.html", by_state=_by_state(lines))

    return same_for_visitors(lines, page)


def _line(card: ContestCard, moment: datetime, mine: Mapping[int, ContestEntry]) -> Line:
    entry = mine.get(card.id)
    state = rules.state_of(card.since, card.until, moment)
    return Line(card, state, entry is not None, entry is not None and entry.handed_in_at is not None)


def _by_state(lines: Sequence[Line]) -> dict[str, list[Line]]:
    """Return the contests under how they stand; what comes soonest or ended last comes first."""
    found: dict[str, list[Line]] = {rules.RUNNING: [], rules.BEFORE: [], rules.OVER: []}
    for line in lines:
        found[rules.OVER if line.state == rules.GRACE else line.state].append(line)
    found[rules.RUNNING].sort(key=lambda one: one.contest.until)
    found[rules.BEFORE].sort(key=lambda one: one.contest.since)
    return {state: some for state, some in found.items() if some}


@pages.get("/cuoc-thi/<slug>")
@public
def contest(slug: str) -> Any:
    """Say what a contest is, by which rules, and what to do now: begin, go on, or see what came of it."""
    card = _found(slug)
    person_id = current_user.person_id
    entry = queries.entry_of(person_id, card.id) if person_id is not None else None
    state, told = rules.state_of(card.since, card.until, now()), _told(card)
    sealed = queries.has_been_sealed(card.id)
    may_begin = state == rules.RUNNING and entry is None
    return same_for_visitors(
        (card, state, told, sealed),
        lambda: render_template(
            "learning/contest.html",
            contest=card,
            state=state,
            told=told,
            until_monday=monday_of(today()) - ONE_DAY,
            entry=entry,
            sealed=sealed,
            refusal=_why_not(card) if may_begin else "",
            keep_first=actions.KEEP_FIRST,
            grace=rules.GRACE_MINUTES,
            last_call=local(rules.last_call(card.until)),
        ),
    )


def _told(card: ContestCard) -> int | None:
    """Return how many have taken part, as everybody may read it: before Monday, rounded down; None if few."""
    count = recent(queries.handed_in_before, card.id, monday_of(today()))
    return rounded(count) if count >= FEWEST_PEOPLE else None


def _why_not(card: ContestCard) -> str:
    person_id = current_user.person_id
    return actions.KEEP_FIRST if person_id is None else actions.why_not(person_id, card, now())


@pages.post("/cuoc-thi/<slug>/bat-dau")
@public
def begin(slug: str) -> Any:
    """Begin: from this tap on the clock runs. Tapped again, it is the same go on the same clock."""
    card, me = _found(slug), current_user
    if me.person_id is None:
        flash(actions.KEEP_FIRST)
        return redirect(url_for(".contest", slug=slug), 303)
    try:
        entry = actions.begin_entry(me.person_id, card, how=how_here(), assisted_by_id=_helper_here())
    except Refused as refused:
        flash(str(refused))
        return redirect(url_for(".contest", slug=slug), 303)
    return redirect(url_for(".entry" if entry.handed_in_at is None else ".result", slug=slug), 303)


@pages.get("/cuoc-thi/<slug>/bai-thi")
@public
def entry(slug: str) -> Any:
    """Ask the questions: the same ones in the same order, however often the page is opened.

    `?thieu=1` points to those that are still open.
    """
    card, own = _own(slug)
    if own is None:
        return redirect(url_for(".contest", slug=slug))
    if own.handed_in_at is not None or _state(card) == rules.OVER:
        return redirect(url_for(".result", slug=slug))
    return _asked(card, own, left_open="thieu" in request.args)


@pages.post("/cuoc-thi/<slug>/bai-thi")
@public
def send(slug: str) -> Any:
    """Hand in, or keep what is answered so far; what is left open is asked about once.

    It is asked by a page of its own address, not here: the phone's "back" would offer to send this again.
    """
    card, own = _own(slug)
    if own is None:
        return redirect(url_for(".contest", slug=slug), 303)
    if own.handed_in_at is not None:
        return redirect(url_for(".result", slug=slug), 303)
    if request.form.get("phieu") != own.slip:
        return _asked(card, own, remark=OF_ANOTHER), 422
    questions = queries.questions_of(own, card.ward_id, today())
    answered = read_answers(queries.slip_of(own), questions, request.form.getlist)
    try:
        return _take(card, own, answered)
    except Refused as refused:
        flash(str(refused))
        return redirect(url_for(".result", slug=slug), 303)


def _take(card: ContestCard, own: ContestEntry, answered: Answered) -> Any:
    person_id, later = current_user.person_id, "luu-tam" in request.form
    helped: dict[str, Any] = {"how": how_here(), "assisted_by_id": _helper_here()}
    if later or (answered.faults and not (answered.answers and "bo-trong" in request.form)):
        actions.keep_answers(person_id, card, answered.answers, **helped)
        if not later:
            return redirect(url_for(".entry", slug=card.slug, thieu=1), 303)
        flash(f"Đã lưu {len(answered.answers)} câu, chưa nộp. Bác làm tiếp lúc nào cũng được, trước giờ nộp.")
        return redirect(url_for(".entry", slug=card.slug), 303)
    actions.hand_in(person_id, card, answered.answers, **helped)
    return redirect(url_for(".result", slug=card.slug), 303)


@pages.get("/cuoc-thi/<slug>/bai-cua-toi")
@public
def result(slug: str) -> Any:
    """Show the owner of an entry what came of it; what was right, once nobody can answer any more."""
    card, own = _own(slug)
    state = _state(card)
    if own is None:
        return redirect(url_for(".contest", slug=slug))
    if own.handed_in_at is None and state != rules.OVER:
        return redirect(url_for(".entry", slug=slug))
    over = state == rules.OVER
    explained = _explained(card, own) if over else []
    figures = recent(queries.sealed_figures, card.id)
    return render_template(
        "learning/contest_result.html",
        contest=card,
        entry=own,
        over=over,
        took=rules.took(own.seconds or 0),
        part=part_of(explained, request.args.get("trang")),
        gone=not (own.answers or own.shown),
        opens=local(rules.last_call(card.until)),
        place=queries.place_in(figures, own.id) if figures else None,
        sealed=figures is not None,
        **_naming(),
    )


def _naming() -> dict[str, Any]:
    """Return whether whoever is here may be asked to be named, and whether they agreed."""
    me, ward = viewer_here(), ward_here()
    asked = me.is_authenticated and me.person_id is not None and guardian_of(me.person_id) is None
    return {
        "asked": asked,
        "named": asked and has_agreed(me.person_id, NAMED_IN_CONTEST),
        "purpose": PURPOSE[NAMED_IN_CONTEST],
        "office": ward.office_name or ward.name,
        "handed": me.session_kind == SessionKind.HANDED,
    }


def _explained(card: ContestCard, own: ContestEntry) -> list[Explained]:
    key = queries.key_of(own.asked, card.ward_id, today())
    return explain(own, queries.questions_of(own, card.ward_id, today()), key)


def _asked(card: ContestCard, own: ContestEntry, *, left_open: bool = False, remark: str = "") -> str:
    slip = queries.slip_of(own)
    questions, kept = queries.questions_of(own, card.ward_id, today()), _kept(slip, own)
    faults = read_answers(slip, questions, lambda field: kept.get(field, [])).faults if left_open else None
    asked = as_shown(slip, questions, faults)
    return render_template(
        "learning/contest_entry.html",
        contest=card,
        entry=own,
        slip=slip,
        asked=asked,
        typed=kept,
        open_ones=[one for one in asked if one.fault],
        remark=remark,
        started=local(own.started_at),
        last_call=local(rules.last_call(card.until)),
        heard=heard_here(said_on(asked)),
    )


def _kept(slip: Slip, own: ContestEntry) -> dict[str, list[str]]:
    """Return what was kept half way, as the fields of the form held it."""
    return {slip.field(key): answer for key, answer in own.answers.items()}


def _found(slug: str) -> ContestCard:
    card = queries.find_contest(ward_here().id, slug)
    if card is None:
        abort(404)
    return card


def _own(slug: str) -> tuple[ContestCard, ContestEntry | None]:
    card, person_id = _found(slug), current_user.person_id
    return card, queries.entry_of(person_id, card.id) if person_id is not None else None


def _my_entries() -> dict[int, ContestEntry]:
    return queries.entries_of(current_user.person_id) if current_user.person_id is not None else {}


def _state(card: ContestCard) -> str:
    return rules.state_of(card.since, card.until, now())


def _helper_here() -> int | None:
    me = current_user
    return me.assisted_by_id if me.session_kind == SessionKind.HANDED else None
