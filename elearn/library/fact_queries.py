"""Reads of the dated facts, as one ward has them."""

from sqlalchemy import select

from elearn.kit.db import db
from elearn.library.facts import Fact
from elearn.library.models import EVERYWHERE, FactRow


def facts_of(ward_id: int) -> dict[str, Fact]:
    """Return every dated fact as this ward has it, in the order of the shelf."""
    rows = db.session.scalars(
        select(FactRow)
        .where(FactRow.ward_id.in_((EVERYWHERE, ward_id)))
        .order_by(FactRow.position, FactRow.id, FactRow.ward_id)
    )
    return {row.id: as_fact(row) for row in rows}


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
