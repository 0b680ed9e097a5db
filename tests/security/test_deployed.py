"""What a scanner looks for first on a server it has found (THREATS T-deploy).

Default accounts, a weak secret and plain http are refused at the start: tests/commands/test_install.py. What
the shipped proxies give away: tests/deploy/test_fronts.py. TRACE and other methods: test_headers.py.
"""

import pytest

from elearn.app import create_app
from tests.life import SETTINGS
from tests.security.doors import as_person

LOOKED_FOR = (
    *("/.git/config", "/.git/HEAD", "/.env", "/.svn/entries", "/.DS_Store", "/.venv/pyvenv.cfg"),
    *("/config.py", "/wsgi.py", "/requirements.txt", "/pyproject.toml", "/docker-compose.yml", "/Dockerfile"),
    *("/instance/secret.key", "/instance/demo.db", "/instance/elearn.db", "/backup.zip", "/elearn.db"),
    *("/static/", "/static", "/static/../config.py", "/static/..%2fconfig.py", "/static/%2e%2e/config.py"),
    *("/static/....//config.py", "/static//etc/passwd", "/static/\\..\\config.py", "/static/%00", "/images/"),
    *("/khoa-hoc/thanh-toan-so/images/", "/khoa-hoc/thanh-toan-so/images/..%2fcourse.md", "/courses/"),
    *("/admin", "/console", "/debug", "/phpinfo.php", "/wp-login.php", "/server-status", "/actuator/env"),
    *("/openapi.json", "/graphql", "/api", "/_debug_toolbar", "/__debug__", "/login", "/phpmyadmin/"),
    *("/tests/", "/migrations/", "/elearn/app.py", "/CHANGELOG.md", "/static/app.css.map", "/robots.txt.bak"),
)  # fmt: skip


@pytest.mark.parametrize("name", ["stranger", "quan"])
def test_nothing_is_there_that_a_scanner_looks_for(lively, name):
    client, faults = as_person(lively, name), []
    for path in LOOKED_FOR:
        answer = client.get(path)
        if answer.status_code not in (308, 404):
            faults.append(f"{path}: {answer.status_code}")
        answer.close()
    assert not faults and len(LOOKED_FOR) >= 50, "\n".join(faults)


def test_the_numbers_of_the_machine_are_for_who_has_the_token(lively):
    assert lively.test_client().get("/metrics").status_code == 404


def test_no_word_of_the_environment_turns_the_debugger_on(monkeypatch):
    """FLASK_DEBUG=1, left from some trial, is what Flask would follow."""
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = create_app({**SETTINGS, "TESTING": False})
    assert not app.debug and not app.testing


def test_a_fault_shows_nothing_of_the_program(lively, monkeypatch):
    def broken(**_):
        raise RuntimeError("SECRET_KEY of /srv/elearn")

    monkeypatch.setitem(lively.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(lively.config, "TESTING", False)
    broken.access = "public"
    monkeypatch.setitem(lively.view_functions, "front.help_now", broken)
    answer = as_person(lively, "lan").get("/giup-do")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 500 and "Máy chủ gặp lỗi" in page
    assert not any(word in page for word in ("SECRET_KEY", "RuntimeError", "Traceback", "/srv", "Werkzeug"))
    assert "Werkzeug" not in answer.headers.get("Server", "")
