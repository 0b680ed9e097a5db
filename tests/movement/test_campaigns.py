"""A campaign is made, counts what the board counts, and is frozen for the award."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.kit.refused import Refused
from elearn.learning import groups
from elearn.learning.groups import Part, merge_groups, split_group
from elearn.learning.recount import recount
from elearn.movement import campaign_queries as queries
from elearn.movement.campaign_models import Campaign, CampaignCourse, CampaignGroup, FrozenCampaign
from elearn.movement.campaign_rules import Terms, total_of
from elearn.movement.campaigns import change_campaign, drop_campaign, freeze_campaign, make_campaign
from elearn.progress.queries import board_seen_by
from elearn.progress.rules import Filter, Period
from tests.builders import attempt, kept, make_course
from tests.ward import group


@pytest.fixture
def course(app):
    recount(repair=True)
    return make_course()


def terms(course, back=10, ahead=10, groups=(), **more):
    day = today()
    return Terms(
        "30 ngày thanh toán số", day - timedelta(days=back), day + timedelta(days=ahead), "finished", 50,
        (course["course"],), groups,
    )._replace(**more)  # fmt: skip


def learnt(course, code="DG05"):
    who = kept(code)
    for revision in course["revisions"]:
        attempt(who, revision)
    return who


def lines(viewer, campaign):
    card = queries.find_campaign_seen_by(viewer("quan"), 1, campaign)
    return {line.code: line for line in queries.lines_of(card, 1, today())}


def audited(action):
    return db.session.scalar(select(func.count()).where(AuditEntry.action == action))


def test_a_campaign_is_made_once_however_often_it_is_sent(viewer, course):
    made = make_campaign(viewer("duc"), 1, terms(course))
    assert make_campaign(viewer("duc"), 1, terms(course)) == made
    assert audited("make campaign") == 1
    other = make_campaign(viewer("duc"), 1, terms(course, back=5))
    assert db.session.get(Campaign, other).slug == "30-ngay-thanh-toan-so-2"


@pytest.mark.parametrize("name", ["hoa", "minh", "thu", "lan", "xa"])
def test_only_editors_and_administrators_of_the_ward_make_one(viewer, course, name):
    assert make_campaign(viewer(name), 1, terms(course)) is None


def test_it_counts_what_the_board_counts(viewer, course, on_day):
    on_day(20)
    learnt(course, "DG05")
    on_day(3)
    learnt(course, "DG05")
    learnt(course, "DG07")
    other = make_course("khac")
    learnt(other, "DG07")
    on_day(0)
    campaign = make_campaign(viewer("quan"), 1, terms(course))
    asked = Filter(Period("khoang", today() - timedelta(days=10), today()))
    board = board_seen_by(viewer("minh"), 1, asked, course["course"], today())
    found = lines(viewer, campaign)
    assert {row.code: (row.registered, row.started, row.lessons, row.courses) for row in board} == {
        code: line[3:] for code, line in found.items()
    }
    assert found["DG05"].finished == 1 and total_of(list(found.values())).finished == 2


def test_only_the_chosen_groups_count_also_after_a_merge(viewer, course):
    learnt(course, "DG05")
    learnt(course, "DG07")
    campaign = make_campaign(viewer("quan"), 1, terms(course, groups=(group("DG05").id,)))
    assert list(lines(viewer, campaign)) == ["DG05"]
    merge_groups([group("DG05").id], group("DG07").id, actor=viewer("quan"))
    found = lines(viewer, campaign)
    assert list(found) == ["DG07"] and found["DG07"].finished == 2


def test_a_group_that_is_split_later_goes_on_with_its_parts(viewer, course, monkeypatch):
    learnt(course, "DG05")
    campaign = make_campaign(viewer("quan"), 1, terms(course, groups=(group("DG05").id,)))
    tomorrow = today() + timedelta(days=1)
    monkeypatch.setattr(groups, "today", lambda: tomorrow)
    split_group(group("DG05").id, [Part("DG05A", "Tổ 5A"), Part("DG05B", "Tổ 5B")], actor=viewer("quan"))
    card = queries.find_campaign_seen_by(viewer("quan"), 1, campaign)
    found = {line.code: line.finished for line in queries.lines_of(card, 1, tomorrow)}
    assert found == {"DG05": 1, "DG05A": 0, "DG05B": 0}


def test_what_is_changed_is_audited_by_the_names_of_the_fields(viewer, course):
    campaign = make_campaign(viewer("quan"), 1, terms(course))
    new = terms(course, name="Tên khác", groups=(group("DG05").id,))
    assert change_campaign(viewer("quan"), 1, campaign, new)
    assert change_campaign(viewer("quan"), 1, campaign, new), "twice is once"
    detail = db.session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "change campaign")).all()
    assert detail == [{"fields": ["name", "groups"]}]
    assert db.session.get(Campaign, campaign).slug == "30-ngay-thanh-toan-so", (
        "links that were sent stay good"
    )
    assert not change_campaign(viewer("xa"), 1, campaign, new)
    assert not change_campaign(viewer("minh"), 1, campaign, new)


def test_a_campaign_is_taken_away_with_what_was_chosen_for_it(viewer, course):
    campaign = make_campaign(viewer("quan"), 1, terms(course, groups=(group("DG05").id,)))
    for name in ("minh", "xa"):
        assert not drop_campaign(viewer(name), 1, campaign)
    assert drop_campaign(viewer("quan"), 1, campaign)
    assert not drop_campaign(viewer("quan"), 1, campaign), "twice is once"
    for model in (Campaign, CampaignCourse, CampaignGroup):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0
    assert audited("drop campaign") == 1


@pytest.fixture
def over(viewer, course, on_day):
    """A campaign whose last day was yesterday; one person has finished in it."""
    on_day(3)
    learnt(course)
    on_day(0)
    return make_campaign(viewer("quan"), 1, terms(course, ahead=-1))


def test_its_figures_are_frozen_once_however_often_that_is_sent(viewer, over):
    assert freeze_campaign(viewer("quan"), 1, over) == 1
    assert freeze_campaign(viewer("quan"), 1, over) == 1, "a second tap"
    copy = queries.find_frozen(over, 1)
    assert copy.fits and copy.figures["total"]["finished"] == 1
    assert audited("freeze campaign") == 1
    assert freeze_campaign(viewer("minh"), 1, over) is None
    assert freeze_campaign(viewer("xa"), 1, over) is None
    with pytest.raises(Refused, match="không bỏ được"):
        drop_campaign(viewer("quan"), 1, over)


def test_nothing_is_frozen_before_the_last_day_is_over(viewer, course):
    campaign = make_campaign(viewer("quan"), 1, terms(course, ahead=0))
    with pytest.raises(Refused, match="hôm sau"):
        freeze_campaign(viewer("quan"), 1, campaign)


def test_a_second_copy_stands_beside_the_first(viewer, course, over):
    freeze_campaign(viewer("quan"), 1, over)
    assert change_campaign(viewer("quan"), 1, over, terms(course, ahead=-1, target=80))
    assert freeze_campaign(viewer("quan"), 1, over) == 2
    assert [one.number for one in queries.frozen_of(over)] == [2, 1]
    assert queries.find_frozen(over, 1).figures["target"] == 50


@pytest.mark.parametrize("text", ['{"lines": [], "total": {}}', "spoilt", "[]", "{}"])
def test_a_copy_that_somebody_changed_no_longer_fits_its_seal(viewer, over, text):
    freeze_campaign(viewer("quan"), 1, over)
    with transaction():
        db.session.execute(update(FrozenCampaign).values(figures=text))
    assert not queries.find_frozen(over, 1).fits


def test_nothing_is_public_before_the_first_monday(viewer, course, on_day):
    for _ in range(12):
        learnt(course)
    campaign = make_campaign(viewer("quan"), 1, terms(course, back=0))
    card = queries.find_campaign_seen_by(viewer("quan"), 1, campaign)
    assert queries.public_counts_of(card, 1, today()) is None
    later = today() + timedelta(days=14)
    told = queries.public_counts_of(card, 1, later)
    assert (told.registered, told.finished) == (10, None), "all of them have finished: that tells of each"


def test_the_ward_next_door_has_none_of_it(viewer, course):
    campaign = make_campaign(viewer("quan"), 1, terms(course))
    assert queries.find_campaign_seen_by(viewer("xa"), 2, campaign) is None
    assert queries.find_campaign_named(2, "30-ngay-thanh-toan-so") is None
    assert queries.campaigns_seen_by(viewer("xa"), 1) == []
