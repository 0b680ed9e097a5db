"""The audit is read in words, by person, act and day, and says whether it is whole; it stays in the ward."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from elearn.kit import audit
from elearn.kit.clock import today
from elearn.office import words
from tests.ward import group, person

HOME = "/quan-tri/nhat-ky"


def note(action, kind="person", number=0, by="hoa", **more):
    audit.record(action, kind, number, actor_id=person(by).id, **more)


@pytest.fixture
def quan(browser):
    ward_id = group("DG05").ward_id
    note("issue code", number=person("lan").id, ward_id=ward_id)
    note("correct group", "group", group("DG07").id, by="quan", ward_id=ward_id, fields=["adults"])
    note("save draft", "revision", 3, by="thu", saves=2)
    note("change details", number=person("xa").id, by="xa", ward_id=person("xa").ward_id)
    note("hand over", number=person("xa").id, by="xa")
    return browser.come_as("quan")


def test_who_did_what_to_whom_is_read_in_words(quan):
    page = quan.open(HOME)
    for said in (
        "Trần Thị Hoa", "Cấp mã một lần", "Nguyễn Thị Lan", "Sửa thông tin tổ", "Tổ dân phố số 7 (DG07)",
        "mục: số người từ đủ 18 tuổi", "Lưu bản nháp", "lần lưu: 2",
    ):  # fmt: skip
        assert page.says(said), said
    assert not page.says("Hồ Thị Xa")


def test_it_is_asked_by_person_act_and_day(quan):
    page = quan.open(f"{HOME}?nguoi={person('lan').id}")
    assert page.says("Cấp mã một lần") and not page.says("Tổ dân phố số 7 (DG07)")
    page = quan.open(f"{HOME}?viec=correct+group")
    assert page.says("Tổ dân phố số 7 (DG07)") and page.says("1 dòng")
    day = today()
    assert quan.open(f"{HOME}?viec=correct+group&tu={day}&den={day}").says("1 dòng")
    assert quan.open(f"{HOME}?tu={day + timedelta(days=1)}").says("Không có dòng nào")
    assert quan.open(f"{HOME}?den={day - timedelta(days=1)}").says("Không có dòng nào")
    assert quan.open(f"{HOME}?tu=xx&trang=yy&nguoi=zz&viec=' OR 1=1").says("Cấp mã một lần")


def test_reading_it_is_noted(quan):
    quan.open(HOME)
    assert quan.open(HOME).says("Xem nhật ký")


def test_it_says_whether_it_is_whole(quan, monkeypatch):
    assert quan.open(f"{HOME}?kiem=1").says("nhật ký còn nguyên")
    monkeypatch.setattr(audit, "broken_links", lambda: iter(["Nhật ký: dòng 3 (tháng 2026-11) đã bị sửa."]))
    assert quan.open(f"{HOME}?kiem=1").says("dòng 3 (tháng 2026-11) đã bị sửa")


def test_long_audits_are_paged(quan):
    for _ in range(60):
        note("issue code", number=person("lan").id, ward_id=group("DG05").ward_id)
    assert quan.open(HOME).says("Trang 1 trên 2")
    assert quan.open(f"{HOME}?trang=2").says("Trang 2 trên 2")


def test_every_act_has_a_name_that_people_read():
    root = Path(words.__file__).parents[1]
    calls = re.compile(r'(?:record|record_view|once_an_hour|_note|note_view)\(\s*(f?)"([a-z_ {}]+)"')
    found = {match for path in root.glob("*/*.py") for match in calls.findall(path.read_text())}
    assert len(found) > 30
    assert not [act for _, act in found if "_" in act], "acts are words with spaces between them"
    nameless = {act for made, act in found if not made} - set(words.ACTS)
    assert not nameless, f"give these acts a name in office/words.py: {sorted(nameless)}"


def test_wrong_sign_ins_and_refusals_read_in_words(quan):
    ward_id = group("DG05").ward_id
    audit.record(
        "wrong sign-ins", "ward", ward_id, actor_id=None, ward_id=ward_id, hour="2026-11-26T01:00", pins=3,
        networks=["203.0.113.0/24 (3)"],
    )  # fmt: skip
    audit.once_an_hour(
        "ask out of reach",
        "door",
        "neighbour_desk.person",
        actor_id=person("hoa").id,
        ward_id=ward_id,
        asked=["code DG07"],
    )
    page = quan.open(HOME)
    assert page.says("từ: 08:00 ngày 26/11; mã học sai: 3; từ mạng: 203.0.113.0/24 (3)")
    assert page.says("trang neighbour_desk.person") and page.says("đã hỏi: code DG07")


def test_what_was_done_to_the_whole_is_read_in_each_ward(quan, browser):
    audit.record("restore backup", "backup", "2026-11-20", actor_id=None, erased=0)
    assert quan.open(HOME).says("bản sao lưu ngày 2026-11-20")
    audit.record("grant role", "person", person("xa").id, actor_id=None, role="administrator")
    assert not quan.open(HOME).says("Hồ Thị Xa")
