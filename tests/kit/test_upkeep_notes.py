"""How a piece of upkeep ended is remembered, and when it last ended well."""

from datetime import datetime

from elearn.kit import upkeep_notes as notes
from elearn.kit.upkeep_notes import note_upkeep
from elearn.kit.upkeep_notes import upkeep_notes as noted


def test_what_went_wrong_does_not_hide_what_last_went_well(app, monkeypatch):
    assert noted() == {}
    note_upkeep("backup", "Đã sao lưu.", file="a.zip")
    well = noted()["backup"].good_at
    monkeypatch.setattr(notes, "now", lambda: datetime(2030, 1, 1))
    note_upkeep("backup", "Ổ đĩa đã đầy.", good=False)
    kept = noted()["backup"]
    assert (kept.at, kept.good, kept.good_at) == (datetime(2030, 1, 1), False, well)
    assert kept.said == "Ổ đĩa đã đầy." and kept.detail == {"file": "a.zip"}


def test_what_never_went_well_says_so(app):
    note_upkeep("rehearsal", "Hỏng.", good=False)
    assert noted()["rehearsal"].good_at is None and noted()["rehearsal"].detail == {}
