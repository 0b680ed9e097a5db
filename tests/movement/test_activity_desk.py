"""The pages of the log of activities."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from elearn.kit.clock import now, today
from elearn.kit.db import db
from elearn.movement.activities import Done, note_activity
from elearn.movement.activity_queries import classes_to_note
from elearn.movement.models import Activity
from elearn.people import entry
from tests.ward import group

PATH = "/phong-trao/hoat-dong"


def sent(**more):
    return {
        "day": today().isoformat(), "channel": "group_meeting", "count": "1", "place": "DG05",
        "attendees": "32", "note": "Họp tối thứ Năm",
    } | more  # fmt: skip


def kept():
    db.session.rollback()
    return list(db.session.scalars(select(Activity).order_by(Activity.id)))


def test_a_helper_notes_a_meeting_and_finds_it_in_the_sums(browser, app):
    browser.come_as("hoa").open(f"{PATH}/moi")
    for _ in range(2):
        browser.send(f"{PATH}/moi", expect=303, **sent(form_id="1"))
    page = browser.open(PATH)
    assert page.says("Họp tổ dân phố") and page.says("1 buổi") and page.says("32 người dự")
    assert len(kept()) == 1


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("day", "hôm qua", "ngày"),
        ("day", (today() + timedelta(days=2)).isoformat(), "Ngày này chưa tới"),
        ("channel", "", "Xin chọn"),
        ("channel", "telex", "Xin chọn"),
        ("count", "0", "Xin điền một số từ 1"),
        ("attendees", "nhiều", "số"),
        ("note", "Mời bác Tư 0912345678", "Xin bỏ dãy số ấy đi"),
        ("place", "DG07", "Xin chọn"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_the_field(browser, app, field, value, says):
    browser.come_as("hoa").open(f"{PATH}/moi")
    page = browser.send(f"{PATH}/moi", expect=422, **sent(**{field: value}))
    assert page.says(says) and (field == "note" or "Họp tối" in page.html)
    assert kept() == []


def test_a_line_is_mended_and_taken_out_after_asking(browser, app, viewer):
    made = note_activity(viewer("hoa"), 1, "f", Done(today(), "poster", 3, group_id=group("DG05").id))
    browser.come_as("hoa").open(f"{PATH}/{made}/sua")
    browser.send(f"{PATH}/{made}/sua", expect=303, **sent(channel="poster", count="5", attendees=""))
    assert [(row.count, row.attendees) for row in kept()] == [(5, None)]
    page = browser.open(f"{PATH}/{made}/bo")
    assert page.says("áp phích, pano, băng rôn, khẩu hiệu, 5 tấm") and len(kept()) == 1
    for _ in range(2):
        browser.send(f"{PATH}/{made}/bo", expect=303)
    assert kept() == []


def test_the_neighbours_line_is_out_of_reach(browser, app, viewer):
    made = note_activity(viewer("minh"), 1, "f", Done(today(), "poster", 3, group_id=group("DG07").id))
    for name in ("hoa", "xa"):
        for page in ("sua", "bo"):
            browser.come_as(name).open(f"{PATH}/{made}/{page}", expect=404)
    browser.come_as("hoa").open("/nguoi-khac")
    browser.send(f"{PATH}/{made}/sua", expect=404, **sent())
    browser.come_as("lan").open(PATH, expect=403)


def test_a_class_that_was_held_fills_the_form_in(browser, app, viewer, monkeypatch):
    monkeypatch.setattr(entry, "now", lambda: now() - timedelta(days=1))
    entry.issue_class_ticket(group("DG05").id, 25, viewer("hoa"))
    [held] = classes_to_note(viewer("hoa"), 1, now())
    page = browser.come_as("hoa").open(PATH)
    assert page.says("Lớp đã mở, chưa ghi vào nhật ký")
    page = browser.open(f"{PATH}/moi?lop={held.mark}")
    assert page.says("Đã điền sẵn") and 'value="25"' in page.html
    day = held.day.isoformat()
    browser.send(f"{PATH}/moi?lop={held.mark}", expect=303, **sent(day=day, form_id="1"))
    browser.send(f"{PATH}/moi?lop={held.mark}", expect=303, **sent(day=day, form_id="2"))
    assert [row.meeting_mark for row in kept()] == [held.mark]
    assert not browser.open(PATH).says("chưa ghi vào nhật ký")
    assert not browser.open(f"{PATH}/moi?lop=khong-co").says("Đã điền sẵn")


def test_filters_and_an_empty_period(browser, app, viewer):
    note_activity(viewer("minh"), 1, "f", Done(today(), "poster", 3, workplace="Đoàn phường"))
    browser.come_as("minh")
    assert browser.open(f"{PATH}?ky=tat-ca&cach=poster").says("3 tấm")
    assert browser.open(f"{PATH}?ky=tat-ca&cach=poster&to-dan-pho=DG05").says("chưa có hoạt động nào")
    assert browser.open(f"{PATH}?ky=khoang&tu=2020-01-01&den=2020-01-31").says("chưa có hoạt động nào")
    assert browser.open(f"{PATH}?ky=x&cach=<b>&trang=zzz").says("Đoàn phường")
