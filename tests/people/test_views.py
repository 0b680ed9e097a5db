"""Coming in and going out, as a person meets it: pages, ways back, one phone for several people."""

import pytest
from sqlalchemy import func, select

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now
from elearn.kit.db import add_up, db, transaction
from elearn.kit.secrets import digest
from elearn.kit.throttle import Tries, note_try
from elearn.people import actions, entry, session, session_queries
from elearn.people.models import How, Person, Session, SessionKind
from tests.browser import Browser
from tests.ward import CAST, group, person

WRONG = "640917"
LAN, TAI = CAST["lan"], CAST["tai"]


def sessions(name=None):
    statement = select(Session).order_by(Session.created_at)
    if name:
        statement = statement.where(Session.person_id == person(name).id)
    return list(db.session.scalars(statement))


def who_is_here(browser):
    """Return what the header says."""
    page = browser.open("/giup-do")
    return next(
        (name for name, part in CAST.items() if f"<strong>{part.full_name}</strong>" in page.html), None
    )


def forget_cookies(browser, *letters):
    for letter in letters:
        browser.client.delete_cookie(f"elearn-{letter}")


def come(browser, name, ve="", expect=303, **more):
    browser.open("/dang-nhap")
    return browser.send(
        "/dang-nhap", expect=expect, who=CAST[name].phone, secret=CAST[name].secret, ve=ve, **more
    )


# Signing in


@pytest.mark.parametrize("name", CAST)
def test_everyone_signs_in_and_sees_their_name(browser, name):
    answer = come(browser, name)
    assert answer.headers["Location"] != "/"
    assert who_is_here(browser) == name


def test_one_returns_to_where_one_was(browser):
    page = browser.open("/dang-nhap?ve=/khoa-hoc/thanh-toan-so/quet-ma-qr?to%3DDG05")
    ve = next(attrs["value"] for attrs in page.every("input") if attrs.get("name") == "ve")
    answer = browser.send("/dang-nhap", expect=303, who=LAN.phone, secret=LAN.secret, ve=ve)
    assert answer.headers["Location"] == "/khoa-hoc/thanh-toan-so/quet-ma-qr?to=DG05"


HOSTILE = [
    "//evil.example", "///evil.example", "////evil.example/%2f..", "\\\\evil.example", "/\\evil.example",
    "\\/evil.example", "/\\/evil.example", "http://evil.example", "https://evil.example", "HTTPS://evil.example",
    "https:evil.example", "https:/evil.example", "http:///evil.example", "javascript:alert(1)",
    "JavaScript:alert(1)", "java\tscript:alert(1)", " javascript:alert(1)", "data:text/html,x", "vbscript:x",
    "/\t/evil.example", "/\n/evil.example", "/\r\n/evil.example", "\t//evil.example", " //evil.example",
    "/ /evil.example", "/%09//evil.example\t", "//evil.example/..", "/\x00/evil.example", "//evil@localhost",
    "http://localhost@evil.example", "//localhost:80@evil.example", "evil.example", "@evil.example",
    ".evil.example", "?https://evil.example", "#//evil.example", "//[::1]/", "http:\\\\evil.example",
    "/\\\\evil.example", "//evil。example", "https://evil.example/giup-do", "ftp://evil.example",
    "/\u00a0/evil.example", "blob:https://evil.example/x", "mailto:x@y.z",
]  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
def test_a_way_back_never_leads_away(browser, hostile):
    answers = [come(browser, "lan", ve=hostile)]
    browser.open("/giup-do")
    browser.open("/nguoi-khac")
    answers.append(
        browser.send("/nguoi-khac", expect=303, person=person("lan").id, secret=LAN.secret, ve=hostile)
    )
    answers.append(browser.client.get("/hien-thi", query_string={"ve": hostile}))
    browser.open("/nguoi-khac")
    answers.append(browser.send("/dang-xuat", expect=303, ve=hostile))
    for answer in answers:
        place = answer.headers["Location"]
        assert place.startswith("/") and "\\" not in place and not place.startswith("//"), place


def test_a_wrong_secret_says_what_to_do_and_keeps_what_was_typed(browser):
    browser.open("/dang-nhap")
    page = browser.send("/dang-nhap", expect=422, who="0900 000 001", secret=WRONG, shared="y", ve="/giup-do")
    assert page.says("chưa đúng") and page.says("mã một lần") and page.says("thẻ học")
    fields = {attrs.get("name"): attrs for attrs in page.every("input")}
    assert fields["who"]["value"] == "0900 000 001" and fields["ve"]["value"] == "/giup-do"
    assert "checked" in fields["shared"] and WRONG not in page.html
    assert fields["secret"].get("value", "") == ""


def test_an_empty_form_says_what_is_missing(browser):
    browser.open("/dang-nhap")
    page = browser.send("/dang-nhap", expect=422)
    assert page.says("Xin điền số điện thoại") and page.says("Xin điền mã học")
    browser.open("/dang-nhap/ma-mot-lan")
    page = browser.send("/dang-nhap/ma-mot-lan", expect=422, who="1", code="123")
    assert page.says("đúng 8 chữ số")


def test_a_known_and_an_unknown_number_are_answered_alike(browser, hashes, app):
    """Same status, words, size and cookies, the same number of hash checks; with a code as well (T-enum)."""
    answers = set()
    numbers = [CAST["lan"].phone, CAST["thu"].phone, "+84988777666", person("tai").personal_code, "12345674"]
    for address, fields in (
        ("/dang-nhap", {"secret": WRONG}),
        ("/dang-nhap", {"secret": "mot mat khau that dai"}),
        ("/dang-nhap/ma-mot-lan", {"code": "12345678"}),
    ):
        for who in numbers:
            stranger = Browser(app)
            stranger.open(address)
            hashes.clear()
            page = stranger.send(address, expect=422, who=who, **fields)
            token = stranger.page.csrf_token
            answers.add(
                (address, len(hashes), page.html.replace(token, "").replace(who, ""),
                 tuple(page.response.headers.getlist("Set-Cookie")))
            )  # fmt: skip
    assert len(answers) == 2  # one for each address


def test_a_refusal_says_what_to_do_instead(browser, clock):
    browser.open("/dang-nhap")
    for _ in range(5):
        browser.send("/dang-nhap", expect=422, who=LAN.phone, secret=WRONG)
    page = browser.send("/dang-nhap", expect=429, who=LAN.phone, secret=LAN.secret)
    assert page.says("thẻ học") and page.says("người hướng dẫn của tổ cấp mã một lần")
    assert sessions("lan") == []


def test_signing_out_ends_the_session_and_keeps_the_name_on_the_device(browser):
    come(browser, "lan")
    browser.open("/nguoi-khac")
    browser.send("/dang-xuat", expect=303)
    assert sessions() == [] and who_is_here(browser) is None
    assert browser.open("/nguoi-khac").says("Nguyễn Thị Lan")


def test_nobody_is_asked_to_change_places_with_oneself(browser):
    come(browser, "lan")
    page = browser.open("/nguoi-khac")
    assert page.says("Đang mở tên Nguyễn Thị Lan") and 'name="person"' not in page.html
    come(browser, "tai")
    page = browser.open("/nguoi-khac")
    assert page.says("Ai đang học?") and page.html.count('name="person"') == 1


def test_a_get_signs_nobody_out_or_in(browser, viewer):
    come(browser, "lan")
    token = entry.issue_card(person("tai").id, None)
    before = [(one.token_digest, one.person_id) for one in sessions()]
    browser.open("/dang-xuat", expect=405)
    for path in ("/dang-nhap", "/nguoi-khac", "/tra-may", f"/the/{token}", "/dang-nhap/ma-mot-lan"):
        browser.client.get(path)
    assert [(one.token_digest, one.person_id) for one in sessions()] == before


# A shared machine, a known device


def test_on_a_shared_machine_nothing_of_a_name_stays(browser):
    come(browser, "lan", shared="y")
    assert [one.kind for one in sessions("lan")] == [SessionKind.SHARED]
    assert browser.client.get_cookie("elearn-k") is None
    assert browser.client.get_cookie("elearn-s").max_age is None
    browser.open("/nguoi-khac")
    browser.send("/dang-xuat", expect=303)
    assert LAN.full_name not in browser.open("/nguoi-khac").html


def test_an_own_phone_stays_signed_in_for_half_a_year(browser):
    come(browser, "lan")
    assert browser.client.get_cookie("elearn-s").max_age == 180 * 86_400


def test_staff_are_never_offered_by_name(browser):
    for name in ("thu", "lan"):
        come(browser, name)
    page = browser.open("/nguoi-khac")
    assert LAN.full_name in page.html and CAST["thu"].full_name not in page.text["main"]


def test_a_known_device_lets_its_people_in_while_strangers_are_refused(browser, app, clock):
    come(browser, "lan")
    browser.open("/nguoi-khac")
    browser.send("/dang-xuat", expect=303)
    at = note_try("ward:1")
    with transaction():
        add_up(Tries, {"key": "ward:1", "slice": at}, count=400)
    stranger = Browser(app)
    come(stranger, "lan", expect=429)
    come(browser, "lan")
    assert who_is_here(browser) == "lan"


def test_a_made_up_device_cookie_is_a_stranger(browser, app):
    browser.client.set_cookie("elearn-k", '["abc", [1]].forged.signature')
    page = browser.open("/nguoi-khac")
    assert LAN.full_name not in page.html
    browser.open("/dang-nhap")
    browser.send("/nguoi-khac", expect=422, person=person("lan").id, secret=LAN.secret)


def test_the_sixth_name_pushes_the_oldest_out(browser):
    for name in ("lan", "tai", "hoa", "thu", "duc", "quan"):
        come(browser, name)
    page = browser.open("/nguoi-khac")
    assert TAI.full_name in page.html and LAN.full_name not in page.html


# One phone, several people


def test_a_family_changes_over_by_name_and_pin(browser):
    come(browser, "lan")
    come(browser, "tai")
    page = browser.open("/nguoi-khac?ve=/giup-do")
    assert page.says("Ai đang học?") or page.text["h1"] == "Ai đang học?"
    page = browser.send("/nguoi-khac", expect=422, person=person("lan").id, secret=TAI.secret)
    assert page.says("Mã học chưa đúng") and who_is_here(browser) == "tai"
    browser.open("/nguoi-khac?ve=/giup-do")
    answer = browser.send(
        "/nguoi-khac", expect=303, person=person("lan").id, secret=LAN.secret, ve="/giup-do"
    )
    assert answer.headers["Location"] == "/giup-do" and who_is_here(browser) == "lan"
    assert sessions("tai") == []


def test_only_who_is_known_here_can_be_chosen(browser):
    come(browser, "lan")
    browser.open("/nguoi-khac")
    page = browser.send("/nguoi-khac", expect=422, person=person("tai").id, secret=TAI.secret)
    assert who_is_here(browser) == "lan" and page.every("h1")


def test_a_number_that_is_no_name_is_forgotten_without_a_fault(browser):
    come(browser, "lan")
    browser.open("/nguoi-khac")
    browser.send("/nguoi-khac", expect=422, forget="9" * 5_000)  # more digits than a number may have


def test_a_device_forgets_a_name(browser):
    come(browser, "lan")
    browser.open("/nguoi-khac")
    browser.send("/nguoi-khac", expect=303, forget=person("lan").id)
    page = browser.open("/nguoi-khac")
    assert (
        LAN.full_name not in "".join(str(label) for label in page.every("label"))
        and "Bỏ tên" not in page.html
    )
    assert who_is_here(browser) == "lan"  # forgotten, not signed out


def test_an_unknown_device_offers_no_names(browser):
    page = browser.open("/nguoi-khac")
    assert page.text["h1"] == "Người khác học" and page.says("Đăng nhập tên của bác")


# Results without a name


def begin_without_a_name(browser):
    """Answer something as a visitor does, and return the nameless person's id."""
    browser.open("/dang-nhap")
    token = browser.client.get_cookie("elearn-s").value
    return actions.learner_of(digest(token), 1)


@pytest.mark.parametrize("way", ["secret", "card", "link", "switch"])
def test_results_without_a_name_are_offered_and_never_flow(browser, way):
    lan = person("lan").id
    come(browser, "lan")
    browser.open("/nguoi-khac")
    browser.send("/dang-xuat", expect=303)
    nameless = begin_without_a_name(browser)
    browser.open("/dang-nhap")
    answer = {
        "secret": lambda: browser.send("/dang-nhap", 303, who=LAN.phone, secret=LAN.secret, ve="/giup-do"),
        "card": lambda: browser.send(f"/the/{entry.issue_card(lan, None)}", 303),
        "link": lambda: browser.send(f"/ve/{entry.issue_return_link(lan)}", 303),
        "switch": lambda: browser.send("/nguoi-khac", 303, person=lan, secret=LAN.secret),
    }[way]()
    assert "nhan-ket-qua" in answer.headers["Location"] or "keeping.claim" in answer.headers["Location"]
    kept = next(one for one in sessions("lan") if one.kind == SessionKind.OWN)
    assert kept.nameless_id == nameless
    assert db.session.get(Person, nameless).erased_at is None


# Cards, links, codes


def test_a_card_shows_initials_and_a_button_and_the_button_signs_in(browser):
    token = entry.issue_card(person("lan").id, None)
    page = browser.open(f"/the/{token}")
    assert "N. T. L." in page.html and LAN.full_name not in page.html and sessions() == []
    browser.send(f"/the/{token}", expect=303)
    assert who_is_here(browser) == "lan" and sessions("lan")[0].came_by == "card"


@pytest.mark.parametrize("path", ["/the/", "/ve/", "/lop/"])
def test_an_unknown_token_gets_a_page_that_helps(browser, path):
    for token in ("x", "0" * 32, "0" * 43, "A" * 400, "%00", "%0d%0aX: y"):
        page = browser.open(path + token, expect=410)
        assert page.says("người hướng dẫn") or page.says("trang Của tôi")
    browser.open("/dang-nhap")
    browser.send(path + "0" * 43, expect=410)


def test_a_revoked_card_signs_nobody_in(browser):
    token = entry.issue_card(person("lan").id, None)
    browser.open(f"/the/{token}")
    entry.revoke_cards(person("lan").id, None)
    browser.send(f"/the/{token}", expect=410)
    assert sessions() == []


def test_looking_at_a_link_uses_nothing_up(browser, app):
    token = entry.issue_return_link(person("lan").id)
    for _ in range(3):  # Zalo looks at every link that is sent
        Browser(app).open(f"/ve/{token}")
    page = browser.open(f"/ve/{token}")
    assert page.says("Đừng chuyển tiếp")
    browser.send(f"/ve/{token}", expect=303)
    assert who_is_here(browser) == "lan"
    other = Browser(app)
    other.open("/dang-nhap")
    other.send(f"/ve/{token}", expect=410)


def test_a_second_tap_on_a_link_or_code_is_the_same_use(browser, app, viewer):
    lan = person("lan").id
    token = entry.issue_return_link(lan)
    browser.open(f"/ve/{token}")
    tap_twice(browser, f"/ve/{token}")
    assert who_is_here(browser) == "lan"
    code = entry.issue_code(lan, viewer("hoa"))
    other = Browser(app)
    other.open("/dang-nhap/ma-mot-lan")
    tap_twice(other, "/dang-nhap/ma-mot-lan", who=LAN.phone, code=code)
    assert other.open("/dang-nhap/ma-hoc-moi").says("Mã một lần đúng rồi, Nguyễn Thị Lan")


def tap_twice(browser, path, **fields):
    """Send a form twice, the second time before the answer to the first has come."""
    cookie, token = browser.client.get_cookie("elearn-s").value, browser.page.csrf_token
    browser.send(path, expect=303, csrf_token=token, **fields)
    browser.client.set_cookie("elearn-s", cookie)
    browser.send(path, expect=303, csrf_token=token, **fields)


def test_a_one_time_code_leads_to_a_new_ma_hoc_and_is_told_of(browser, viewer, clock):
    code = entry.issue_code(person("lan").id, viewer("hoa"))
    browser.open("/dang-nhap/ma-mot-lan?ve=/giup-do")
    page = browser.send("/dang-nhap/ma-mot-lan", expect=422, who=LAN.phone, code="00000000")
    assert page.says("Mã này chưa đúng") and "00000000" not in page.html
    answer = browser.send("/dang-nhap/ma-mot-lan", expect=303, who=LAN.phone, code=code, ve="/giup-do")
    page = browser.follow(answer)
    assert page.says("Trần Thị Hoa đã cấp mã một lần cho bác lúc")
    assert not browser.open("/giup-do").says("đã cấp mã")


def test_a_code_that_someone_else_used_is_told_of_at_the_next_sign_in(browser, viewer):
    entry.issue_code(person("lan").id, viewer("hoa"))
    assert browser.follow(come(browser, "lan", ve="/giup-do")).says("Trần Thị Hoa đã cấp mã một lần")


def test_a_code_that_its_issuer_used_is_told_of_when_the_owner_comes(app, browser, viewer):
    code = entry.issue_code(person("lan").id, viewer("hoa"))
    browser.open("/dang-nhap/ma-mot-lan?ve=/giup-do")
    browser.follow(browser.send("/dang-nhap/ma-mot-lan", expect=303, who=LAN.phone, code=code, ve="/giup-do"))
    own = Browser(app)
    assert own.follow(come(own, "lan", ve="/giup-do")).says("Trần Thị Hoa đã cấp mã một lần")
    other = Browser(app)
    assert not other.follow(come(other, "lan", ve="/giup-do")).says("đã cấp mã")


# Classes


def join(browser, viewer):
    token = entry.issue_class_ticket(group("DG05").id, 30, viewer("hoa"))
    page = browser.open(f"/lop/{token}")
    assert "Tổ dân phố số 5" in page.text["h1"]
    browser.send(f"/lop/{token}", expect=303)
    return token


def test_a_visitor_in_a_class_learns_in_a_meeting(browser, viewer, clock):
    join(browser, viewer)
    assert (
        db.session.scalar(select(func.count()).select_from(Person).where(Person.display_name.is_(None))) == 0
    )
    come(browser, "lan")
    kept = sessions("lan")[-1]
    assert kept.class_group_id == group("DG05").id
    assert session_queries.find_viewer(kept.token_digest, now()).class_group_id == group("DG05").id
    clock.move(hours=3, minutes=1)
    assert session_queries.find_viewer(kept.token_digest, now()).class_group_id is None


def test_someone_signed_in_joins_a_class_without_losing_the_session(browser, viewer):
    come(browser, "tai")
    before = sessions("tai")[0].token_digest
    join(browser, viewer)
    assert [(one.token_digest, one.class_group_id) for one in sessions("tai")] == [(before, group("DG05").id)]
    assert browser.client.get_cookie("elearn-g").value == "DG05"


def test_a_class_is_not_refused_while_the_ward_is_paused(browser, app, viewer, clock):
    at = note_try("ward:1")
    with transaction():
        add_up(Tries, {"key": "ward:1", "slice": at}, count=400)
    come(browser, "lan", expect=429)
    join(browser, viewer)
    come(browser, "lan")


def test_a_class_that_has_ended_says_so(browser, viewer, clock):
    token = entry.issue_class_ticket(group("DG05").id, 30, viewer("hoa"))
    clock.move(hours=4)
    assert browser.open(f"/lop/{token}", expect=410).says("3 giờ")


# The helper's phone in a neighbour's hands


def handed(app, browser):
    """Let chị Hoa sign in and hand her phone to bà Lan, as her desk does."""
    come(browser, "hoa")
    token = browser.client.get_cookie("elearn-s").value
    with app.test_request_context("/", headers={"Cookie": f"elearn-s={token}"}) as context:
        session.hand_phone_to(person("lan").id)
        given = context.session.token
    browser.client.set_cookie("elearn-s", given)
    browser.page = None


def test_a_phone_is_handed_over_and_given_back(app, browser):
    handed(app, browser)
    kept = sessions()
    assert [(one.person_id, one.kind, one.assisted_by_id) for one in kept] == [
        (person("lan").id, SessionKind.HANDED, person("hoa").id)
    ]
    assert who_is_here(browser) == "lan"
    page = browser.open("/tra-may")
    assert page.says("Trần Thị Hoa")
    page = browser.send("/tra-may", expect=422, secret=LAN.secret)
    assert page.says("chưa đúng") and who_is_here(browser) == "lan"
    browser.open("/tra-may")
    browser.send("/tra-may", expect=303, secret=CAST["hoa"].secret)
    assert who_is_here(browser) == "hoa" and [one.kind for one in sessions()] == [SessionKind.HELPER]


def test_a_handed_phone_opens_nothing_of_the_helper(app, browser):
    handed(app, browser)
    viewer = session_queries.find_viewer(sessions()[0].token_digest, now())
    assert viewer.scopes == () and How.ASSISTED == "assisted" and viewer.assisted_by_id == person("hoa").id
    browser.open("/to/DG05", expect=403)


def test_a_handed_phone_may_simply_end(app, browser):
    handed(app, browser)
    browser.open("/tra-may")
    browser.send("/tra-may", expect=303, end="1")
    assert sessions() == [] and who_is_here(browser) is None


def test_only_a_handed_phone_is_given_back(browser):
    come(browser, "lan")
    assert browser.open("/tra-may", expect=302).headers["Location"].endswith("/nguoi-khac")
    browser.open("/nguoi-khac")
    browser.send("/tra-may", expect=303, secret=CAST["hoa"].secret)
    assert who_is_here(browser) == "lan"


def test_staff_and_helpers_who_sign_in_are_audited_and_residents_are_not(browser):
    for name in ("lan", "hoa", "thu"):
        come(browser, name)
    asked = select(AuditEntry).where(AuditEntry.action == "sign in").order_by(AuditEntry.id)
    signed = db.session.scalars(asked).all()
    assert [(one.actor_id, one.ward_id) for one in signed] == [(person("hoa").id, 1), (person("thu").id, 1)]
