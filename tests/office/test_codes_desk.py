"""The ward's one-time codes by week: who issued them, for whom, what stands out; who looked is noted."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import begins, monday_of, now, today
from elearn.kit.db import db, transaction
from elearn.office.code_queries import codes_in, count_codes, has_looked, objections_unseen
from elearn.people import actions, entry
from elearn.people.codes import object_to_code
from elearn.people.models import SessionKind, SignInCode
from tests.browser import Browser
from tests.people.conftest import clock  # noqa: F401 - a fixture
from tests.ward import CAST, group, person

LIST = "/quan-tri/ma-da-cap"
HERE, BESIDE = 1, 2


@pytest.fixture
def quan(browser):
    return browser.come_as("quan")


def issue(viewer, name="lan", by="hoa"):
    return entry.issue_code(person(name).id, viewer(by))


def newest():
    return db.session.scalars(select(SignInCode).order_by(SignInCode.id.desc())).first()


def put_back(**span):
    """Let the newest code have been issued earlier."""
    with transaction():
        at = newest().issued_at - timedelta(**span)
        db.session.execute(
            update(SignInCode).where(SignInCode.id == newest().id).values(issued_at=at, expires_at=at)
        )


def looks(action="view codes"):
    return db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    ).all()


def last_monday():
    return monday_of(today()) - timedelta(days=7)


def test_a_week_without_codes_says_so_and_nothing_is_noted(quan):
    assert quan.open(LIST).says("Tuần này chưa ai cấp mã một lần")
    assert quan.open(f"{LIST}/in").says("Tuần này chưa ai cấp mã một lần")
    assert looks() == [] == looks("print codes")


def test_the_list_says_who_issued_for_whom_and_whether_it_was_used(quan, viewer):
    code = issue(viewer)
    entry.use_code(CAST["lan"].phone, code, "a browser")
    issue(viewer, "tai", "quan")
    page = quan.open(LIST)
    assert page.says("Trần Thị Hoa 1 mã, 1 mã đã dùng") and page.says("Ngô Văn Quản 1 mã, 0 mã đã dùng")
    assert page.says("Nguyễn Thị Lan") and page.says("Tổ dân phố số 5") and page.says("không dùng")
    assert CAST["lan"].phone not in page.html and code not in page.html
    (entry_of,) = looks()
    assert (entry_of.object_kind, entry_of.object_id) == ("week", monday_of(today()).isoformat())
    assert entry_of.detail == {"names": 2} and entry_of.ward_id == HERE


def test_the_paper_says_the_same_and_is_noted(quan, viewer):
    issue(viewer)
    page = quan.open(f"{LIST}/in?tuan={today()}")
    assert page.says("Nguyễn Thị Lan") and page.says("Trần Thị Hoa: 1 mã")
    assert len(looks("print codes")) == 1 and looks() == []


def test_a_code_belongs_to_the_week_of_the_wall_clock(app, viewer):
    """The last minute of Sunday in Hải Phòng is still the week before."""
    issue(viewer)
    monday = monday_of(today())
    for at, week in (
        (begins(monday) - timedelta(minutes=1), monday - timedelta(days=7)),
        (begins(monday), monday),
        (begins(monday + timedelta(days=7)) - timedelta(minutes=1), monday),
    ):
        with transaction():
            db.session.execute(update(SignInCode).values(issued_at=at))
        assert [count_codes(HERE, monday + timedelta(days=days)) for days in (-7, 0, 7)] == [
            int(monday + timedelta(days=days) == week) for days in (-7, 0, 7)
        ]


@pytest.mark.parametrize("week", ["", "x", "2026-99-99", "0001-01-01", "9999-12-31", "<b>", "31/12/2026"])
def test_any_week_in_the_address_is_some_week(quan, week):
    quan.open(f"{LIST}?tuan={week}")
    quan.open(f"{LIST}/in?tuan={week}&trang=zz")


def test_one_goes_from_week_to_week_as_far_as_codes_are_kept(quan, viewer):
    issue(viewer)
    put_back(days=7)
    page = quan.open(LIST)
    assert page.says("Tuần trước") and not page.says("Tuần sau")
    page = quan.open(f"{LIST}?tuan={last_monday()}")
    assert page.says("Nguyễn Thị Lan") and page.says("Tuần sau")
    oldest = quan.open(f"{LIST}?tuan=2020-01-06")
    assert not oldest.says("Tuần trước")


def test_the_ward_next_door_reads_nothing_of_ours(app, viewer):
    issue(viewer)
    assert codes_in(BESIDE, monday_of(today())) == [] and count_codes(BESIDE, monday_of(today())) == 0
    assert len(codes_in(HERE, monday_of(today()))) == 1


def test_the_desk_asks_to_look_at_last_week_until_one_has(quan, browser, viewer):
    issue(viewer)
    assert not quan.open("/quan-tri").says("mã một lần, anh chị chưa xem")
    put_back(days=7)
    for _ in range(2):  # looking at the desk is not looking at the list
        assert quan.open("/quan-tri").says("đã cấp 1 mã một lần, anh chị chưa xem")
    quan.open(LIST)  # this week's, which is empty
    assert quan.open("/quan-tri").says("anh chị chưa xem")
    quan.open(f"{LIST}?tuan={last_monday()}")
    assert not quan.open("/quan-tri").says("anh chị chưa xem")


def test_who_looked_before_the_week_was_over_has_not_seen_all_of_it(app, viewer, clock):  # noqa: F811
    issue(viewer)
    quan, monday = person("quan").id, monday_of(today())
    Browser(app).come_as("quan").open(LIST)
    assert not has_looked(quan, monday)
    clock.move(days=7)
    Browser(app).come_as("quan").open(f"{LIST}?tuan={monday}")
    assert has_looked(quan, monday) and not has_looked(person("xa").id, monday)


def test_an_objection_is_said_at_once_and_until_one_has_looked_again(quan, viewer):
    actions.open_session("a" * 64, person("lan").id, SessionKind.OWN)
    issue(viewer)
    quan.open(LIST)
    object_to_code(person("lan").id, newest().id, but="a" * 64)
    assert quan.open("/quan-tri").says("Có người nói không nhờ cấp mã một lần")
    assert objections_unseen(HERE, person("xa").id, now()) == [monday_of(today())]
    assert objections_unseen(BESIDE, person("xa").id, now()) == []
    page = quan.open(LIST)
    assert page.says("Nguyễn Thị Lan nói không nhờ Trần Thị Hoa cấp mã.") and page.says(
        "1 người nói không nhờ"
    )
    assert page.says("Người ấy nói không nhờ cấp mã; người ấy đang dùng một máy")
    assert not quan.open("/quan-tri").says("không nhờ cấp mã")


def test_many_codes_are_paged_and_the_paper_has_all(quan, viewer):
    with transaction():
        hoa, lan = person("hoa").id, person("lan").id
        db.session.add_all(
            SignInCode(person_id=lan, code_hash="x", salt="x", issued_by_id=hoa, expires_at=now())
            for _ in range(120)
        )
    page = quan.open(LIST)
    assert page.says("Trần Thị Hoa cấp 120 mã trong tuần.") and page.html.count("<tr>") == 51
    assert quan.open(f"{LIST}?trang=3").html.count("<tr>") == 21
    assert quan.open(f"{LIST}/in").html.count("<tr>") == 121


def test_the_audit_reads_in_words(quan, viewer):
    actions.open_session("a" * 64, person("lan").id, SessionKind.OWN)
    issue(viewer)
    quan.open(LIST)
    object_to_code(person("lan").id, newest().id, but=None)
    page = quan.open("/quan-tri/nhat-ky")
    assert page.says("Xem danh sách mã đã cấp") and page.says("Nói không nhờ cấp mã một lần")
    assert page.says(f"tuần từ {monday_of(today())}") and group("DG05")
