"""The page that tells how the machine is, as whoever looks after all of it sees it."""

import pytest
from sqlalchemy import update

from elearn.kit.db import db, transaction
from elearn.kit.upkeep_notes import BACKUP, REHEARSAL, note_upkeep
from elearn.people.models import Grant
from tests.chromium.conftest import DESK, PHONE
from tests.chromium.test_every_page import barriers
from tests.security.doors import open_session_of
from tests.ward import person

LONG = "elearn-20261126-1200.zip.age khôi phục thử được: " + "/var/backups/elearn/" * 8


@pytest.mark.parametrize(("size", "dark"), [(PHONE, False), (DESK, True)])
def test_it_reads_well_whatever_waits(site, visit, size, dark):
    with site.app.app_context():
        with transaction():
            db.session.execute(update(Grant).where(Grant.person_id == person("quan").id).values(ward_id=None))
        note_upkeep(BACKUP, LONG)
        note_upkeep(REHEARSAL, LONG, good=False)
        token = open_session_of("quan")
    page = visit(size=size, dark=dark)
    page.context.add_cookies([{"name": "elearn-s", "value": token, "url": site.root}])
    page.goto("/quan-tri")
    page.get_by_role("link", name="Sức khỏe hệ thống: ").click()
    assert page.inner_text("h1") == "Sức khỏe hệ thống"
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert barriers(page, "/quan-tri/suc-khoe") == []
