"""What a learner reads about each answer after sending it: theirs, the right one, and why."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from markupsafe import escape


class Answers(Protocol):
    """As much of a go at some questions as is needed to explain it."""

    asked: Any
    shown: Any
    answers: Any
    right_keys: Any


class Explained(NamedTuple):
    """A question that was answered, with the answer and what to know about it; texts are safe HTML."""

    key: str
    prompt: str
    right: bool
    given: list[str]  # what the learner answered, line by line; empty when left out
    ordered: bool
    notes: list[str]  # words of their own for the choices that were made
    spoken: str  # the right answer
    explanation: str


def explain(
    attempt: Answers, questions: Iterable[Mapping[str, Any]], key: Mapping[str, Mapping[str, Any]]
) -> list[Explained]:
    """Return what there is to say about every question of the attempt, in the order asked."""
    by_key = {one["key"]: one for one in questions}
    return [
        Explained(
            key=one,
            prompt=by_key[one]["prompt"],
            right=one in attempt.right_keys,
            given=_read(by_key[one], attempt.answers.get(one, [])),
            ordered=by_key[one]["kind"] == "order",
            notes=[
                key[one]["notes"][chosen] for chosen in _chosen(attempt, one) if chosen in key[one]["notes"]
            ],
            spoken=key[one]["spoken"],
            explanation=key[one]["explanation"],
        )
        for one in attempt.asked
        if one in by_key and one in key
    ]


def _chosen(attempt: Answers, question: str) -> Sequence[str]:
    """Return the choices that were made, in the order in which they were shown."""
    given = attempt.answers.get(question, [])
    return [one for one in attempt.shown.get(question, []) if one in given]


def _read(question: Mapping[str, Any], answer: Sequence[str]) -> list[str]:
    """Return an answer as its learner would read it."""
    if question["kind"] == "type":
        return [str(escape(text)) for text in answer]
    words = {
        one["id"]: one["html"] for side in ("choices", "left", "right") for one in question.get(side, ())
    }
    if question["kind"] == "match":
        pairs = [one.partition("=") for one in answer]
        return [f"{words.get(left, '')} → {words.get(right, '')}" for left, _, right in pairs]
    return [words[one] for one in answer if one in words]
