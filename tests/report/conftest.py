"""What the tests of the report share: figures and a document made of them, without a database."""

from datetime import date
from io import BytesIO

import docx
import pytest

from elearn.report.defaults import usual_words
from elearn.report.figures import Activity, Counts, Difficulty, Figures, Part, Posters
from elearn.report.layout import word_file
from elearn.report.sentences import document_of

WARD = "phường Gia Viên"
MADE_AT = date(2027, 1, 5)


def part(key, name, lessons, before=0, **more):
    return Part(key, name, Counts(3, 5, lessons, 2), Counts(2, 4, before, 1), **more)


def some_figures(**other):
    """Return figures in which everything that a report can speak of is there."""
    groups = (
        part("DG05", "Tổ dân phố số 5 (Đằng Giang)", 12, 9, kind="regular", people=60, adults=420,
             coverage=0.143),
        part("DG07", "Tổ dân phố số 7 (Đằng Giang)", 0, 4, kind="regular", people=3, adults=390,
             coverage=0.008),
        part("LT03", "Tổ dân phố số 3 (Lạch Tray)", 1222, 1000, kind="regular", people=700),
        part("GV-KR", "Chưa rõ tổ", 5, kind="unknown", people=7),
    )  # fmt: skip
    audiences = tuple(
        part(key, name, 10, 12, people=40)
        for key, name in (
            ("resident", "Người dân"), ("official", "Cán bộ, công chức, viên chức"),
            ("business", "Hộ kinh doanh hoặc doanh nghiệp"), ("youth", "Đoàn viên thanh niên"),
            ("unsaid", "Chưa ghi rõ đối tượng"),
        )
    )  # fmt: skip
    values = {
        "ward": WARD, "since": "2026-12-01", "until": "2026-12-31", "made_on": "2027-01-05",
        "previous_since": "2026-11-01", "previous_until": "2026-11-30", "only": (),
        "total": part("", "Toàn phường", 1239, 1013, people=770, finished=90, adults=810, coverage=0.567),
        "ever": Counts(770, 900, 4321, 120), "offered": 9, "groups": groups,
        "courses": (part("thanh-toan-so", "Thanh toán số", 1239, 1013, people=500, finished=90),),
        "audiences": audiences,
        "ways": (
            part("alone", "Tự học", 800, 800), part("assisted", "Có người hướng dẫn", 400, 200),
            part("kiosk", "Ở máy dùng chung", 9, 13), part("meeting", "Buổi họp", 30, 0),
        ),
        "posters": Posters(2, 14, 321, 300),
        "activities": tuple(Activity(f"Kênh {n}", n + 1, "buổi", n, 10 * n or None) for n in range(7)),
        "difficulties": (Difficulty("Tổ dân phố số 5", "Sóng yếu ở nhà văn hóa.", "new"),),
    }  # fmt: skip
    return Figures(**values | other)


def made(body="vhxh", day=MADE_AT, words=None, corrections=(), **other):
    """Return a document of some figures."""
    return document_of(some_figures(**other), words or usual_words(WARD, body), body, day, corrections)


def opened(document):
    """Return the Word file of a document as python-docx reads it."""
    from datetime import datetime

    return docx.Document(BytesIO(word_file(document, datetime(2027, 1, 5, 8, 0))))


@pytest.fixture(scope="session", params=["ubnd", "vhxh"])
def body(request):
    return request.param


@pytest.fixture(scope="session")
def document(body):
    return made(body)


@pytest.fixture(scope="session")
def word(document):
    return opened(document)
