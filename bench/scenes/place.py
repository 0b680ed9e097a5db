"""The ward to which everybody comes: invented in a folder, then served as a real one."""

import os
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select

import config
from elearn.app import create_app
from elearn.kit.clock import now, today
from elearn.kit.db import db, transaction
from elearn.kit.secrets import digest
from elearn.library.models import Course, Lesson
from elearn.library.quiz_queries import answer_key, find_quiz
from elearn.outreach.actions import make_poster
from elearn.outreach.models import Poster
from elearn.people.actions import open_session
from elearn.people.credentials import give_credentials
from elearn.people.models import Grant, GroupKind, Person, ResidentialGroup, SessionKind
from elearn.people.permissions import Role
from elearn.people.session_queries import find_viewer
from elearn.trial import demo, setup

GROUPS = 46  # two of them have been merged: 45
WARD = 1
COURSE, LESSON = "thanh-toan-so", "tien-trong-dien-thoai"
LINK = f"/khoa-hoc/{COURSE}/{LESSON}"  # what everybody opens

Right = dict[str, tuple[str, set[str]]]  # question -> its kind, what is right


class Account(NamedTuple):
    """What somebody signs in with."""

    name: str
    code: str
    pin: str


@dataclass
class Place:
    """What those who come must know of the ward."""

    folder: Path
    groups: list[str] = field(default_factory=list)  # codes
    posters: list[str] = field(default_factory=list)  # the code of each group's poster
    right: dict[str, Right] = field(default_factory=dict)  # a lesson's address -> what is right in it

    @property
    def file(self) -> Path:
        """The database."""
        return self.folder / "elearn.db"

    @property
    def environment(self) -> dict[str, str]:
        """What a server of this ward is told."""
        return {"ELEARN_INSTANCE": str(self.folder), "ELEARN_WITHOUT_TLS": "1"}

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Be inside the platform over this ward, without serving it."""
        with create_app(config.from_environment(self.environment)).app_context():
            try:
                yield
            finally:
                db.session.remove()
                db.engine.dispose()

    def cookies_of(self, role: Role, count: int = 1) -> list[dict[str, str]]:
        """Sign in as so many who have that role, as if each had just given the password."""
        with self.opened():
            kind = SessionKind.HELPER if role == Role.HELPER else SessionKind.STAFF
            who = select(Grant.person_id).where(Grant.role == role).order_by(Grant.person_id).limit(count)
            return [{"elearn-s": _session(one, kind)} for one in db.session.scalars(who).all()]

    def cookies_for(self, person_id: int) -> dict[str, str]:
        """Sign in as that resident, on a phone of their own."""
        with self.opened():
            return {"elearn-s": _session(person_id, SessionKind.OWN)}

    def accounts(self, count: int) -> list[Account]:
        """Give so many residents a new mã học, and return what they sign in with."""
        with self.opened(), transaction():
            named = select(Person.id, Person.display_name).where(
                Person.display_name.is_not(None), Person.id.not_in(select(Grant.person_id))
            )
            found = db.session.execute(named.order_by(Person.id).limit(count)).all()
            given = [(name, give_credentials(id_)) for id_, name in found]
        return [Account(name, one.personal_code, one.pin) for name, one in given]


def settle(folder: Path, residents: int, *, groups: int = GROUPS) -> Place:
    """Make a ward of that many residents, with a poster of the link in each residential group."""
    place = Place(folder)
    _invent(folder, residents, groups)
    with place.opened():
        _hang_posters(place)
        place.right = _what_is_right()
    return place


def _invent(folder: Path, residents: int, groups: int) -> None:
    """Invent a ward as `elearn demo` does, and let it count as a real one."""
    fewest, told = demo.FEWEST_AREAS, os.environ.get("ELEARN_INSTANCE")
    demo.FEWEST_AREAS, os.environ["ELEARN_INSTANCE"] = groups, str(folder)
    try:
        setup.make(residents, 1, 1, lambda _done, _whole: None, say=lambda _sentence: None)
    finally:
        demo.FEWEST_AREAS = fewest
        os.environ.pop("ELEARN_INSTANCE")
        if told is not None:
            os.environ["ELEARN_INSTANCE"] = told
    with sqlite3.connect(folder / "demo.db") as connection:
        connection.execute("UPDATE ward SET demo = 0")
    connection.close()
    (folder / config.DEMO_SECRET).rename(folder / config.SECRET)
    (folder / "demo.db").rename(folder / "elearn.db")


def _hang_posters(place: Place) -> None:
    lesson_id, course_id = db.session.execute(
        select(Lesson.id, Course.id)
        .join(Course, Course.id == Lesson.course_id)
        .where(Course.slug == COURSE, Lesson.slug == LESSON)
    ).one()
    chief = db.session.scalar(select(Grant.person_id).where(Grant.role == Role.ADMINISTRATOR))
    viewer = find_viewer(digest(_session(chief, SessionKind.STAFF)), now())
    groups = db.session.execute(
        select(ResidentialGroup.id, ResidentialGroup.code)
        .where(ResidentialGroup.kind == GroupKind.REGULAR, ResidentialGroup.successor_id.is_(None))
        .order_by(ResidentialGroup.id)
    ).all()
    for id_, code in groups:
        made = make_poster(viewer, WARD, group_id=id_, course_id=course_id, lesson_id=lesson_id)
        place.groups.append(code)
        place.posters.append(db.session.scalar(select(Poster.code).where(Poster.id == made)))


def _session(person_id: int, kind: SessionKind) -> str:
    token = secrets.token_urlsafe(32)
    open_session(digest(token), person_id, kind, proved_at=now(), second_key_at=now())
    return token


def _what_is_right() -> dict[str, Right]:
    places = db.session.execute(
        select(Course.slug, Lesson.slug).join(Course, Course.id == Lesson.course_id).order_by(Lesson.id)
    ).all()
    return {
        f"/khoa-hoc/{course}/{lesson}": right for course, lesson in places if (right := _key(course, lesson))
    }


def _key(course: str, lesson: str) -> Right:
    found = find_quiz(course, lesson, WARD, today())
    if found is None or not found.questions:
        return {}
    key = answer_key(found.revision_id, WARD, today())
    return {one["key"]: (one["kind"], set(key[one["key"]]["right"])) for one in found.questions}


def spread(things: Sequence[Any], number: int) -> Any:
    """Return the thing whose turn it is."""
    return things[number % len(things)]
