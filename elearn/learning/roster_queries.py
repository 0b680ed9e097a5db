"""Reads about what each of some people has done, whoever was merged into them counted with them."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import CTE, Select, distinct, func, select

from elearn.kit.db import run
from elearn.learning.models import (
    CourseCompletion,
    CourseStart,
    LessonCompletion,
)
from elearn.people.models import Person, ResidentialGroup


class RosterRow(NamedTuple):
    """A person as the helper of their group sees them."""

    person_id: int
    display_name: str
    group_id: int
    group_name: str
    household: str | None
    audience: str
    phone: str | None
    started: int
    lessons: int
    finished: int
    last_active_on: date | None
    registered_at: datetime | None


def roster(people: Select[tuple[Person]]) -> list[RosterRow]:
    """Return the people that the statement selects (from `people_seen_by`), with what each has done."""
    return [RosterRow(*row) for row in run(roster_of(people))]


def roster_of(people: Select[tuple[Person]]) -> Select[Any]:
    """Select so, in the columns of RosterRow; for who makes the statement once and runs it often."""
    members = members_of(people)

    def counts(model: Any, column: Any) -> Any:
        return (
            select(members.c.root, func.count(distinct(column)).label("number"))
            .join(model, model.person_id == members.c.member)
            .group_by(members.c.root)
            .subquery()
        )

    begun = counts(CourseStart, CourseStart.course_id)
    done = counts(LessonCompletion, LessonCompletion.lesson_id)
    finished = counts(CourseCompletion, CourseCompletion.course_id)
    return (
        select(
            Person.id, Person.display_name, Person.group_id, ResidentialGroup.name, Person.household,
            Person.audience, Person.phone,
            *(func.coalesce(one.c.number, 0) for one in (begun, done, finished)),
            Person.last_active_on, Person.registered_at,
        )
        .join(ResidentialGroup, ResidentialGroup.id == Person.group_id)
        .outerjoin(begun, begun.c.root == Person.id)
        .outerjoin(done, done.c.root == Person.id)
        .outerjoin(finished, finished.c.root == Person.id)
        .where(Person.id.in_(select(members.c.root)))
        .order_by(Person.sort_key, Person.id)
    )  # fmt: skip


def members_of(people: Select[tuple[Person]]) -> CTE:
    """Select the people of the statement (`root`), each with every row merged into them (`member`)."""
    seen = people.with_only_columns(Person.id.label("root"), Person.id.label("member")).cte(
        "member", recursive=True
    )
    return seen.union(select(seen.c.root, Person.id).join(seen, Person.merged_into_id == seen.c.member))
