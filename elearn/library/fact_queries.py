"""Reads of the dated facts, as one ward has them."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from elearn.kit.db import db
from elearn.library.document.model import PRINTED_FACT, printed_facts
from elearn.library.facts import Fact
from elearn.library.models import EVERYWHERE, FactRow


def facts_of(ward_id: int, only: Collection[str] | None = None) -> dict[str, Fact]:
    """Return every dated fact (or only some) as this ward has it, in the order of the shelf."""
    chosen = select(FactRow).where(FactRow.ward_id.in_((EVERYWHERE, ward_id)))
    if only is not None:
        chosen = chosen.where(FactRow.id.in_(only))
    rows = db.session.scalars(chosen.order_by(FactRow.position, FactRow.id, FactRow.ward_id))
    return {row.id: as_fact(row) for row in rows}


def filled(text: str, ward_id: int, today: date) -> str:
    """Return the text with the words that its facts say today; one statement, none where it prints no fact.

    In the place of a fact that nobody knows stands a gap ("…").
    """
    printed = printed_facts([text])
    if not printed:
        return text
    facts = facts_of(ward_id, printed)
    return PRINTED_FACT.sub(lambda found: facts[found[1]].words(today) if found[1] in facts else "…", text)


def as_fact(row: FactRow) -> Fact:
    """Return the plain value of a fact's row."""
    return Fact(
        id=row.id,
        label=row.label,
        value=row.value,
        status=row.status,
        fallback=row.fallback,
        source=row.source,
        checked_on=row.checked_on,
        review_months=row.review_months,
    )
