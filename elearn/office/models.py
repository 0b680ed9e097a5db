"""The tables of the office."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from elearn.kit.clock import now
from elearn.kit.db import Base


class Registration(Base):
    """A form with which a helper registered a neighbour: sent twice, it means the same person."""

    __tablename__ = "registration"

    form_digest: Mapped[str] = mapped_column(primary_key=True)  # of the helper and the id in the form
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # filled in the same transaction
    sent_at: Mapped[datetime] = mapped_column(default=now)
