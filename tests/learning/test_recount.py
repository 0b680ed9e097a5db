"""Whatever happens in whatever order, the kept counts equal the facts."""

from datetime import timedelta

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.learning.copy_queries import facts_of
from elearn.learning.models import Attempt, CourseCompletion, Credit, DailyTally, LessonCompletion, Standing
from elearn.learning.queries import my_courses, where_to_continue
from elearn.learning.recount import recount
from elearn.learning.roster_queries import roster
from elearn.people.queries import people_seen_by
from tests.builders import KEYS, attempt, kept, make_course, nameless
from tests.happenings import Story, rarely, scene, tell


class Counted(Story):
    """Whatever happened, the kept counts are what the facts say, and none is below nothing."""

    def holds_in_the_end(self):
        assert recount() == []
        for model, column in ((DailyTally, "lessons"), (Standing, "started"), (Standing, "registered")):
            sums = db.session.scalars(
                select(func.sum(getattr(model, column))).group_by(model.group_id, model.course_id)
            )
            assert all((value or 0) >= 0 for value in sums)
        for one in self.people:
            assert all(0 <= course.share <= 1 for course in my_courses(one))


@pytest.mark.hypothesis
def test_any_interleaving_leaves_the_counts_equal_to_the_facts(made_once, on_day):
    tell(Counted, lambda: made_once(scene), on_day)


FEW_RIGHT = st.sets(st.sampled_from(KEYS), max_size=3)  # four are needed: only together do they pass
THIRTY_YEARS = 30 * 365
LOGS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 1), FEW_RIGHT, st.integers(-THIRTY_YEARS, THIRTY_YEARS)),
    min_size=3, max_size=12,
)  # fmt: skip


@pytest.mark.hypothesis
def test_in_whatever_order_and_however_often_answers_arrive_they_count_as_one_honest_log(made_once):
    """The phone's clock may be thirty years off; a line may be bad, and each form be sent again (T-sync)."""

    @rarely
    @given(st.data(), LOGS)
    def hold(data, log):
        places = range(len(log))
        again = data.draw(st.lists(st.sampled_from(places), max_size=12), label="arrive again")
        arrivals = data.draw(st.permutations([*places, *again]), label="arrivals")
        note(f"{log=}")
        honest = counted_after(made_once(two_learners), log, places)
        assert counted_after(made_once(two_learners), log, arrivals) == honest

    hold()


def two_learners():
    return scene(), [kept("DG05"), nameless()]


def counted_after(start, log, arrivals):
    """Let the answers of a log arrive; return all that is known and counted then, but for times."""
    (_, revisions, *_), people = start
    for place in arrivals:
        who, lesson, right, days = log[place]
        answers = {key: ["r" if key in right else "w"] for key in KEYS}
        opened_at = now() + timedelta(days=days)
        attempt(
            people[who], revisions[lesson], attempt_id=f"form {place}", answers=answers, opened_at=opened_at
        )
    assert recount() == []
    known = (
        (Attempt.person_id, Attempt.id, Attempt.right),
        (LessonCompletion.person_id, LessonCompletion.lesson_id),
        (CourseCompletion.person_id, CourseCompletion.course_id),
        (Credit.person_id, Credit.course_id, Credit.what, Credit.amount),
        (Standing.group_id, Standing.course_id, Standing.started, Standing.finished),
    )
    return [sorted(map(tuple, db.session.execute(select(*columns)))) for columns in known]


def test_a_wrong_count_is_told_and_mended(app):
    recount(repair=True)
    assert recount() == []
    with transaction():
        db.session.execute(update(Standing).values(registered=Standing.registered + 1))
        db.session.execute(update(DailyTally).values(lessons=7))
    assert len(recount()) > 1
    recount(repair=True)
    assert recount() == []


def test_what_one_reads_of_oneself(app, person, viewer):
    course = make_course()
    lan = person("lan").id
    attempt(lan, course["revisions"][0])
    assert where_to_continue(lan).lesson_slug == "bai-2"
    assert my_courses(lan)[0].share == 0.5
    assert len(facts_of(lan)["attempts"]) == 1
    rows = roster(people_seen_by(viewer("hoa")))
    assert [(row.display_name, row.lessons) for row in rows if row.person_id == lan] == [
        ("Nguyễn Thị Lan", 1)
    ]
    assert all(row.group_name == "Tổ dân phố số 5" for row in rows)
