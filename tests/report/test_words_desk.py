"""The ward's own words in its reports: kept, seen at once, checked by the decree, and nobody else's."""

import pytest
from sqlalchemy import select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db
from elearn.report import actions, queries
from elearn.report.defaults import NAMES, usual_words
from elearn.report.models import BOTH, ReportSetting
from tests.ward import card

PAGE = "/bao-cao/loi-van"


def usual(body="vhxh", **other):
    words = usual_words(card().name, body)
    return {name: getattr(words, name) for name in NAMES} | other


def kept():
    db.session.rollback()
    return {(row.body, row.name): row.value for row in db.session.scalars(select(ReportSetting))}


@pytest.fixture
def duc(browser):
    browser.come_as("duc").open(PAGE)
    return browser


def test_what_is_set_stands_in_the_report_at_once(duc):
    duc.send(PAGE, expect=303, **usual(signer="Nguyễn Văn A", part_5="Hỗ trợ 3 máy tính bảng."))
    page = duc.open(PAGE)
    assert page.says("Nguyễn Văn A") and page.says("Hỗ trợ 3 máy tính bảng.")
    assert kept() == {("vhxh", "signer"): "Nguyễn Văn A", (BOTH, "part_5"): "Hỗ trợ 3 máy tính bảng."}
    assert page.says("Lời mẫu của các phần đã sửa")
    other = duc.open(f"{PAGE}?co-quan=ubnd")
    assert other.says("Hỗ trợ 3 máy tính bảng.") and not other.says("Nguyễn Văn A"), (
        "each has its own signatory"
    )


def test_the_usual_words_are_not_kept_and_come_back(duc):
    duc.send(PAGE, expect=303, **usual(part_4="Mở lớp."))
    duc.open(PAGE)
    duc.send(PAGE, expect=303, **usual())
    assert kept() == {}
    assert [entry.detail["fields"] for entry in db.session.scalars(select(AuditEntry))] == [["part_4"]] * 2
    duc.open(PAGE)
    duc.send(PAGE, expect=303, **usual())
    assert len(list(db.session.scalars(select(AuditEntry)))) == 2, "nothing changed, nothing is noted"


def test_what_is_emptied_is_left_out(duc):
    duc.send(PAGE, expect=303, **usual(bases="", addressed="", part_5=""))
    document = duc.open(PAGE).html.partition("<article")[2]
    assert document and "Căn cứ Nghị quyết" not in document and "Kính gửi:" not in document
    words = queries.words_of(card(), "vhxh")
    assert (words.bases, words.addressed, words.part_5) == ("", "", "")


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("signer", "TS. Nguyễn Văn A", "không ghi học hàm, học vị"),
        ("sign", "bc-vhxh", "Ký hiệu gồm loại văn bản"),
        ("sign", "BC", "Ký hiệu gồm loại văn bản"),
        ("recipients", "Như trên;", "Dòng cuối của Nơi nhận"),
        ("issuer", "Phòng Văn hóa", "Phần này viết chữ hoa cả"),
        ("signatory", "Trưởng phòng", "Phần này viết chữ hoa cả"),
        ("place", "", "Xin điền"),
    ],
)
def test_what_the_decree_does_not_allow_is_told_beside_the_field(duc, field, typed, sentence):
    page = duc.send(PAGE, expect=422, **usual(**{field: typed, "part_5": "Gõ dở"}))
    assert sentence in page.html and "Gõ dở" in page.html
    assert f'id="{field}-error"' in page.html
    assert kept() == {}


def test_nobody_else_sets_them(browser, viewer):
    for name in ("lan", "hoa", "minh", "thu"):
        browser.come_as(name).open(PAGE, expect=403)
    browser.come_as("xa").open(PAGE, expect=404)
    for name in ("minh", "xa"):
        assert not actions.set_words(viewer(name), card(), "vhxh", usual(part_5="x"))
    assert kept() == {}


def test_hostile_text_stays_text(duc):
    duc.send(PAGE, expect=303, **usual(part_5="<script>alert(1)</script>"))
    assert "<script>alert" not in duc.open(PAGE).html
