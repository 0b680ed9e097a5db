"""Reads about people's rights over their own data: what they agreed to, word for word."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from elearn.kit.db import db
from elearn.people.consents import PURPOSE, Purpose, agreed_text
from elearn.people.models import Consent, Person


class Agreement(NamedTuple):
    """One act of consent, as it can be shown to the person who gave it."""

    purpose: str
    version: str
    given_at: datetime
    channel: str
    assisted_by: str | None
    withdrawn_at: datetime | None

    @property
    def words(self) -> Purpose | None:
        """The text that was agreed to; None where it stood on a paper of the ward."""
        return agreed_text(self.purpose, self.version)

    @property
    def label(self) -> str:
        """What was agreed to, in a line."""
        words = self.words or PURPOSE.get(self.purpose)
        return words.label if words else self.purpose


def agreements_of(person_ids: Select[tuple[int]]) -> list[Agreement]:
    """Return every consent given under these numbers, the newest first, withdrawn ones too."""
    helper = aliased(Person)
    rows = db.session.execute(
        select(
            Consent.purpose, Consent.text_version, Consent.given_at, Consent.channel,
            func.coalesce(helper.display_name, ""), Consent.withdrawn_at,
        )
        .outerjoin(helper, helper.id == Consent.assisted_by_id)
        .where(Consent.person_id.in_(person_ids))
        .order_by(Consent.given_at.desc(), Consent.id.desc())
    )  # fmt: skip
    return [Agreement(*row) for row in rows]
