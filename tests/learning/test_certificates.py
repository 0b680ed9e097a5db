"""The paper for a finished course: once, with the name its owner gave, confirmed to who has its code."""

import re
import unicodedata
import zlib
from datetime import datetime

import pytest
from sqlalchemy import func, select

from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.kit.refused import Refused
from elearn.learning.actions import erase, merge_people
from elearn.learning.attempts import submit_attempt
from elearn.learning.models import Certificate
from elearn.learning.own import award_certificate
from elearn.learning.paper import Words, as_pdf
from elearn.library.models import Course
from tests.browser import Browser
from tests.builders import KEYS, attempt, make_course

LONG = "Nguyễn Hoàng Phượng Uyên Trần Thị Thanh Tuyền Đặng Ngọc Khánh"[:60]
ASKED = {"full_name": "Nguyễn Thị Lan", "name_shown": "initials", "agree": "y"}


@pytest.fixture
def finished(app, person):
    """Bà Lan has finished a course; return it."""
    course = make_course()
    for revision in course["revisions"]:
        attempt(person("lan").id, revision)
    return course


@pytest.fixture
def lan(finished, app):
    return Browser(app).come_as("lan")


def made(lan, **changes):
    """Let bà Lan ask for her paper; return it."""
    lan.open("/cua-toi/giay/khoa")
    lan.send("/cua-toi/giay/khoa", 303, **(ASKED | changes))
    db.session.expire_all()
    return db.session.scalars(select(Certificate)).one()


def test_asked_twice_it_is_the_same_paper(lan):
    first = made(lan)
    number, code = first.number, first.confirm_code
    assert re.fullmatch(r"GV-20\d\d-00001", number) and re.fullmatch(r"[2-9A-Z]{16}", code)
    again = made(lan, full_name="Nguyễn Thị Lan Anh", name_shown="full")
    assert (again.number, again.confirm_code, again.full_name) == (number, code, "Nguyễn Thị Lan Anh")


def test_numbers_follow_each_other(app, finished, person):
    one = award_certificate(person("lan").id, finished["course"], full_name="A", name_shown="none")
    other = make_course("khac", lessons=1)
    attempt(person("tai").id, other["revisions"][0])
    two = award_certificate(person("tai").id, other["course"], full_name="B", name_shown="none")
    assert one.endswith("-00001") and two.endswith("-00002")


def test_the_page_shows_the_paper_and_what_others_see(lan):
    paper = made(lan)
    page = lan.open(f"/cua-toi/giay/so/{paper.number}")
    assert page.says("Nguyễn Thị Lan") and page.says("tự học") and page.says("N. T. L.")
    assert page.says("hoàn thành khóa học của phường") and "phổ cập" not in page.html
    assert f"/giay/{paper.confirm_code}" in page.html


def test_the_page_asks_how_sure_one_feels_where_the_course_asks(lan, finished):
    place = f"/cua-toi/giay/so/{made(lan).number}"
    assert not lan.open(place).says("vững hơn chưa")
    with transaction():
        db.session.get(Course, finished["course"]).confidence = ["Tôi tự làm được", "Tôi biết hỏi ai"]
    page = lan.open(place)
    assert page.says("bác thấy vững hơn chưa? Trả lời 2 câu ngắn")
    assert "/tu-tin/khoa" in [one.get("href") for one in page.every("a")]
    assert lan.open("/tu-tin/khoa").says("Sau khóa học")


def test_learning_with_a_helper_is_said(app, person):
    course = make_course(lessons=1)
    assisted(person("lan").id, course["revisions"][0], person("hoa").id)
    lan = Browser(app).come_as("lan")
    assert lan.open(f"/cua-toi/giay/so/{made(lan).number}").says("học cùng người hướng dẫn")


def assisted(person_id, revision_id, helper_id):
    submit_attempt(
        person_id, "x", revision_id, ward_id=1, asked=KEYS, questions=KEYS,
        shown={key: ["r"] for key in KEYS}, answers={key: ["r"] for key in KEYS}, opened_at=now(),
        assisted_by_id=helper_id,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("shown", "seen", "hidden"),
    [
        ("full", "Nguyễn Thị Lan", ""),
        ("initials", "N. T. L.", "Nguyễn"),
        ("none", "không để hiện tên", "Nguyễn"),
    ],
)
def test_others_see_no_more_of_the_name_than_was_allowed(lan, app, shown, seen, hidden):
    paper = made(lan, name_shown=shown)
    stranger = Browser(app)
    page = stranger.open(f"/giay/{paper.confirm_code.lower()}")
    assert page.says(seen) and page.says("khoa") and page.says(paper.number)
    assert not hidden or hidden not in page.html
    assert "Nguyễn Thị Lan" not in page.html or shown == "full"
    assert page.response.headers["X-Robots-Tag"] == "noindex"


def test_an_unknown_code_gets_a_kind_page(app):
    page = Browser(app).open("/giay/ABCDEFGH23456789", expect=404)
    assert page.says("Quét lại mã QR")


def test_the_neighbour_finds_nothing(lan, app):
    paper = made(lan)
    neighbour = Browser(app).come_as("tai")
    neighbour.open(f"/cua-toi/giay/so/{paper.number}", expect=404)
    neighbour.open(f"/cua-toi/giay/so/{paper.number}.pdf", expect=404)
    neighbour.open("/cua-toi/giay/khoa", expect=404)
    neighbour.open("/cua-toi/giay/khong-co", expect=404)
    Browser(app).open(f"/cua-toi/giay/so/{paper.number}.pdf", expect=302)  # to the sign-in page


def test_no_paper_before_the_course_is_finished(app, person):
    course = make_course()
    attempt(person("lan").id, course["revisions"][0])
    with pytest.raises(Refused, match="học hết"):
        award_certificate(person("lan").id, course["course"], full_name="Lan", name_shown="none")
    other = make_course("khac", lessons=1)
    attempt(person("lan").id, other["revisions"][0])
    with pytest.raises(Refused, match="học hết"):
        award_certificate(person("lan").id, course["course"], full_name="Lan", name_shown="none")
    Browser(app).come_as("lan").open("/cua-toi/giay/khoa", expect=404)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"full_name": ""}, "Xin ghi họ và tên"),
        ({"full_name": "N" * 61}, "Dài quá 1 chữ cái"),
        ({"full_name": "Lan 031170001234"}, "đừng ghi số"),
        ({"name_shown": ""}, "Xin chọn một dòng"),
        ({"name_shown": "all"}, "Xin chọn một mục"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_made(lan, changes, sentence):
    lan.open("/cua-toi/giay/khoa")
    page = lan.send("/cua-toi/giay/khoa", 422, **(ASKED | changes))
    assert sentence in page.html
    assert db.session.scalar(select(func.count()).select_from(Certificate)) == 0


def test_looking_makes_no_paper(lan):
    lan.open("/cua-toi/giay/khoa")
    assert db.session.scalar(select(func.count()).select_from(Certificate)) == 0


def test_after_erasing_the_paper_names_nobody(lan, app, person):
    paper = made(lan, name_shown="full")
    erase(person("lan").id)
    page = Browser(app).open(f"/giay/{paper.confirm_code}")
    assert "Nguyễn" not in page.html and page.says("không để hiện tên")


def test_whoever_was_merged_into_somebody_brings_the_paper_along(lan, app, person):
    paper = made(lan)
    merge_people(person("lan").id, person("tai").id, actor=person("quan").id)
    Browser(app).come_as("tai").open(f"/cua-toi/giay/so/{paper.number}")
    assert (
        award_certificate(person("tai").id, paper.course_id, full_name="X", name_shown="none") == paper.number
    )


# -- the file ------------------------------------------------------------------------------------


def words(name):
    return Words(
        office="Phòng Văn hóa - Xã hội phường Gia Viên", place="phường Gia Viên", name=name,
        course="Thanh toán số",
        day="24/11/2026", how="tự học", number="GV-2026-00001", address="https://vi-du.vn/giay/ABCDEFGH23456789",
        qr='<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>',
    )  # fmt: skip


def text_of(pdf):
    """Return the text of a PDF as copying it gives it: glyphs by the ToUnicode table of their font.

    It reads the one kind of file that typst makes, so no PDF library is needed.
    """
    things = {int(n): body for n, body in re.findall(rb"(\d+) 0 obj\s(.*?)endobj", pdf, re.DOTALL)}
    fonts = {}
    for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", b"".join(things.values())):
        table = int(re.search(rb"/ToUnicode (\d+) 0 R", things[int(number)])[1])
        fonts[name] = dict(re.findall(rb"<(....)> <([0-9A-Fa-f]+)>", inside(things[table])))
    drawn, font, found = b"".join(map(inside, things.values())), {}, []
    one = rb"[^()\\]|\\."
    pieces = rb"/(f\d+) [\d.]+ Tf|\(((?:%s|\((?:%s)*\))*)\)|<([0-9A-Fa-f]+)>|(ET)" % (one, one)
    for block in re.findall(rb"BT.*?ET", drawn, re.DOTALL):
        for name, literal, hexed, end in re.findall(pieces, block, re.DOTALL):
            font = fonts[name] if name else font
            shown = bytes.fromhex(hexed.decode()) if hexed else unescaped(literal)
            found += [glyph(font, shown[at : at + 2]) for at in range(0, len(shown), 2)] + ["\n"] * bool(end)
    return "".join(found)


def inside(thing):
    """Return the unpacked stream of an object, or nothing."""
    stream = re.search(rb"stream\r?\n(.*)\nendstream", thing, re.DOTALL)
    try:
        return zlib.decompress(stream[1]) if stream else b""
    except zlib.error:
        return stream[1]


def unescaped(literal):
    """Return the bytes that a literal string of a PDF means."""
    plain = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
    return re.sub(
        rb"\\([0-7]{1,3}|.)",
        lambda one: bytes([int(one[1], 8)]) if one[1].isdigit() else plain.get(one[1], one[1]),
        literal,
        flags=re.DOTALL,
    )


def glyph(font, code):
    return bytes.fromhex(font[code.hex().upper().encode()].decode()).decode("utf-16-be")


@pytest.mark.parametrize("name", [LONG, "Bà Lý", "Đỗ Ưng Ằ Ẵ Ỹ Ự Ặ", unicodedata.normalize("NFD", LONG)])
def test_the_file_holds_the_name_as_text_on_one_page_and_stays_small(name):
    pdf = as_pdf(words(name), datetime(2026, 11, 24))
    text = text_of(pdf)
    assert unicodedata.normalize("NFC", name) in text and "GV-2026-00001" in text
    assert "Thanh toán số" in text and "tự học" in text and "không phải văn bằng" in text
    assert len(pdf) < 60_000 and len(re.findall(rb"/Type/Page\b", pdf.replace(b"/Type /", b"/Type/"))) == 1
    assert b"BeVietnamPro" in pdf and b"/FontFile2" in pdf, "the letters travel with the file"


def test_a_name_is_text_and_nothing_else():
    hostile = '#read("/etc/passwd") *x* \\u{41} $y$'
    assert hostile in text_of(as_pdf(words(hostile), datetime(2026, 11, 24)))


def test_the_same_paper_is_the_same_file():
    assert as_pdf(words("A"), datetime(2026, 11, 24)) == as_pdf(words("A"), datetime(2026, 11, 24))


def test_the_owner_takes_the_file_along(lan):
    paper = made(lan)
    answer = lan.open(f"/cua-toi/giay/so/{paper.number}.pdf")
    assert answer.mimetype == "application/pdf" and paper.number in answer.headers["Content-Disposition"]
    assert "Nguyễn Thị Lan" in text_of(answer.data)
