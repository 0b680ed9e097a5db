"""The city's board in the browser: for whom it opens, and that page, files and the wards' boards agree."""

import re

import pytest
from sqlalchemy import update

from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.learning.recount import recount
from elearn.people.models import Grant, Ward
from elearn.progress.columns import MEASURES
from tests.builders import attempt, kept, make_course
from tests.progress.conftest import statements
from tests.progress.test_views import _assert_no_scan, csv_rows, rows_of
from tests.ward import person

CITY = "/tien-do/thanh-pho"
LESSONS = [measure.name for measure in MEASURES].index("lessons")


@pytest.fixture
def officer(browser, made_once, on_day):
    """A browser of somebody who reads the counts of every ward."""
    made_once(some_days, on_day)
    return browser.come_as("minh")


def some_days(on_day):
    recount(repair=True)
    with transaction():
        of_minh = Grant.person_id == person("minh").id
        db.session.execute(update(Grant).where(of_minh).values(ward_id=None))
    course = make_course()
    for back, code in ((9, "DG05"), (3, "DG07"), (2, "BC01"), (0, "DG05")):
        on_day(back)
        attempt(kept(code, f"Bà {back}"), course["revisions"][0])
    on_day(0)


def test_the_city_shows_its_wards_and_leads_to_their_groups(officer):
    page = officer.open(CITY)
    rows = rows_of(page)
    assert {name: row[LESSONS] for name, row in rows.items()} == {
        "phường Bên Cạnh": 1, "phường Gia Viên": 1, "Cộng": 2,
    }, "seven whole days: what was done today is not counted yet"  # fmt: skip
    leads = re.search(r'href="(/tien-do/thanh-pho/GV\?[^"]*)"', page.html)[1].replace("&amp;", "&")
    ward = officer.open(leads)
    assert rows_of(ward)["Cộng"] == rows["phường Gia Viên"]
    assert "Tổ dân phố số 7" in rows_of(ward)
    assert ward.says("phường Gia Viên")
    beside = officer.open(f"{CITY}/LV?ky=tat-ca")
    assert rows_of(beside)["Tổ dân phố số 1"][LESSONS] == 1


@pytest.mark.parametrize(
    "asked", ["", "?ky=tat-ca", "?ky=tat-ca&khoa=khoa&doi-tuong=chua-noi&cach=tu-hoc", "?sap-xep=lessons"]
)
def test_page_and_files_of_the_city_and_of_its_wards_agree(officer, asked):
    shown = rows_of(officer.open(f"{CITY}{asked}"))
    _, lines = csv_rows(officer.client.get(f"{CITY}.csv{asked}", buffered=True))
    named = {line[1]: line for line in lines}
    assert set(named) == set(shown)
    assert [int(named[name][2 + LESSONS]) for name in shown] == [row[LESSONS] for row in shown.values()]
    until = named["Cộng"][-1]
    for code, name in (("GV", "phường Gia Viên"), ("LV", "phường Bên Cạnh")):
        link = f"{CITY}/{code}/bang.csv{asked or '?'}&den={until}"
        link = link if "ky=" in link else f"{link}&ky=khoang&tu={today().min}"
        _, of_ward = csv_rows(officer.client.get(link, buffered=True))
        if "ky=" in asked:
            assert int(of_ward[-1][3 + LESSONS]) == shown[name][LESSONS]
    answer = officer.client.get(f"{CITY}.xlsx{asked}", buffered=True)
    assert answer.status_code == 200 and answer.data.startswith(b"PK")


def test_every_group_of_every_ward_comes_in_one_file(officer):
    _, lines = csv_rows(officer.client.get(f"{CITY}/moi-to.csv?ky=tat-ca", buffered=True))
    by_code = {line[1]: line for line in lines}
    assert {"DG05", "DG07", "BC01"} <= set(by_code)
    assert by_code["BC01"][0] == "phường Bên Cạnh"
    shown = rows_of(officer.open(f"{CITY}?ky=tat-ca"))
    for name in ("phường Bên Cạnh", "phường Gia Viên"):
        assert sum(int(line[4 + LESSONS]) for line in lines if line[0] == name) == shown[name][LESSONS]
    answer = officer.client.get(f"{CITY}/moi-to.xlsx", buffered=True)
    assert answer.status_code == 200 and answer.data.startswith(b"PK")


def test_today_is_not_over(officer):
    page = officer.open(f"{CITY}?ky=khoang&tu={today()}&den={today()}")
    assert not page.says(f"{today():%d/%m/%Y}")


def test_a_wards_officer_sees_no_city_and_no_other_ward(browser, app):
    for name in ("minh", "thu", "duc", "quan"):
        browser.come_as(name)
        for path in (
            CITY,
            f"{CITY}.csv",
            f"{CITY}/moi-to.csv",
            f"{CITY}/GV",
            f"{CITY}/LV",
            f"{CITY}/LV/bang.csv",
        ):
            browser.open(path, expect=404)
    for name in ("lan", "hoa"):
        browser.come_as(name).open(CITY, expect=403)
    assert "Thành phố" not in browser.open("/tien-do").html


def test_the_officer_of_a_city_finds_it_in_the_menu_and_no_ward_that_is_not_there(officer):
    assert re.search(r'href="/tien-do/thanh-pho"[^>]*>Thành phố<', officer.open("/tien-do").html)
    officer.open(f"{CITY}/KHONG-CO", expect=404)
    officer.open(f"{CITY}/KHONG-CO/bang.csv", expect=404)


def test_fifty_wards_a_page_and_the_total_of_all(officer):
    with transaction():
        db.session.add_all([Ward(code=f"W{number}", name=f"phường {number}") for number in range(60)])
    first, second = officer.open(f"{CITY}?ky=tat-ca"), officer.open(f"{CITY}?ky=tat-ca&trang=2")
    assert (len(rows_of(first)), len(rows_of(second))) == (51, 13)
    assert rows_of(first)["Cộng"] == rows_of(second)["Cộng"]
    most = rows_of(officer.open(f"{CITY}?ky=tat-ca&sap-xep=lessons&chieu=giam"))
    assert next(iter(most)) == "phường Gia Viên"


@pytest.mark.parametrize(
    "path",
    [CITY, f"{CITY}?ky=tat-ca&khoa=khoa&doi-tuong=doan-vien&cach=tu-hoc&sap-xep=change", f"{CITY}.csv"],
)
def test_a_city_takes_three_statements(officer, path):
    officer.open(path)
    with statements() as seen:
        officer.open(path)
    assert len(seen) <= 3, [statement[:200] for statement, _ in seen]
    _assert_no_tallies_scanned(seen)


@pytest.mark.parametrize("path", [f"{CITY}/GV", f"{CITY}/GV?ky=tat-ca&xem=tuan", f"{CITY}/GV/bang.csv"])
def test_a_ward_of_the_city_takes_three_statements_as_its_own_board_does(officer, path):
    officer.open(path)
    with statements() as seen:
        officer.open(path)
    assert len(seen) <= 3, [statement[:200] for statement, _ in seen]
    _assert_no_scan([one for one in seen if "daily_tally" in one[0]])


def _assert_no_tallies_scanned(seen):
    if db.engine.dialect.name != "sqlite":
        return
    for statement, parameters in seen:
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        scanned = [row[3] for row in plan if row[3].startswith(("SCAN daily_tally", "SCAN monthly_total"))]
        assert not scanned, statement
