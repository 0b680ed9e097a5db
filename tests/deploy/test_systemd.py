"""The units: understood by systemd's own checker, closed, and starting what exists."""

import os
import re
import shutil

import pytest

import config
from elearn.cli import parser
from tests.deploy.fronts import DEPLOY, run

UNITS = sorted((DEPLOY / "systemd").iterdir())
PROGRAM = "/srv/elearn/app/.venv/bin/elearn"
EVERYWHERE = (
    "EnvironmentFile=/etc/elearn.env",
    "User=elearn",
    "UMask=0077",
    "StateDirectory=elearn",
    "StateDirectoryMode=0711",
    "ProtectSystem=strict",
    "NoNewPrivileges=yes",
)
MOST_OPEN = 2.0  # of 10, as `systemd-analyze security` counts; an ordinary service has 9.6


@pytest.fixture
def systemd():
    """The checker, or a skip with a sentence."""
    if shutil.which("systemd-analyze") is None:
        sentence = "systemd-analyze is not installed (apt-get install systemd)"
        pytest.fail(sentence) if os.environ.get("CI") == "true" else pytest.skip(sentence)


@pytest.mark.usefixtures("systemd")
def test_systemd_understands_the_units(tmp_path):
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace(PROGRAM, "/bin/true"))
    done = run("systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir())))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.usefixtures("systemd")
@pytest.mark.parametrize(
    "unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda one: one.name
)
def test_a_service_may_do_little(unit):
    done = run(
        "systemd-analyze", "security", "--offline=true", f"--threshold={MOST_OPEN * 10:.0f}", str(unit)
    )
    assert done.returncode == 0, done.stdout[-300:] + done.stderr


def test_the_units_start_what_can_be_typed():
    for unit in UNITS:
        for words in re.findall(rf"^ExecStart={PROGRAM} (.+)$", unit.read_text(), re.MULTILINE):
            assert parser().parse_args(words.split()).command


def test_the_settings_are_settings_of_the_platform():
    lines = (DEPLOY / "elearn.env").read_text().splitlines()
    names = {line.lstrip("# ").partition("=")[0] for line in lines if re.match(r"(# )?[A-Z_]+=", line)}
    assert names and all(re.search(rf"^    {name} ", config.__doc__, re.MULTILINE) for name in names)
    assert {"ELEARN_INSTANCE", "ELEARN_PROXIES", "ELEARN_BACKUPS", "DATABASE_URL"} <= names


def test_every_service_reads_the_same_settings_and_keeps_its_things_to_itself():
    for unit in UNITS:
        if unit.suffix == ".service":
            text = unit.read_text()
            assert set(EVERYWHERE) <= set(text.splitlines()), unit.name
    assert "ELEARN_INSTANCE=/var/lib/elearn\n" in (DEPLOY / "elearn.env").read_text()
