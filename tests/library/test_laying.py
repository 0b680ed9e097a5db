"""Texts from outside are checked and laid out beside this process; one that hangs it is ended and refused."""

import subprocess
import sys
from dataclasses import replace

import pytest

import config
from elearn.kit.clock import today
from elearn.kit.markup import TooHeavy
from elearn.library import laying, shelf
from elearn.library.laying import HERE, Beside
from elearn.library.publishing import Faulty
from elearn.library.shelf import load_shelf
from tests.kit.test_apart import left_over
from tests.library.small import LESSON, everything, with_text

OUT = "/roi-trang?bai=a/b&toi="
BOMB = "[" * 15_000  # without weights the parser is at it for more than ten seconds


def unbounded():
    """Return a Beside in which a text can hang, and that waits less long for it."""
    beside = Beside()
    beside.module, beside.seconds = "tests.library.unbounded", 1.0
    return beside


def test_beside_says_and_makes_the_very_same_as_here(shipped):
    facts = {fact.id: fact for fact in shipped.facts}
    course = shipped.courses[0]
    with Beside() as beside:
        for file in course.lessons[:5]:
            bad = file.text.replace("[x]", "[ ]", 1).replace("## Mở bài\n", "## Mở bài\n<b>x</b> [a](x)\n")
            for text in (file.text, bad):
                seen = {"images": [], "lessons": {f"{course.slug}/{file.slug}"}}
                assert beside.check(text, facts, **seen) == HERE.check(text, facts, **seen)
                asked = (text, facts, today(), course.slug, OUT)
                assert beside.make_ready(*asked) == HERE.make_ready(*asked)


def test_what_is_heavier_than_it_may_be_is_said_in_the_same_words_beside():
    text = "---\ntitle: a\n---\n## Các bước\n" + BOMB
    with Beside() as beside:
        assert beside.check(text, {}) == HERE.check(text, {})
        for by in (beside, HERE):
            with pytest.raises(TooHeavy, match="quá 8"):
                by.make_ready(text, {}, today(), "a", OUT)


def test_a_text_that_hangs_is_refused_with_its_place_and_the_shelf_changes_nothing(app, small, monkeypatch):
    before, processes = everything(), len(left_over())
    monkeypatch.setattr(shelf, "Beside", unbounded)
    hung = with_text(small, "lo-bi-lua", lambda text: text.replace("## Nhớ nhé\n", f"## Nhớ nhé\n{BOMB}\n"))
    (course,) = hung.courses
    line = next(one for one in course.lessons if one.slug == "lo-bi-lua").document
    (place,) = [section for section in line.sections if section.title == "Nhớ nhé"]
    with pytest.raises(Faulty) as faulty:
        load_shelf(hung)
    sentence = str(faulty.value)
    assert sentence.startswith(f"thanh-toan-so/lo-bi-lua: dòng {place.line}: Bài nặng quá")
    assert f"(dòng {place.line} đến " in sentence and "Viết chỗ đó đơn giản hơn" in sentence
    assert everything() == before and len(left_over()) == processes, "no half shelf, no zombie"
    assert load_shelf(small).lessons == 2, "and the next shelf is loaded"


def test_a_question_that_hangs_is_found_too():
    text = f"---\ntitle: a\n---\n## Các bước\nx\n\n## Câu hỏi\n\n### a? {{#a}}\n- [x] a\n- [ ] b\n> {BOMB}\n"
    with unbounded() as beside:
        (remark,) = beside.check(text, {})
    assert remark.line == 9 and "(dòng 9 đến 12)" in remark.message


def test_what_hangs_only_when_it_is_published_rolls_the_whole_load_back(app, small, monkeypatch):
    """The check has let it through: nothing of the shelf stays."""
    before, processes = everything(), len(left_over())

    class Blind(Beside):
        def __init__(self):
            super().__init__()
            self.module, self.seconds = "tests.library.unbounded", 1.0

        def check(self, *_, **__):
            return ()

    monkeypatch.setattr(shelf, "Beside", Blind)
    hung = with_text(small, LESSON, lambda text: text.replace("## Nhớ nhé\n", f"## Nhớ nhé\n{BOMB}\n"))
    with pytest.raises(shelf.Refused, match=f"thanh-toan-so/{LESSON}: Bài nặng quá"):
        load_shelf(hung)
    assert everything() == before and len(left_over()) == processes


def test_a_whole_load_takes_one_process(app, small, monkeypatch):
    started = []

    class Counting(Beside):
        def _started(self):
            started.append(1)
            return super()._started()

    monkeypatch.setattr(shelf, "Beside", Counting)
    load_shelf(small)
    load_shelf(replace(small))
    assert len(started) == 2, "one for each load"


def test_the_process_beside_knows_no_database_and_no_web():
    code = f"import sys; sys.path[:] = {sys.path!r}; import elearn.library.laying; print(*sys.modules)"
    known = subprocess.run(
        [sys.executable, "-c", code], cwd=config.ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "elearn.library.ready" in known
    assert not {"sqlalchemy", "flask", "werkzeug", "sqlite3", "psycopg", "config"} & set(known)
    assert laying.SECONDS == 2
