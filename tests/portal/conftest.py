"""A ward whose numbers may be told: groups large enough, in a week that is over."""

import pytest

from elearn.kit.clock import today
from elearn.learning.recount import recount
from tests.builders import attempt, kept, make_course

PORTAL = "https://giavien.test"


@pytest.fixture
def counted(made_once, on_day):
    """Two groups with enough learners, one with too few, and one course finished, all before Monday."""
    return made_once(a_week_over, on_day)


def a_week_over(on_day):
    recount(repair=True)
    course = make_course()
    on_day(today().weekday() + 1)
    for code, learners, started, finished in (("DG05", 23, 17, 12), ("DG07", 16, 11, 6), ("LT03", 4, 3, 1)):
        for number in range(learners):
            who = kept(code, f"Bà {code} {number}")
            for revision in course["revisions"][: (number < started) + (number < finished)]:
                attempt(who, revision)
    on_day(0)
    return course


@pytest.fixture
def framed(app, monkeypatch):
    """The ward has told where its portal is."""
    monkeypatch.setitem(app.config, "PORTALS", {"": (PORTAL,)})
    return app
