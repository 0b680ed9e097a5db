"""Every answer says what a browser may do with it; what may be kept is only what has a fingerprint."""

import hashlib
from base64 import b64encode

import pytest
from flask import Flask, Response

from elearn.kit.headers import (
    CONTENT_SECURITY_POLICY,
    FIXED,
    MEDIA_POLICY,
    OF_PAGES,
    STYLE,
    set_headers,
    static_url,
)


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "app.css").write_text("body {}")
    app = Flask("site", static_folder=str(folder))
    app.add_url_rule("/page", "page", lambda: "a page")
    app.add_url_rule("/kept", "kept", lambda: Response("x", headers={"Cache-Control": "public, max-age=60"}))
    app.add_url_rule("/varies", "varies", lambda: Response("x", headers={"Vary": "Accept-Encoding"}))
    media = {"Content-Security-Policy": MEDIA_POLICY}
    app.add_url_rule("/media", "media", lambda: Response("x", headers=media))
    app.add_url_rule("/broken", "broken", lambda: 1 / 0)
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False
    set_headers(app)
    return app


def ask(site, path, **more):
    answer = site.test_client().get(path, **more)
    answer.close()
    return answer


@pytest.mark.parametrize(
    "path", ["/page", "/kept", "/varies", "/static/app.css", "/nothing", "/static/no.css", "/broken"]
)
def test_every_answer_carries_each_header_once(site, path):
    answer = ask(site, path)
    for name, value in OF_PAGES.items():
        assert answer.headers.getlist(name) == [value], name


def test_the_policy_lets_in_nothing_written_into_a_page_and_nobody_else():
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert not any(word in CONTENT_SECURITY_POLICY for word in ("unsafe", "*", "data:", "http", "nonce"))
    for closed in ("base-uri", "frame-ancestors", "object-src"):
        assert f"{closed} 'none'" in CONTENT_SECURITY_POLICY


def test_a_page_may_hold_the_one_style_sheet_to_the_letter_and_no_other():
    digest = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = OF_PAGES["Content-Security-Policy"]
    assert policy.replace(f" 'sha256-{digest}'", "") == CONTENT_SECURITY_POLICY != policy
    assert "<" not in STYLE and OF_PAGES.keys() == FIXED.keys()


def test_a_file_with_a_policy_of_its_own_keeps_it_and_gets_the_rest(site):
    answer = ask(site, "/media")
    assert answer.headers.getlist("Content-Security-Policy") == [MEDIA_POLICY] and "sandbox" in MEDIA_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_is_kept_by_nobody_unless_it_says_so_itself(site):
    assert ask(site, "/page").headers["Cache-Control"] == "no-store"
    assert ask(site, "/nothing").headers["Cache-Control"] == "no-store"
    assert ask(site, "/kept").headers["Cache-Control"] == "public, max-age=60"


def test_what_a_page_looks_like_hangs_on_the_cookie(site):
    assert ask(site, "/page").headers["Vary"] == "Cookie"
    assert ask(site, "/varies").headers["Vary"] == "Accept-Encoding, Cookie"


def test_a_file_is_kept_for_a_year_only_under_its_fingerprint(site):
    with site.test_request_context():
        address = static_url("app.css")
    assert "immutable" in ask(site, address).headers["Cache-Control"]
    assert "immutable" not in ask(site, "/static/app.css").headers.get("Cache-Control", "")
    assert "immutable" not in ask(site, "/static/no.css?v=1").headers.get("Cache-Control", "")


def test_the_fingerprint_is_of_what_the_file_holds(site, tmp_path):
    with site.test_request_context():
        first = static_url("app.css")
        assert static_url("app.css") == first
    site.extensions.clear()
    (tmp_path / "static" / "app.css").write_text("body { color: red }")
    with site.test_request_context():
        assert static_url("app.css") != first
    with site.test_request_context(environ_overrides={"SCRIPT_NAME": "/hoc"}):
        assert static_url("app.css").startswith("/hoc/static/app.css?v=")


def test_a_file_that_is_not_there_is_found_out_by_the_first_page_that_names_it(site):
    with site.test_request_context(), pytest.raises(FileNotFoundError):
        static_url("no.css")


@pytest.mark.parametrize(("base", "told"), [("https://hoc.test", True), ("http://hoc.test", False)])
def test_only_under_tls_the_browser_is_told_to_stay_there(site, base, told):
    answer = ask(site, "/page", base_url=base)
    assert ("Strict-Transport-Security" in answer.headers) is told
