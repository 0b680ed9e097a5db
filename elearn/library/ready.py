"""A lesson made ready for reading and asking: what is kept beside a revision, so that nobody waits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from elearn.library.document.glossary import with_meanings
from elearn.library.document.model import LessonDocument
from elearn.library.document.parts import Part, part_of, parts_of_questions, with_parts
from elearn.library.document.play import as_played
from elearn.library.document.questions import answer_key, as_asked
from elearn.library.document.render import facts_in, render_page
from elearn.library.facts import Fact
from elearn.library.leaving import LinksOut

RENDERER = 3  # one more whenever what is kept would look otherwise: then every page is made anew


@dataclass(frozen=True)
class Ready:
    """A lesson as one ward reads it on one day, and until when that stays true."""

    html: str
    quiz: list[dict[str, Any]]  # every question as asked, without its key
    held: list[str]  # keys of the questions that rest on a fact nobody vouches for today
    key: dict[str, dict[str, Any]]
    practice: dict[str, Any] | None  # as it is played, when the lesson has one
    good_until: date | None  # the first day on which a fact printed here is overdue
    links: list[str]  # the addresses on other sites to which a text or a question leads
    parts: list[list[str]]  # what is heard, each once: its key and what is said


def make_ready(
    document: LessonDocument, facts: Mapping[str, Fact], today: date, course_slug: str, way_out: str
) -> Ready:
    """Return the lesson with the facts as they stand today. Links to other sites go by way of `way_out`."""
    shown, links = words_of(facts, today), LinksOut(way_out)
    laid = with_meanings(str(render_page(document, shown, links)))
    html, parts = with_parts(with_pictures(laid, course_slug))
    quiz = [as_asked(question, shown, links) for question in document.questions]
    key = {question.key: answer_key(question, shown, links) for question in document.questions}
    return Ready(
        html=html,
        quiz=quiz,
        held=[question.key for question in document.questions if is_held(question.rests_on, facts, today)],
        key=key,
        practice=_practice(document, shown, course_slug),
        good_until=good_until(cited(document), facts, today),
        links=sorted(links.addresses),
        parts=_heard(document, parts, quiz),
    )


def _heard(
    document: LessonDocument, parts: Iterable[Part], quiz: Iterable[Mapping[str, Any]]
) -> list[list[str]]:
    """Return what is heard of a lesson: its title, what it is for, its text, its questions."""
    above = filter(None, (part_of(document.title), part_of(document.objective)))
    heard = [*above, *parts, *parts_of_questions(quiz)]
    return [[key, said] for key, said in dict.fromkeys((part.key, part.said) for part in heard)]


def _practice(document: LessonDocument, shown: Mapping[str, str], course_slug: str) -> dict[str, Any] | None:
    if document.practice is None:
        return None
    played = as_played(document.practice, shown)
    for screen in played["screens"]:
        screen["html"] = with_pictures(screen["html"], course_slug)
    return played


def words_of(facts: Mapping[str, Fact], today: date) -> dict[str, str]:
    """Return for each fact the words that a page prints today."""
    return {fact.id: fact.words(today) for fact in facts.values()}


def cited(document: LessonDocument) -> list[str]:
    """Return the ids of all facts that the lesson or one of its questions prints or rests on."""
    resting = {fact for question in document.questions for fact in question.rests_on}
    return sorted(facts_in(document) | resting)


def is_held(rests_on: Iterable[str], facts: Mapping[str, Fact], today: date) -> bool:
    """Return whether a question rests on a fact that is unknown, not verified, or overdue."""
    return any(name not in facts or not facts[name].is_shown(today) for name in rests_on)


def good_until(names: Iterable[str], facts: Mapping[str, Fact], today: date) -> date | None:
    """Return the first day on which one of the facts shown today is overdue."""
    shown = [facts[name] for name in names if name in facts and facts[name].is_shown(today)]
    return min((fact.review_by + timedelta(days=1) for fact in shown), default=None)


def with_pictures(html: str, course_slug: str) -> str:
    """Return the HTML with the addresses of the course's own pictures made whole."""
    return html.replace('src="images/', f'src="/khoa-hoc/{course_slug}/images/')
