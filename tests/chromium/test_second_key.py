"""A second key on a real browser: a passkey of Chromium's own authenticator, an app, printed codes."""

import pyotp
import pytest

from elearn.people import second_keys
from tests.chromium.test_every_page import barriers
from tests.ward import CAST, viewer

THU = CAST["thu"]


@pytest.fixture
def desk(site, visit):
    """A window under the site's name: browsers make no passkey for a bare number."""
    page = visit()
    page.faults.clear()
    page.root = site.root.replace("127.0.0.1", "localhost")
    page.on("request", lambda request: None)
    return page


@pytest.fixture
def authenticator(desk):
    """What the phone itself is: it makes keys, and signs when its owner agrees."""
    line = desk.context.new_cdp_session(desk)
    line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    return line, line.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def give_password(page, root):
    page.goto(f"{root}/dang-nhap?ve=/cua-toi/khoa")
    page.fill("#who", THU.phone)
    page.fill("#secret", THU.secret)
    page.get_by_role("button", name="Đăng nhập").click()


def leave(page, root):
    page.goto(f"{root}/nguoi-khac")
    page.get_by_role("button", name="Thoát tên").click()
    page.wait_for_url(f"{root}/")


def only_ours(page):
    """The window is watched for other hosts by the number; here the name is the same host."""
    page.faults[:] = [fault for fault in page.faults if "asks another host: http://localhost:" not in fault]


def test_a_passkey_is_made_and_lets_in(desk, authenticator):
    line, known = authenticator
    give_password(desk, desk.root)
    desk.get_by_role("link", name="Khóa trên máy").click()
    assert barriers(desk, "the page that makes a passkey") == []
    desk.get_by_role("button", name="Dùng máy này làm khóa").click()
    desk.get_by_text("Chỉ hiện lần này").wait_for()
    assert desk.locator(".printed code").count() == 10 and barriers(desk, "the printed codes") == []
    (made,) = line.send("WebAuthn.getCredentials", {"authenticatorId": known})["credentials"]
    assert made["rpId"] == "localhost"
    leave(desk, desk.root)

    give_password(desk, desk.root)
    assert desk.inner_text("h1") == "Lớp khóa thứ hai" and desk.locator(".who").count() == 0
    assert barriers(desk, "the second step") == []
    desk.get_by_role("button", name="Dùng khóa trên máy").click()
    desk.wait_for_url("**/cua-toi/khoa")
    assert THU.full_name in desk.locator(".who").inner_text()
    (used,) = line.send("WebAuthn.getCredentials", {"authenticatorId": known})["credentials"]
    assert used["signCount"] > made["signCount"]
    only_ours(desk)


def test_who_does_not_agree_is_told_and_may_try_again(desk, authenticator):
    line, known = authenticator
    line.send("WebAuthn.setUserVerified", {"authenticatorId": known, "isUserVerified": False})
    line.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": known, "enabled": False})
    give_password(desk, desk.root)
    desk.goto(f"{desk.root}/cua-toi/khoa/passkey")
    desk.evaluate("() => { navigator.credentials.create = () => Promise.reject(new Error('no')); }")
    desk.get_by_role("button", name="Dùng máy này làm khóa").click()
    desk.get_by_role("alert").wait_for()
    assert desk.get_by_role("button", name="Dùng máy này làm khóa").is_enabled()
    only_ours(desk)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_an_app_and_printed_codes_need_no_script(site, visit, script):
    page = visit(script=script)
    give_password(page, site.root)
    page.get_by_role("link", name="Ứng dụng trên điện thoại").click()
    assert (
        page.locator("svg.qr").is_visible() and page.evaluate("document.documentElement.scrollWidth") <= 360
    )
    page.get_by_text("Không quét được?").click()
    app = pyotp.TOTP(page.locator(".secret").inner_text().replace(" ", ""))
    page.fill("#code", app.now())
    page.get_by_role("button", name="Thêm khóa này").click()
    printed = page.locator(".printed code").first.inner_text()
    leave(page, site.root)

    give_password(page, site.root)
    page.get_by_text("Không có điện thoại").click()
    page.fill("#printed", printed.lower())
    page.get_by_role("button", name="Vào bằng mã dự phòng").click()
    page.wait_for_url("**/cua-toi/khoa")
    assert "còn 9 mã" in page.get_by_role("status").inner_text()


def test_a_passkey_needs_a_script_and_the_page_says_so(site, visit):
    page = visit(script=False)
    root = site.root.replace("127.0.0.1", "localhost")
    give_password(page, root)
    page.goto(f"{root}/cua-toi/khoa/passkey")
    assert page.get_by_text("cần trình duyệt cho chạy mã lệnh").is_visible()
    assert page.get_by_role("button", name="Dùng máy này").count() == 0
    only_ours(page)
    with site.app.app_context():
        assert second_keys.keys_of(viewer("thu").person_id) == []
