"""The merit list (danh sách khen) of a campaign: who finished a course in its days, by residential group.

A name stands here only with its owner's consent to this; all others are a count. Who has not finished is not
read at all.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select

from elearn.kit.db import db
from elearn.learning.models import Credit, What
from elearn.learning.named import names_for
from elearn.movement.campaign_queries import CampaignCard, groups_of
from elearn.people.consents import NAMED_IN_CAMPAIGN
from elearn.people.models import ResidentialGroup
from elearn.people.places import places_of, shown_under
from elearn.people.queries import roots_in


class Named(NamedTuple):
    """Somebody who finished and agreed to be named; `courses` of the campaign, in its days."""

    name: str
    courses: int


class MeritGroup(NamedTuple):
    """A residential group on the merit list; groups in which nobody finished are not on it."""

    name: str
    former_ward: str
    named: tuple[Named, ...]
    unnamed: int  # how many people finished and are not named
    courses: int  # how often a course was finished, by all of them


def merit_of(card: CampaignCard, ward_id: int, day: date) -> list[MeritGroup]:
    """Return the merit list of a campaign as of a day, in the ward's own order; a person once a group."""
    until = min(card.until, day)
    under = shown_under(places_of(ward_id), day)
    groups = {group.id: group for group in groups_of(card, ward_id, until, day)}
    finished: dict[int, dict[int, set[int]]] = {one: defaultdict(set) for one in groups}
    roots = roots_in(ward_id)
    for group_id, person_id, course_id in _finished(card, ward_id, until, under, roots):
        if group_id in groups:
            finished[group_id][person_id].add(course_id)
    names = _names({person for people in finished.values() for person in people}, ward_id)
    return [
        MeritGroup(
            groups[one].name, groups[one].former_ward, *_told(people, names),
            sum(len(done) for done in people.values()),
        )
        for one, people in finished.items()
        if people
    ]  # fmt: skip


def _told(people: dict[int, set[int]], names: dict[int, tuple[str, str]]) -> tuple[tuple[Named, ...], int]:
    """Return those who may be named, who finished most first and then in Vietnamese order, and the others."""
    told = sorted((-len(done), *names[one]) for one, done in people.items() if one in names)
    return tuple(Named(name, -count) for count, _, name in told), len(people) - len(told)


def _finished(
    card: CampaignCard, ward_id: int, until: date, under: Mapping[int, int], roots: Mapping[int, int]
) -> Iterator[tuple[int, int, int]]:
    """Yield group, person and course of every completion that counts: what the tallies are the sum of.

    Who had finished before and only went to another group, or turned out to be two rows, was taken back in
    one place and given in another: that is nothing that they did in the days of the campaign.
    """
    at: Counter[tuple[int, int, int]] = Counter()
    whole: Counter[tuple[int, int]] = Counter()
    for group_id, person_id, course_id, amount in _credits(card, ward_id, until):
        who = roots.get(person_id, person_id)
        at[under[group_id], who, course_id] += amount
        whole[who, course_id] += amount
    return (place for place, amount in at.items() if amount > 0 and whole[place[1:]] > 0)


def _credits(card: CampaignCard, ward_id: int, until: date) -> Any:
    group = ResidentialGroup
    return db.session.execute(
        select(Credit.group_id, Credit.person_id, Credit.course_id, func.sum(Credit.amount))
        .join(group, group.id == Credit.group_id)
        .where(
            group.ward_id == ward_id,
            Credit.what == What.COURSE,
            Credit.course_id.in_([course.id for course in card.courses]),
            Credit.day >= card.since,
            Credit.day <= until,
        )
        .group_by(Credit.group_id, Credit.person_id, Credit.course_id)
    ).all()


def _names(people: set[int], ward_id: int) -> dict[int, tuple[str, str]]:
    """Return the sort key and the name of those of these people who may be named."""
    return {one: name for one, name in names_for(ward_id, NAMED_IN_CAMPAIGN).items() if one in people}
