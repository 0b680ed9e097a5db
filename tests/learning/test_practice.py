"""A practice on the page: three rounds, an end that is kept for who learns, and of a visitor nothing."""

from pathlib import Path

import brotli
import pytest
from sqlalchemy import select

from elearn.kit.db import db
from elearn.kit.secrets import digest, random_token
from elearn.learning.actions import claim_results, erase
from elearn.learning.copy_queries import facts_of
from elearn.learning.models import PracticeResult
from elearn.learning.practised import keep_practice, rounds_of, stumbled_on
from elearn.library.document.practice import ROUNDS
from elearn.people.actions import begin_nameless, open_session
from elearn.people.models import SessionKind
from tests import ward
from tests.browser import Browser
from tests.library.document.made import LESSONS
from tests.life import lively_app

PLACE = "/khoa-hoc/thanh-toan-so/quet-ma-qr/thuc-hanh"
PRACTICE = {"screens": [{"number": 1, "things": [1, 2]}, {"number": 2, "things": []}]}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The lively ward; each test looks only at what it made itself."""
    return lively_app(f"sqlite:///{tmp_path_factory.mktemp('practice') / 'a.db'}")


@pytest.fixture(autouse=True)
def _empty(app):
    yield
    with app.app_context():
        db.session.execute(db.delete(PracticeResult))
        db.session.commit()
        db.session.remove()


def kept(app):
    with app.app_context():
        found = db.session.execute(select(PracticeResult.round, PracticeResult.stumbles)).all()
        db.session.remove()
        return sorted(tuple(row) for row in found)


def test_a_lesson_leads_to_its_practice_and_one_without_leads_nowhere(app):
    visitor = Browser(app)
    assert visitor.open("/khoa-hoc/thanh-toan-so/quet-ma-qr").says("Thực hành thử")
    assert not visitor.open("/khoa-hoc/thanh-toan-so/chuyen-khoan-dung-nguoi").says("Thực hành thử")
    visitor.open("/khoa-hoc/thanh-toan-so/chuyen-khoan-dung-nguoi/thuc-hanh", expect=404)
    visitor.open(f"{PLACE}/gi-do", expect=404)


def test_each_round_helps_less(app):
    visitor = Browser(app)
    assert visitor.open(PLACE).says("chạm đây") and not visitor.open(PLACE).says("Gợi ý")
    hinted = visitor.open(f"{PLACE}/co-goi-y")
    assert hinted.says("Gợi ý") and not hinted.says("chạm đây")
    alone = visitor.open(f"{PLACE}/tu-lam")
    assert not alone.says("Gợi ý") and not alone.says("chạm đây")
    assert all(visitor.open(f"{PLACE}/{name}").says("THỰC HÀNH – KHÔNG PHẢI THẬT") for name in ROUNDS)


def test_a_practice_is_light_with_everything_it_loads(app):
    static = Path(app.static_folder)
    files = [static / name for name in ("app.css", "app.js", "practice.css", "practice.js")]
    around = sum(len(brotli.compress(file.read_bytes())) for file in files)
    for path in LESSONS:
        if "\n## Thực hành: " in path.read_text():
            at = f"/khoa-hoc/{path.parent.name}/{path.stem.partition('-')[2]}/thuc-hanh/co-goi-y"
            page = brotli.compress(Browser(app).open(at).html.encode())
            assert around + len(page) <= 15_000, (at, around, len(page))


def test_of_a_visitor_nothing_is_kept(app):
    visitor = Browser(app)
    assert not visitor.open(f"{PLACE}/tu-lam").says("Ghi lại")
    visitor.open("/dang-nhap")  # a token, but nobody
    visitor.follow(visitor.send(f"{PLACE}/tu-lam", expect=303, vap=["2"]))
    assert kept(app) == []


def test_a_learner_is_told_where_they_stumbled_and_of_each_round_the_last_time_is_kept(app):
    with app.app_context():
        lan = Browser(app).come_as("lan")
        db.session.remove()
    lan.open(f"{PLACE}/tu-lam")
    page = lan.follow(lan.send(f"{PLACE}/tu-lam", expect=303, vap=["2", "5", "5"]))
    assert page.says("Bác vấp 3 lần, ở màn: Đăng nhập, Người nhận: TRAN VAN K.")
    lan.send(f"{PLACE}/tu-lam", expect=303, vap=["2"])
    lan.send(f"{PLACE}/tu-lam", expect=303, vap=["2"])  # a double tap
    assert lan.follow(lan.send(f"{PLACE}/co-goi-y", expect=303)).says("Bác không vấp chỗ nào")
    assert kept(app) == [("alone", 1), ("hints", 0)]


def test_a_nameless_learner_can_keep_it_too(app):
    with app.app_context():
        token, nameless = random_token(), begin_nameless(1)
        open_session(digest(token), nameless, SessionKind.OWN)
        db.session.remove()
    learner = Browser(app)
    learner.client.set_cookie("elearn-s", token)
    assert learner.open(f"{PLACE}/tu-lam").says("Ghi lại là đã thực hành")
    learner.send(f"{PLACE}/tu-lam", expect=303)
    assert kept(app) == [("alone", 0)]


def test_what_a_form_makes_up_is_passed_over():
    assert [one["number"] for one in stumbled_on(PRACTICE, ["2", "9", "x", "", "1"])] == [1, 2]
    assert len(stumbled_on(PRACTICE, ["1"] * 1_000)) == 3


def test_what_a_nameless_person_was_through_becomes_the_accounts_which_wins_where_it_has_its_own(app):
    with app.test_request_context():
        nameless, lan = begin_nameless(1), ward.person("lan").id
        for person_id, round_, stumbles in (
            (nameless, "alone", 5),
            (nameless, "hints", 3),
            (lan, "alone", 1),
        ):
            keep_practice(person_id, 1, round_, stumbles, "alone")
        claim_results(nameless, lan)
        assert rounds_of(lan, 1) == {"alone", "hints"} and rounds_of(nameless, 1) == set()
        told = {one["round"]: one["stumbles"] for one in facts_of(lan)["practices"]}
        assert told == {"alone": 1, "hints": 3}
        db.session.remove()


def test_erasing_somebody_leaves_nothing_of_it(app):
    with app.test_request_context():
        tai = ward.person("tai").id
        keep_practice(tai, 1, "alone", 2, "alone")
        erase(tai)
        assert rounds_of(tai, 1) == set()
        db.session.remove()
