"""Two campaigns of the trial ward: one that is running, and one that is over and was frozen for the award."""

from collections.abc import Mapping
from datetime import date, timedelta

from elearn.movement.campaign_rules import Terms
from elearn.movement.campaigns import freeze_campaign, make_campaign
from elearn.people.queries import find_viewer_of
from elearn.progress.setting_queries import courses_with_results

AIMED_AT, REACHED = 20, 50  # one in so many people of the ward; the second is within reach


def run_campaigns(day: date, ward_id: int, people: int, cast: Mapping[str, int]) -> None:
    """Let the editor make them, as on the pages; without a course there is nothing to run one for."""
    editor, courses = find_viewer_of(cast["editor"]), courses_with_results(ward_id)
    if not courses:
        return
    over = make_campaign(
        editor, ward_id,
        Terms(
            "Tháng dịch vụ công", day - timedelta(days=45), day - timedelta(days=16), "finished",
            max(1, people // REACHED), tuple(course.id for course in courses[:2]),
        ),
    )  # fmt: skip
    assert over is not None
    freeze_campaign(editor, ward_id, over)
    make_campaign(
        editor, ward_id,
        Terms(
            "30 ngày học cùng tổ", day - timedelta(days=17), day + timedelta(days=12), "finished",
            max(1, people // AIMED_AT), tuple(course.id for course in courses[:3]),
        ),
    )  # fmt: skip
