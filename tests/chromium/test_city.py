"""The city's officer goes from the wards to the groups of one, on a phone and at a desk, no barrier met."""

import pytest
from sqlalchemy import update

from elearn.kit.db import db, transaction
from elearn.learning.recount import recount
from elearn.people.models import Grant
from tests.chromium.conftest import DESK, PHONE
from tests.chromium.test_every_page import barriers
from tests.chromium.test_youth_union import come_in
from tests.life import answer, finish_course
from tests.ward import person


@pytest.fixture
def city(site):
    """Anh Minh follows every ward of the city."""
    with site.app.app_context():
        recount(repair=True)
        finish_course(person("tai").id, "thuong-mai-dien-tu")
        answer(person("hoa").id, "thanh-toan-so", "quet-ma-qr")
        with transaction():
            mine = Grant.person_id == person("minh").id
            db.session.execute(update(Grant).where(mine).values(ward_id=None))
    return site


@pytest.mark.parametrize(("size", "dark"), [(PHONE, False), (PHONE, True), (DESK, False), (DESK, True)])
def test_from_the_city_to_the_groups_of_a_ward(city, visit, size, dark):
    page = visit(size=size, dark=dark, touch=size == PHONE)
    come_in(page)
    faults = []
    page.goto("/tien-do/thanh-pho?ky=tat-ca")
    faults += _looked_at(page, size)
    with page.expect_navigation():
        page.locator("table.board").get_by_role("link", name="phường Gia Viên").click()
    faults += _looked_at(page, size)
    assert "Tiến độ theo tổ dân phố: phường Gia Viên" in page.locator("h1").inner_text()
    assert page.locator("table.board tbody tr").count() >= 4
    assert not faults, "\n".join(faults)


def _looked_at(page, size):
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    return barriers(page, page.url)
