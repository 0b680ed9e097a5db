"""Reads about the papers for finished courses, of their owner and of whoever has a paper's code."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select

from elearn.kit.db import db
from elearn.learning import rules
from elearn.learning.models import Certificate, CourseCompletion
from elearn.library.models import Course
from elearn.people.models import Person, Ward
from elearn.people.queries import root_of, same_person
from elearn.privacy.guardians import guardian_of


class Finished(NamedTuple):
    """A course that a person has finished, and the paper for it once they have asked for one."""

    course_id: int
    slug: str
    title: str
    completed_at: datetime
    number: str | None
    full_name: str | None
    name_shown: str | None


class Paper(NamedTuple):
    """A paper for a finished course, as its owner or whoever has its code may read it."""

    number: str
    confirm_code: str
    full_name: str | None
    name_shown: str
    how: str
    completed_on: date
    issued_at: datetime
    course_slug: str
    course: str
    ward: str
    city: str
    office: str


def certificates_of(person_id: int) -> list[Certificate]:
    """Return the person's papers, the newest first."""
    return list(
        db.session.scalars(
            select(Certificate)
            .where(
                Certificate.person_id.in_(select(same_person(person_id).c.id)),
                Certificate.withdrawn_at.is_(None),
            )
            .order_by(Certificate.issued_at.desc())
        )
    )


def finished_courses(person_id: int) -> list[Finished]:
    """Return the courses that a person has finished, in the order of the shelf, retired ones too."""
    same = select(same_person(person_id).c.id)
    rows = db.session.execute(
        select(
            Course.id, Course.slug, Course.title, func.min(CourseCompletion.completed_at),
            Certificate.number, Certificate.full_name, Certificate.name_shown,
        )
        .join(CourseCompletion, CourseCompletion.course_id == Course.id)
        .outerjoin(
            Certificate,
            (Certificate.course_id == Course.id)
            & Certificate.person_id.in_(same)
            & Certificate.withdrawn_at.is_(None),
        )
        .where(CourseCompletion.person_id.in_(same))
        .group_by(
            Course.id, Course.slug, Course.title, Course.position,
            Certificate.id, Certificate.number, Certificate.full_name, Certificate.name_shown,
        )
        .order_by(Course.position, Course.id, Certificate.id)
    )  # fmt: skip
    found: dict[int, Finished] = {}
    for row in rows:
        found.setdefault(row[0], Finished(*row))
    return list(found.values())


def find_paper(person_id: int, number: str) -> Paper | None:
    """Return the person's own paper with this number, or None."""
    return _paper(
        Certificate.number == number, Certificate.person_id.in_(select(same_person(person_id).c.id))
    )


def find_confirmed(code: str) -> Paper | None:
    """Return the paper with this code, whoever asks, or None."""
    return _paper(Certificate.confirm_code == code.upper())


def _paper(*conditions: Any) -> Paper | None:
    row = db.session.execute(
        select(
            Certificate.number, Certificate.confirm_code, Certificate.full_name,
            Certificate.name_shown, Certificate.how,
            Certificate.completed_on, Certificate.issued_at, Course.slug, Course.title,
            Ward.name, Ward.city, Ward.office_name, Certificate.person_id,
        )
        .join(Course, Course.id == Certificate.course_id)
        .join(Person, Person.id == Certificate.person_id)
        .join(Ward, Ward.id == Person.ward_id)
        .where(Certificate.withdrawn_at.is_(None), *conditions)
    ).first()  # fmt: skip
    if row is None:
        return None
    *fields, owner_id = row
    paper = Paper(*fields)
    is_minor = guardian_of(root_of(owner_id)) is not None  # the paper may stand in a row merged meanwhile
    return paper._replace(name_shown=rules.NO_NAME) if is_minor else paper
