"""Reads of the helper's desk: the own groups, who learns in one, what one of them has done."""

from collections import defaultdict
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from elearn.desk import rules
from elearn.desk.rules import State
from elearn.kit.clock import today
from elearn.kit.db import db, run
from elearn.kit.typed import masked
from elearn.kit.words import fold
from elearn.learning import roster_queries
from elearn.learning.models import CourseCompletion, CourseStart, LessonCompletion
from elearn.library.models import Course, Lesson
from elearn.people.models import (
    ClassTicket,
    Grant,
    GroupKind,
    Keeping,
    LearningCard,
    Person,
    ResidentialGroup,
)
from elearn.people.permissions import Permission, Scope, Viewer
from elearn.people.queries import (
    WardCard,
    exists_on,
    find_group,
    groups_seen_by,
    people_seen_by,
    same_person,
)  # fmt: skip

MARK = 16  # of a digest: enough to name a class in a form, too little to be anything else


class DeskGroup(NamedTuple):
    """A residential group as its helper's pages speak of it."""

    id: int
    ward_id: int
    code: str
    name: str
    former_ward: str
    kind: str
    is_open: bool  # does it exist today, so that people may be registered in it?


class GroupLine(NamedTuple):
    """A group in the list of groups."""

    code: str
    name: str
    former_ward: str
    people: int


class Line(NamedTuple):
    """A neighbour in the list."""

    id: int
    name: str
    household: str | None
    phone: str
    state: State
    lessons: int
    finished: int
    last_active_on: date | None
    registered_at: datetime | None


class Roster(NamedTuple):
    """Everyone of a group: named, or only counted."""

    lines: list[Line]
    unnamed: int

    def count(self, state: State) -> int:
        """Return how many of the named are that far."""
        return sum(line.state == state for line in self.lines)


class Seen(NamedTuple):
    """A neighbour on a page of their own."""

    id: int
    name: str
    group_id: int
    ward_id: int
    phone: str | None
    household: str | None
    audience: str
    birth_year: int | None
    personal_code: str | None
    registered_at: datetime | None
    registered_by: str | None
    last_active_on: date | None
    disabled: bool
    has_role: bool
    is_me: bool
    has_card: bool


class LessonDone(NamedTuple):
    """A lesson that somebody has finished: when, how, and with whom."""

    title: str
    completed_at: datetime
    how: str
    helper: str | None


class CourseDone(NamedTuple):
    """What somebody did in a course."""

    title: str
    started_at: datetime
    completed_at: datetime | None
    how: str | None
    lessons: list[LessonDone]


class ClassLine(NamedTuple):
    """A class that goes on now; its address was shown when it began and cannot be made again."""

    mark: str
    attendance: int
    issued_at: datetime
    expires_at: datetime
    helper: str | None


# -- groups --------------------------------------------------------------------------------------


def my_groups(viewer: Viewer) -> list[GroupLine]:
    """Return the viewer's groups in Vietnamese order; an ended one only while it still has people."""
    people = select(func.count()).where(_counted(), Person.group_id == ResidentialGroup.id).scalar_subquery()
    rows = db.session.execute(
        groups_seen_by(viewer)
        .with_only_columns(
            ResidentialGroup.code, ResidentialGroup.name, ResidentialGroup.former_ward, people
        )
        .where(exists_on(today()) | (people > 0))
        .order_by(ResidentialGroup.kind != GroupKind.REGULAR, ResidentialGroup.sort_key)
    )  # fmt: skip
    return [GroupLine(*row) for row in rows]


def kiosk_places(viewer: Viewer, ward: WardCard) -> list[tuple[int, str]]:
    """Return the groups for which the viewer may set up a shared machine; 0, the whole ward, if they may."""
    rows = db.session.execute(
        groups_seen_by(viewer, Permission.SET_UP_KIOSKS)
        .with_only_columns(
            ResidentialGroup.id, ResidentialGroup.name, ResidentialGroup.former_ward, ResidentialGroup.code
        )
        .where(
            ResidentialGroup.ward_id == ward.id,
            ResidentialGroup.kind == GroupKind.REGULAR,
            exists_on(today()),
        )
        .order_by(ResidentialGroup.sort_key)
    )
    places = [(group_id, f"{name} ({former or code})") for group_id, name, former, code in rows]
    if viewer.may_in(Permission.SET_UP_KIOSKS, ward_id=ward.id):
        places.insert(0, (0, f"Cả {ward.name}"))
    return places


def find_my_group(
    viewer: Viewer, code: str, permission: Permission = Permission.SEE_OWN_GROUP
) -> DeskGroup | None:
    """Return the group with this code, when it lies within the viewer's reach."""
    row = db.session.execute(
        groups_seen_by(viewer, permission)
        .with_only_columns(
            ResidentialGroup.id, ResidentialGroup.ward_id, ResidentialGroup.code, ResidentialGroup.name,
            ResidentialGroup.former_ward, ResidentialGroup.kind, exists_on(today()),
        )
        .where(ResidentialGroup.code == code.upper())
    ).first()  # fmt: skip
    return DeskGroup(*row) if row else None


def successor_code(code: str) -> str | None:
    """Return the code of the group that this one has become part of, if it has."""
    group = find_group(code)
    if group is None or group.successor_id is None:
        return None
    return db.session.get_one(ResidentialGroup, group.successor_id).code


# -- people --------------------------------------------------------------------------------------


def roster(viewer: Viewer, group: DeskGroup) -> Roster:
    """Return the people of the group: by name whom the viewer may see so, the others as a number."""
    of_group = {"group": group.id}
    lines = [_line(roster_queries.RosterRow(*row)) for row in run(_named(viewer.scopes), of_group)]
    return Roster(lines, run(_everyone(), of_group).scalar_one() - len(lines))


@lru_cache(maxsize=64)  # putting the statement together costs more than running it
def _named(scopes: tuple[Scope, ...]) -> Select[Any]:
    people = people_seen_by(Viewer(scopes=scopes))
    return roster_queries.roster_of(people.where(_counted(), Person.group_id == bindparam("group")))


@cache
def _everyone() -> Select[tuple[int]]:
    return select(func.count()).where(_counted(), Person.group_id == bindparam("group"))


def named_in(viewer: Viewer, group: DeskGroup) -> Select[tuple[Person]]:
    """Select the people of the group whom the viewer may see by name."""
    return people_seen_by(viewer).where(_counted(), Person.group_id == group.id)


def _lines(people: Select[tuple[Person]]) -> list[Line]:
    return [_line(row) for row in roster_queries.roster(people)]


def _line(row: roster_queries.RosterRow) -> Line:
    return Line(
        row.person_id, row.display_name, row.household, masked(row.phone),
        rules.state_of(row.started, row.finished), row.lessons, row.finished, row.last_active_on,
        row.registered_at,
    )  # fmt: skip


def _counted() -> Any:
    """The condition on a Person who counts for a group today, with a name or without."""
    return (
        Person.registered_at.is_not(None)
        & (Person.keeping != Keeping.NOTHING)
        & Person.merged_into_id.is_(None)
        & Person.erased_at.is_(None)
    )


def likely_twins(viewer: Viewer, group: DeskGroup, name: str, phone: str | None) -> list[Line]:
    """Return whom of the group the viewer may mean by this name or phone number already."""
    same = Person.search == fold(name)
    people = named_in(viewer, group).where(or_(same, Person.phone == phone) if phone else same)
    return _lines(people)


def find_neighbour(viewer: Viewer, group: DeskGroup, person_id: int) -> Seen | None:
    """Return the person of the group whom the viewer may see by name, or None."""
    helper = aliased(Person)
    row = db.session.execute(
        named_in(viewer, group)
        .outerjoin(helper, helper.id == Person.registered_by_id)
        .with_only_columns(
            Person.id, Person.display_name, Person.group_id, Person.ward_id, Person.phone, Person.household,
            Person.audience, Person.birth_year, Person.personal_code, Person.registered_at,
            helper.display_name, Person.last_active_on, Person.disabled_at.is_not(None),
            exists().where(Grant.person_id == Person.id), Person.id == viewer.person_id,
            exists().where(LearningCard.person_id == Person.id, LearningCard.revoked_at.is_(None)),
        )
        .where(Person.id == person_id)
    ).first()  # fmt: skip
    return Seen._make(row) if row else None


class Bearer(NamedTuple):
    """Whoever has just been given codes."""

    id: int
    name: str
    personal_code: str


def bearer(person_id: int) -> Bearer:
    """Return whom the codes are for."""
    row = db.session.execute(
        select(Person.id, Person.display_name, Person.personal_code).where(Person.id == person_id)
    ).one()
    return Bearer._make(row)


def deeds_of(person_id: int) -> list[CourseDone]:
    """Return what a person has done, course by course, in the order of the shelf."""
    same = select(same_person(person_id).c.id)
    lessons: dict[int, list[LessonDone]] = defaultdict(list)
    helper = aliased(Person)
    for course_id, *done in db.session.execute(
        select(
            Lesson.course_id, Lesson.title, LessonCompletion.completed_at, LessonCompletion.how,
            helper.display_name,
        )
        .join(Lesson, Lesson.id == LessonCompletion.lesson_id)
        .outerjoin(helper, helper.id == LessonCompletion.assisted_by_id)
        .where(LessonCompletion.person_id.in_(same))
        .order_by(LessonCompletion.completed_at, Lesson.position)
    ):  # fmt: skip
        lessons[course_id].append(LessonDone._make(done))
    finished = {
        course_id: (at, how)
        for course_id, at, how in db.session.execute(
            select(CourseCompletion.course_id, CourseCompletion.completed_at, CourseCompletion.how)
            .where(CourseCompletion.person_id.in_(same))
            .order_by(CourseCompletion.completed_at.desc())  # the first time counts
        )
    }
    begun = db.session.execute(
        select(Course.id, Course.title, func.min(CourseStart.started_at))
        .join(Course, Course.id == CourseStart.course_id)
        .where(CourseStart.person_id.in_(same))
        .group_by(Course.id, Course.title, Course.position)
        .order_by(Course.position, Course.id)
    )
    return [
        CourseDone._make([title, at, *finished.get(course_id, (None, None)), lessons[course_id]])
        for course_id, title, at in begun
    ]


# -- coming in by a code, and classes ------------------------------------------------------------


class Known(NamedTuple):
    """Somebody whose personal code was read out to the helper."""

    id: int
    name: str
    is_here: bool  # of this group already, else of nobody's: "chưa rõ tổ"
    is_seen: bool  # is their page open to the viewer already?


def find_by_code(viewer: Viewer, group: DeskGroup, code: str) -> Known | None:
    """Return whose personal code this is, among the group's people and those whose group is not known."""
    row = db.session.execute(
        select(
            Person.id,
            Person.display_name,
            Person.group_id == group.id,
            Person.id.in_(people_seen_by(viewer).with_only_columns(Person.id)),
        )
        .join(ResidentialGroup, ResidentialGroup.id == Person.group_id)
        .where(
            _counted(),
            Person.display_name.is_not(None),
            Person.personal_code == code,
            ~exists().where(Grant.person_id == Person.id),
            ResidentialGroup.ward_id == group.ward_id,
            or_(ResidentialGroup.id == group.id, ResidentialGroup.kind == GroupKind.UNKNOWN),
        )
    ).first()
    return Known._make(row) if row else None


def classes_of(group: DeskGroup, moment: datetime) -> list[ClassLine]:
    """Return the classes of the group that go on now, the newest first."""
    rows = db.session.execute(
        select(
            func.substr(ClassTicket.token_digest, 1, MARK), ClassTicket.attendance, ClassTicket.issued_at,
            ClassTicket.expires_at, Person.display_name,
        )
        .outerjoin(Person, Person.id == ClassTicket.issued_by_id)
        .where(ClassTicket.group_id == group.id, ClassTicket.expires_at > moment)
        .order_by(ClassTicket.issued_at.desc())
    )  # fmt: skip
    return [ClassLine(*row) for row in rows]
