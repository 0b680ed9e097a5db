"""The incident sheet: who saw whom in a period, from the audit; made by who may, and noted itself."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from elearn.kit import audit
from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now, today
from elearn.kit.db import db
from elearn.office import incident_desk
from tests.browser import Browser
from tests.ward import group

ASK, SHEET = "/quan-tri/su-co", "/quan-tri/su-co/phieu"


@pytest.fixture
def quan(app):
    return Browser(app).come_as("quan")


@pytest.fixture
def looked(app, person, monkeypatch):
    """Hoa opened bà Lan's page and the list of tổ 5, Quản the list of the ward; long ago Minh did as well."""
    lan, tai, hoa, quan = (person(name).id for name in ("lan", "tai", "hoa", "quan"))
    with monkeypatch.context() as earlier:
        earlier.setattr(audit, "now", lambda: now() - timedelta(days=40))
        note("view person", "person", lan, person("minh").id)
    note("view person", "person", lan, hoa)
    note("issue code", "person", lan, hoa)
    note("view roster", "group", group("DG05").id, hoa, names=12)
    note("view roster", "group", group("DG07").id, quan, names=9)
    note("view people", "ward", 1, quan, names=50)
    note("view person", "person", tai, quan)
    note("save ward", "ward", 1, quan)
    return {"lan": lan, "tai": tai, "hoa": hoa, "quan": quan}


def note(action, kind, number, by, **detail):
    audit.record(action, kind, number, actor_id=by, ward_id=1, **detail)


def of(**asked):
    days = {"tu": str(today() - timedelta(days=7)), "den": str(today())}
    return (
        SHEET + "?" + "&".join(f"{name.replace('_', '-')}={value}" for name, value in (days | asked).items())
    )


def part(page, heading, until):
    return page.text["main"].split(heading, 1)[1].split(until, 1)[0]


def test_of_a_person_it_tells_who_opened_their_page_and_which_lists_they_may_stand_in(quan, looked):
    page = quan.open(of(nguoi=looked["lan"]))
    direct = part(page, "Việc nêu đích danh", "Danh sách mà người ấy")
    assert "Trần Thị Hoa" in direct and "Cấp mã một lần" in direct and "Đỗ Văn Tài" not in direct
    lists = part(page, "Danh sách mà người ấy", "3. Ký")
    assert "Tổ dân phố số 5" in lists and "cả phường" in lists and "Tổ dân phố số 7" not in lists
    assert "số tên: 12" in lists and "Lê Quang Minh" not in page.html, "before the period"
    assert "Sửa thông tin phường" not in page.html, "no reading of names"


def test_the_personal_code_finds_them_too(quan, looked, person):
    code = person("lan").personal_code
    page = quan.open(of(ma=f"{code[:4]}%20{code[4:]},"))
    assert page.says("Người bị ảnh hưởng: Nguyễn Thị Lan")
    assert quan.open(of(ma="99999999"), expect=422).says("Xin chọn một người")


def test_of_a_group_and_of_a_colleague(quan, looked):
    page = quan.open(of(nhom="dg07"))
    assert "Đỗ Văn Tài" in page.html and "Tổ dân phố số 5" not in page.html
    page = quan.open(of(can_bo=looked["hoa"]))
    assert page.says("Chỉ việc của: Trần Thị Hoa") and "Đỗ Văn Tài" not in page.html
    assert "Xem danh sách của tổ" in page.html


def test_the_blanks_are_for_the_ward_and_no_term_is_asserted(quan, looked):
    page = quan.open(of(nguoi=looked["lan"]))
    assert page.says("phát hiện lúc nào") and page.says("Hạn phải báo, theo văn bản hiện hành (phường ghi)")
    assert not page.says("72 giờ") and not page.says("giờ kể từ")


def test_making_it_is_noted_with_ids_only(quan, looked):
    quan.open(of(nguoi=looked["lan"]))
    quan.client.get(of(nguoi=looked["lan"]).replace("/phieu?", "/phieu.csv?"))
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action.contains("incident")).order_by(AuditEntry.id)
    ).all()
    assert [entry.action for entry in entries] == ["view incident", "export incident"]
    assert entries[0].detail["people"] == [looked["lan"]] and "Lan" not in str(entries[0].detail)
    assert quan.open(of(can_bo=looked["quan"])).says("Lập phiếu sự cố"), "it is a look at names itself"


def test_the_file_has_every_line(quan, looked, monkeypatch):
    monkeypatch.setattr(incident_desk, "MOST", 1)
    page = quan.open(of(nguoi=looked["lan"]))
    assert page.says("Còn 2 dòng nữa")
    text = quan.client.get(of(nguoi=looked["lan"]).replace("/phieu?", "/phieu.csv?")).get_data(as_text=True)
    assert text.count("\n") >= 1 + 4 and "Cấp mã một lần" in text


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "Xin chọn một người, một tổ, hoặc một cán bộ"),
        ({"tu": "", "nhom": "DG05"}, "từ ngày nào đến ngày nào"),
        ({"tu": "2026-12-31", "den": "2026-01-01", "nhom": "DG05"}, "Ngày cuối phải sau"),
        ({"tu": "2020-01-01", "nhom": "DG05"}, "không quá 400 ngày"),
        ({"nhom": "XX99"}, "Không có tổ mang mã này"),
    ],
)
def test_what_is_missing_is_said_and_what_was_chosen_stays(quan, asked, sentence):
    page = quan.open(of(**asked), expect=422)
    assert page.says(sentence) and (asked.get("nhom", "") in page.html)


def test_an_empty_period_says_so(quan, person):
    assert quan.open(of(nguoi=person("tai").id)).says("không có lần xem nào")


def test_people_of_another_ward_are_out_of_reach_and_others_find_a_closed_door(quan, app, person):
    quan.open(of(nguoi=person("xa").id), expect=404)
    quan.open(of(can_bo=person("xa").id), expect=404)
    for name in ("hoa", "minh", "thu", "lan"):
        for place in (ASK, of(nhom="DG05"), of(nhom="DG05").replace("/phieu?", "/phieu.csv?")):
            Browser(app).come_as(name).open(place, expect=403)


def test_the_form_offers_who_has_a_role_and_whom_one_came_from(quan, person):
    page = quan.open(f"{ASK}?nguoi={person('lan').id}")
    assert page.says("Nguyễn Thị Lan") and "Trần Thị Hoa" in page.html
