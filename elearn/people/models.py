"""The tables of people.

Whatever names both a ward and a residential group refers to the two together: the database itself refuses
a group of another ward (THREATS 4.4).
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from elearn.kit.clock import now
from elearn.kit.db import Base


class GroupKind(StrEnum):
    """A residential group, or one of the two places for people who have none to name."""

    REGULAR = "regular"
    UNKNOWN = "unknown"  # "Tôi không biết tổ nào": a helper assigns it later
    ELSEWHERE = "elsewhere"  # "Tôi ở nơi khác"


class Audience(StrEnum):
    """Whom the ward's plan (II.1.5) speaks of; one optional tap."""

    RESIDENT = "resident"  # người dân
    OFFICIAL = "official"  # cán bộ, công chức, viên chức
    BUSINESS = "business"  # hộ kinh doanh hoặc doanh nghiệp
    YOUTH = "youth"  # đoàn viên
    UNSAID = "unsaid"


class How(StrEnum):
    """How something was learnt; counted apart."""

    ALONE = "alone"
    ASSISTED = "assisted"
    KIOSK = "kiosk"
    MEETING = "meeting"


class Keeping(StrEnum):
    """What a person has chosen to have kept."""

    NOTHING = "nothing"  # on this device only, counted nowhere
    GROUP = "group"  # counted for the group, without a name
    NAME = "name"


class Ward(Base):
    """A ward (phường) that runs the platform. One by default, many when a city does."""

    __tablename__ = "ward"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    city: Mapped[str] = mapped_column(default="")
    host: Mapped[str | None] = mapped_column(unique=True)
    office_name: Mapped[str] = mapped_column(default="")
    office_phone: Mapped[str] = mapped_column(default="")
    office_address: Mapped[str] = mapped_column(default="")
    demo: Mapped[bool] = mapped_column(default=False)  # invented, with secrets that everybody knows
    joined_from: Mapped[str | None] = mapped_column(unique=True)  # another installation: counts are brought
    quiet_days: Mapped[int | None]  # after so many days without a result a group is told as quiet


class ResidentialGroup(Base):
    """A residential group (tổ dân phố), the unit that every count is by.

    The old wards each numbered their groups from 1, and a re-arrangement is under way: the code is
    unique, the old ward is kept, and a group that ended says which one its results are shown under.
    """

    __tablename__ = "residential_group"
    __table_args__ = (
        UniqueConstraint("ward_id", "id"),  # what others refer to; it also finds the groups of a ward
        ForeignKeyConstraint(
            ["ward_id", "successor_id"], ["residential_group.ward_id", "residential_group.id"]
        ),
        ForeignKeyConstraint(
            ["ward_id", "split_from_id"], ["residential_group.ward_id", "residential_group.id"]
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"))
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    former_ward: Mapped[str] = mapped_column(default="")
    search: Mapped[str] = mapped_column(default="")  # folded name, old ward and code
    sort_key: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default=GroupKind.REGULAR)
    households: Mapped[int | None]
    adults: Mapped[int | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]  # the first day on which it no longer exists
    successor_id: Mapped[int | None] = mapped_column(index=True)  # after a merge
    split_from_id: Mapped[int | None]
    joined_code: Mapped[str | None]  # its code where it comes from, in a ward that is joined


class GroupChange(Base):
    """What happened to a group, and when: made, renamed, merged, split, closed."""

    __tablename__ = "group_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("residential_group.id"), index=True)
    day: Mapped[date]
    kind: Mapped[str]  # made | renamed | merged | split | corrected
    other_id: Mapped[int | None] = mapped_column(ForeignKey("residential_group.id"))
    before: Mapped[str] = mapped_column(default="")
    after: Mapped[str] = mapped_column(default="")


class GroupContact(Base):
    """Whom staff and the youth union call in a group: entered with consent, never public."""

    __tablename__ = "group_contact"
    __table_args__ = (
        ForeignKeyConstraint(["ward_id", "group_id"], ["residential_group.ward_id", "residential_group.id"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"))
    group_id: Mapped[int] = mapped_column(index=True)
    role: Mapped[str]  # a key of people/words.CONTACTS
    name: Mapped[str]
    phone: Mapped[str | None]
    entered_by_id: Mapped[int]
    entered_at: Mapped[datetime] = mapped_column(default=now)  # when they agreed


class Person(Base):
    """Anyone who learns or works here; without a name until they give one."""

    __tablename__ = "person"
    __table_args__ = (
        ForeignKeyConstraint(["ward_id", "group_id"], ["residential_group.ward_id", "residential_group.id"]),
        Index("ix_person_group_sort", "group_id", "sort_key"),
        Index(
            "ix_person_household",
            "group_id",
            "household",
            sqlite_where=text("household IS NOT NULL"),
            postgresql_where=text("household IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"), index=True)  # the group's, where there is one
    group_id: Mapped[int | None]
    keeping: Mapped[str] = mapped_column(default=Keeping.NOTHING)
    display_name: Mapped[str | None]
    search: Mapped[str] = mapped_column(default="")  # folded name
    sort_key: Mapped[str] = mapped_column(default="")  # Vietnamese order, given name first
    audience: Mapped[str] = mapped_column(default=Audience.UNSAID)
    birth_year: Mapped[int | None]
    phone: Mapped[str | None] = mapped_column(index=True)  # +84…; proves nothing, families share one
    personal_code: Mapped[str | None] = mapped_column(unique=True)  # 8 digits, given by the system
    pin_hash: Mapped[str | None]
    pin_salt: Mapped[str | None]  # see people/credentials.py
    password_hash: Mapped[str | None]
    password_salt: Mapped[str | None]
    household: Mapped[str | None]  # a label that the group's helper gives; no address
    registered_at: Mapped[datetime | None]  # when a name or a group was first kept
    registered_by_id: Mapped[int | None]  # the helper who did it
    waits_since: Mapped[datetime | None]  # kept for a group that many joined that day; see learning/crowd.py
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    erased_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]  # may not come in any more; facts and rows stay
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_active_on: Mapped[date | None]

    grants: Mapped[list["Grant"]] = relationship(
        lazy="raise", back_populates="person", foreign_keys="Grant.person_id"
    )


class Grant(Base):
    """A role that a person holds, and how far it reaches."""

    __tablename__ = "grant"
    __table_args__ = (
        # NULLs are distinct in a unique index, so each kind of scope has its own
        Index(
            "uq_grant_installation",
            "person_id",
            "role",
            unique=True,
            sqlite_where=text("ward_id IS NULL"),
            postgresql_where=text("ward_id IS NULL"),
        ),
        Index(
            "uq_grant_ward",
            "person_id",
            "role",
            "ward_id",
            unique=True,
            sqlite_where=text("group_id IS NULL"),
            postgresql_where=text("group_id IS NULL"),
        ),
        Index("uq_grant_group", "person_id", "role", "group_id", unique=True),
        ForeignKeyConstraint(["ward_id", "group_id"], ["residential_group.ward_id", "residential_group.id"]),
        CheckConstraint("group_id IS NULL OR ward_id IS NOT NULL", name="group_of_a_ward"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str]
    ward_id: Mapped[int | None] = mapped_column(ForeignKey("ward.id"), index=True)
    group_id: Mapped[int | None]
    granted_by_id: Mapped[int | None]
    granted_at: Mapped[datetime] = mapped_column(default=now)

    person: Mapped[Person] = relationship(lazy="raise", back_populates="grants", foreign_keys=[person_id])


class LearningCard(Base):
    """A card (thẻ học) with a QR code that signs its owner in. Only the token's digest is stored;
    the token itself is made again from the secret, so that the card can be printed again."""

    __tablename__ = "learning_card"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    nonce: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(default=now)
    issued_by_id: Mapped[int | None]
    revoked_at: Mapped[datetime | None]


class SignInCode(Base):
    """A one-time code that a helper gives to somebody of the own group: 8 digits, 10 minutes, 5 tries."""

    __tablename__ = "sign_in_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str]
    salt: Mapped[str]
    issued_by_id: Mapped[int]
    issued_at: Mapped[datetime] = mapped_column(default=now, index=True)
    expires_at: Mapped[datetime]
    boot: Mapped[str] = mapped_column(
        default=""
    )  # when it was issued by the machine's own count (kit/uptime)
    boot_seconds: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
    used_by: Mapped[str | None]  # the browser that used it: a second tap there is the same use
    told_at: Mapped[datetime | None]  # when its owner read that it had been issued
    had_session: Mapped[bool] = mapped_column(
        default=False
    )  # had its owner a phone of their own in use then?
    objected_at: Mapped[datetime | None]  # when its owner said that they had not asked for it


class ReturnLink(Base):
    """A link that its owner opens once in another browser to go on learning there."""

    __tablename__ = "return_link"

    token_digest: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    issued_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[str | None]  # as above


class ClassTicket(Base):
    """A ticket that a helper shows to a class as a QR code: one group, three hours, a budget of its own."""

    __tablename__ = "class_ticket"

    token_digest: Mapped[str] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("residential_group.id"))
    issued_by_id: Mapped[int]
    attendance: Mapped[int]
    issued_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]


class SessionKind(StrEnum):
    """Where a session lives, which decides how long."""

    NAMELESS = "nameless"  # a visitor who has answered something: 90 idle days
    OWN = "own"  # one's own phone: 180 days, sliding
    SHARED = "shared"  # a shared phone: until the browser closes, 12 hours at most
    HELPER = "helper"  # 12 hours
    STAFF = "staff"  # 8 hours, 30 minutes idle
    HANDED = "handed"  # a helper's phone in the hands of a learner: 2 hours
    KIOSK = "kiosk"  # a shared machine at a place: 30 minutes, 10 idle
    RENEWING = "renewing"  # opened by a one-time code: for a new mã học and nothing else, 15 minutes


LENT = frozenset({SessionKind.HANDED, SessionKind.KIOSK})  # the machine of somebody else: roles sleep
USED_BY_MANY = frozenset({SessionKind.SHARED, SessionKind.KIOSK})  # a secret is shown there a single time


class Session(Base):
    """A browser that someone is signed in with. The cookie holds a random token, this row its digest."""

    __tablename__ = "session"

    token_digest: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    device: Mapped[str] = mapped_column(default="")  # a word such as "Điện thoại Android", no fingerprint
    came_by: Mapped[str] = mapped_column(default="")  # pin | card | code | link | password | registration
    assisted_by_id: Mapped[int | None]
    class_group_id: Mapped[int | None]
    class_until: Mapped[datetime | None]  # when the class ends: from then on one learns alone again
    nameless_id: Mapped[int | None]  # who learnt here without a name before: their results wait to be claimed
    kiosk_id: Mapped[int | None]
    proved_at: Mapped[datetime | None]  # when the secret was last given in it
    second_key_at: Mapped[datetime | None]  # when a second key was given, or added, in it


class Kiosk(Base):
    """A browser that serves everybody at a place (máy dùng chung): its cookie holds a random token, this
    row its digest."""

    __tablename__ = "kiosk"
    __table_args__ = (
        ForeignKeyConstraint(["ward_id", "group_id"], ["residential_group.ward_id", "residential_group.id"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"), index=True)
    group_id: Mapped[int | None]  # None: the whole ward
    place: Mapped[str]
    set_up_by_id: Mapped[int]
    set_up_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]


class Consent(Base):
    """An act of consent to one purpose: which text, when, by which channel, and who assisted."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str]  # keep_results | seen_by_helper
    text_version: Mapped[str]
    given_at: Mapped[datetime] = mapped_column(default=now)
    channel: Mapped[str]  # self | spoken
    assisted_by_id: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None]


class ReadLink(Base):
    """A revocable link with which the chair, the Front or a Party body reads the true counts of a ward."""

    __tablename__ = "read_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    nonce: Mapped[str]
    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"))
    label: Mapped[str]
    issued_by_id: Mapped[int]
    issued_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Registration(Base):
    """A form with which a helper registered a neighbour: sent twice, it means the same person."""

    __tablename__ = "registration"

    form_digest: Mapped[str] = mapped_column(primary_key=True)  # of the helper and the id in the form
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # filled in the same transaction
    sent_at: Mapped[datetime] = mapped_column(default=now)
