"""Reads of requests for help: one's own, which groups have a helper, how many wait in each group."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from elearn.kit.db import db
from elearn.learning.models import HelpRequest
from elearn.library.models import Course, Lesson
from elearn.people.models import Grant, Keeping, Person, ResidentialGroup
from elearn.people.permissions import Role
from elearn.people.queries import same_person


class OwnRequest(NamedTuple):
    """A request for help as who asked sees it."""

    id: int
    about: str
    lesson_title: str | None
    asked_at: datetime
    done_at: datetime | None
    done_how: str
    done_by: str | None


def groups_with_helper(ward_id: int) -> frozenset[int]:
    """Return the groups of the ward that have a helper who can come in."""
    rows = db.session.scalars(
        select(Grant.group_id)
        .join(Person, Person.id == Grant.person_id)
        .where(
            Grant.role == Role.HELPER,
            Grant.ward_id == ward_id,
            Grant.group_id.is_not(None),
            Person.disabled_at.is_(None),
            Person.erased_at.is_(None),
        )
    )
    return frozenset(one for one in rows if one is not None)


def counts_for_a_group(person: Any = Person) -> ColumnElement[bool]:
    """Return the condition on a Person who counts for a group today, with a name or without."""
    return (
        person.registered_at.is_not(None)
        & (person.keeping != Keeping.NOTHING)
        & person.merged_into_id.is_(None)
        & person.erased_at.is_(None)
    )


def may_ask(person_id: int) -> bool:
    """Does this person count for a group that has a helper?"""
    row = db.session.execute(
        select(Person.ward_id, Person.group_id).where(Person.id == person_id, counts_for_a_group())
    ).first()
    return row is not None and row.group_id in groups_with_helper(row.ward_id)


def last_request_of(person_id: int) -> OwnRequest | None:
    """Return the person's open request, else the last one that was done, or None."""
    helper = aliased(Person)
    row = db.session.execute(
        select(
            HelpRequest.id, HelpRequest.about, Lesson.title, HelpRequest.asked_at, HelpRequest.done_at,
            HelpRequest.done_how, helper.display_name,
        )
        .outerjoin(Lesson, Lesson.id == HelpRequest.lesson_id)
        .outerjoin(helper, helper.id == HelpRequest.done_by_id)
        .where(HelpRequest.person_id.in_(select(same_person(person_id).c.id)))
        .order_by(HelpRequest.done_at.is_not(None), HelpRequest.done_at.desc(), HelpRequest.id.desc())
        .limit(1)
    ).first()  # fmt: skip
    return OwnRequest(*row) if row else None


def find_lesson_id(course: str, lesson: str, ward_id: int) -> int | None:
    """Return the id of a lesson of the ward by its address, or None."""
    return db.session.scalar(
        select(Lesson.id)
        .join(Course, Course.id == Lesson.course_id)
        .where(
            Course.slug == course,
            Lesson.slug == lesson,
            Course.ward_id.is_(None) | (Course.ward_id == ward_id),
        )
        .limit(1)
    )


def waiting_by_group(ward_id: int) -> dict[str, int]:
    """Return by its code how many requests wait in each group of the ward, of people who count for it."""
    rows = db.session.execute(
        select(ResidentialGroup.code, func.count())
        .select_from(HelpRequest)
        .join(Person, Person.id == HelpRequest.person_id)
        .join(ResidentialGroup, ResidentialGroup.id == Person.group_id)
        .where(ResidentialGroup.ward_id == ward_id, HelpRequest.done_at.is_(None), counts_for_a_group())
        .group_by(ResidentialGroup.code)
    )
    return {code: int(count) for code, count in rows}
