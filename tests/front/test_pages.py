"""The pages of the front door: help, privacy, samples, looks, errors, health."""

import pytest


def test_help_is_one_tap_away_and_asks_for_nothing(browser):
    page = browser.open("/giup-do")
    assert page.says("Gọi ngân hàng của bác.")
    assert not page.every("input")


def test_every_page_says_who_runs_it_and_what_it_never_asks(browser):
    for path in ("/giup-do", "/rieng-tu", "/mau", "/khong-co-trang-nay"):
        html = browser.open(path, expect=404 if "khong" in path else 200).html
        assert "Phòng Văn hóa - Xã hội phường Gia Viên" in html and "0225 000 0000" in html
        assert "không bao giờ hỏi mã OTP" in html
        assert "Lỡ bị lừa? Việc cần làm ngay" in html


@pytest.mark.parametrize(
    ("asked", "shown"), [("chu=to", "2"), ("chu=nho", "1"), ("chu=4", "4"), ("chu=9", "1")]
)
def test_type_grows_without_script_and_is_kept(browser, asked, shown):
    answer = browser.open(f"/hien-thi?{asked}&ve=/giup-do", expect=303)
    page = browser.follow(answer)
    assert page.every("html")[0]["data-text"] == shown
    assert browser.open("/rieng-tu").every("html")[0]["data-text"] == shown


def test_dark_and_light_are_kept_and_nonsense_is_the_default(browser):
    for asked, shown in (("dark", "dark"), ("light", "light"), ("do", None)):
        browser.open(f"/hien-thi?nen={asked}", expect=303)
        assert browser.open("/giup-do").every("html")[0].get("data-theme") == shown


def test_looks_lead_back_to_this_site_only(browser):
    for evil in ("//evil.vn", "https://evil.vn", "/\\evil.vn", "javascript:alert(1)"):
        assert browser.open(f"/hien-thi?ve={evil}", expect=303).headers["Location"] == "/"


def test_samples_show_every_part_right_and_wrong(browser):
    assert browser.open("/mau")
    wrong = browser.open("/mau?line=&phone=12&count=mot&day=32/1/2026")
    assert "aria-invalid" in wrong.html and wrong.says("Chưa lưu được")


def test_an_unknown_address_gets_a_page_that_helps(browser):
    page = browser.open("/khong-co", expect=404)
    assert page.says("Nhập số nghe từ loa")
    assert any(attrs.get("action") == "/b" for attrs in page.every("form"))


def test_a_wrong_method_gets_a_page_too(browser):
    assert browser.client.post("/giup-do").status_code in (400, 405)
