"""Reads about people's rights over their own data: what they agreed to, what they asked, the ward's rules."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, false, func, or_, select, true
from sqlalchemy.orm import aliased

from elearn.kit.db import db
from elearn.kit.lists import ROWS_A_PAGE
from elearn.people.consents import PURPOSE, Purpose, agreed_text
from elearn.people.models import Consent, Person
from elearn.people.permissions import Permission, Viewer
from elearn.privacy.models import DataRequest, PrivacySetting
from elearn.privacy.rules import DEFAULTS, OPEN, Standing, Terms, terms_of


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


class RequestLine(NamedTuple):
    """A request in a list."""

    id: int
    kind: str
    channel: str
    person_id: int | None
    name: str | None
    asker: str
    asked_on: date
    state: str
    reply_by: date
    act_by: date
    replied_at: datetime | None
    closed_at: datetime | None

    @property
    def standing(self) -> Standing:
        """As much as decides whether it is late."""
        return Standing(self.state, self.reply_by, self.act_by, self.replied_at is not None)


class RequestPage(NamedTuple):
    """A page of a ward's requests."""

    lines: list[RequestLine]
    count: int
    number: int
    pages: int


# -- what was agreed to --------------------------------------------------------------------------


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


# -- what was asked ------------------------------------------------------------------------------


def requests_seen_by(viewer: Viewer) -> Select[tuple[DataRequest]]:
    """Select the requests that the viewer answers for: those of the wards whose people they manage."""
    conditions = [
        true() if scope.ward_id is None else DataRequest.ward_id == scope.ward_id
        for scope in viewer.reach(Permission.MANAGE_PEOPLE)
        if scope.group_id is None
    ]
    return select(DataRequest).where(or_(*conditions) if conditions else false())


def find_request(viewer: Viewer, ward_id: int, request_id: int) -> DataRequest | None:
    """Return a request of the ward that the viewer answers for, or None."""
    return db.session.scalar(
        requests_seen_by(viewer).where(DataRequest.id == request_id, DataRequest.ward_id == ward_id)
    )


def requests_of_ward(viewer: Viewer, ward_id: int, *, which: str, page: int, day: date) -> RequestPage:
    """Return a page of the ward's requests: "open" (what is due first on top), "late", "closed" or "all"."""
    asked = [DataRequest.ward_id == ward_id, *_WHICH[which](day)]
    seen = requests_seen_by(viewer).where(*asked)
    count = db.session.scalar(seen.with_only_columns(func.count(DataRequest.id))) or 0
    pages = max(1, -(-count // ROWS_A_PAGE))
    number = min(max(page, 1), pages)
    rows = db.session.execute(
        seen.with_only_columns(*_line())
        .outerjoin(Person, Person.id == DataRequest.person_id)
        .order_by(
            DataRequest.closed_at.is_not(None), DataRequest.closed_at.desc(), _next_day(), DataRequest.id
        )
        .limit(ROWS_A_PAGE)
        .offset((number - 1) * ROWS_A_PAGE)
    )
    return RequestPage([RequestLine(*row) for row in rows], count, number, pages)


def requests_of(person_id: int) -> list[DataRequest]:
    """Return what a person has asked, under this number or one merged into it, the newest first."""
    twins = select(Person.id).where(Person.merged_into_id == person_id)
    mine = or_(DataRequest.person_id == person_id, DataRequest.person_id.in_(twins))
    return list(db.session.scalars(select(DataRequest).where(mine).order_by(DataRequest.id.desc())))


def count_requests(day: date, which: str, ward_id: int | None = None) -> int:
    """Return how many requests of the ward (None: of all) are "open" or "late"."""
    asked = _WHICH[which](day)
    if ward_id is not None:
        asked.append(DataRequest.ward_id == ward_id)
    return db.session.scalar(select(func.count()).select_from(DataRequest).where(*asked)) or 0


def _line() -> tuple[Any, ...]:
    return (
        DataRequest.id, DataRequest.kind, DataRequest.channel, DataRequest.person_id, Person.display_name,
        DataRequest.asker, DataRequest.asked_on, DataRequest.state, DataRequest.reply_by, DataRequest.act_by,
        DataRequest.replied_at, DataRequest.closed_at,
    )  # fmt: skip


def _is_open() -> Any:
    return DataRequest.state.in_(OPEN)


def _is_late(day: date) -> Any:
    unanswered = and_(DataRequest.replied_at.is_(None), DataRequest.reply_by < day)
    return and_(_is_open(), or_(unanswered, DataRequest.act_by < day))


def _next_day() -> Any:
    """The day by which something must happen next: `rules.Standing.next_day`, for the order of a list."""
    waits = and_(DataRequest.replied_at.is_(None), DataRequest.reply_by < DataRequest.act_by)
    return case((waits, DataRequest.reply_by), else_=DataRequest.act_by)


_WHICH: dict[str, Any] = {
    "open": lambda day: [_is_open()],
    "late": lambda day: [_is_late(day)],
    "closed": lambda day: [DataRequest.closed_at.is_not(None)],
    "all": lambda day: [],
}


# -- the ward's rules ----------------------------------------------------------------------------


def settings_of(ward_id: int) -> dict[str, str]:
    """Return what the ward has set, and the defaults for the rest."""
    rows = db.session.execute(
        select(PrivacySetting.name, PrivacySetting.value).where(
            PrivacySetting.ward_id == ward_id, PrivacySetting.name.in_(DEFAULTS)
        )
    )
    return DEFAULTS | {row.name: row.value for row in rows}


def ward_terms(ward_id: int) -> Terms:
    """Return within how many days the ward answers."""
    return terms_of(settings_of(ward_id))
