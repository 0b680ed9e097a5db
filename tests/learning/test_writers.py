"""Many people answer at the same moment on one real file."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from elearn.kit.db import db
from elearn.learning.models import Attempt
from elearn.learning.recount import recount
from tests.builders import attempt, kept, make_course, tallies


def test_fifty_writers_at_once_lose_nothing(another_app, tmp_path):
    app = another_app(f"sqlite:///{tmp_path / 'ward.db'}")
    with app.app_context():
        recount(repair=True)
        before, course = tallies("DG07"), make_course()
        people = [kept("DG07", f"Bà {number}") for number in range(25)]

    def send(number):
        with app.app_context():
            return attempt(people[number % 25], course["revisions"][0], attempt_id=f"form {number % 25}")

    with ThreadPoolExecutor(50) as pool:
        outcomes = list(pool.map(send, range(50)))
    with app.app_context():
        assert sum(outcome.is_new for outcome in outcomes) == 25 and all(one.passed for one in outcomes)
        assert db.session.scalar(select(func.count()).select_from(Attempt)) == 25
        after = tallies("DG07")
        assert (after[0] - before[0], after[1], after[2]) == (25, 25, 25)
        assert recount() == []
        db.session.remove()
        db.engine.dispose()
