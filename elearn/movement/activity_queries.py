"""Reads of the log of activities: what was done to reach people, by channel, and classes not yet noted."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from elearn.kit.clock import day_of
from elearn.kit.db import db
from elearn.movement.models import Activity
from elearn.movement.words import CHANNELS
from elearn.people.models import ClassTicket, ResidentialGroup
from elearn.people.permissions import Permission, Viewer
from elearn.people.queries import within_reach
from elearn.people.reach import GroupName, in_reach

MARK = 16  # of a ticket's digest: enough to tell classes apart, too little to open one


class ActivityLine(NamedTuple):
    """An activity as lists show it."""

    id: int
    group_id: int | None
    group_code: str | None
    group_name: str | None
    former_ward: str | None
    workplace: str
    day: date
    channel: str
    count: int
    attendees: int | None
    note: str
    meeting_mark: str | None

    @property
    def place(self) -> str:
        """Return whose activity it was: the group's, or the workplace's."""
        return self.group_name or self.workplace

    @property
    def channel_words(self) -> str:
        """Return what its channel is called."""
        return CHANNELS[self.channel].name if self.channel in CHANNELS else self.channel

    @property
    def counted_in(self) -> str:
        """Return what its number counts."""
        return CHANNELS[self.channel].counted_in if self.channel in CHANNELS else "lần"


class ChannelSum(NamedTuple):
    """What was done through one channel in a period."""

    channel: str
    name: str
    counted_in: str
    entries: int  # lines of the log
    count: int  # meetings, broadcasts, sheets, …: see counted_in
    attendees: int | None  # of the lines that say how many came; None where none does
    groups: int  # residential groups in which it happened


class HeldClass(NamedTuple):
    """A class that was held with a ticket and stands in no line of the log yet."""

    mark: str
    group_id: int
    group_code: str
    group_name: str
    day: date
    expected: int


# -- for the report ------------------------------------------------------------------------------


def activities_in(ward_id: int, since: date | None, until: date) -> list[ChannelSum]:
    """Return what was done in a period (both days included) by channel, in the order of the plan; a channel
    through which nothing was done has no line."""
    return by_channel(activity_lines_in(ward_id, since, until))


def activity_lines_in(ward_id: int, since: date | None, until: date) -> list[ActivityLine]:
    """Return the lines of the log of a period, the oldest first."""
    rows = db.session.execute(
        _lines()
        .where(Activity.ward_id == ward_id, *_within(since, until))
        .order_by(Activity.day, Activity.id)
    )
    return [ActivityLine(*row) for row in rows]


def by_channel(lines: Sequence[ActivityLine]) -> list[ChannelSum]:
    """Add up lines of the log by channel."""
    found: dict[str, list[ActivityLine]] = defaultdict(list)
    for line in lines:
        found[line.channel].append(line)
    return [_sum(channel, found[channel]) for channel in CHANNELS if channel in found]


def _sum(channel: str, lines: Sequence[ActivityLine]) -> ChannelSum:
    came = [line.attendees for line in lines if line.attendees is not None]
    return ChannelSum(
        channel,
        CHANNELS[channel].name,
        CHANNELS[channel].counted_in,
        len(lines),
        sum(line.count for line in lines),
        sum(came) if came else None,
        len({line.group_id for line in lines} - {None}),
    )


# -- for the pages -------------------------------------------------------------------------------


def activities_seen_by(
    viewer: Viewer,
    ward_id: int,
    since: date | None,
    until: date,
    *,
    channel: str = "",
    group_id: int | None = None,
) -> list[ActivityLine]:
    """Return the lines of a period that the viewer may read and mend, the newest first."""
    kept = [Activity.channel == channel] * bool(channel)
    if group_id is not None:
        kept.append(Activity.group_id == group_id)
    rows = db.session.execute(
        _seen(viewer, ward_id)
        .where(*_within(since, until), *kept)
        .order_by(Activity.day.desc(), Activity.id.desc())
    )
    return [ActivityLine(*row) for row in rows]


def find_activity_seen_by(viewer: Viewer, ward_id: int, activity_id: int) -> ActivityLine | None:
    """Return one line of the ward's log that the viewer may mend, or None."""
    row = db.session.execute(_seen(viewer, ward_id).where(Activity.id == activity_id)).first()
    return ActivityLine(*row) if row else None


def own_group(line: ActivityLine) -> GroupName:
    """Return the group of a line as a list offers it."""
    assert line.group_id is not None
    return GroupName(line.group_id, line.group_code or "", line.group_name or "", line.former_ward or "")


def classes_to_note(viewer: Viewer, ward_id: int, moment: datetime) -> list[HeldClass]:
    """Return the classes that are over and stand in no line of the log yet, the newest first; tickets are
    kept for a month."""
    noted = select(Activity.meeting_mark).where(
        Activity.ward_id == ward_id, Activity.meeting_mark.is_not(None)
    )
    return _held(viewer, ward_id, ClassTicket.expires_at <= moment, _mark().not_in(noted))


def find_held_class(viewer: Viewer, ward_id: int, mark: str) -> HeldClass | None:
    """Return the class with this mark, for whose group the viewer may note activities, or None."""
    return next(iter(_held(viewer, ward_id, _mark() == mark)), None)


def _held(viewer: Viewer, ward_id: int, *which: Any) -> list[HeldClass]:
    group = ResidentialGroup
    rows = db.session.execute(
        select(_mark(), group.id, group.code, group.name, ClassTicket.issued_at, ClassTicket.attendance)
        .join(group, group.id == ClassTicket.group_id)
        .where(group.ward_id == ward_id, within_reach(viewer, Permission.LOG_ACTIVITIES), *which)
        .order_by(ClassTicket.issued_at.desc())
    )
    return [HeldClass(*front, day_of(issued_at), expected) for *front, issued_at, expected in rows]


def _mark() -> Any:
    return func.substr(ClassTicket.token_digest, 1, MARK)


def _within(since: date | None, until: date) -> list[Any]:
    return [Activity.day <= until, *([Activity.day >= since] if since else [])]


def _seen(viewer: Viewer, ward_id: int) -> Select[Any]:
    return _lines().where(Activity.ward_id == ward_id, in_reach(Activity, viewer, Permission.LOG_ACTIVITIES))


def _lines() -> Select[Any]:
    group = ResidentialGroup
    return select(
        Activity.id, Activity.group_id, group.code, group.name, group.former_ward, Activity.workplace,
        Activity.day, Activity.channel, Activity.count, Activity.attendees, Activity.note,
        Activity.meeting_mark,
    ).outerjoin(group, group.id == Activity.group_id)  # fmt: skip
