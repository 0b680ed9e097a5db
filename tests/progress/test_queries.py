"""What a board counts equals what happened, whoever looks, however it is filtered."""

from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from sqlalchemy import delete, select

from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.learning import actions
from elearn.learning.groups import Part, merge_groups, split_group
from elearn.learning.models import NO_COURSE, CourseCompletion, Credit, DailyTally
from elearn.learning.months import close_months
from elearn.learning.recount import recount
from elearn.people.models import How, Person, ResidentialGroup
from elearn.people.permissions import VISITOR, Role, Scope, Viewer
from elearn.progress import group_queries, queries, rules, sums
from elearn.progress.rules import AUDIENCES, WAYS, Filter, Period
from tests.builders import attempt, kept, make_course
from tests.happenings import SOMEBODY, STEPS, Story, scene, step, tell
from tests.ward import group

WARD = 1
EVER = Filter(Period("tat-ca", None, today()))
READER = Viewer(scopes=(Scope(Role.VIEWER, WARD),))


def board(asked=EVER, course_id=None, viewer=READER):
    return queries.board_seen_by(viewer, WARD, asked, course_id, today())


def row(code, asked=EVER, course_id=None, viewer=READER):
    return next(one for one in board(asked, course_id, viewer) if one.code == code)


def lately(back_from, back_until=0):
    return Filter(Period("khoang", today() - timedelta(days=back_from), today() - timedelta(days=back_until)))


@pytest.fixture(autouse=True)
def _counted(app):
    recount(repair=True)  # the cast is registered without credits


# -- what is counted


def test_what_was_done_stands_in_its_period(on_day):
    course = make_course()
    on_day(10)
    who = kept("DG07")
    attempt(who, course["revisions"][0])
    on_day(0)
    attempt(who, course["revisions"][1])
    week, before = row("DG07", lately(6)), row("DG07", lately(13, 7))
    assert (week.lessons, week.courses, before.lessons, before.started) == (1, 1, 1, 1)
    assert row("DG07").lessons == 2
    assert row("DG07", lately(6)).change == row("DG07").change == 0
    attempt(kept("DG07", "Bà Ba"), course["revisions"][0])
    assert row("DG07", lately(6)).change == 1
    assert row("DG07", lately(13, 7)).change == 1, "one lesson in that week, none in the week before it"


@pytest.mark.parametrize(("back", "change"), [(0, 1), (6, 1), (7, -1), (13, -1), (14, 0)])
def test_the_change_compares_seven_days_with_the_seven_before(on_day, back, change):
    course = make_course()
    on_day(back)
    attempt(kept("DG07"), course["revisions"][0])
    assert row("DG07", lately(6)).change == row("DG07").change == change


def test_assisted_and_alone_stand_apart(person):
    course, hoa = make_course(), person("hoa").id
    one, two = kept("DG05"), kept("DG05", "Bà Ba")
    actions_of = {"assisted_by_id": hoa}
    attempt(one, course["revisions"][0])
    attempt(two, course["revisions"][0], **actions_of)
    attempt(two, course["revisions"][1], how=How.MEETING)
    found = row("DG05")
    assert (found.lessons, found.alone, found.assisted, found.meeting, found.kiosk) == (3, 1, 1, 1, 0)
    for word, (value, _) in WAYS.items():
        assert row("DG05", Filter(EVER.period, how=word)).lessons == getattr(found, value)


def test_a_course_and_an_audience_can_be_looked_at_alone():
    one, two = make_course("mot"), make_course("hai")
    who = kept("DG05")
    attempt(who, one["revisions"][0])
    attempt(who, two["revisions"][0])
    attempt(who, two["revisions"][1])
    actions.change_audience(who, "youth")
    attempt(kept("DG05", "Bà Ba"), one["revisions"][0])
    assert row("DG05", course_id=one["course"]).lessons == 2
    assert row("DG05", course_id=two["course"]).finished == 1
    assert row("DG05", course_id=two["course"]).people == row("DG05").people, "people are of no course"
    youth = Filter(EVER.period, audience="doan-vien")
    assert (row("DG05", youth).people, row("DG05", youth).coverage) == (1, None)
    assert row("DG05", youth, two["course"]).finished == 1


def test_more_people_than_adults_is_told_and_gives_no_share():
    group_id = group("DG07").id
    _change(group_id, adults=2)
    for number in range(2):
        kept("DG07", f"Bà {number}")
    found = row("DG07")  # with ông Tài they are three
    assert found.doubtful and found.coverage is None and found.finished_share is None
    assert rules.total_of(board()).coverage == rules.share(row("DG05").people, 420)
    _change(group_id, adults=3)
    assert row("DG07").coverage == 1.0
    _change(group_id, adults=None)
    assert row("DG07").coverage is None and not row("DG07").doubtful


def test_a_merged_group_is_counted_under_the_one_that_followed(person):
    course, admin = make_course(), person("quan").id
    attempt(kept("DG05"), course["revisions"][0])
    attempt(kept("DG07"), course["revisions"][0])
    before = {one.code: one for one in board()}
    merge_groups([group("DG05").id], group("DG07").id, actor=admin)
    merge_groups([group("DG07").id], group("LT03").id, actor=admin)
    after = {one.code: one for one in board()}
    assert set(after) == {"LT03", "GV-KR", "GV-NK"}
    assert after["LT03"].lessons == 2
    assert after["LT03"].people == sum(before[code].people for code in ("DG05", "DG07", "LT03"))


def test_a_split_group_keeps_its_past_and_says_so(person):
    course = make_course()
    attempt(kept("DG05"), course["revisions"][0])
    parts = [Part("DG05A", "Tổ 5A", adults=200), Part("DG05B", "Tổ 5B")]
    split_group(group("DG05").id, parts, actor=person("quan").id)
    found = {one.code: one for one in board()}
    assert found["DG05"].note == "trước khi tách" and found["DG05"].lessons == 1
    assert (found["DG05A"].lessons, found["DG05A"].note) == (0, "")
    _change(group("LT03").id, valid_until=today())
    assert "LT03" not in {one.code for one in board()}, "ended, and nothing to show"
    _change(group("DG07").id, valid_until=today())
    quiet = Filter(Period("khoang", today() - timedelta(days=400), today() - timedelta(days=399)))
    assert row("DG07", quiet).people == 1, "ông Tài is still of it"


# -- who sees it


def test_each_viewer_sees_the_groups_within_reach(viewer):
    def codes(who):
        return {one.code for one in board(viewer=who)}

    everything = {"DG05", "DG07", "LT03", "GV-KR", "GV-NK"}
    assert codes(viewer("hoa")) == {"DG05"}
    for name in ("minh", "thu", "duc", "quan"):
        assert codes(viewer(name)) == everything
    assert codes(READER) == everything
    for who in (VISITOR, viewer("lan"), viewer("tai"), viewer("xa")):
        assert codes(who) == set()
    assert queries.board_seen_by(viewer("minh"), 2, EVER, None, today()) == []


def test_the_page_of_a_group_out_of_reach_counts_nothing(viewer):
    course = make_course()
    attempt(kept("DG07"), course["revisions"][0])
    seen = group_queries.group_numbers(viewer("hoa"), WARD, "DG07", EVER, None, today())
    assert (seen.total.lessons, seen.people) == (0, 0)
    assert group_queries.group_numbers(viewer("minh"), WARD, "DG07", EVER, None, today()).total.lessons == 1
    assert group_queries.find_group_card("BC01", WARD) is None, "the ward next door"


def test_households_have_finished_the_course_that_is_asked_for_on_the_board_and_on_the_page_of_a_group():
    one, two = make_course("mot", lessons=1), make_course("hai", lessons=1)
    for number, course in enumerate((one, one, two)):
        who = kept("DG07", f"Bà {number}")
        with transaction():
            db.session.get(Person, who).household = f"Hộ {number}"
        attempt(who, course["revisions"][0])
    for course, finished in ((None, 3), (one["course"], 2), (two["course"], 1)):
        page = group_queries.group_numbers(READER, WARD, "DG07", EVER, course, today())
        assert (page.homes, page.homes_finished) == (3, finished)
        assert (row("DG07", course_id=course).homes, row("DG07", course_id=course).homes_finished) == (
            3,
            finished,
        )


# -- against a count from scratch


def _roots():
    """Which group of today each group's results are shown under, by hand."""
    groups = {one.id: one for one in db.session.scalars(select(ResidentialGroup))}

    def root(one):
        while one.successor_id and one.valid_until and one.valid_until <= today():
            one = groups[one.successor_id]
        return one

    return {group_id: root(one).code for group_id, one in groups.items() if one.ward_id == WARD}


def _by_hand(asked, course_id):
    """Add up the ledger line by line."""
    roots, sums = _roots(), defaultdict(Counter)
    before, last, until = rules.two_weeks(asked.period.until)
    names = {"registered": "registered", "started": "started", "lesson": "lessons", "course": "courses"}
    names["mastered"] = "mastered"
    for line in db.session.scalars(select(Credit)):
        if line.day > asked.period.until or line.group_id not in roots:
            continue
        if course_id is not None and line.course_id not in (NO_COURSE, course_id):
            continue
        if asked.audience_value and line.audience != asked.audience_value:
            continue
        if asked.how_value and line.how != asked.how_value:
            continue
        of = sums[roots[line.group_id]]
        if asked.period.since is None or line.day >= asked.period.since:
            of[names[line.what]] += line.amount
            if line.what == "lesson":
                of[line.how] += line.amount
        if line.what == "lesson" and before <= line.day <= until:
            of["change"] += line.amount if line.day >= last else -line.amount
    return sums


def _finished_by_hand():
    """Which courses each person has finished, with what was merged into them."""
    done = defaultdict(set)
    for one in db.session.scalars(select(CourseCompletion)):
        done[one.person_id].add(one.course_id)
    everyone = {one.id: one for one in db.session.scalars(select(Person))}

    def merged_into(one):
        while one.merged_into_id:
            one = everyone[one.merged_into_id]
        return one.id

    whole = defaultdict(set)
    for one in everyone.values():
        whole[merged_into(one)] |= done[one.id]
    return whole


def _there_by_hand(asked, roots):
    """Who is counted as of a group today."""
    for one in db.session.scalars(select(Person)):
        gone = one.merged_into_id or one.erased_at or one.keeping == "nothing" or not one.registered_at
        if gone or one.group_id not in roots:
            continue
        if not asked.audience_value or one.audience == asked.audience_value:
            yield one


def _homes_by_hand(asked, course_id):
    """By group: households of which somebody learns, and of which somebody has finished."""
    roots, whole = _roots(), _finished_by_hand()
    homes = defaultdict(lambda: defaultdict(bool))
    for one in _there_by_hand(asked, roots):
        if one.household:
            done = bool(whole[one.id]) if course_id is None else course_id in whole[one.id]
            homes[roots[one.group_id]][one.group_id, one.household] |= done
    counted = {code: (len(of), sum(of.values())) for code, of in homes.items()}
    return defaultdict(lambda: (0, 0), counted)


def _last_days_by_hand():
    """By group: the last day on which its tallies say anything."""
    roots, last = _roots(), {}
    for line in db.session.scalars(select(DailyTally)):
        if line.group_id in roots and any(getattr(line, name) > 0 for name in sums.COUNTERS):
            code = roots[line.group_id]
            last[code] = max(line.day, last.get(code, line.day))
    return last


def _people_by_hand(asked, course_id):
    """Look at everyone, one by one: who is of a group today, and who has finished."""
    roots, people, finished = _roots(), Counter(), Counter()
    whole = _finished_by_hand()
    for one in _there_by_hand(asked, roots):
        code = roots[one.group_id]
        people[code] += 1
        finished[code] += bool(whole[one.id]) if course_id is None else course_id in whole[one.id]
    return people, finished


PERIODS = st.one_of(
    st.just(("tat-ca", None, 0)),
    st.tuples(st.integers(0, 79), st.integers(0, 79)).map(lambda days: ("khoang", max(days), min(days))),
)
LOOKS = step(
    "somebody_looks", period=PERIODS, audience=st.sampled_from(["", *AUDIENCES]),
    how=st.sampled_from(["", *WAYS]), course=st.sampled_from([None, 0, 1]),
    few_days=st.sampled_from([0, 5, 20, 40]),
)  # fmt: skip


LABELS = step("is_of_a_household", who=SOMEBODY, label=st.sampled_from(["Hộ A", "Hộ B", None]))


class Shown(Story):
    """Whatever happened, whoever asks for whatever part of it sees what a count from scratch gives."""

    def is_of_a_household(self, who, label):
        with transaction():
            db.session.get_one(Person, self.person(who)).household = label

    def months_are_closed(self):
        close_months()

    def somebody_looks(self, period, audience, how, course, few_days):
        """Look at a period; one of more than a few days is read from the months."""
        word, first, last = period
        since = None if first is None else today() - timedelta(days=first)
        asked = Filter(Period(word, since, today() - timedelta(days=last)), audience=audience, how=how)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sums, "FEW_DAYS", timedelta(days=few_days))
            _compare(asked, None if course is None else self.scene.courses[course])

    def holds_in_the_end(self):
        assert recount() == []
        _compare(EVER, None)


@pytest.mark.hypothesis
def test_whatever_happens_the_board_equals_a_count_from_scratch(made_once, on_day):
    more = st.one_of(STEPS, STEPS, STEPS, STEPS, LOOKS, LABELS, step("months_are_closed"))
    tell(Shown, lambda: made_once(scene), on_day, more)


def _compare(asked, course_id):
    rows = queries.board_seen_by(READER, WARD, asked, course_id, today(), weeks=True)
    by_hand, last_days = _by_hand(asked, course_id), _last_days_by_hand()
    homes = _homes_by_hand(asked, course_id)
    people, finished = _people_by_hand(asked, course_id)
    ways = [how.value for how in How]
    for one in rows:
        expected = by_hand.pop(one.code, Counter())
        for name in (*sums.COUNTERS, "change", *ways):
            assert getattr(one, name) == expected[name], (name, one.code, asked)
        assert (one.people, one.finished) == (people[one.code], finished[one.code])
        assert one.lessons == sum(getattr(one, way) for way in ways)
        assert one.coverage is None or 0 <= one.coverage <= 1
        page = group_queries.group_numbers(READER, WARD, one.code, asked, course_id, today())
        assert page.total == (one.registered, one.started, one.lessons, one.courses, one.mastered)
        assert page.weeks[-1] - page.weeks[-2] == one.change
        assert page.people == one.people
        assert page.weeks == one.weeks
        assert one.last_day == last_days.get(one.code)
        assert (one.homes, one.homes_finished) == homes[one.code]
        assert (page.homes, page.homes_finished) == homes[one.code]
        assert {way: page.by_how[way].lessons for way in ways} == {way: getattr(one, way) for way in ways}
    assert not any(any(left.values()) for left in by_hand.values()), "a group with results has no row"
    total = rules.total_of(rows)
    for name in rules.ADDED_UP:
        assert getattr(total, name) == sum(getattr(one, name) for one in rows)


def test_a_long_period_is_read_from_months_and_not_from_the_days_under_them(on_day):
    course = make_course()
    for back in (200, 120, 40, 3):
        on_day(back)
        attempt(kept("LT03", f"Bà {back}"), course["revisions"][0])
    on_day(0)
    close_months()
    monday = rules.monday_of(today())
    asked = [EVER, lately(150), lately(130, 60)]

    def told():
        boards = [board(one, None) for one in asked]
        pages = [group_queries.group_numbers(READER, WARD, "LT03", one, None, today()).total for one in asked]
        return boards, pages, queries.counted_before(WARD, monday)

    before = told()
    with transaction():
        db.session.execute(delete(DailyTally).where(DailyTally.day < today() - timedelta(days=100)))
    assert told() == before


# -- the public


def test_the_public_board_counts_what_happened_before_monday(on_day):
    monday = rules.monday_of(today())
    back = (today() - monday).days
    course = make_course()
    on_day(back + 1)
    attempt(kept("LT03"), course["revisions"][0])
    on_day(back)
    attempt(kept("LT03", "Bà Ba"), course["revisions"][0])
    found = {one.code: one for one in queries.counted_before(WARD, monday)}
    assert (found["LT03"].learners, found["LT03"].started) == (1, {course["course"]: 1})
    assert queries.counted_before(2, monday)[0].code == "BC01"


def test_a_past_monday_never_changes(person, on_day):
    monday = rules.monday_of(today())
    on_day(20)
    course, who = make_course(), kept("LT03")
    attempt(who, course["revisions"][0])
    on_day(0)
    told = queries.counted_before(WARD, monday)
    actions.move_to_group(who, group("DG07").id)
    attempt(who, course["revisions"][1])
    actions.erase(who)
    assert queries.counted_before(WARD, monday) == told


def _change(group_id, **values):
    with transaction():
        one = db.session.get(ResidentialGroup, group_id)
        for name, value in values.items():
            setattr(one, name, value)
