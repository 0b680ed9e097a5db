"""Whatever happens in whatever order, the kept counts equal the facts."""

import random

import pytest
from sqlalchemy import func, select, update

from elearn.kit.db import db, transaction
from elearn.learning import actions
from elearn.learning.groups import merge_groups
from elearn.learning.models import DailyTally, Standing
from elearn.learning.queries import facts_of, my_courses, roster, where_to_continue
from elearn.learning.recount import recount
from elearn.library.rules import Refused
from elearn.people.queries import people_seen_by
from tests.builders import attempt, make_course, nameless
from tests.ward import group


@pytest.mark.parametrize("seed", range(6))
def test_any_interleaving_leaves_the_counts_equal_to_the_facts(app, person, seed):
    chance, admin = random.Random(seed), person("quan").id
    recount(repair=True)
    courses = [make_course(f"khoa-{number}") for number in range(2)]
    revisions = [one for course in courses for one in course["revisions"]]
    groups = [group(code).id for code in ("DG05", "DG07", "LT03", "GV-KR")]
    people = [nameless() for _ in range(6)]

    def act():
        one, two = chance.sample(people, 2)
        return chance.choice(
            [
                lambda: attempt(one, chance.choice(revisions), right=chance.randint(2, 5)),
                lambda: attempt(one, chance.choice(revisions)),
                lambda: actions.keep_results(
                    one, keeping=chance.choice(["name", "group"]), group_id=chance.choice(groups), name="Bà A"
                ),
                lambda: actions.claim_results(one, two),
                lambda: actions.move_to_group(one, chance.choice(groups)),
                lambda: actions.change_audience(one, chance.choice(["resident", "youth", "unsaid"])),
                lambda: actions.merge_people(one, two, actor=admin),
                lambda: actions.unmerge(one, actor=admin),
                lambda: actions.erase(one) if chance.random() < 0.3 else None,
                lambda: people.append(nameless()),
                lambda: merge_groups([chance.choice(groups[:3])], chance.choice(groups[:3]), actor=admin),
            ]
        )

    for _ in range(60):
        try:
            act()()
        except Refused:
            db.session.rollback()
    assert recount() == []
    for model, column in ((DailyTally, "lessons"), (Standing, "started"), (Standing, "registered")):
        sums = db.session.scalars(
            select(func.sum(getattr(model, column))).group_by(model.group_id, model.course_id)
        )
        assert all((value or 0) >= 0 for value in sums)
    for one in people:
        assert all(0 <= course.share <= 1 for course in my_courses(one))


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
