"""The registry of dated facts: checked, given new values, for all or for one ward; all of it audited."""

from typing import Any

from sqlalchemy import delete, select

from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.library import rules
from elearn.library.models import EVERYWHERE, FactRow
from elearn.library.ready_pages import make_pages_anew
from elearn.library.recorded import record, refuse_if

FACT_VALUES = ("label", "value", "status", "fallback", "source", "checked_on", "review_months")


def check_fact(fact_id: str, ward_id: int, actor_id: int) -> None:
    """Record that a fact was checked today and is still so; every page that cites it is made anew."""
    with transaction():
        row = _fact_row(fact_id, ward_id)
        refuse_if(None if row else "Không có dữ kiện này.")
        assert row is not None
        if row.checked_on != today() or row.status != "verified":
            row.checked_on, row.status, row.checked_by_id = today(), "verified", actor_id
            record("check fact", "fact", fact_id, actor_id=actor_id, ward_id=ward_id or None)
            make_pages_anew([fact_id])


def new_fact(actor_id: int, label: str, **values: Any) -> str:
    """Keep a new fact for every ward, and return its id; a fact of the same name is that fact."""
    with transaction():
        common = select(FactRow).where(FactRow.ward_id == EVERYWHERE)
        rows = {row.id: row for row in db.session.scalars(common)}
        same = next((row.id for row in rows.values() if row.label == label), None)
        if same is not None:
            return same
        fact_id = rules.free_fact_id(label, rows)
        position = max((row.position for row in rows.values()), default=0) + 1
        row = FactRow(
            id=fact_id, ward_id=EVERYWHERE, position=position, label=label, checked_on=today(), **values
        )
        row.checked_by_id = actor_id
        db.session.add(row)
        db.session.flush()
        record("make fact", "fact", fact_id, actor_id=actor_id)
        make_pages_anew([fact_id])
    return fact_id


def save_fact(fact_id: str, ward_id: int, actor_id: int, **values: Any) -> None:
    """Give a fact a new value, source or fallback; for one ward, beside the common one, when a ward is given.

    What is saved counts as checked today. Every page that cites it is made anew at once.
    """
    with transaction():
        row = _fact_row(fact_id, ward_id)
        if row is None:
            common = _fact_row(fact_id, EVERYWHERE)
            refuse_if(None if common else "Không có dữ kiện này.")
            assert common is not None
            kept = {name: getattr(common, name) for name in ("position", *FACT_VALUES)}
            row = FactRow(id=fact_id, ward_id=ward_id, **kept)
            db.session.add(row)
        for name, value in values.items():
            setattr(row, name, value)
        row.checked_on, row.checked_by_id = today(), actor_id
        db.session.flush()
        record(
            "change fact", "fact", fact_id, actor_id=actor_id, ward_id=ward_id or None, fields=sorted(values)
        )
        make_pages_anew([fact_id])


def drop_own_fact(fact_id: str, ward_id: int, actor_id: int) -> None:
    """Let a ward use the common value of a fact again; twice is once."""
    with transaction():
        gone = db.session.execute(
            delete(FactRow).where(
                FactRow.id == fact_id, FactRow.ward_id == ward_id, FactRow.ward_id != EVERYWHERE
            )
        )
        if gone.rowcount:  # type: ignore[attr-defined]
            record("drop own fact", "fact", fact_id, actor_id=actor_id, ward_id=ward_id)
            make_pages_anew([fact_id])


def _fact_row(fact_id: str, ward_id: int) -> FactRow | None:
    return db.session.scalar(select(FactRow).where(FactRow.id == fact_id, FactRow.ward_id == ward_id))
