"""Fixtures for the commands: an instance folder of one's own, a small shelf, a ward that was set up."""

import shutil

import pytest

import config
from elearn.cli import main
from elearn.trial import setup

COURSE, LESSONS = "thanh-toan-so", ("1-tien-trong-dien-thoai.md",)
PASSWORD = "chim bay ve nui 12"
ANSWERS = {
    "ward-name": "phường Gia Viên",
    "admin-name": "Ngô Văn Quản",
    "admin-phone": "0900 000 009",
}


@pytest.fixture
def instance(tmp_path, monkeypatch):
    """An installation of one's own, with one lesson on the shelf; nothing stands there yet."""
    for name in ("DATABASE_URL", "PORT", "ELEARN_SECRET_KEY", "ELEARN_PEPPER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ELEARN_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("ELEARN_COURSES", str(small_shelf(tmp_path / "courses")))
    monkeypatch.setenv("ELEARN_VOICE", "0")  # no test waits for a machine to read lessons aloud, but its own
    monkeypatch.setattr(setup, "RESIDENTS", 20)
    return tmp_path / "instance"


@pytest.fixture
def typed(capsys):
    """Type a command; return its exit code, what it said, and what it complained of."""

    def command(*words):
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:
            code = end.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.fixture(scope="session")
def _set_up_once(tmp_path_factory):
    """A folder as `elearn init` leaves it."""
    home = tmp_path_factory.mktemp("once")
    (home / "password").write_text(PASSWORD)
    with pytest.MonkeyPatch.context() as patch, (home / "password").open() as nobody:
        patch.delenv("DATABASE_URL", raising=False)
        patch.setenv("ELEARN_INSTANCE", str(home / "instance"))
        patch.setenv("ELEARN_COURSES", str(small_shelf(home / "courses")))
        patch.setattr("sys.stdin", nobody)
        given = [word for name, answer in ANSWERS.items() for word in (f"--{name}", answer)]
        assert main(["init", *given, "--password-file", str(home / "password")]) == 0
    return home / "instance"


@pytest.fixture
def installed(instance, _set_up_once):
    """A ward that was set up, with one course and one administrator."""
    shutil.copytree(_set_up_once, instance)
    return instance


def small_shelf(folder):
    """Copy one lesson of the shipped courses, and the facts, into the folder."""
    (folder / COURSE).mkdir(parents=True)
    shutil.copy(config.ROOT / "courses" / "facts.yaml", folder)
    for file in ("course.md", *LESSONS):
        shutil.copy(config.ROOT / "courses" / COURSE / file, folder / COURSE)
    pictures = config.ROOT / "courses" / COURSE / "images"
    if pictures.is_dir():
        shutil.copytree(pictures, folder / COURSE / "images")
    return folder
