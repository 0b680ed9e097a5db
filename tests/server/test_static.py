"""Static files are made ready once, for whoever serves them."""

import os

from elearn.server.static import prepare_static_files


def test_static_files_are_made_ready_only_when_they_changed(tmp_path):
    prepare_static_files(tmp_path)
    made = tmp_path / "static" / "app.css.br"
    first = made.stat().st_ino
    prepare_static_files(tmp_path)
    assert made.stat().st_ino == first
    (tmp_path / "static.stamp").write_text("older")
    prepare_static_files(tmp_path)
    assert made.stat().st_ino != first


def test_a_proxy_that_is_another_user_can_read_them(tmp_path, monkeypatch):
    """The units set UMask=0077; only the static files are for everybody on the machine."""

    before = os.umask(0o077)
    try:
        prepare_static_files(tmp_path)
    finally:
        os.umask(before)
    folder = tmp_path / "static"
    assert folder.stat().st_mode & 0o777 == 0o755
    assert {file.stat().st_mode & 0o777 for file in folder.rglob("*") if file.is_file()} == {0o644}
