"""What a person reads when something goes wrong underneath."""

import pytest
from sqlalchemy.exc import DataError, OperationalError

from elearn.progress import setting_queries
from tests.browser import Browser


def test_a_number_too_large_for_any_row_is_no_fault_of_ours(app):
    """SQLite's driver refuses it with an error of Python, not one of a database."""
    quan = Browser(app).come_as("quan")
    for path in ("nhat-ky?nguoi=", "nguoi/chuyen-to?nguoi=", "vai-tro/giao?nguoi="):
        quan.open(f"/quan-tri/{path}{'9' * 30}", expect=400)


@pytest.mark.parametrize(("fault", "status"), [(DataError, 400), (OperationalError, 503)])
def test_a_database_that_refuses_is_answered_in_words(app, browser, monkeypatch, fault, status):
    def refuse(*_):
        raise fault("SELECT", {}, Exception("a secret row"))

    monkeypatch.setattr(setting_queries, "set_up_of", refuse)
    page = browser.open("/tien-do", expect=status)
    assert "secret row" not in page.html and (status == 400 or page.says("tải lại trang này"))
    assert ("Retry-After" in page.response.headers) == (status == 503)
