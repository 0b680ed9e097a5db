"""Dated facts lapse, are checked, get new values; pages and questions follow."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from elearn.kit.clock import today
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.library import fact_queries, lesson_queries, quiz_queries, ready_pages, registry
from elearn.library.document import render
from elearn.library.document.course import LessonFile
from elearn.library.document.read import parse
from elearn.library.facts import Fact
from elearn.library.models import (
    EVERYWHERE,
    FactRow,
    RevisionPage,
)
from elearn.library.shelf import load_shelf
from tests.library.small import (
    COURSE,
    WARD,
    acts,
    published,
    text_of,
    with_text,
)

FACT_LESSON = """---
code: {code}
title: Gọi tổng đài
minutes: 3
short: 1399
objective: Biết số cần gọi.
---
## Mở bài
Bác gọi {{F-THU}} khi cần.

## Câu hỏi

### Bác gọi số nào? {{#so-nao}}
- [x] Số của phường
- [ ] Số lạ
- [ ] Số cũ
> Số này có người trực. [F-THU]

### Bác gọi lúc nào? {{#luc-nao}}
- [x] Giờ hành chính
- [ ] Nửa đêm
- [ ] Sáng sớm
> Lúc đó có người.
"""


@pytest.fixture
def dated(small):
    """The shelf with a lesson that prints a fact of its own, checked today, good for six months."""
    fact = Fact("F-THU", "Số", "1900 0000", "verified", "hỏi phường", "TTXVN", today(), 6)
    text = FACT_LESSON.format(code="TTS-99")
    (course,) = small.courses
    file = LessonFile("goi-tong-dai", text, parse(text).document)
    return replace(
        small, facts=(*small.facts, fact), courses=(replace(course, lessons=(*course.lessons, file)),)
    )


def page_of(day, ward_id=WARD):
    page = lesson_queries.find_lesson_page(COURSE, "goi-tong-dai", ward_id)
    return lesson_queries.page_html(page, day)


def asked_on(day, ward_id=WARD):
    quiz = quiz_queries.find_quiz(COURSE, "goi-tong-dai", ward_id, day)
    return [one["key"] for one in quiz.questions], quiz.held


def test_an_overdue_fact_gives_way_to_its_fallback_and_its_question_waits(app, dated, who):
    load_shelf(dated)
    last = fact_queries.facts_of(WARD)["F-THU"].review_by
    assert "1900 0000" in page_of(last) and asked_on(last) == (["so-nao", "luc-nao"], 0)
    late = last + timedelta(days=1)
    assert "1900 0000" not in page_of(late) and "hỏi phường" in page_of(late)
    assert asked_on(late) == (["luc-nao"], 1)
    assert [one.question["key"] for one in quiz_queries.find_placement(COURSE, WARD, late)] in (
        [],
        ["ten-la"],
    )


def test_the_regular_work_keeps_what_reading_would_make_anew(app, dated):
    load_shelf(dated)
    late = fact_queries.facts_of(WARD)["F-THU"].review_by + timedelta(days=1)
    assert ready_pages.refresh_pages(late) >= 1
    assert ready_pages.refresh_pages(late) == 0, "twice is once"
    kept = lesson_queries.find_lesson_page(COURSE, "goi-tong-dai", WARD)
    assert "hỏi phường" in kept.html and kept.asked == 1


def test_a_check_brings_the_value_back_and_never_touches_the_text(app, dated, who, monkeypatch):
    load_shelf(dated)
    late = fact_queries.facts_of(WARD)["F-THU"].review_by + timedelta(days=1)
    before = text_of(published("goi-tong-dai").id)
    ready_pages.refresh_pages(late)
    for place in (registry, ready_pages):
        monkeypatch.setattr(place, "today", lambda: late)
    for _ in range(2):
        registry.check_fact("F-THU", EVERYWHERE, who[1])
    assert "1900 0000" in lesson_queries.find_lesson_page(COURSE, "goi-tong-dai", WARD).html
    assert acts().count("check fact") == 1
    assert text_of(published("goi-tong-dai").id) == before


def test_a_new_value_is_on_every_page_at_once_also_on_old_ones(app, dated, who):
    load_shelf(dated)
    registry.save_fact("F-THU", EVERYWHERE, who[1], value="1900 9999", source="Công văn phường")
    assert "1900 9999" in page_of(today())
    with pytest.raises(Refused):
        registry.save_fact("F-KHONG", EVERYWHERE, who[1], value="x")


def test_a_ward_may_have_its_own_value_and_go_back(app, dated, who):
    load_shelf(dated)
    registry.save_fact("F-THU", WARD, who[1], value="0225 111")
    assert "0225 111" in page_of(today()) and "1900 0000" in page_of(today(), ward_id=2)
    assert asked_on(today())[0] == ["so-nao", "luc-nao"]
    for _ in range(2):
        registry.drop_own_fact("F-THU", WARD, who[1])
    assert "1900 0000" in page_of(today())
    assert (
        db.session.scalar(select(func.count()).select_from(FactRow).where(FactRow.ward_id != EVERYWHERE)) == 0
    )
    assert (
        db.session.scalar(
            select(func.count()).select_from(RevisionPage).where(RevisionPage.ward_id != EVERYWHERE)
        )
        == 0
    )


def test_a_lesson_all_of_whose_questions_wait_can_be_read(app, dated):
    one_question = re.sub(r"\n### Bác gọi lúc nào.*", "", dated.courses[0].lessons[-1].text, flags=re.DOTALL)
    load_shelf(with_text(dated, "goi-tong-dai", lambda _: one_question))
    late = fact_queries.facts_of(WARD)["F-THU"].review_by + timedelta(days=1)
    assert asked_on(late) == ([], 1) and "hỏi phường" in page_of(late)
    ready_pages.refresh_pages(late)
    assert lesson_queries.find_lesson_page(COURSE, "goi-tong-dai", WARD).asked == 0


def test_a_text_too_heavy_by_todays_limits_keeps_its_page_and_holds_nothing_up(app, dated, who, monkeypatch):
    load_shelf(dated)
    late = fact_queries.facts_of(WARD)["F-THU"].review_by + timedelta(days=1)
    kept = lesson_queries.find_lesson_page(COURSE, "goi-tong-dai", WARD).html
    monkeypatch.setattr(render, "MOST_LETTERS", 5)
    assert ready_pages.refresh_pages(late) == 0
    registry.save_fact("F-THU", EVERYWHERE, who[1], value="1900 1111")
    assert lesson_queries.find_lesson_page(COURSE, "goi-tong-dai", WARD).html == kept
    monkeypatch.undo()
    assert ready_pages.refresh_pages(late) >= 1
