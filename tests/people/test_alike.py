"""Pages laid out once for all who learn: each reader finds their own name and token, and nobody else's."""

import re

import pytest
from flask import template_rendered
from sqlalchemy import update

from elearn.kit.db import db, transaction
from elearn.library.models import Revision
from elearn.people import alike
from elearn.people.models import Person, SessionKind
from tests.browser import Browser
from tests.ward import CAST, person

LESSON = "/khoa-hoc/thanh-toan-so/quet-ma-qr"
SIGN_IN = "/dang-nhap"
TOKEN = re.compile(r'(?<=name="csrf_token" value=")[^"]+')


@pytest.fixture
def laid_out(shelf):
    """The names of the pages that are laid out, from now on."""
    seen = []

    def note(_app, template, **_):
        seen.append(template.name)

    with template_rendered.connected_to(note, shelf):
        yield seen


def one(app, name, kind=None):
    return Browser(app).come_as(name, kind)


def changed(name, **values):
    with transaction():
        db.session.execute(update(Person).where(Person.id == person(name).id).values(**values))


def test_a_lesson_is_laid_out_once_for_all_who_learn(shelf, laid_out):
    lan, tai = one(shelf, "lan").open(LESSON), one(shelf, "tai").open(LESSON)
    assert laid_out == ["learning/lesson.html"]
    for page, name, other in ((lan, "lan", "tai"), (tai, "tai", "lan")):
        assert CAST[name].full_name in page.html and CAST[other].full_name not in page.html
        assert page.response.headers["Cache-Control"] == "no-store"
    assert "Tổ dân phố số 5" in lan.html and "Tổ dân phố số 7" in tai.html


@pytest.mark.parametrize("kind", [SessionKind.OWN, SessionKind.SHARED, SessionKind.HANDED])
@pytest.mark.parametrize("path", [LESSON, SIGN_IN])
@pytest.mark.parametrize("group", [True, False])
def test_it_is_the_page_that_would_be_laid_out_for_them_alone(shelf, monkeypatch, path, kind, group):
    if not group:
        changed("lan", group_id=None)
    browser = one(shelf, "lan", kind)
    one(shelf, "tai", kind).open(path)  # whoever comes first leaves nothing behind
    alike_for_all = browser.open(path)
    monkeypatch.setattr(alike, "_has_more_on_it", lambda: True)
    for_them = browser.open(path)
    assert TOKEN.sub("", alike_for_all.html) == TOKEN.sub("", for_them.html)
    assert alike_for_all.response.content_type == for_them.response.content_type


def test_what_is_kept_holds_nothing_of_who_came_first(shelf):
    lan = one(shelf, "lan")
    lan.open(LESSON)
    token = lan.open(SIGN_IN).csrf_token
    kept = b"".join(piece for page in shelf.extensions["alike"].values() for piece in page.pieces).decode()
    assert "Quét mã QR" in kept and "Mã học 6 chữ số" in kept
    for own in (CAST["lan"].full_name, "Tổ dân phố số 5", token, alike.MARK):
        assert own not in kept, own


def test_a_name_that_looks_like_html_is_shown_as_it_is(shelf):
    changed("lan", display_name='Bà <b>"Lan"</b> & con')
    page = one(shelf, "lan").open(LESSON)
    assert "Bà &lt;b&gt;&#34;Lan&#34;&lt;/b&gt; &amp; con" in page.html


def test_each_visitor_has_a_token_and_a_cookie_of_their_own_and_comes_in_with_them(shelf, laid_out):
    lan, tai = Browser(shelf), Browser(shelf)
    pages = [browser.open(SIGN_IN) for browser in (lan, tai)]
    assert laid_out == ["people/sign_in.html"]
    assert pages[0].csrf_token != pages[1].csrf_token
    cookies = [browser.client.get_cookie("elearn-s").value for browser in (lan, tai)]
    assert cookies[0] != cookies[1]
    for browser, name in ((lan, "lan"), (tai, "tai")):
        browser.send(SIGN_IN, expect=303, who=CAST[name].phone, secret=CAST[name].secret)
        assert CAST[name].full_name in browser.open(LESSON).html


def test_with_the_token_of_another_nobody_comes_in(shelf):
    lan, tai = Browser(shelf), Browser(shelf)
    stolen = lan.open(SIGN_IN).csrf_token
    tai.open(SIGN_IN)
    answer = tai.client.post(
        SIGN_IN, data={"csrf_token": stolen, "who": CAST["tai"].phone, "secret": CAST["tai"].secret}
    )
    assert answer.status_code == 400


def test_staff_and_helpers_notices_questions_and_shared_machines_have_pages_of_their_own(shelf, laid_out):
    for name in ("hoa", "minh", "thu", "quan"):
        one(shelf, name).open(LESSON)
    lan = one(shelf, "lan")
    lan.open(f"{LESSON}?x=1")
    with lan.client.session_transaction() as kept:
        kept["_flashes"] = [("message", "Đã lưu rồi.")]
    assert lan.open(LESSON).says("Đã lưu rồi.")
    assert len(laid_out) == 6 and not shelf.extensions.get("alike")
    assert not lan.open(LESSON).says("Đã lưu rồi.")


def test_what_changes_is_seen_and_the_old_page_is_not_kept_beside_it(shelf, laid_out):
    lan = one(shelf, "lan")
    lan.open(LESSON)
    with transaction():
        db.session.execute(update(Revision).values(title="Tên mới"))
    assert lan.open(LESSON).text["h1"] == "Tên mới" and len(laid_out) == 2
    assert len(shelf.extensions["alike"]) == 1


def test_looks_and_hosts_are_kept_apart(shelf):
    lan, tai = one(shelf, "lan"), one(shelf, "tai")
    lan.open(LESSON)
    tai.client.get("/hien-thi?nen=dark")
    assert 'data-theme="dark"' in tai.open(LESSON).html and 'data-theme="dark"' not in lan.open(LESSON).html
    beside = Browser(shelf).client.get(SIGN_IN, base_url="http://ben-canh.test").text
    assert "phường Bên Cạnh" in beside and "phường Bên Cạnh" not in Browser(shelf).client.get(SIGN_IN).text


def test_there_is_a_bound_to_what_is_kept(shelf, monkeypatch):
    monkeypatch.setattr(alike, "MOST", 2)
    lan = one(shelf, "lan")
    for path in (LESSON, SIGN_IN, f"{LESSON}?x=1", LESSON):
        lan.open(path)
    lan.client.get("/hien-thi?nen=dark")
    lan.open(LESSON)
    assert len(shelf.extensions["alike"]) == 1
