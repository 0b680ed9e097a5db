"""A slip that asks about several lessons at once: a question is named with the revision it stands in."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from elearn.kit.clock import today
from elearn.learning.quiz import Slip
from elearn.library.quiz_queries import quiz_of
from elearn.people.visitors import from_the_shelf

NO_ONE_REVISION = 0  # in place of a revision's id on the slip


def with_place(revision_id: int, question: dict[str, Any]) -> dict[str, Any]:
    """Return the question under a key that no other lesson has."""
    return question | {"key": f"{revision_id}:{question['key']}"}


def by_revision(keys: Iterable[str]) -> dict[int, list[str]]:
    """Return the questions' own keys by the revision that they stand in."""
    found: dict[int, list[str]] = defaultdict(list)
    for one in keys:
        revision_id, _, key = one.partition(":")
        found[int(revision_id)].append(key)
    return found


def questions_on(slip: Slip, ward_id: int) -> list[dict[str, Any]]:
    """Return the questions of the slip as they are asked; of what is there no more, none."""
    return [
        with_place(revision_id, question)
        for revision_id in by_revision(slip.whole)
        for question in from_the_shelf(quiz_of, revision_id, ward_id, today())
    ]
