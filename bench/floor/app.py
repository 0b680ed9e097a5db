"""The floor: a bare Flask application that does the least for the same kind of page, on the same server.

`/hello` reads a signed session. `/lesson` knows who is signed in (Flask-Login), reads a lesson and whether it
is completed through SQLAlchemy, and fills a template of 7.5 kB. `/progress` keeps an attempt, a completion
and a summary in one durable transaction. `/report` is a table of 50 groups by 20 lessons from a summary.
"""

import os
from pathlib import Path

from flask import Flask, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, event, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

GROUPS, LESSONS = 50, 20
BODY = "<p>Bác Hạnh mua rau hết 45 nghìn. Cô bán rau chìa mã QR cho bác quét.</p>\n" * 70
PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{{ lesson.title }}</title></head>
<body><p>{{ user.name }}</p><h1>{{ lesson.title }}</h1>{% if done %}<p>Đã xong</p>{% endif %}
{{ lesson.body|safe }}</body></html>"""
REPORT = """<!doctype html><html lang="vi"><body><h1>Báo cáo</h1><table>
{% for group in rows|groupby(0) %}<tr><th>{{ group.grouper }}</th>
{% for row in group.list %}<td>{{ row[2] }}</td>{% endfor %}</tr>{% endfor %}</table></body></html>"""


class Base(DeclarativeBase):
    """The parent of the floor's tables."""


db = SQLAlchemy(model_class=Base)


class User(Base, UserMixin):
    """Somebody who learns."""

    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Lesson(Base):
    """A lesson with its text ready."""

    __tablename__ = "lesson"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]


class Completion(Base):
    """A lesson that somebody has finished."""

    __tablename__ = "completion"
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True)


def make_app() -> Flask:
    """Build the floor over the database file named by FLOOR_DATABASE."""
    app = Flask("floor")
    app.config["SECRET_KEY"] = "floor " * 6
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{Path(os.environ['FLOOR_DATABASE'])}"
    db.init_app(app)
    login = LoginManager(app)
    login.user_loader(lambda user_id: db.session.get(User, int(user_id)))
    page, report = app.jinja_env.from_string(PAGE), app.jinja_env.from_string(REPORT)

    @app.get("/hello")
    def hello():
        session["seen"] = True
        return f"<p>Chào {session['seen']}</p>"

    @app.get("/sign-in")
    def sign_in():
        login_user(db.session.get(User, 1))
        return "signed in"

    @app.get("/lesson")
    def lesson():
        one = db.session.get(Lesson, 1)
        done = db.session.get(Completion, (current_user.id, one.id))
        return page.render(lesson=one, user=current_user, done=done)

    @app.post("/progress")
    def progress():
        lesson_id = int(request.form["lesson"])
        with db.engine.begin() as connection:
            connection.execute(
                text("INSERT INTO attempt (user_id, lesson_id, answers) VALUES (:user, :lesson, :answers)"),
                {"user": current_user.id, "lesson": lesson_id, "answers": request.form["answers"]},
            )
            connection.execute(
                text("INSERT INTO completion VALUES (:user, :lesson) ON CONFLICT DO NOTHING"),
                {"user": current_user.id, "lesson": lesson_id},
            )
            connection.execute(
                text("UPDATE summary SET count = count + 1 WHERE group_id = 1 AND lesson_id = :lesson"),
                {"lesson": lesson_id},
            )
        return "kept"

    @app.get("/report")
    def report_page():
        rows = db.session.execute(text("SELECT group_id, lesson_id, count FROM summary ORDER BY 1, 2")).all()
        return report.render(rows=[tuple(row) for row in rows])

    with app.app_context():
        _prepare()
    return app


def _prepare() -> None:
    @event.listens_for(db.engine, "connect")
    def durable(connection, _record):
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "busy_timeout = 15000"):
            connection.execute(f"PRAGMA {pragma}")

    db.create_all()
    if db.session.scalar(select(User.id)) is not None:
        return
    db.session.execute(
        text("CREATE TABLE attempt (id INTEGER PRIMARY KEY, user_id INT, lesson_id INT, answers TEXT)")
    )
    db.session.execute(
        text(
            "CREATE TABLE summary (group_id INT, lesson_id INT, count INT, PRIMARY KEY (group_id, lesson_id))"
        )
    )
    db.session.add(User(id=1, name="Nguyễn Thị Lan"))
    for number in range(1, LESSONS + 1):
        db.session.add(Lesson(id=number, title=f"Bài {number}", body=BODY))
        for group in range(1, GROUPS + 1):
            db.session.execute(
                text("INSERT INTO summary VALUES (:group, :lesson, :count)"),
                {"group": group, "lesson": number, "count": group * number},
            )
    db.session.commit()
