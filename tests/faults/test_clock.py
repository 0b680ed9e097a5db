"""T-clock with the real server: while people answer, its clock leaps a day ahead, back, and behind."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.test_full import Phone
from tests.security.figures import tell
from tests.serving import Server

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
LEAPS = ("+0", "+1d", "+0", "-1d", "+0")

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(LIBRARY is None, reason="needs faketime (apt-get install faketime)"),
]


def test_a_clock_that_leaps_signs_nobody_out_and_loses_nothing(installed, tmp_path, request):
    said = tmp_path / "clock"
    said.write_text(LEAPS[0])
    with (tmp_path / "log").open("w") as log:
        server = Server(
            log, LD_PRELOAD=str(LIBRARY), FAKETIME_TIMESTAMP_FILE=str(said), FAKETIME_NO_CACHE="1",
            FAKETIME_DONT_FAKE_MONOTONIC="1",
        )  # fmt: skip
        try:
            phone = Phone(server.port)
            phone.come()
            for leap in LEAPS:
                said.write_text(leap)
                assert phone.answer() == 303, leap
                assert phone.ask("GET", "/cua-toi")[0] == 200
        finally:
            # Not asked to stop: libfaketime refuses every sleep (EINVAL) where it leaves the monotonic clock
            # alone, the server's own pause between ending its workers too, and then one is left behind.
            server.kill()
    with closing(sqlite3.connect(installed / "elearn.db")) as found:
        sessions, people = found.execute("SELECT count(*), count(DISTINCT person_id) FROM session").fetchone()
        spans = found.execute("SELECT opened_at, sent_at FROM attempt ORDER BY rowid").fetchall()
    assert (sessions, people, len(spans)) == (1, 1, len(LEAPS)), "one browser stayed one person"
    assert all(opened <= sent for opened, sent in spans)
    assert len({sent[:10] for _, sent in spans}) == 3, "the clock did leap"
    words = f"{len(LEAPS) - 1} leaps of a day: {len(spans)} answers of one session, each after its questions"
    tell(request, "T-clock", words)
