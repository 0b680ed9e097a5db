"""The boards in the browser: the same numbers on the page and in the files, for whoever may see them."""

import csv
import html
import re
from datetime import date, datetime, timedelta
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now, today
from elearn.kit.db import Base, db, transaction
from elearn.learning.groups import Part, merge_groups, split_group
from elearn.learning.recount import recount
from elearn.people.models import Grant, ReadLink, ResidentialGroup, Ward
from elearn.people.permissions import Role
from elearn.progress.columns import MEASURES, PUBLIC_MEASURES
from tests.browser import Browser
from tests.builders import attempt, kept, make_course
from tests.progress.conftest import statements
from tests.ward import group

ODD = (
    *("", "0", "-1", "9" * 30, "x" * 3000, "'; DROP TABLE person--", "%01", "2026-02-30", "٣", "<b>"),
    *("tat-ca", "khoang", "khoa", "registered", "code", "giam", "0001-01-01", "9999-12-31", "31/12/2026"),
)
FILTERS = (
    "",
    "?xem=cot",
    "?xem=cot&cot=coverage&sap-xep=lessons&chieu=giam",
    "?xem=tuan&ky=tat-ca&cach=tu-hoc",
    "?xem=so-sanh&ky=tat-ca",
    "?ky=tat-ca",
    "?ky=tat-ca&khoa=khoa",
    "?ky=tat-ca&doi-tuong=doan-vien&cach=tu-hoc",
    "?sap-xep=lessons&chieu=giam",
    "?sap-xep=coverage",
    "?ky=khoang&tu=2026-01-01&den=2026-01-31",
)


@pytest.fixture
def course(app):
    return new_course()


def new_course():
    recount(repair=True)
    return make_course()


@pytest.fixture
def busy(made_once, on_day):
    """A ward where three groups have learnt something, lately and before."""
    return made_once(some_weeks, on_day)


def some_weeks(on_day):
    course = new_course()
    for back, code, lessons in ((9, "DG05", 2), (3, "DG05", 1), (2, "DG07", 2), (0, "DG07", 1)):
        on_day(back)
        who = kept(code, f"Bà {back}")
        for revision in course["revisions"][:lessons]:
            attempt(who, revision)
    on_day(0)
    return course


def rows_of(page):
    """Return the rows of the board on a page: its name, then its numbers as numbers."""
    found = {}
    for line in re.findall(r"<tr><th scope=\"row\">.*?</tr>", page.html, re.DOTALL):
        name = re.sub(r"<small.*?</small>|<[^>]*>", "", line.split("</th>")[0], flags=re.DOTALL)
        cells = re.findall(r"<td>(.*?)</td>", line, re.DOTALL)
        found[html.unescape(name).strip()] = [_number(re.sub("<[^>]*>", "", cell)) for cell in cells]
    return found


def _number(text):
    text = html.unescape(text).strip().replace("\u2212", "-")
    if "/" in text:
        return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a day
    if text == "—":
        return None
    if text.endswith("%"):
        return round(float(text.rstrip("%\u00a0 ").replace(".", "").replace(",", ".")) / 100, 3)
    return int(text.replace(".", ""))


def plain(cell):
    """A day in a sheet comes back as a moment."""
    return cell.date() if isinstance(cell, datetime) else cell


def of_csv(text):
    return date.fromisoformat(text) if text.count("-") == 2 else float(text) if text else None


def xlsx_rows(response):
    sheet = load_workbook(BytesIO(response.data)).active
    headings, *rows = sheet.iter_rows(values_only=True)
    return headings, rows


def csv_rows(response):
    headings, *rows = csv.reader(StringIO(response.get_data(as_text=True).removeprefix("\ufeff")))
    return headings, rows


# -- the same numbers everywhere


@pytest.mark.parametrize("asked", FILTERS)
@pytest.mark.parametrize("who", ["minh", None])
def test_the_page_and_both_files_carry_the_same_numbers(browser, busy, asked, who):
    if who:
        browser.come_as(who)
    page = rows_of(browser.open(f"/tien-do{asked}"))
    headings, sheet = xlsx_rows(browser.client.get(f"/tien-do.xlsx{asked}", buffered=True))
    if "xem" not in asked:
        told = [measure.heading for measure in (MEASURES if who else PUBLIC_MEASURES)]
        assert list(headings[3:-2]) == told
    numbers = {row[1]: list(map(plain, row[3:-2])) for row in sheet}
    assert numbers == page
    assert list(numbers) == list(page), "in the same order"
    assert all(
        value is None or isinstance(value, int | float | date) for row in numbers.values() for value in row
    )
    headings, lines = csv_rows(browser.client.get(f"/tien-do.csv{asked}", buffered=True))
    assert {line[1]: list(map(of_csv, line[3:-2])) for line in lines} == numbers
    assert headings[-1].startswith("Số liệu đến") and all(line[-1] for line in lines)


@pytest.mark.parametrize("asked", [asked for asked in FILTERS if "xem" not in asked])
def test_the_total_is_the_sum_of_the_rows(browser, busy, asked):
    rows = rows_of(browser.come_as("minh").open(f"/tien-do{asked}"))
    total = rows.pop("Cộng")
    for place, measure in enumerate(MEASURES):
        if measure.style != "share" and measure.name != "adults":
            assert total[place] == sum(row[place] for row in rows.values()), measure.name


def test_a_link_to_a_board_shows_the_same_days_and_order_later(browser, busy):
    page = browser.come_as("minh").open("/tien-do?ky=7-ngay&sap-xep=lessons&chieu=giam&khoa=khoa")
    link = html.unescape(re.search(r'href="([^"]*)">đường link cố định', page.html)[1])
    again = browser.open(link)
    assert rows_of(again) == rows_of(page) and list(rows_of(again)) == list(rows_of(page))
    assert f"{today():%d/%m/%Y}" in again.text["main"]
    assert f"tu={(today() - timedelta(days=6)).isoformat()}" in link


def test_rows_come_in_the_order_asked_for(browser, busy):
    browser.come_as("minh")

    def column(name, *more):
        place = [measure.name for measure in MEASURES].index(name)
        rows = rows_of(browser.open(f"/tien-do?ky=tat-ca&sap-xep={name}{''.join(more)}"))
        return [row[place] for title, row in rows.items() if title != "Cộng"]

    lessons = column("lessons")
    assert lessons == sorted(lessons) and len(set(lessons)) > 1
    assert column("lessons", "&chieu=giam") == sorted(lessons, reverse=True)
    shares = column("coverage", "&chieu=giam")
    known = [share for share in shares if share is not None]
    assert shares == sorted(known, reverse=True) + [None] * (len(shares) - len(known))


def test_every_number_leads_to_a_sentence_that_says_what_it_counts(browser, busy):
    page = browser.come_as("minh").open("/tien-do")
    places = {attrs.get("id") for _, attrs in page.tags}
    for measure in MEASURES:
        assert f"gt-{measure.name}" in places and page.says(measure.says)
    for attrs in page.every("a"):
        target = attrs["href"] or ""
        assert not target.startswith("#") or target[1:] in places, target


@pytest.mark.parametrize(("name", "plans"), [("minh", True), ("duc", True), ("thu", False), ("hoa", False)])
def test_the_page_says_until_when_and_leads_who_plans_visits_to_the_saturday_list(
    browser, course, name, plans
):
    page = browser.come_as(name).open("/tien-do")
    assert page.says(f"Số liệu đến {today():%d/%m/%Y}")
    assert page.says("Đi đâu thứ Bảy này?") == plans


# -- who sees what


def test_a_visitor_reads_rounded_numbers_of_last_sunday(browser, course, on_day):
    monday = today() - timedelta(days=today().weekday())
    on_day((today() - monday).days + 1)
    people = [kept("DG05", f"Bà {number}") for number in range(12)]
    for who in people[:7]:
        attempt(who, course["revisions"][0])
    on_day(0)
    for number in range(5):
        kept("DG05", f"Ông {number}")
    page = browser.open("/tien-do")
    assert page.says(f"Số liệu đến {monday - timedelta(days=1):%d/%m/%Y}, làm tròn, chốt thứ Hai")
    rows = rows_of(page)
    assert rows["Tổ dân phố số 5"] == [10, 5, None]
    assert set(rows) == {"Tổ dân phố số 5", "Các tổ khác", "Cộng các số ở trên"}
    assert rows["Các tổ khác"] == [None, None, None]
    one = browser.open("/tien-do/DG05")
    assert "làm tròn, chốt thứ Hai" in one.html and "Cách học" not in one.html
    assert one.says("Phường cũ: Đằng Giang."), "many groups have this name"
    assert browser.open("/tien-do/DG07").says("chưa đủ 10 người học")


@pytest.mark.parametrize("who", [None, "lan", "xa"])
def test_who_has_no_claim_sees_the_public_board_whatever_they_ask_for(browser, busy, who):
    plain = rows_of(browser.open("/tien-do"))
    if who:
        browser.come_as(who)
    for asked in ("", *FILTERS, "?so=that", "?trang=2"):
        if "khoa=" not in asked and "xem=cot" not in asked:
            assert rows_of(browser.open(f"/tien-do{asked}")) == plain


@pytest.mark.parametrize(("who", "seen"), [("minh", 5), ("thu", 5), ("duc", 5), ("quan", 5), ("hoa", 1)])
def test_staff_see_every_group_and_a_helper_the_own(browser, busy, who, seen):
    page = browser.come_as(who).open("/tien-do?ky=tat-ca")
    assert len(rows_of(page)) == seen + 1
    assert rows_of(page)["Tổ dân phố số 5"][0] == 3
    assert len(rows_of(browser.open("/tien-do?so=cong-khai"))["Cộng các số ở trên"]) == len(PUBLIC_MEASURES)


def test_a_reader_of_counts_sees_true_numbers_and_no_other_door(browser, busy, person):
    with transaction():
        db.session.add(Grant(person_id=person("tai").id, role=Role.VIEWER, ward_id=1))
    browser.come_as("tai", "staff")
    assert rows_of(browser.open("/tien-do?ky=tat-ca"))["Tổ dân phố số 5"][0] == 3
    assert browser.open("/tien-do/DG07").says("Theo cách học")
    browser.open("/tien-do/lien-ket", expect=403)
    browser.open("/ap-phich", expect=403)


def test_the_page_of_a_group_shows_a_helper_the_own_and_only_rounded_of_others(browser, busy):
    own = browser.come_as("hoa").open("/tien-do/DG05?ky=tat-ca")
    assert own.says("Theo cách học") and own.says("12 tuần gần đây")
    assert not browser.open("/tien-do/DG07?ky=tat-ca").says("Theo cách học")


@pytest.mark.parametrize("who", [None, "hoa", "minh", "quan", "xa"])
@pytest.mark.parametrize("code", ["BC01", "KHONG", "lien-ke", "..", "%01"])
def test_a_group_of_another_ward_is_not_there(browser, who, code):
    if who:
        browser.come_as(who)
    browser.open(f"/tien-do/{code}", expect=404)


def test_a_merged_group_leads_to_the_one_that_followed(browser, busy, person):
    merge_groups([group("DG05").id], group("DG07").id, actor=person("quan").id)
    browser.come_as("minh")
    response = browser.open("/tien-do/DG05?ky=tat-ca&code=x&_external=1&_scheme=javascript", expect=303)
    assert response.location.startswith("/tien-do/DG07?ky=tat-ca")
    assert browser.follow(response).says("Nhận Tổ dân phố số 5 nhập vào")
    assert browser.open("/tien-do/DG05", expect=303).location == "/tien-do/DG07"


def test_a_split_group_tells_its_history(browser, busy, person):
    split_group(group("DG05").id, [Part("DG05A", "Tổ 5A")], actor=person("quan").id)
    page = browser.come_as("minh").open("/tien-do/DG05")
    assert page.says("Tách ra Tổ 5A") and page.says("Tổ này đã kết thúc từ ngày")


# -- sizes and odd wards


def test_an_empty_ward_says_what_to_do(app, browser):
    with transaction():
        db.session.add(Ward(code="TR", name="phường Trống", host="trong.test"))
    page = app.test_client().get("/tien-do", headers={"Host": "trong.test"})
    assert page.status_code == 200 and "Chưa có số liệu" in page.get_data(as_text=True)


def test_more_people_than_adults_is_said_on_the_page_and_in_the_file(browser, course):
    with transaction():
        db.session.get(ResidentialGroup, group("DG07").id).adults = 1
    for number in range(2):
        kept("DG07", f"Bà {number}")
    browser.come_as("minh")
    assert browser.open("/tien-do").says("kiểm lại số người lớn")
    headings, lines = csv_rows(browser.client.get("/tien-do.csv", buffered=True))
    assert {line[0]: line[headings.index("Ghi chú")] for line in lines}["DG07"] == "kiểm lại số người lớn"
    assert browser.open("/tien-do/DG07").says("kiểm lại số người lớn")


def test_many_groups_are_paged_and_the_total_is_of_all(browser, course):
    with transaction():
        for number in range(60):
            db.session.add(
                ResidentialGroup(
                    ward_id=1, code=f"M{number:02}", name=f"Tổ dân phố số {number + 100}", adults=400,
                    former_ward="Đằng Giang", sort_key=f"M{number:02}",
                )
            )  # fmt: skip
    kept("M00")
    kept("M59")
    browser.come_as("minh")
    first, second = browser.open("/tien-do?ky=tat-ca"), browser.open("/tien-do?ky=tat-ca&trang=2")
    assert (len(rows_of(first)), len(rows_of(second))) == (51, 16)
    assert browser.open("/tien-do?trang=99").says("Trang 2 trên 2")
    total = [measure.name for measure in MEASURES].index("registered")
    assert rows_of(first)["Cộng"][total] == rows_of(second)["Cộng"][total] == 2 + 3, "with three of the cast"
    _, lines = csv_rows(browser.client.get("/tien-do.csv?ky=tat-ca", buffered=True))
    assert len(lines) == 66


# -- what it costs


@pytest.mark.parametrize(
    ("who", "path"),
    [
        (None, "/tien-do"),
        ("minh", "/tien-do"),
        ("minh", "/tien-do?ky=tat-ca&khoa=khoa&doi-tuong=doan-vien&cach=tu-hoc&sap-xep=change"),
        ("minh", "/tien-do?xem=cot"),
        ("minh", "/tien-do?xem=tuan&khoa=khoa&cach=tu-hoc"),
        ("minh", "/tien-do?xem=so-sanh"),
        ("hoa", "/tien-do"),
        ("minh", "/tien-do.csv"),
        ("minh", "/tien-do.xlsx"),
        (None, "/tien-do/DG05"),
        ("minh", "/tien-do/DG05"),
        ("hoa", "/tien-do/DG05"),
    ],
)
def test_a_board_takes_three_statements_whatever_the_number_of_people(
    app, busy, made_once, on_day, who, path
):
    few = statements_of(Browser(app), who, path)
    made_once(many_people, on_day)
    many = statements_of(Browser(app), who, path)
    assert len(few) == len(many) <= 3, [statement[:200] for statement, _ in many]
    _assert_no_scan(many)


def many_people(on_day):
    course = some_weeks(on_day)
    for number in range(15):
        attempt(kept("DG05", f"Bà {number}"), course["revisions"][0])


def statements_of(browser, who, path):
    """Return what a page asks the database, the ward itself aside, which is read every half minute."""
    if who:
        browser.come_as(who)
    browser.open(path)
    with statements() as seen:
        browser.open(path)
    return seen


def _assert_no_scan(seen):
    """No table that grows with people or days is read from end to end, nor a month or course of all wards."""
    if db.engine.dialect.name != "sqlite":
        return
    small = {"shown", "both", "done", "counted", "standing_now", "tally", "course", "group_change"}
    small |= {"labelled", "home", "homes", "each_last", "last_day", "each_week", "weeks", "(subquery"}
    for statement, parameters in seen:
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps = [row[3] for row in plan]
        scanned = {step.split()[1] for step in steps if step.startswith("SCAN")}
        assert scanned <= small, (scanned, statement)
        assert not [one for one in steps if "monthly_total" in one and one.endswith("(until=?)")], statement
        assert not [one for one in steps if "standing" in one and one.endswith("(course_id=?)")], statement
        if "labelled" in statement:
            assert any("ix_person_household (group_id=?" in one for one in steps), steps


def test_looking_changes_nothing(browser, busy):
    browser.come_as("minh")

    def everything():
        db.session.rollback()
        return {
            table.name: sorted(map(str, db.session.execute(select(table))))
            for table in Base.metadata.sorted_tables
        }

    before = everything()
    for path in ("/tien-do", "/tien-do.csv", "/tien-do.xlsx", "/tien-do/DG05", "/tien-do?so=cong-khai"):
        browser.open(path)
    assert everything() == before


PARAMETERS = ("khoa", "doi-tuong", "cach", "ky", "tu", "den", "sap-xep", "chieu", "trang", "so")


@pytest.mark.parametrize("value", ODD, ids=lambda value: value[:12])
def test_no_odd_word_breaks_a_board(browser, busy, value):
    browser.come_as("minh")
    for name in PARAMETERS:
        browser.open(f"/tien-do?{name}={value}&ky=khoang")
    everything = "&".join(f"{name}={value[:300]}" for name in PARAMETERS)
    for path in ("/tien-do", "/tien-do.csv", "/tien-do/DG05"):
        browser.open(f"{path}?{everything}")


@pytest.mark.faults
@pytest.mark.parametrize("name", PARAMETERS)
def test_no_parameter_breaks_a_board(browser, busy, name):
    for who in (None, "minh"):
        if who:
            browser.come_as(who)
        for value in ODD:
            for path in ("/tien-do", "/tien-do.csv", "/tien-do/DG05"):
                browser.open(f"{path}?{name}={value}&ky=khoang")


# -- read links


@pytest.fixture
def link(browser, busy):
    """A read link that the administrator has just given to the chair."""
    browser.come_as("quan").open("/tien-do/lien-ket")
    page = browser.follow(browser.send("/tien-do/lien-ket", expect=303, label="Ban Dân vận", days="30"))
    return next(a["href"] for a in page.every("a") if "/tien-do/xem/" in (a["href"] or ""))


def test_a_read_link_shows_the_true_counts_to_whoever_holds_it(app, browser, link):
    page = type(browser)(app).open(f"{link}?ky=tat-ca")
    assert rows_of(page) == rows_of(browser.open("/tien-do?ky=tat-ca"))
    assert "noindex" in page.response.headers["X-Robots-Tag"]
    visitor = type(browser)(app)
    file = next(a["href"] for a in page.every("a") if "bang.csv" in (a["href"] or ""))
    assert csv_rows(visitor.client.get(html.unescape(file), buffered=True)) == csv_rows(
        browser.client.get("/tien-do.csv?ky=tat-ca")
    )
    for asked in ("?sap-xep=lessons", "?khoa=khoa", "?trang=2"):
        assert link in visitor.open(link + asked).html


def test_a_read_link_that_was_taken_back_is_gone(app, browser, link):
    made = db.session.scalar(select(ReadLink))
    page = browser.open(f"/tien-do/lien-ket/{made.id}/thu-lai")
    assert page.says("Ban Dân vận")
    visitor = app.test_client()
    assert visitor.get(link).status_code == 200, "asking is not yet doing"
    for _ in range(2):
        browser.send(f"/tien-do/lien-ket/{made.id}/thu-lai", expect=303)
    assert visitor.get(link).status_code == visitor.get(f"{link}/bang.csv").status_code == 410
    assert browser.open("/tien-do/lien-ket").says("đã thu lại ngày")
    browser.open(f"/tien-do/lien-ket/{made.id}/thu-lai", expect=404)
    acts = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.object_kind == "read_link").order_by(AuditEntry.id)
    ).all()
    assert acts == ["give read link", "revoke read link"]


def test_a_read_link_that_has_run_out_or_is_of_another_ward_is_gone(app, browser, link):
    assert app.test_client().get(link, headers={"Host": "ben-canh.test"}).status_code == 410
    assert app.test_client().get("/tien-do/xem/" + "0" * 64).status_code == 410
    with transaction():
        db.session.scalar(select(ReadLink)).expires_at = now()
    assert app.test_client().get(link).status_code == 410


def test_only_the_token_opens_a_link_and_it_is_not_stored(link):
    made = db.session.scalar(select(ReadLink))
    assert link.rsplit("/", 1)[1] not in (made.token_digest, made.nonce)


@pytest.mark.parametrize(
    "fields",
    [
        {"label": "", "days": "30"},
        {"label": "x" * 81, "days": "30"},
        {"label": "Ban Dân vận", "days": "9999"},
    ],
)
def test_a_refused_link_says_why_and_keeps_what_was_typed(browser, app, fields):
    browser.come_as("duc").open("/tien-do/lien-ket")
    page = browser.send("/tien-do/lien-ket", expect=422, **fields)
    assert 'aria-invalid="true"' in page.html and fields["label"] in page.html
    assert db.session.scalar(select(ReadLink)) is None


def test_links_of_another_ward_are_out_of_reach(app, browser, link):
    made = db.session.scalar(select(ReadLink))
    browser.come_as("xa").open("/tien-do/lien-ket")
    assert not browser.open("/tien-do/lien-ket").says("Ban Dân vận")
    browser.send(f"/tien-do/lien-ket/{made.id}/thu-lai", expect=404)
    browser.send("/tien-do/lien-ket", expect=404, label="Tôi", days="30")
    for who in ("hoa", "minh", "thu", "lan"):
        browser.come_as(who).open("/tien-do/lien-ket", expect=403)
