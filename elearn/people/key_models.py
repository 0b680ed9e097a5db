"""The tables of second keys (lớp khóa thứ hai): what staff prove themselves with besides the password."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from elearn.kit.clock import now
from elearn.kit.db import Base


class KeyKind(StrEnum):
    """What a second key is."""

    APP = "app"  # a code of six digits that an app on the phone shows, another one every half minute (TOTP)
    PASSKEY = "passkey"  # a key that stays in the phone, the computer or a stick (WebAuthn)


class SecondKey(Base):
    """A second key of somebody. A removed one stays, without its secret, so that it can be told of."""

    __tablename__ = "second_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str]
    label: Mapped[str]
    secret: Mapped[str | None]  # of an app, encrypted with a key that stands outside the database
    last_step: Mapped[int] = mapped_column(default=0)  # of an app: the half minute whose code was used last
    credential_id: Mapped[str | None] = mapped_column(unique=True)  # of a passkey
    public_key: Mapped[str | None]
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)  # up to 2^32
    added_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None]  # None: at the server
    told_at: Mapped[datetime | None]  # when its owner read that it had been removed


class RecoveryCode(Base):
    """One of ten printed codes, each good once in place of a second key."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_digest: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]


class SecondStep(Base):
    """A browser between the password and the second key, or one about to add a passkey. Nobody is in by it.

    The cookie holds a random token, this row its digest; to add a passkey, the digest of the session's own.
    """

    __tablename__ = "second_step"

    token_digest: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    came_by: Mapped[str] = mapped_column(default="")
    challenge: Mapped[str | None]  # what a passkey must sign, once
    wrong: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
