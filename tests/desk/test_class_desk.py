"""A class at the helper's desk: one QR code for three hours."""

import pytest

from elearn.kit.clock import now
from elearn.kit.secrets import digest
from elearn.people import entry
from elearn.people.entry_queries import find_class
from tests.desk.doing import noted
from tests.ward import group


def test_a_class_has_a_code_for_three_hours_and_is_ended(at_desk):
    browser = at_desk("hoa")
    browser.open("/to/DG05/lop")
    answer = browser.send("/to/DG05/lop", expect=303, attendance="30")
    sheet = browser.follow(answer)
    token = answer.headers["Location"].rpartition("/")[2]
    assert find_class(digest(token), now()).budget == 90
    assert sheet.every("svg") and sheet.text["h1"] == "Lớp học của Tổ dân phố số 5"
    listed = browser.open("/to/DG05/lop")
    assert listed.says("Khoảng 30 người") and token not in listed.html
    mark = digest(token)[:16]
    for _ in range(2):
        browser.send(f"/to/DG05/lop/{mark}/ket-thuc", expect=303)
    assert find_class(digest(token), now()) is None and len(noted("end class")) == 1
    assert not browser.open("/to/DG05/lop").says("Lớp đang mở")
    browser.open(f"/to/DG05/lop/{token}", expect=302)


@pytest.mark.parametrize("typed", ["", "0", "301", "nhiều"])
def test_a_class_of_a_strange_size_is_refused(at_desk, typed):
    browser = at_desk("hoa")
    browser.open("/to/DG05/lop")
    page = browser.send("/to/DG05/lop", expect=422, attendance=typed)
    assert page.every("p") and f'value="{typed}"' in page.html


def test_the_class_of_another_group_is_out_of_reach(at_desk, viewer):
    token = entry.issue_class_ticket(group("DG07").id, 10, viewer("quan"))
    browser = at_desk("hoa")
    browser.open(f"/to/DG07/lop/{token}", expect=404)
    browser.open(f"/to/DG05/lop/{token}", expect=302)
    browser.open("/to/DG05/lop")
    browser.send(f"/to/DG05/lop/{digest(token)[:16]}/ket-thuc", expect=303)
    assert find_class(digest(token), now()) is not None
