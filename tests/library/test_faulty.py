"""A shelf of one faulty document at a time: lessons, questions, practices, facts, pictures, drills.

Each is refused with its file, its line and what to do. The documents are those of the tests of each kind.
"""

from collections import Counter
from typing import NamedTuple

import pytest

from elearn.library.facts import write_facts
from elearn.library.folder import DRILLS, check_shelf, said
from tests.library import test_facts, test_pictures
from tests.library.document import test_check, test_drills, test_practice, test_read

COURSE = """\
---
code: K9
title: Khóa thử
topic: digital-payment
short: 1900
audience: Người dân
goal: Thử.
---
"""
HEAD, LESSON, PICTURE = "hoc-thu/course.md", "hoc-thu/1-quet-ma-qr.md", "hoc-thu/images/{}"
FEWEST = {
    "lesson": 15,
    "question": 10,
    "practice": 30,
    "fact": 15,
    "picture": 30,
    "drill": 15,
}  # 60 asked for


class Faulty(NamedTuple):
    """A document with one fault: where it stands, what is in it, where it is named and with which words."""

    kind: str
    file: str
    content: bytes
    line: int
    words: str


def _lessons():
    first = test_check.GOOD.split("\n").index("## Câu hỏi") + 1
    for text, line, words in test_check.ERRORS:
        yield Faulty("question" if line > first else "lesson", LESSON, text.encode(), line, words)
    for text, line, words in test_read.FAULTS:
        kind = "question" if text.startswith(test_read.ASKING) else "lesson"
        yield Faulty(kind, LESSON, text.encode(), line, words)


def _practices():
    for typed, broken, line, words in test_practice.FAULTS.values():
        text = test_practice.GOOD.replace(typed, broken, 1)
        yield Faulty("practice", LESSON, text.encode(), line, words)


def _facts():
    for text, line, words in test_facts.FAULTS:
        yield Faulty("fact", "facts.yaml", text.encode(), line, words)


def _pictures():
    for name, content, words in test_pictures.REFUSED:
        if "/" not in name:
            yield Faulty("picture", PICTURE.format(name), content, 1, words)
    for inside in test_pictures.ALIVE:
        drawing = f"<svg>{inside}</svg>".encode()
        yield Faulty("picture", PICTURE.format("a.svg"), drawing, 1, "chạy được hoặc gọi ra ngoài")


def _drills():
    for typed, broken, words in test_drills.FAULTS.values():
        line = 7 if broken == "fake: [" else 1  # of what is no YAML, where it stops
        yield Faulty("drill", DRILLS, test_drills.GOOD.replace(typed, broken, 1).encode(), line, words)


CORPUS = [*_lessons(), *_practices(), *_facts(), *_pictures(), *_drills()]


@pytest.fixture
def shelf(tmp_path):
    """A shelf of one course of one good lesson, to which nothing is to be said but about its course."""
    home = tmp_path / "ke"
    (home / "hoc-thu" / "images").mkdir(parents=True)
    (home / "facts.yaml").write_text(write_facts([*test_check.FACTS.values()]))
    (home / HEAD).write_text(COURSE)
    (home / LESSON).write_text(test_check.GOOD)
    (home / DRILLS).write_text(test_drills.GOOD)
    return home


def errors(home):
    return [
        (file, one) for file, one in check_shelf(home) if one.severity == "error" and "course.md" not in file
    ]


def test_before_it_is_spoilt_nothing_is_said(shelf):
    assert errors(shelf) == []


@pytest.mark.parametrize("one", CORPUS, ids=lambda one: f"{one.kind}: {one.words}")
def test_a_faulty_document_is_refused_with_file_line_and_remedy(shelf, one):
    (shelf / one.file).write_bytes(one.content)
    told = [said(file, remark) for file, remark in errors(shelf)]
    place = f"ke/{one.file}:{one.line}: "
    named = [each for each in told if each.startswith(place) and one.words in each]
    assert named and all("Việc cần làm: " in each for each in named), told


def test_there_are_as_many_of_each_kind_as_promised():
    count = Counter(one.kind for one in CORPUS)
    assert all(count[kind] >= fewest for kind, fewest in FEWEST.items()), count
    assert len({(one.file, one.content) for one in CORPUS}) >= 60
