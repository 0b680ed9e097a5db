"""The commands that pass counts on between installations: what they say, and what they refuse."""

from datetime import timedelta

from elearn.commands import tallies
from elearn.exchange.joining import take_in
from elearn.kit.audit import AuditEntry
from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.learning.models import DailyTally
from elearn.people.models import ResidentialGroup, Ward
from tests.commands.test_chores import inside


def some_counts():
    with transaction():
        group_id = db.session.scalars(db.select(ResidentialGroup.id)).first()
        for back in range(8, 30):
            day = today() - timedelta(days=back)
            db.session.add(
                DailyTally(
                    day=day, group_id=group_id, course_id=0, audience="unsaid", how="alone", registered=3
                )
            )  # fmt: skip


def test_what_is_written_here_is_taken_in_elsewhere_once(installed, typed, tmp_path, monkeypatch):
    inside(some_counts)
    file = tmp_path / "so-lieu.zip"
    code, out, _ = typed("tally", "export", file)
    assert code == 0 and "Đã ghi số liệu của 1 phường, các tuần từ " in out and file.exists()
    assert typed("tally", "import", file)[0] == 1, "it is one's own"
    monkeypatch.setattr(tallies, "take_in", lambda path, _secret, bar: take_in(path, "another secret", bar))
    code, out, _ = typed("tally", "import", file)
    assert code == 0 and "Đã nhập số liệu của 1 phường" in out
    assert "đã nhập rồi" in typed("tally", "import", file)[1]
    assert inside(lambda: db.session.query(Ward).count()) == 2
    acts = inside(lambda: [one.action for one in db.session.query(AuditEntry) if "tally" in one.action])
    assert acts == ["export tally", "import tally"]


def test_what_cannot_be_done_is_said_in_a_sentence(installed, typed, tmp_path):
    file = tmp_path / "so-lieu.zip"
    assert "--ward" in typed("tally", "export", file, "--ward", "XX")[2]
    assert "không phải là ngày" in typed("tally", "export", file, "--since", "hôm qua")[2]
    code, _, err = typed("tally", "export", file, "--since", today().isoformat())
    assert code == 1 and "tuần nào trọn" in err and not file.exists()
    assert "Không thấy tệp" in typed("tally", "import", file)[2]
    file.write_text("xin chào")
    code, _, err = typed("tally", "import", file)
    assert code == 1 and "Tệp bị hỏng" in err
