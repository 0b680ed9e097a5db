"""The reads about campaigns. Their numbers come from the queries of the boards, like every other number."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select

from elearn.kit.clock import day_of, monday_of
from elearn.kit.db import db
from elearn.kit.seals import figures_in, seal_of
from elearn.learning.models import NO_COURSE
from elearn.movement import campaign_rules as rules
from elearn.movement.campaign_models import Campaign, CampaignCourse, CampaignGroup, FrozenCampaign
from elearn.movement.campaign_rules import Line, PublicCounts
from elearn.people.permissions import Permission, Viewer
from elearn.people.places import meant, places_of
from elearn.progress.queries import GroupDone, Sums, counted_before, counted_within
from elearn.progress.rules import Counted
from elearn.progress.setting_queries import CourseName, courses_with_results

NOTHING = Sums()


class CampaignCard(NamedTuple):
    """A campaign as its pages introduce it; no group ids means all groups."""

    id: int
    slug: str
    name: str
    since: date
    until: date
    measure: str
    target: int
    made_at: datetime
    courses: tuple[CourseName, ...] = ()
    group_ids: tuple[int, ...] = ()


class RunningCampaign(NamedTuple):
    """A campaign that counts today, as other pages point to it."""

    slug: str
    name: str
    until: date
    course_ids: tuple[int, ...]


class FrozenLine(NamedTuple):
    """A frozen copy of a campaign's figures, as a list of them shows it."""

    number: int
    seal: str
    frozen_at: datetime


class FrozenCopy(NamedTuple):
    """A frozen copy with what is in it, and whether its seal still fits."""

    number: int
    seal: str
    frozen_at: datetime
    figures: dict[str, Any]
    fits: bool


# -- campaigns -----------------------------------------------------------------------------------


def campaigns_of(ward_id: int) -> list[CampaignCard]:
    """Return the campaigns of the ward, the newest first, without their courses and groups."""
    rows = db.session.execute(
        select(*_card())
        .where(Campaign.ward_id == ward_id)
        .order_by(Campaign.since.desc(), Campaign.id.desc())
    )
    return [CampaignCard(*row) for row in rows]


def campaigns_seen_by(viewer: Viewer, ward_id: int) -> list[CampaignCard]:
    """Return the campaigns of the ward, to who may read true counts of all of it."""
    return campaigns_of(ward_id) if viewer.may_in(Permission.SEE_COUNTS, ward_id=ward_id) else []


def running_campaigns(ward_id: int, day: date) -> list[RunningCampaign]:
    """Return the campaigns of the ward that count on this day, the next to end first."""
    rows = db.session.execute(
        select(Campaign.slug, Campaign.name, Campaign.until, CampaignCourse.course_id)
        .join(CampaignCourse, CampaignCourse.campaign_id == Campaign.id)
        .where(Campaign.ward_id == ward_id, Campaign.since <= day, Campaign.until >= day)
        .order_by(Campaign.until, Campaign.id, CampaignCourse.course_id)
    )
    courses: dict[tuple[str, str, date], list[int]] = {}
    for *campaign, course_id in rows:
        courses.setdefault(tuple(campaign), []).append(course_id)
    return [RunningCampaign(*campaign, tuple(found)) for campaign, found in courses.items()]


def find_campaign_seen_by(viewer: Viewer, ward_id: int, campaign_id: int) -> CampaignCard | None:
    """Return a campaign of the ward with its courses and groups, to who may read true counts; or None."""
    if not viewer.may_in(Permission.SEE_COUNTS, ward_id=ward_id):
        return None
    return _found(ward_id, Campaign.id == campaign_id)


def find_campaign_named(ward_id: int, slug: str) -> CampaignCard | None:
    """Return the campaign of the ward with this word in its address, for anyone; or None."""
    return _found(ward_id, Campaign.slug == slug)


def _card() -> tuple[Any, ...]:
    return (
        Campaign.id, Campaign.slug, Campaign.name, Campaign.since, Campaign.until, Campaign.measure,
        Campaign.target, Campaign.made_at,
    )  # fmt: skip


def _found(ward_id: int, condition: Any) -> CampaignCard | None:
    row = db.session.execute(select(*_card()).where(Campaign.ward_id == ward_id, condition)).first()
    if row is None:
        return None
    return with_choices(ward_id, [CampaignCard(*row)])[0]


def with_choices(ward_id: int, cards: Sequence[CampaignCard]) -> list[CampaignCard]:
    """Return the campaigns with their courses and groups: three statements, however many campaigns."""
    if not cards:
        return []
    taught = _of_each(cards, CampaignCourse.campaign_id, CampaignCourse.course_id)
    groups = _of_each(cards, CampaignGroup.campaign_id, CampaignGroup.group_id)
    courses = courses_with_results(ward_id)
    return [
        card._replace(
            courses=tuple(course for course in courses if course.id in taught[card.id]),
            group_ids=tuple(sorted(groups[card.id])),
        )
        for card in cards
    ]


def _of_each(cards: Sequence[CampaignCard], campaign: Any, chosen: Any) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {card.id: set() for card in cards}
    for campaign_id, one in db.session.execute(select(campaign, chosen).where(campaign.in_(found))):
        found[campaign_id].add(one)
    return found


# -- numbers -------------------------------------------------------------------------------------


def lines_of(card: CampaignCard, ward_id: int, day: date) -> list[Line]:
    """Return the true counts of the groups of a campaign, in the ward's own order, as of a day."""
    return [_line(card, group) for group in groups_of(card, ward_id, min(card.until, day), day)]


def public_counts_of(card: CampaignCard, ward_id: int, day: date) -> PublicCounts | None:
    """Return what anyone may read of a campaign: what was counted before the last Monday, rounded; None
    while there has been none since it began."""
    monday, until = monday_of(day), public_until(card, day)
    if until < card.since:
        return None
    done = {group.code: group for group in groups_of(card, ward_id, until, monday)}
    courses = {course.id: course.title for course in card.courses}
    counted = [
        Counted(
            group.code, group.name, group.former_ward, group.adults, group.learners,
            {one: _sums(done[group.code], one).started for one in courses},
            {one: _sums(done[group.code], one).courses for one in courses},
        )
        for group in counted_before(ward_id, monday)
        if group.code in done
    ]  # fmt: skip
    fresh = {code: _line(card, group).registered for code, group in done.items()}
    return rules.public_counts(counted, fresh, courses, some=bool(card.group_ids))


def public_until(card: CampaignCard, day: date) -> date:
    """Return the last day that the public numbers of a campaign count."""
    return min(card.until, monday_of(day) - timedelta(days=1))


def groups_of(card: CampaignCard, ward_id: int, until: date, day: date) -> list[GroupDone]:
    """Return what the groups that a campaign means did in its days up to `until`, as of a day."""
    if until < card.since:
        return []
    groups = counted_within(ward_id, card.since, until, day)
    if not card.group_ids:
        return groups
    chosen = meant(places_of(ward_id), card.group_ids, day_of(card.made_at), day)
    return [group for group in groups if group.id in chosen]


def _line(card: CampaignCard, group: GroupDone) -> Line:
    done = [_sums(group, course.id) for course in card.courses]
    return Line(
        group.code, group.name, group.former_ward,
        _sums(group, NO_COURSE).registered,
        sum(one.started for one in done),
        sum(one.lessons for one in done),
        sum(one.courses for one in done),
    )  # fmt: skip


def _sums(group: GroupDone, course_id: int) -> Sums:
    return group.by_course.get(course_id, NOTHING)


def terms_of(card: CampaignCard) -> dict[str, Any]:
    """Return what is set of a campaign, as it is frozen; `groups` are ids, none of them means all."""
    return {
        "campaign": card.name,
        "since": card.since.isoformat(),
        "until": card.until.isoformat(),
        "measure": card.measure,
        "target": card.target,
        "courses": [course.title for course in card.courses],
        "groups": list(card.group_ids),
    }


# -- frozen copies -------------------------------------------------------------------------------


def frozen_of(campaign_id: int) -> list[FrozenLine]:
    """Return the frozen copies of a campaign, the newest first."""
    rows = db.session.execute(
        select(FrozenCampaign.number, FrozenCampaign.seal, FrozenCampaign.frozen_at)
        .where(FrozenCampaign.campaign_id == campaign_id)
        .order_by(FrozenCampaign.number.desc())
    )
    return [FrozenLine(*row) for row in rows]


def find_frozen(campaign_id: int, number: int) -> FrozenCopy | None:
    """Return a frozen copy, and whether it is still what was sealed; or None."""
    found = db.session.get(FrozenCampaign, (campaign_id, number))
    if found is None:
        return None
    fits, figures = seal_of(found.figures) == found.seal, figures_in(found.figures)
    if not isinstance(figures.get("lines"), list):
        figures = {"lines": []}
    return FrozenCopy(found.number, found.seal, found.frozen_at, figures, fits)


def newest_frozen_text(campaign_id: int) -> tuple[int, str]:
    """Return the number and the text of the newest frozen copy; 0 and "" where there is none."""
    newest = select(func.max(FrozenCampaign.number)).where(FrozenCampaign.campaign_id == campaign_id)
    number = db.session.scalar(newest) or 0
    copy = db.session.get(FrozenCampaign, (campaign_id, number)) if number else None
    return number, copy.figures if copy else ""
