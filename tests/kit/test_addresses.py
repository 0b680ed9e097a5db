"""Where a person may be sent, and which addresses are none of ours (T-redirect)."""

import pytest
from flask import Flask

from elearn.kit.addresses import Number, local_path

ELSEWHERE = (
    *("//evil.test", "///evil.test", "/\\evil.test", "\\\\evil.test", "/\t/evil.test", "/\n//evil.test"),
    *("https://evil.test", "http:evil.test", "HTTPS:/evil.test", "javascript:alert(1)", "data:text/html,x"),
    *("evil.test", "./x", "../x", "?x", "#x", "", " /x", "/x y", "/x\\y", "/\x7fx", "/x\x00y"),
    *("/x\r\nSet-Cookie: a", "https:///evil.test", "/\u2028/x\u2028 ", "//[", "mailto:a@b.c", "tel:113"),
    *("\x01/x", "\ufeff/x", "vbscript:x"),
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
