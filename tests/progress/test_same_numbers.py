"""Screen, CSV, XLSX and the words of a chart say the same, whatever happened, whatever is asked for."""

import html
import re

import pytest
from hypothesis import strategies as st

from elearn.kit.db import db, transaction
from elearn.kit.formats import as_number
from elearn.people.models import Person
from elearn.progress.rules import AUDIENCES, VIEWS, WAYS
from tests.browser import Browser
from tests.happenings import SOMEBODY, STEPS, Story, scene, step, tell
from tests.progress.test_views import csv_rows, of_csv, plain, rows_of, xlsx_rows

LOOKS = step(
    "somebody_looks", view=st.sampled_from(list(VIEWS)), audience=st.sampled_from(["", *AUDIENCES]),
    how=st.sampled_from(["", *WAYS]), course=st.sampled_from(["", "khoa-0"]),
    period=st.sampled_from(["7-ngay", "tat-ca", "thang-nay"]), bar=st.sampled_from(["", "people", "courses"]),
    sort=st.sampled_from(["", "lessons", "coverage"]), who=st.sampled_from(["minh", "hoa", None]),
)  # fmt: skip
LABELS = step("is_of_a_household", who=SOMEBODY, label=st.sampled_from(["Hộ A", "Hộ B"]))


class Told(Story):
    """Whoever asks, in whichever view, reads the same numbers on the screen and in both files."""

    app = None

    def is_of_a_household(self, who, label):
        with transaction():
            db.session.get_one(Person, self.person(who)).household = label

    def somebody_looks(self, view, audience, how, course, period, bar, sort, who):
        asked = {
            "xem": view, "doi-tuong": audience, "cach": how, "khoa": course, "ky": period, "cot": bar,
            "sap-xep": sort,
        }  # fmt: skip
        browser = Browser(self.app)
        if who:
            browser.come_as(who)
        query = "&".join(f"{name}={value}" for name, value in asked.items() if value)
        same_everywhere(browser, f"?{query}")

    def holds_in_the_end(self):
        for view in VIEWS:
            same_everywhere(Browser(self.app).come_as("minh"), f"?ky=tat-ca&xem={view}")


def same_everywhere(browser, asked):
    page = browser.open(f"/tien-do{asked}")
    told = rows_of(page)
    headings, sheet = xlsx_rows(browser.client.get(f"/tien-do.xlsx{asked}", buffered=True))
    assert {row[1]: list(map(plain, row[3:-2])) for row in sheet} == told, asked
    others, lines = csv_rows(browser.client.get(f"/tien-do.csv{asked}", buffered=True))
    assert {line[1]: list(map(of_csv, line[3:-2])) for line in lines} == told, asked
    assert list(headings) == others
    rows = list(told.items())[:-1]  # without the total
    if "xem=cot" in asked:
        assert words_of_bars(page) == [first_cell(page, place) for place in range(len(rows))], asked
    if "small-lines" in page.html:
        ends = [re.sub("<[^>]*>", "", one) for one in re.findall(r"<b>(.*?)</b></li>", page.html)]
        assert ends == [as_number(row[11]) for _, row in rows], asked


def words_of_bars(page):
    return [html.unescape(one) for one in re.findall(r'font-weight="600">([^<]*)</text>', page.html)]


def first_cell(page, place):
    row = re.findall(r"<tr><th scope=\"row\">.*?</tr>", page.html, re.DOTALL)[place]
    return html.unescape(re.sub("<[^>]*>", "", re.search(r"<td>(.*?)</td>", row)[1]))


@pytest.mark.hypothesis
def test_whatever_happens_screen_files_and_charts_say_the_same(app, made_once, on_day):
    Told.app = app
    tell(Told, lambda: made_once(scene), on_day, st.one_of(STEPS, STEPS, STEPS, LABELS, LOOKS))
