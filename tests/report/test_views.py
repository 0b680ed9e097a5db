"""The report in the browser: looked at, kept, taken as a file, noted as sent; and by whom not."""

from datetime import timedelta
from io import BytesIO

import docx
import pytest
from sqlalchemy import select, update

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.learning.groups import Part, merge_groups, split_group
from elearn.learning.recount import recount
from elearn.people.models import Ward
from elearn.progress.rules import Filter, Period
from elearn.report import actions
from elearn.report.models import Report, ReportSending
from elearn.report.official import document_from
from tests.builders import attempt, kept, make_course
from tests.ward import card, group, person

MONTH = {"ky": "thang-nay", "co-quan": "ubnd"}


@pytest.fixture(autouse=True)
def _counted(app):
    recount(repair=True)  # the cast is registered without credits


@pytest.fixture
def duc(browser):
    return browser.come_as("duc")


def keep(browser, **asked):
    browser.open("/bao-cao/xem-truoc?" + "&".join(f"{k}={v}" for k, v in (MONTH | asked).items()))
    return browser.send("/bao-cao", expect=303, **(MONTH | asked)).headers["Location"]


def texts(answer):
    """Everything that stands in a Word file."""
    word = docx.Document(BytesIO(answer.get_data()))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([one.text for one in word.paragraphs] + cells)


def every_report():
    db.session.rollback()
    return list(db.session.scalars(select(Report).order_by(Report.id)))


def test_an_officer_looks_keeps_and_takes_the_file(duc):
    attempt(kept("DG05"), make_course()["revisions"][0])
    assert "Chưa có báo cáo nào" in duc.open("/bao-cao").html
    page = duc.open("/bao-cao/xem-truoc?ky=thang-nay&co-quan=ubnd")
    assert page.says("II. KẾT QUẢ THỰC HIỆN") and page.says("1 bài học làm xong")
    assert not every_report(), "looking keeps nothing"
    where = keep(duc)
    page = duc.open(where)
    assert page.says("Bản số") and page.says("Vũ Minh Đức")
    answer = duc.open(f"{where}.docx")
    assert answer.mimetype.endswith("wordprocessingml.document")
    said = texts(answer)
    assert "PHƯỜNG GIA VIÊN" in said and "1 bài học làm xong" in said
    assert [entry.action for entry in db.session.scalars(select(AuditEntry))] == ["make report"]


def test_the_page_and_the_file_say_the_same(duc):
    attempt(kept("DG05"), make_course()["revisions"][0])
    where = keep(duc)
    page, said = duc.open(where), texts(duc.open(f"{where}.docx"))
    for block in document_from(every_report()[0].document).blocks:
        assert block.text in said and page.says(block.text.replace("\u00a0", " "))


def test_the_same_again_is_the_same_report(duc):
    assert keep(duc) == keep(duc)
    assert len(every_report()) == 1
    assert keep(duc, **{"co-quan": "vhxh"}) != keep(duc)


def test_a_file_of_the_board_is_made_without_keeping(duc):
    attempt(kept("DG05"), make_course()["revisions"][0])
    said = texts(duc.open("/tien-do/bao-cao.docx?ky=tat-ca&doi-tuong=chua-noi"))
    assert "1 bài học làm xong" in said and "Báo cáo này chỉ tính đối tượng" in said
    assert "kỳ trước" not in said.lower(), "what has no beginning is compared with nothing"
    assert not every_report()


# -- what was kept stays


def test_a_kept_report_never_changes_whatever_becomes_of_the_groups(duc, person):
    course = make_course()
    attempt(kept("DG05"), course["revisions"][0])
    attempt(kept("LT03"), course["revisions"][0])
    where = keep(duc)
    before = duc.open(f"{where}.docx").get_data()
    figures, mark = every_report()[0].figures, every_report()[0].digest
    admin = person("quan").id
    merge_groups([group("LT03").id], group("DG07").id, actor=admin)
    split_group(group("DG05").id, [Part("DG05A", "Tổ 5A"), Part("DG05B", "Tổ 5B")], actor=admin)
    attempt(kept("DG07"), course["revisions"][0])
    assert duc.open(f"{where}.docx").get_data() == before, "byte for byte"
    assert (every_report()[0].figures, every_report()[0].digest) == (figures, mark)
    later = keep(duc)
    assert later != where
    said = texts(duc.open(f"{later}.docx"))
    assert (
        "Tổ 5A" in said and "trước khi tách" in said and "Tổ dân phố số 3" not in said.split("Phụ lục IV")[0]
    )
    assert duc.open(f"{where}.docx").get_data() == before


def test_a_later_one_of_the_same_period_is_a_correction(duc):
    course = make_course()
    attempt(kept("DG05"), course["revisions"][0])
    first = keep(duc)
    attempt(kept("DG05", "Bà Ba"), course["revisions"][0])
    assert "Kỳ này đã có" in duc.open("/bao-cao/xem-truoc?ky=thang-nay&co-quan=ubnd").html
    second = keep(duc)
    page = duc.open(second)
    assert page.says("So với bản trước") and page.says("Toàn phường: bài học làm xong")
    said = texts(duc.open(f"{second}.docx"))
    assert "SỐ LIỆU ĐÍNH CHÍNH" in said and "đính chính ở Phụ lục IV" in said
    assert "SỐ LIỆU ĐÍNH CHÍNH" not in texts(duc.open(f"{first}.docx"))
    assert [(one.number, one.corrects_id) for one in every_report()] == [(1, None), (2, every_report()[0].id)]
    assert keep(duc) == second, "with its corrections it is still the same"


def test_the_wards_later_words_change_no_kept_report(duc, viewer):
    where = keep(duc)
    before = duc.open(f"{where}.docx").get_data()
    actions.set_words(viewer("duc"), card(), "ubnd", {"part_5": "Xin thêm máy.", "place": "Nơi khác"})
    assert duc.open(f"{where}.docx").get_data() == before
    assert "Xin thêm máy." in texts(duc.open("/tien-do/bao-cao.docx?co-quan=ubnd"))


def test_who_edits_a_kept_report_in_the_database_is_found_out(duc):
    where = keep(duc)
    assert "đã bị sửa" not in duc.open(where).html
    with transaction():
        kept_one = every_report()[0]
        changed = kept_one.figures.replace('"lessons":0', '"lessons":9', 1)
        db.session.execute(update(Report).values(figures=changed))
    assert "đã bị sửa trong cơ sở dữ liệu" in duc.open(where).html


def test_a_report_of_an_invented_ward_says_so(duc):
    with transaction():
        db.session.execute(update(Ward).values(demo=True))
    where = keep(duc)
    assert "(Bản chạy thử, số liệu bịa)" in texts(duc.open(f"{where}.docx")) and duc.open(where).says(
        "số liệu bịa"
    )


# -- to whom it went


def test_to_whom_a_report_was_sent_is_noted_once(duc):
    where = keep(duc)
    duc.open(where)
    said = {"to_whom": "UBND thành phố", "sent_on": today().isoformat(), "registered_as": "52/BC-UBND"}
    for _ in range(2):
        duc.send(f"{where}/da-gui", expect=303, **said)
    page = duc.open(where)
    assert page.says("UBND thành phố") and page.says("52/BC-UBND")
    assert len(list(db.session.scalars(select(ReportSending)))) == 1
    assert "Đã gửi 1 nơi" in duc.open("/bao-cao").html


def test_a_sending_without_a_place_is_asked_for_again_and_keeps_what_was_typed(duc):
    where = keep(duc)
    duc.open(where)
    page = duc.send(
        f"{where}/da-gui", expect=422, to_whom="", sent_on="2026-02-31", registered_as="52/BC-UBND"
    )
    assert page.says("Xin ghi nơi nhận báo cáo") and 'value="52/BC-UBND"' in page.html
    assert not list(db.session.scalars(select(ReportSending)))


def test_a_sending_noted_by_mistake_is_taken_back_once_and_the_audit_keeps_it(duc):
    where = keep(duc)
    duc.open(where)
    for whom in ("UBND thành phố", "Ghi nhầm"):
        duc.send(f"{where}/da-gui", expect=303, to_whom=whom, sent_on=today().isoformat(), registered_as="")
    line = db.session.scalar(select(ReportSending.id).filter_by(to_whom="Ghi nhầm"))
    assert duc.open(f"{where}/da-gui/{line}/bo").says("Ghi nhầm, ngày")
    assert len(list(db.session.scalars(select(ReportSending)))) == 2, "asking takes nothing"
    for _ in range(2):
        duc.send(f"{where}/da-gui/{line}/bo", expect=303)
    page = duc.open(where)
    assert page.says("UBND thành phố, ngày") and not page.says("Ghi nhầm, ngày")
    acts = db.session.scalars(select(AuditEntry.action)).all()
    assert acts.count("take back sending") == 1
    detail = db.session.scalar(select(AuditEntry.detail).filter_by(action="take back sending"))
    assert today().isoformat() in str(detail) and str(person("duc").id) in str(detail)
    duc.open(f"{where}/da-gui/{line}/bo", expect=404)


def test_a_line_of_another_report_and_of_another_ward_stays(duc, browser, app, viewer):
    first, second = keep(duc), keep(duc, **{"co-quan": "vhxh"})
    duc.open(first)
    duc.send(f"{first}/da-gui", expect=303, to_whom="Sở", sent_on=today().isoformat(), registered_as="")
    line = db.session.scalar(select(ReportSending.id))
    duc.open(f"{second}/da-gui/{line}/bo", expect=404)
    duc.send(f"{second}/da-gui/{line}/bo", expect=303)
    other = type(browser)(app).come_as("xa")
    other.open(f"{first}/da-gui/{line}/bo", expect=404)
    assert not actions.take_back_sending(viewer("xa"), 1, int(first.rpartition("/")[2]), line)
    assert db.session.get(ReportSending, line) is not None


# -- who may


@pytest.mark.parametrize("name", ["lan", "hoa", "minh", "thu"])
def test_whoever_compiles_no_reports_finds_the_doors_closed(browser, name):
    browser.come_as(name)
    for path in ("/bao-cao", "/bao-cao/xem-truoc", "/bao-cao/1", "/bao-cao/1.docx", "/tien-do/bao-cao.docx"):
        browser.open(path, expect=403)
    assert "Báo cáo</a>" not in browser.open("/").html


def test_another_ward_finds_no_report_here(duc, browser, app):
    where = keep(duc)
    other = type(browser)(app).come_as("xa")
    for path in ("/bao-cao", "/bao-cao/xem-truoc", where, f"{where}.docx", "/tien-do/bao-cao.docx"):
        other.open(path, expect=404)
    duc.open("/bao-cao/99", expect=404)
    duc.open("/bao-cao/99.docx", expect=404)


def test_another_wards_officer_can_neither_make_nor_send(viewer, duc):
    month = Filter(Period("khoang", today() - timedelta(days=3), today()))
    assert actions.keep_report(viewer("xa"), card(), "ubnd", month) is None
    assert actions.keep_report(viewer("minh"), card(), "ubnd", month) is None
    keep(duc)
    said = {"to_whom": "x", "sent_on": today(), "registered_as": ""}
    assert not actions.note_sending(viewer("xa"), 1, every_report()[0].id, **said)
    assert not actions.note_sending(viewer("xa"), 2, every_report()[0].id, **said), "nor from their own ward"


@pytest.mark.parametrize(
    "asked", ["?ky=khoang&tu=2026-12-31&den=2026-01-01", "?ky=x&tu=9999-01-01", "?khoa=khong-co&ky=nam-truoc"]
)
def test_whatever_is_asked_for_a_page_answers(duc, asked):
    duc.open(f"/bao-cao/xem-truoc{asked}")
