"""A ward with life in it: the shipped courses and one of everything, for tests that open every address."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import select

import config
from elearn.app import create_app
from elearn.kit.clock import now, today
from elearn.kit.db import db
from elearn.learning.actions import submit_attempt
from elearn.library.actions import load_shelf, new_draft
from elearn.library.folder import read_shelf
from elearn.library.queries import answer_key, find_course, find_quiz
from elearn.migrate import migrate
from elearn.outreach.actions import make_poster
from elearn.outreach.models import Poster
from tests import ward

SETTINGS = config._settings(
    {}, config.ROOT / "instance", "for the tests only, forty characters long", "sqlite://"
) | {"TESTING": True, "DEMO": False, "SECURE_COOKIES": False}
COURSE, LESSON = "thanh-toan-so", "quet-ma-qr"


def lively_app(url: str) -> Flask:
    """Build the app over a database with the cast and the shipped courses."""
    app = create_app(SETTINGS | {"SQLALCHEMY_DATABASE_URI": url})
    with app.app_context():
        migrate(db.engine, app.config["MIGRATIONS"])
        ward.settle()
        load_shelf(read_shelf(Path(app.config["COURSES"])))
        db.session.remove()
    return app


def finish_course(person_id: int, slug: str = COURSE, ward_id: int = 1) -> str:
    """Let somebody answer every question of a course rightly; return the id of the last attempt."""
    course = find_course(slug, ward_id)
    assert course is not None
    last = ""
    for lesson in course.lessons:
        last = answer(person_id, slug, lesson.slug, ward_id=ward_id)
    return last


def answer(person_id: int, course: str, lesson: str, *, wrong: int = 0, ward_id: int = 1, **more: Any) -> str:
    """Let somebody answer the questions of a lesson, the first so many wrongly; return the attempt's id."""
    quiz = find_quiz(course, lesson, ward_id, today())
    assert quiz is not None
    key = answer_key(quiz.revision_id, ward_id, today())
    asked = [question["key"] for question in quiz.questions]
    answers = {
        one: ["wrong"]
        if place < wrong
        else list(key[one]["right"])[: 1 if key[one]["kind"] == "type" else None]
        for place, one in enumerate(asked)
    }
    shown = {one["key"]: [offered["id"] for offered in one.get("choices", ())] for one in quiz.questions}
    return submit_attempt(
        person_id, uuid4().hex, quiz.revision_id, ward_id=ward_id, asked=asked, questions=asked, shown=shown,
        answers=answers, opened_at=now(), **more,
    ).attempt_id  # fmt: skip


def furnish(app: Flask) -> dict[str, dict[str, Any]]:
    """Put one of everything into the ward; return for each endpoint what its address needs."""
    with app.app_context():
        lan = ward.person("lan").id
        finish_course(lan)
        attempt_id = answer(lan, "thuong-mai-dien-tu", "chon-nguoi-ban", wrong=2)
        course = find_course(COURSE, 1)
        assert course is not None
        draft = new_draft(next(one.id for one in course.lessons if one.slug == LESSON), ward.person("thu").id)
        number = draft.number
        poster_id = make_poster(ward.viewer("hoa"), 1, group_id=ward.group("DG05").id)
        code = db.session.scalar(select(Poster.code).where(Poster.id == poster_id))
        db.session.remove()
    here = {"course": COURSE, "lesson": LESSON}
    return {
        "learning.course": {"course": COURSE},
        "learning.lesson": here,
        "learning.quiz": here,
        "learning.result": {
            "course": "thuong-mai-dien-tu",
            "lesson": "chon-nguoi-ban",
            "attempt_id": attempt_id,
        },
        "learning.short": {"code": "1303"},
        "outreach.arrive": {"code": code},
        "outreach.poster": {"poster_id": poster_id},
        "outreach.poster_print": {"poster_id": poster_id},
        "progress.group": {"code": "DG05"},
        "progress.board_file": {"kind": "csv"},
        "authoring.draft": here | {"number": number},
    }
