"""The security headers stand on every answer: pages, files, redirects, refusals (THREATS T-headers)."""

import pytest

from elearn.kit.headers import FIXED
from tests.security.doors import as_person, doors


@pytest.mark.parametrize("name", ["stranger", "lan", "quan"])
def test_every_answer_carries_the_headers(lively, name):
    client, faults = as_person(lively, name), []
    asked = [(door.method, door.path) for door in doors(lively)]
    asked += [("GET", "/khong-co"), ("POST", "/khong-co"), ("TRACE", "/"), ("PUT", "/"), ("OPTIONS", "/")]
    asked += [("GET", "/static/app.css"), ("GET", "/static/khong-co.css"), ("GET", "/static/../config.py")]
    for method, path in asked:
        answer = client.open(path, method=method)
        missing = [header for header in FIXED if header not in answer.headers]
        if missing or "inline" in answer.headers["Content-Security-Policy"]:
            faults.append(f"{method} {path}: {missing}")
        answer.close()
    assert not faults, "\n".join(faults)


def test_a_page_about_a_person_is_kept_by_no_cache(lively):
    client = as_person(lively, "lan")
    for door in doors(lively):
        if door.method == "GET" and not door.is_public:
            answer = client.get(door.path)
            assert "no-store" in answer.headers.get("Cache-Control", ""), door.path
            answer.close()


def test_under_tls_the_browser_is_told_to_stay_there(lively):
    answer = lively.test_client().get("/giup-do", base_url="https://hoc.gia-vien.test")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_methods_that_nobody_needs_are_refused(lively):
    for method in ("TRACE", "PUT", "PATCH", "DELETE", "CONNECT"):
        assert lively.test_client().open("/giup-do", method=method).status_code in (400, 405)
