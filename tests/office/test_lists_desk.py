"""A list comes in by the page: first shown, then taken; what is not agreed to is not written."""

import random
from io import BytesIO

import pytest
from sqlalchemy import func, select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db
from elearn.kit.sheets import read_sheet
from elearn.office import lists_desk, rules
from elearn.people.actions import grant_role
from elearn.people.models import Person
from tests.office.test_imports import AGREED, csv
from tests.ward import group

HOME = "/quan-tri/nhap-danh-sach"
ROWS = (("Bùi Thị Mận", "DG05", "", "1954", AGREED), ("Cao Ổi", "Tổ 99", "", "", AGREED))


def file(content, name="danh-sach.csv"):
    return BytesIO(content), name


def sealed(page):
    return next(one["value"] for one in page.every("input") if one.get("name") == "sealed")


def people():
    return db.session.scalar(select(func.count()).select_from(Person))


@pytest.fixture
def quan(browser):
    browser.come_as("quan").open(HOME)
    return browser


def test_a_list_is_shown_and_then_taken_once(quan):
    before = people()
    page = quan.send(HOME, file=file(csv(*ROWS)))
    assert page.says("Chưa ghi gì.") and page.says("1 người mới") and page.says("1 dòng bỏ qua")
    assert page.says("Phường chưa có tổ “Tổ 99”") and people() == before
    quan.send(f"{HOME}/nhap", expect=303, sealed=sealed(page))
    assert people() == before + 1
    quan.send(f"{HOME}/nhap", expect=303, sealed=sealed(page))  # a second tap
    assert people() == before + 1
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "import residents"))
    assert entry.detail == {"taken": 1, "skipped": 1} and "Mận" not in str(entry.detail)


def test_a_large_list_is_sent_again_and_must_be_the_same_file(quan, monkeypatch):
    monkeypatch.setattr(lists_desk, "SEALED_BYTES", 0)
    content, before = csv(*ROWS), people()
    page = quan.send(HOME, file=file(content))
    assert page.says("Chọn lại đúng tệp vừa xem thử")
    assert quan.send(f"{HOME}/nhap", expect=422, sealed=sealed(page)).says("không phải tệp vừa xem thử")
    other = quan.send(f"{HOME}/nhap", expect=422, sealed=sealed(page), file=file(content + b"\n"))
    assert other.says("không phải tệp vừa xem thử") and people() == before
    quan.send(f"{HOME}/nhap", expect=303, sealed=sealed(page), file=file(content))
    assert people() == before + 1


def test_when_the_ward_changed_in_between_it_is_shown_anew(quan, browser):
    page = quan.send(HOME, file=file(csv(*ROWS)))
    other = quan.send(HOME, file=file(csv(*ROWS, ("Lê Thị Na", "DG05", "", "", AGREED))))
    quan.send(f"{HOME}/nhap", expect=303, sealed=sealed(page))
    before = people()
    again = quan.send(f"{HOME}/nhap", expect=422, sealed=sealed(other))
    assert again.says("Chưa nhập gì") and people() == before
    quan.send(f"{HOME}/nhap", expect=303, sealed=sealed(again))
    assert people() == before + 1


@pytest.mark.parametrize("spoilt", ["", "x", "gAAAA.bbb.ccc"])
def test_a_seal_that_is_not_ours_takes_nothing(quan, spoilt):
    before = people()
    page = quan.send(f"{HOME}/nhap", expect=422, sealed=spoilt)
    assert page.says("xem thử lại") and people() == before


def test_a_seal_is_good_for_whom_it_was_shown(quan, viewer, person):
    seal = sealed(quan.send(HOME, file=file(csv(*ROWS))))
    grant_role(person("thu").id, "administrator", ward_id=group("DG05").ward_id, by=viewer("quan"))
    quan.come_as("thu").open(HOME)
    before = people()
    assert quan.send(f"{HOME}/nhap", expect=422, sealed=seal).says("xem thử lại") and people() == before


def test_a_file_that_cannot_be_read_is_refused_beside_the_field(quan):
    assert quan.send(HOME, expect=422).says("Chưa có tệp nào")
    assert quan.send(HOME, expect=422, file=file(b"x", "a.exe")).says("Chỉ nhận tệp")
    assert quan.send(HOME, expect=422, file=file(b"a,b\n1,2\n")).says("Không thấy cột")
    assert quan.send(HOME, expect=422, file=file(b"PK\x03\x04x", "a.xlsx")).says("hỏng")


def test_names_of_a_hostile_list_stay_text(quan):
    hostile = '"<script>alert(1)</script>"'
    page = quan.send(
        HOME, file=file(csv((hostile, "DG05", "", "", AGREED), ("=1+1a", "DG05", "", "", AGREED)))
    )
    assert "<script>alert" not in page.html
    fields = {"sealed": sealed(page), "csrf_token": quan.page.csrf_token}
    with quan.client.post(f"{HOME}/ket-qua.csv", data=fields) as answer:
        text = answer.get_data(as_text=True)
    assert "'=1+1a" in text


def test_five_thousand_rows_are_shown_within_a_page(quan):
    rows = [(f"Người {n:05d} Lê", "DG05", "", str(1940 + n % 60), AGREED) for n in range(5000)]
    page = quan.send(HOME, file=file(csv(*rows)))
    assert page.says("Và 4.980 dòng nữa") and page.says("Người 00019 Lê") and not page.says("Người 00020 Lê")


def test_the_worst_list_still_fits_a_page(quan, monkeypatch):
    chance = random.Random(1)
    word = lambda: "".join(chance.choice("ạảãáàăắằẵặẳâấầẩậêếềểễệ") for _ in range(7))  # noqa: E731
    name = lambda: " ".join(word() for _ in range(10)).capitalize()  # noqa: E731
    rows = [
        (name(), chance.choice(["DG05", name()]), "", chance.choice(["", "x" * 20]), AGREED)
        for _ in range(200)
    ]
    page = quan.send(HOME, file=file(csv(*rows)))
    assert page.says("bỏ qua")
    travels = [(f"Bà {word()} {word()}", "DG05", "", "", AGREED) for _ in range(190)]
    assert not quan.send(HOME, file=file(csv(*travels))).says("Chọn lại đúng tệp")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", ["to", "nguoi"])
def test_the_patterns_have_the_headings_that_are_read(quan, kind, ending):
    with quan.client.get(f"{HOME}/mau-{kind}.{ending}") as answer:
        content = answer.get_data()
    known = {heading for headings in rules.COLUMNS.values() for heading in headings}
    assert set(lists_desk.PATTERNS[kind][1]) <= known
    assert answer.status_code == 200 and read_sheet(content, rules.COLUMNS).rows == []


def test_who_may_bring_lists(app, browser):
    browser.come_as("minh").open(HOME, expect=403)
    browser.come_as("hoa").open(HOME, expect=403)
    browser.come_as("xa").open(HOME, expect=404)
