"""The pages of contests for those who run them, and the sealed results for anyone."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import openpyxl
import pytest
from sqlalchemy import func, select

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now, today
from elearn.kit.db import db, transaction
from elearn.learning import own
from elearn.learning.contest_models import SealedContest
from elearn.learning.contest_queries import find_contest_by_id, sealed_figures
from elearn.learning.groups import merge_groups
from elearn.movement.contest_running import seal_contest
from elearn.people.consents import NAMED_IN_CONTEST
from elearn.people.models import Grant, Person
from elearn.people.permissions import Role
from tests import builders
from tests.browser import Browser
from tests.builders import days_of, kept, make_course
from tests.movement.test_contest_running import enter
from tests.ward import group, viewer

HOME = "/phong-trao/cuoc-thi"


@pytest.fixture
def course(app):
    return make_course()["course"]


@pytest.fixture
def over(course):
    """A sealed contest: bà An and a person with a strange name agreed to be named, the others did not."""
    contest = builders.make_contest("thi", [course], name="Mùa thu số")
    for number in range(11):
        enter(contest, kept("DG05", f"Bà {number}"), 3, 60 + number)
    an, strange = kept("DG05", "Bà An"), kept("DG07", "=1+1")
    enter(contest, an, 5, 65)
    enter(contest, strange, 2, 70, how="assisted")
    for who in (an, strange):
        own.let_be_named(who, NAMED_IN_CONTEST)
    days_of(contest, -9, -2)
    seal_contest(viewer("quan"), 1, contest)
    return contest


def typed(course, **more):
    day = today()
    return {
        "name": "Công dân số Gia Viên", "since": (day + timedelta(days=1)).isoformat(),
        "until": f"{day + timedelta(days=9):%d/%m/%Y}", "questions": "8", "courses": [str(course)],
    } | more  # fmt: skip


def test_an_editor_makes_a_contest_changes_it_and_drops_it(browser, course):
    page = browser.come_as("duc").open(f"{HOME}/moi")
    assert "khoa (10 câu)" in page.html, "it says how many questions there are"
    page = browser.follow(browser.send(f"{HOME}/moi", 303, **typed(course)))
    assert page.text["h1"] == "Công dân số Gia Viên" and page.says("Cuộc thi chưa mở.")
    address = page.response.request.path
    browser.open(f"{address}/sua")
    page = browser.follow(browser.send(f"{address}/sua", 303, **typed(course, name="Tên mới")))
    assert page.text["h1"] == "Tên mới"
    browser.open(f"{address}/bo")
    assert "Đã bỏ cuộc thi Tên mới." in browser.follow(browser.send(f"{address}/bo", 303)).html
    browser.open(address, expect=404)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "Xin đặt tên"),
        ({"since": "1/1/2020"}, "đã qua rồi"),
        ({"until": "1/1/2020"}, "đứng trước ngày bắt đầu"),
        ({"until": "1/1/2090"}, "dài nhất ba tháng"),
        ({"questions": "11"}, "có 10 câu chọn một ý"),
        ({"questions": "4"}, "từ 5 đến 40"),
        ({"questions": "nhiều"}, "số"),
        ({"courses": []}, "ít nhất một khóa"),
        ({"courses": ["99999"]}, "không còn trong danh sách"),
        ({"groups": ["99999"]}, "không còn trong danh sách"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays(browser, course, wrong, says):
    browser.come_as("duc").open(f"{HOME}/moi")
    page = browser.send(f"{HOME}/moi", 422, **typed(course, **wrong))
    assert says in page.html and ("Công dân số Gia Viên" in page.html or "name" in wrong)
    assert db.session.scalar(select(func.count()).select_from(SealedContest)) == 0


def test_once_it_runs_the_form_asks_for_name_and_end_alone(browser, course):
    contest = builders.make_contest("thi", [course])
    card = find_contest_by_id(1, contest)
    page = browser.come_as("duc").open(f"{HOME}/{contest}/sua")
    assert {"name", "until"} == {
        one["name"] for one in page.every("input") if one.get("type") not in ("hidden", None)
    }
    page = browser.send(f"{HOME}/{contest}/sua", 422, name="Mới", until="1/1/2020")
    assert "đứng trước ngày bắt đầu" in page.html
    later = card.until + timedelta(days=2)
    browser.send(f"{HOME}/{contest}/sua", 303, name="Mới", until=later.isoformat())
    changed = find_contest_by_id(1, contest)
    assert (changed.name, changed.until, changed.courses) == ("Mới", later, card.courses)
    assert "chưa ai bắt đầu" in browser.open(f"{HOME}/{contest}/bo").html
    assert "Bỏ cuộc thi này" in browser.open(f"{HOME}/{contest}").html
    enter(contest, kept("DG05", "Bà Mận"), 4, 60)
    assert "Bỏ cuộc thi này" not in browser.open(f"{HOME}/{contest}").html
    assert browser.open(f"{HOME}/{contest}/bo").says("không bỏ được")


def test_while_it_runs_staff_and_youth_union_see_how_many_by_group(browser, course):
    contest = builders.make_contest("thi", [course])
    enter(contest, kept("DG05", "Bà Mận"), 4, 60)
    page = browser.come_as("minh").open(f"{HOME}/{contest}")
    assert page.says("1 người đã nộp bài và được tính") and "Bà Mận" not in page.html
    assert not page.says("Chốt kết quả") and not page.says("Sửa tên")
    page = Browser(browser.client.application).come_as("duc").open(f"{HOME}/{contest}/chot")
    assert page.says("Còn nhận bài đến 01:00")


def test_what_was_right_on_average_is_told_once_nothing_more_can_come(browser, course):
    contest = builders.make_contest("thi", [course])
    for number in range(6):
        enter(contest, kept("DG05", f"Bà {number}"), 4, 60)
    browser.come_as("minh")
    page = browser.open(f"{HOME}/{contest}")
    assert (
        page.says("6 người đã nộp bài") and "Câu đúng trung bình" not in page.html and "4,0" not in page.html
    )
    days_of(contest, -9, -2)
    page = browser.open(f"{HOME}/{contest}")
    assert "Câu đúng trung bình" in page.html and "4,0" in page.html


def test_no_search_engine_keeps_the_names(browser, over):
    for page in (browser.open("/cuoc-thi/thi/ket-qua"), browser.come_as("tai").open("/cuoc-thi/thi/ket-qua")):
        assert "Bà An" in page.html and "noindex" in page.response.headers["X-Robots-Tag"]


def test_sealing_asks_once_more_and_opens_the_results_for_everybody(browser, course):
    contest = builders.make_contest("thi", [course])
    lan = kept("DG05", "Bà Mận")
    enter(contest, lan, 4, 60)
    days_of(contest, -9, -2)
    app = browser.client.application
    Browser(app).open("/cuoc-thi/thi/ket-qua", expect=404)
    page = browser.come_as("duc").open(f"{HOME}/{contest}/chot")
    assert page.says("1 bài được giữ nguyên")
    page = browser.follow(browser.send(f"{HOME}/{contest}/chot", 303))
    assert page.says("Người tham gia đã chọn không nêu tên") and page.says("mọi số vẫn như lúc chốt")
    assert "Bà Mận" not in page.html
    assert Browser(app).open("/cuoc-thi/thi").says("Xem kết quả cuộc thi")
    page = Browser(app).open("/cuoc-thi/thi/ket-qua")
    assert page.says("Chưa tổ nào có đủ 10 người dự thi")


def test_the_paper_names_who_agreed_and_the_reading_is_in_the_audit(browser, over):
    page = browser.come_as("quan").open(f"{HOME}/{over}/ket-qua/1")
    assert page.says("Bà An") and page.says("=1+1") and page.says("11 người tham gia đã chọn không nêu tên")
    assert page.response.headers["Cache-Control"] == "no-store"
    read = select(func.count()).where(AuditEntry.action == "view contest names")
    assert db.session.scalar(read) == 1
    assert browser.open("/quan-tri/nhat-ky").says("Xem, in, tải kết quả cuộc thi có tên")
    browser.open(f"{HOME}/{over}/ket-qua/2", expect=404)


def test_a_merger_of_groups_after_the_seal_is_no_correction(browser, over):
    with transaction():
        db.session.get_one(SealedContest, (over, 1)).sealed_at = now() - timedelta(days=2)
    merge_groups([group("DG07").id], group("DG05").id, actor=viewer("quan"))
    assert browser.come_as("quan").open(f"{HOME}/{over}/ket-qua/1").says("mọi số vẫn như lúc chốt")
    gone = db.session.scalar(select(Person.id).where(Person.display_name == "Bà 3"))
    own.go_on_without_name(gone)
    page = browser.open(f"{HOME}/{over}/ket-qua/1")
    assert page.says("Tổ dân phố số 5, tự làm: lúc chốt 12, nay 11.")


def read(browser, contest, file):
    text = browser.client.get(f"{HOME}/{contest}/ket-qua/1/{file}").get_data(as_text=True)
    return list(csv.reader(StringIO(text.lstrip("\ufeff"))))


def test_the_files_say_the_same_and_carry_no_formula(browser, over):
    browser.come_as("quan")
    rows = read(browser, over, "nguoi.csv")
    assert len(rows) == 14 and rows[1][:3] == ["Tự làm", "1", "Bà An"]
    assert rows[1][3] == "Tổ dân phố số 5 (phường cũ Đằng Giang)", "several may be number 5"
    assert rows[2][2:4] == ["Người tham gia đã chọn không nêu tên", ""]
    assert rows[13][0] == "Có người ngồi cùng" and rows[13][2] == "'=1+1"
    rows = read(browser, over, "to.csv")
    assert rows[1][:3] == ["1", "DG05", "Tổ dân phố số 5"] and rows[1][5:8] == ["12", "12", "0"]
    assert [row[1] for row in rows[1:]] == ["DG05", "DG07", "LT03"] and rows[2][5:8] == ["1", "0", "1"]
    for kind in ("nguoi", "to"):
        with browser.client.get(f"{HOME}/{over}/ket-qua/1/{kind}.xlsx") as answer:
            data = answer.data
        cells = [cell for row in openpyxl.load_workbook(BytesIO(data)).active.iter_rows() for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"]
        assert kind == "to" or any(cell.value == "=1+1" for cell in cells)
    for wrong in ("to.pdf", "ten.csv"):
        browser.open(f"{HOME}/{over}/ket-qua/1/{wrong}", expect=404)


def test_anyone_reads_rounded_groups_and_those_who_agreed(browser, over):
    page = browser.open("/cuoc-thi/thi/ket-qua")
    assert page.says("Ít nhất 10 người dự thi") and page.says("Hạng 1: Bà An") and page.says("Đúng 5 câu")
    assert "Bà 3" not in page.html
    an = db.session.scalar(select(Person.id).where(Person.display_name == "Bà An"))
    own.be_named_no_longer(an, NAMED_IN_CONTEST)
    db.session.remove()
    assert "Bà An" not in browser.open("/cuoc-thi/thi/ket-qua").html


@pytest.mark.parametrize("spoil", [lambda text: "{}", lambda text: text.replace("số 5", "số 6")])
def test_a_spoilt_copy_is_shown_to_nobody_but_as_spoilt(browser, over, spoil):
    with transaction():
        copy = db.session.get_one(SealedContest, (over, 1))
        copy.figures = spoil(copy.figures)
    browser.open("/cuoc-thi/thi/ket-qua", expect=404)
    assert sealed_figures(over) is None
    page = browser.come_as("quan").open(f"{HOME}/{over}/ket-qua/1")
    assert page.says("Dấu niêm phong không khớp.") and "Bà An" not in page.html
    browser.open(f"{HOME}/{over}/ket-qua/1/to.csv", expect=404)


def test_the_ward_next_door_and_who_only_follows_see_no_names(browser, over):
    app = browser.client.application
    for name, code in (("xa", 404), ("minh", 403), ("hoa", 403), ("lan", 403)):
        Browser(app).come_as(name).open(f"{HOME}/{over}/ket-qua/1", expect=code)
    Browser(app).come_as("xa").open(f"{HOME}/{over}", expect=404)
    assert not Browser(app).come_as("xa").open(HOME).says("Mùa thu số")


def test_who_runs_those_of_another_ward_and_reads_counts_of_this_one_only_reads(browser, over):
    with transaction():
        db.session.add(Grant(person_id=viewer("xa").person_id, role=Role.VIEWER, ward_id=1))
    browser.come_as("xa").open(f"{HOME}/{over}")
    for path in ("sua", "bo", "chot", "ket-qua/1", "ket-qua/1/to.csv", "ket-qua/1/nguoi.csv"):
        browser.open(f"{HOME}/{over}/{path}", 404)
    browser.open(f"{HOME}/moi", 404)


def test_who_took_part_reads_the_own_rank_and_agrees_to_be_named_there(app, course):
    contest = builders.make_contest("thi", [course])
    browser = Browser(app).come_as("lan")
    enter(contest, kept("DG05", "Bà Mận"), 5, 60)
    enter(contest, viewer("lan").person_id, 4, 60)
    page = browser.open("/cuoc-thi/thi/bai-cua-toi")
    assert page.says("Bác có muốn được nêu tên không?")
    answer = browser.send("/cua-toi/neu-ten-cuoc-thi", 303, hien="co", ve="/cuoc-thi/thi/bai-cua-toi")
    assert browser.follow(answer).says("Bác đã đồng ý cho nêu tên")
    days_of(contest, -9, -2)
    seal_contest(viewer("quan"), 1, contest)
    db.session.remove()
    page = browser.open("/cuoc-thi/thi/bai-cua-toi")
    assert page.says("Bác đứng hạng 2 trong 2 bài tự làm.")
    assert browser.open("/cuoc-thi/thi/ket-qua").says("Hạng 2: Nguyễn Thị Lan")
    browser.open("/cua-toi/du-lieu")
    browser.send("/cua-toi/neu-ten-cuoc-thi", 303, hien="khong")
    assert not browser.open("/cuoc-thi/thi/ket-qua").says("Nguyễn Thị Lan, ")
    handed = Browser(app).come_as("lan", "handed")
    handed.open("/cua-toi/du-lieu")
    handed.send("/cua-toi/neu-ten-cuoc-thi", 403, hien="co")


def test_however_many_take_part_a_contest_is_read_in_as_few_statements(browser, course, statements):
    contest, asked = builders.make_contest("thi", [course]), []
    browser.come_as("minh")
    for number in range(6):
        enter(contest, kept("DG05" if number % 2 else "DG07", f"Bà {number}"), 3, 60)
        statements.clear()
        browser.open(f"{HOME}/{contest}")
        asked.append(len(statements))
    assert asked[1] == asked[-1] <= 10, asked  # the first page of a session counts one more


def test_a_contest_of_one_day_names_the_day_once(browser, course):
    contest = builders.make_contest("thi", [course], begins=0, ends=0)
    said = f"trong ngày {today():%d/%m/%Y}"
    browser.come_as("duc")
    for path in ("/cuoc-thi", "/cuoc-thi/thi", HOME, f"{HOME}/{contest}"):
        page = browser.open(path)
        assert page.says(said) and not page.says(f"từ {today():%d/%m/%Y} đến hết"), path
