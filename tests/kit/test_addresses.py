"""Where a person may be sent, and which addresses are none of ours (T-redirect)."""

import pytest
from flask import Flask

from elearn.kit import addresses
from elearn.kit.addresses import Number, local_path, public_root, url_of

ELSEWHERE = (
    *("//evil.test", "///evil.test", "/\\evil.test", "\\\\evil.test", "/\t/evil.test", "/\n//evil.test"),
    *("https://evil.test", "http:evil.test", "HTTPS:/evil.test", "javascript:alert(1)", "data:text/html,x"),
    *("evil.test", "./x", "../x", "?x", "#x", "", " /x", "/x y", "/x\\y", "/\x7fx", "/x\x00y"),
    *("/x\r\nSet-Cookie: a", "https:///evil.test", "/\u2028/x\u2028 ", "//[", "mailto:a@b.c", "tel:113"),
    *("\x01/x", "\ufeff/x", "vbscript:x", "\\/evil.test", "\t//evil.test", "ftp://evil.test"),
    *("//evil.test@x", "wss://evil.test", "https:evil.test", "//[::1]/x", "blob:x", "/ /evil.test"),
)  # fmt: skip


@pytest.mark.parametrize("target", [*ELSEWHERE, None])
def test_only_a_place_on_this_site_is_gone_to(target):
    assert local_path(target) == "/"


@pytest.mark.parametrize(
    "target", ["/", "/cua-toi", "/tien-do?ky=tat-ca&tu=2026-01-01", "/khoa-hoc/a/b#c", "/a//b"]
)
def test_a_place_on_this_site_is_kept(target):
    assert local_path(target) == target


@pytest.fixture
def client():
    app = Flask("plain")
    app.url_map.converters = app.url_map.converters | {"int": Number}
    app.add_url_rule("/so/<int:number>", "number", lambda number: str(number))
    return app.test_client()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/so/1", 200),
        ("/so/2147483647", 200),
        ("/so/2147483648", 404),
        ("/so/" + "9" * 40, 404),
    ],
)
def test_what_no_row_can_hold_is_no_address_of_ours(client, path, status):
    assert client.get(path).status_code == status


# -- the addresses of pages ----------------------------------------------------------------------


def test_an_address_is_put_together_once_and_is_what_flask_says(client, monkeypatch):
    app = client.application
    asked = [{"number": 1}, {"number": 2}, {"number": 1, "x": "a&b"}, {"number": 1, "x": ["a", "b"]}]
    with app.test_request_context("/"):
        wanted = [app.url_for("number", **values) for values in asked]
        for _ in range(2):
            assert [url_of("number", **values) for values in asked] == wanted
        monkeypatch.setattr(addresses, "url_for", None)
        assert url_of("number", number=2) == "/so/2"


def test_below_another_root_the_addresses_are_others(client):
    app = client.application
    with app.test_request_context("/"):
        assert url_of("number", number=1) == "/so/1"
    with app.test_request_context("/", base_url="http://hoc.test/ward"):
        assert url_of("number", number=1) == "/ward/so/1"


def test_only_so_many_addresses_are_remembered(client, monkeypatch):
    monkeypatch.setattr(addresses, "MOST_KNOWN", 3)
    app = client.application
    with app.test_request_context("/"):
        for number in range(1, 9):
            assert url_of("number", number=number) == f"/so/{number}"
            assert len(app.extensions["addresses"]) <= 3


def test_the_root_is_what_is_set_else_what_the_browser_says(client):
    app = client.application
    app.config["PUBLIC_URL"] = ""
    for root in ("http://hoc.test", "https://hoc.test:8443"):
        with app.test_request_context("/x", base_url=root):
            assert public_root() == root
    app.config["PUBLIC_URL"] = "https://hoc.vn"
    with app.test_request_context("/"):
        assert public_root() == "https://hoc.vn"
