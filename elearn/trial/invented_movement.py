"""What goes on around the lessons in the trial ward: meetings, difficulties, requests for help, contacts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select

from elearn.kit.clock import day_of
from elearn.kit.db import db
from elearn.kit.secrets import digest
from elearn.learning.help_queries import counts_for_a_group
from elearn.learning.models import HelpRequest
from elearn.learning.words import HELP_ABOUT
from elearn.movement.models import Activity, Difficulty
from elearn.people.models import GroupContact, GroupKind, Person, ResidentialGroup
from elearn.people.queries import find_viewer_of
from elearn.progress.actions import set_target
from elearn.trial.invented import PHONES, full_name, phone_number
from elearn.trial.invented_campaigns import run_campaigns
from elearn.trial.invented_contests import run_contests

ACTIVITIES, REQUESTS, CONTACTS = 40, 14, 10
# channel, how often in a group (True) or a workplace, the most that is counted, the most who come
HELD = (
    ("group_meeting", True, 1, 60), ("class", True, 1, 35), ("door", True, 30, 40), ("poster", True, 6, 0),
    ("loudspeaker", False, 12, 0), ("social", False, 5, 0), ("portal", False, 3, 0),
    ("counter", False, 40, 0),
)  # fmt: skip
AIMED_AT = (("Kế hoạch thử", "coverage", 5), ("Mỗi hộ ít nhất một người (thử)", "homes_share", 20))
WORKPLACES = ("Đoàn Thanh niên phường", "Trung tâm Sự nghiệp công", "Phòng Văn hóa - Xã hội")
TOLD = (
    ("equipment", "Nhà văn hóa của tổ chưa có mạng, buổi học phải dùng mạng điện thoại.", "Lắp Wi-Fi.",
     "in_hand", "Phường đang làm việc với nhà mạng, dự kiến xong trong tháng."),
    ("people", "Nhiều bác ngại chạm vào điện thoại vì sợ mất tiền.", "Cử đoàn viên ngồi cùng.", "new", ""),
    ("funds", "Áp phích đợt một đã phai, cần in lại.", "In thêm 50 tấm.", "done", "Đã in, nhận tại phường."),
    ("services", "Có hôm cổng dịch vụ công báo lỗi, bà con chờ lâu.", "", "new", ""),
)  # fmt: skip


def let_it_move(chance: Random, until: datetime, people: int, cast: Mapping[str, int]) -> None:
    """Put into the first ward what its helpers, its youth union and its office would have noted."""
    groups = db.session.scalars(
        select(ResidentialGroup)
        .where(
            ResidentialGroup.kind == GroupKind.REGULAR,
            ResidentialGroup.valid_until.is_(None),
            ResidentialGroup.ward_id
            == select(Person.ward_id).where(Person.id == cast["helper"]).scalar_subquery(),
        )
        .order_by(ResidentialGroup.id)
    ).all()
    _hold_meetings(chance, until, groups, cast)
    _tell_difficulties(until, groups, cast)
    _name_contacts(chance, groups, cast)
    _ask_for_help(chance, until, groups[0].ward_id, cast)
    db.session.flush()
    _set_targets(day_of(until), groups[0].ward_id, cast)
    run_campaigns(day_of(until), groups[0].ward_id, people, cast)
    run_contests(chance, day_of(until), groups[0].ward_id, people, cast)


def _set_targets(day: date, ward_id: int, cast: Mapping[str, int]) -> None:
    """Hold the board against something: the numbers are invented, as all here."""
    editor = find_viewer_of(cast["editor"])
    for name, measure, value in AIMED_AT:
        set_target(editor, ward_id, None, name, measure, value, day + timedelta(days=45))


def _hold_meetings(
    chance: Random, until: datetime, groups: Sequence[ResidentialGroup], cast: Mapping[str, int]
) -> None:
    for number in range(ACTIVITIES):
        channel, of_group, most, come = HELD[number % len(HELD)]
        moment = until - timedelta(days=chance.randrange(60))
        group = chance.choice(groups)
        db.session.add(
            Activity(
                ward_id=group.ward_id,
                group_id=group.id if of_group else None,
                workplace="" if of_group else chance.choice(WORKPLACES),
                day=day_of(moment),
                channel=channel,
                count=chance.randint(1, most),
                attendees=chance.randint(8, come) if come else None,
                form_digest=digest(f"trial activity {number}"),
                noted_by_id=cast["youth_union"],
                noted_at=moment,
            )
        )


def _tell_difficulties(until: datetime, groups: Sequence[ResidentialGroup], cast: Mapping[str, int]) -> None:
    for number, (kind, what, wish, state, answer) in enumerate(TOLD):
        told = until - timedelta(days=20 - 4 * number)
        db.session.add(
            Difficulty(
                ward_id=groups[0].ward_id,
                group_id=groups[number].id,
                kind=kind,
                what=what,
                wish=wish,
                state=state,
                answer=answer,
                told_by_id=cast["helper"],
                told_at=told,
                in_hand_at=None if state == "new" else told + timedelta(days=1),
                done_at=told + timedelta(days=5) if state == "done" else None,
                answered_by_id=cast["editor"] if answer else None,
                changes=1 if answer else 0,
                form_digest=digest(f"trial difficulty {number}"),
            )
        )


def _name_contacts(chance: Random, groups: Sequence[ResidentialGroup], cast: Mapping[str, int]) -> None:
    for place, group in enumerate(groups[:CONTACTS]):
        db.session.add(
            GroupContact(
                ward_id=group.ward_id, group_id=group.id, role="leader", name=full_name(chance),
                phone=phone_number(PHONES - 1 - place), entered_by_id=cast["administrator"],
            )
        )  # fmt: skip


def _ask_for_help(chance: Random, until: datetime, ward_id: int, cast: Mapping[str, int]) -> None:
    """Some wait for help, in the cast's own group first; the resident of the cast was helped lately."""
    own = select(Person.group_id).where(Person.id == cast["helper"]).scalar_subquery()
    people = db.session.scalars(
        select(Person.id)
        .where(
            Person.ward_id == ward_id, Person.group_id.is_not(None), Person.display_name.is_not(None),
            Person.id.not_in(cast.values()), counts_for_a_group(),
        )
        .order_by(Person.group_id != own, Person.id)
    ).all()  # fmt: skip
    more = min(REQUESTS, len(people[3:]))
    asking = [*people[:3], *chance.sample(people[3:], more)]
    for number, person_id in enumerate(asking):
        about = chance.choice(["", *HELP_ABOUT])
        asked = until - timedelta(days=number % 9, hours=3)
        db.session.add(HelpRequest(person_id=person_id, about=about, asked_at=asked))
    db.session.add(
        HelpRequest(
            person_id=cast["resident"], about="phone", asked_at=until - timedelta(days=6),
            done_at=until - timedelta(days=4), done_by_id=cast["helper"], done_how="met",
        )
    )  # fmt: skip
