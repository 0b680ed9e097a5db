"""The page about privacy says only what is so: its figures are those by which the machine works."""

import re
from pathlib import Path

import config
from elearn.learning.retention import lengths
from elearn.privacy.actions import save_periods, save_settings
from elearn.privacy.periods import PERIOD
from tests.browser import Browser


def test_the_lengths_are_those_of_the_regular_work(app, viewer):
    page = Browser(app).open("/rieng-tu")
    for name in ("answers", "codes", "audit", "requests"):
        assert page.says(PERIOD[name].said(lengths()[name])), name
    save_periods({"answers": 7}, viewer("quan"))
    assert Browser(app).open("/rieng-tu").says("7 tháng sau khi gửi")


def test_who_answers_for_it_and_who_helps_is_named_where_the_ward_has_said_so(app, viewer):
    assert not Browser(app).open("/rieng-tu").says("Người phụ trách dữ liệu cá nhân")
    save_settings(1, {"contact": "Bà Thu, 0225 000 0001", "processor": "Công ty A"}, viewer("quan"))
    page = Browser(app).open("/rieng-tu")
    assert page.says("Bà Thu, 0225 000 0001") and page.says("đơn vị xử lý giúp: Công ty A")


def test_the_document_names_tests_and_files_that_stand():
    text = (config.ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:tests|elearn|docs)/[\w/]+\.(?:py|md))`", text))
    assert len(named) > 15 and [one for one in sorted(named) if not Path(config.ROOT, one).exists()] == []
    tests = "\n".join(
        one.read_text(encoding="utf-8") for one in Path(config.ROOT, "tests").rglob("test_*.py")
    )
    assert [one for one in re.findall(r"`(test_\w+)`", text) if f"def {one}(" not in tests] == []


def test_the_document_and_the_periods_agree():
    text = (config.ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    for name in ("answers", "requests", "audit"):
        period = PERIOD[name]
        assert f"{period.usual} months" in text and f"({period.least} to {period.most}, set" in text, name
    ended, sent = (
        ", ".join(str(PERIOD[one].usual) for one in names)
        for names in (("sessions", "links", "tickets", "codes"), ("forms", "tries"))
    )
    assert f"{ended}; {sent} days" in text
