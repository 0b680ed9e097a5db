"""A session: one token, one row, ended where it should; nothing written by a look (T-session)."""

import re

import pytest
from flask import g
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from elearn.kit.clock import now
from elearn.kit.db import Base, db, transaction
from elearn.kit.secrets import digest
from elearn.people import actions, session, session_queries
from elearn.people.models import Session, SessionKind
from elearn.people.permissions import Role
from tests.browser import Browser
from tests.ward import CAST, group, person

LAN = CAST["lan"]


def cookie(browser):
    found = browser.client.get_cookie("elearn-s")
    return found.value if found else None


def is_in(browser):
    return "Đang học:" in browser.open("/giup-do").html


def come(browser, name="lan"):
    return browser.sign_in(name)


def as_request(app, token, **more):
    return app.test_request_context("/", headers={"Cookie": f"elearn-s={token}"}, **more)


def test_signing_in_gives_a_new_token_and_the_old_one_opens_nothing(browser, app):
    browser.open("/dang-nhap")
    planted = cookie(browser)
    come(browser)
    assert cookie(browser) != planted and is_in(browser)
    attacker = Browser(app)
    attacker.client.set_cookie("elearn-s", planted)
    assert not is_in(attacker)
    before = cookie(browser)
    come(browser, "tai")
    attacker.client.set_cookie("elearn-s", before)
    assert cookie(browser) != before and not is_in(attacker)


def test_only_the_digest_of_a_token_is_kept(browser):
    come(browser)
    token = cookie(browser)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)  # 256 random bits
    assert db.session.scalars(select(Session.token_digest)).all() == [digest(token)]


def test_a_token_that_was_stolen_ends_with_the_session(browser, app):
    come(browser)
    thief = Browser(app)
    thief.client.set_cookie("elearn-s", cookie(browser))
    assert is_in(thief)
    browser.open("/nguoi-khac")
    browser.send("/dang-xuat", expect=303)
    assert cookie(browser) is None and not is_in(thief)


@pytest.mark.parametrize(
    "end",
    [
        lambda lan, quan: actions.change_pin(lan, "583916"),
        lambda lan, quan: actions.give_credentials(lan, by=quan),
        lambda lan, quan: actions.set_password(lan, "con ga gay tren mai", by=quan),
        lambda lan, quan: actions.disable(lan, quan),
        lambda lan, quan: actions.grant_role(lan, Role.HELPER, ward_id=1, group_id=group("DG05").id, by=quan),
        lambda lan, quan: actions.close_sessions_of(lan),
    ],
    ids=["new pin", "new credentials", "new password", "disabled", "new role", "all ended"],
)
def test_what_ends_every_session_of_a_person(browser, viewer, end):
    come(browser)
    end(person("lan").id, viewer("quan"))
    assert not is_in(browser)


def test_erasing_and_disabling_close_even_an_open_session(browser):
    come(browser)
    for field in ("erased_at", "disabled_at"):
        with transaction():
            setattr(person("lan"), field, now())
        assert not is_in(browser)
        with transaction():
            setattr(person("lan"), field, None)
        assert is_in(browser)


def test_staff_who_are_idle_for_half_an_hour_are_out(browser, clock):
    come(browser, "thu")
    for _ in range(3):
        clock.move(minutes=20)
        assert is_in(browser)  # each look counts as use
    clock.move(minutes=31)
    assert not is_in(browser)


@pytest.mark.parametrize(
    ("name", "hours", "stays"),
    [
        ("thu", 8, False),
        ("hoa", 11, True),
        ("hoa", 13, False),
        ("lan", 179 * 24, True),
        ("lan", 181 * 24, False),
    ],
)
def test_how_long_a_session_lasts(browser, clock, name, hours, stays):
    come(browser, name)
    if name == "thu":
        for _ in range(hours * 3):
            clock.move(minutes=20)
            browser.open("/giup-do")
    else:
        clock.move(hours=hours)
    assert is_in(browser) == stays


def test_an_own_phone_slides_with_its_cookie(browser, clock):
    come(browser)
    for _ in range(4):
        clock.move(days=100)
        (renewed,) = browser.open("/giup-do").response.headers.getlist("Set-Cookie")
        assert renewed.startswith(f"elearn-s={cookie(browser)};") and f"Max-Age={180 * 86_400};" in renewed


def test_being_seen_is_written_at_most_every_ten_minutes(browser, clock, statements):
    come(browser)
    statements.clear()
    for _ in range(5):
        clock.move(minutes=1)
        browser.open("/giup-do")
    assert not [one for one in statements if one.startswith(("UPDATE", "INSERT", "DELETE"))]
    clock.move(minutes=6)
    statements.clear()
    browser.open("/giup-do")
    assert [one.split()[1] for one in statements if one.startswith("UPDATE")] == ["session"]


def test_a_reader_is_not_turned_away_when_that_cannot_be_written(browser, clock, monkeypatch):
    """The disk is full: what is read is shown all the same, and nothing else is done."""
    come(browser)
    clock.move(minutes=11)

    def full(_):
        raise OperationalError("UPDATE session", {}, Exception("database or disk is full"))

    monkeypatch.setattr(actions, "note_seen", full)
    assert is_in(browser)


def test_a_look_stores_nothing_for_a_visitor(browser, statements):
    statements.clear()
    for path in ("/dang-nhap", "/nguoi-khac", "/giup-do", "/dang-nhap/ma-mot-lan"):
        browser.open(path)
    assert not [one for one in statements if one.startswith(("UPDATE", "INSERT", "DELETE"))]
    assert browser.client.get_cookie("elearn-s").max_age is None


@pytest.mark.parametrize("token", ["x", "", "A" * 42, "A" * 44, "A" * 43, "é" * 43, "A" * 4000, "../../etc"])
def test_a_made_up_token_is_nobody(browser, token):
    browser.client.set_cookie("elearn-s", token)
    assert not is_in(browser)


def test_the_first_answer_makes_a_nameless_person_and_keeps_the_token(app, browser):
    browser.open("/dang-nhap")
    token, form = cookie(browser), browser.page.csrf_token
    with as_request(app, token) as context:
        first, again = session.learner_here(), session.learner_here()
        assert first == again and context.session.token == token
        assert context.session.cookie_days == 90
    assert session_queries.find_viewer(digest(token), now()).is_nameless
    # a form that was open in another tab is still good
    browser.send("/dang-nhap", expect=303, who=LAN.phone, secret=LAN.secret, csrf_token=form)


def test_a_signed_in_learner_is_who_they_are(app, browser):
    come(browser)
    with as_request(app, cookie(browser)):
        assert session.learner_here() == person("lan").id


def test_after_a_session_has_started_the_same_request_knows_who_is_here(app):
    from flask_login import current_user

    with app.test_request_context("/"):
        assert current_user.person_id is None
        session.start(person("lan").id, SessionKind.OWN, "registration")
        assert current_user.person_id == person("lan").id
        session.end()
        assert current_user.person_id is None


def test_a_page_that_sets_the_token_is_kept_by_no_cache(app):
    with app.test_request_context("/"):
        session.learner_here()
        response = app.response_class("x", headers={"Cache-Control": "public, max-age=60"})
        response = app.process_response(response)
    assert response.headers["Cache-Control"] == "no-store"


def test_open_sessions_are_listed_for_their_owner(browser, app, clock):
    browser.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 13) Zalo android/1"
    come(browser)
    clock.move(minutes=1)
    other = Browser(app)
    other.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0)"
    come(other)
    listed = session_queries.sessions_of(person("lan").id, now())
    assert [one.device for one in listed] == ["Máy tính Windows", "Điện thoại Android, trong Zalo"]
    actions.close_session(listed[0].token_digest)
    assert is_in(browser) and not is_in(other)


# Cookies under TLS


@pytest.fixture(scope="module")
def under_tls(another_app):
    app = another_app(SECURE_COOKIES=True)
    with app.app_context():
        yield app
        db.session.remove()
        Base.metadata.drop_all(db.engine)


def test_under_tls_every_cookie_is_bound_to_this_host(under_tls):
    client = under_tls.test_client()
    options = {"base_url": "https://localhost"}
    page = client.get("/dang-nhap", **options)
    token = re.search('name="csrf_token" value="([^"]+)"', page.text)[1]
    answers = [page, client.get("/hien-thi?chu=to", **options)]
    fields = {"csrf_token": token, "who": LAN.phone, "secret": LAN.secret, "ve": "/giup-do"}
    answers.append(client.post("/dang-nhap", data=fields, **options))
    set_ = [line for answer in answers for line in answer.headers.getlist("Set-Cookie")]
    assert {line.split("=")[0] for line in set_} == {"__Host-s", "__Host-k", "__Host-d-look"}
    for line in set_:
        attributes = {part.strip().lower() for part in line.split(";")[1:]}
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= attributes, line
        assert not any(part.startswith("domain") for part in attributes)
    assert answers[-1].status_code == 303
    # a plain name that somebody planted from a neighbouring host is not looked at
    thief = under_tls.test_client()
    vars(g).clear()  # the test's own context outlives each request
    thief.set_cookie("elearn-s", client.get_cookie("__Host-s").value)
    assert "Đang học:" not in thief.get("/giup-do", **options).text


def test_a_notice_joins_one_that_has_not_been_shown_yet(app):
    """Two forms, and only then a page: both sentences are read."""
    browser = Browser(app).come_as("lan")
    browser.open("/cua-toi/du-lieu")
    for shown in ("co", "khong"):
        browser.send("/cua-toi/nguoi-huong-dan", expect=303, hien=shown)
    page = browser.open("/cua-toi/du-lieu")
    assert page.says("thấy tên bác.") and page.says("không hiện với người hướng dẫn")
