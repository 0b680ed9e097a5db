"""An upgrade is one command; one that fails leaves the old release running over its data as they were."""

import os
import shutil
import subprocess

import pytest

from tests.deploy.fronts import DEPLOY

# Programs that would change the machine: they write down what was asked of them.
SYSTEMCTL = '#!/bin/sh\necho "systemctl $*" >>"$TOLD"\n'
RUNUSER = '#!/bin/sh\nshift 3\necho "$(basename "$1") $2 $3 $4" >>"$TOLD"\nexec "$@"\n'
ROOT_ID = '#!/bin/sh\n[ "$1" = -u ] && echo 0 || echo root\n'
CHECK = "#!/bin/sh\n[ -e ./broken-shelf ] && exit 1\nexit 0\n"
PROGRAM = '#!/bin/sh\n[ "$1" = upgrade ] && [ -e "{release}/broken-migration" ] && exit 1\nexit 0\n'


@pytest.fixture
def machine(tmp_path):
    """A machine on which release 1 runs and release 2 has been put beside it."""
    programs = {"systemctl": SYSTEMCTL, "runuser": RUNUSER, "id": ROOT_ID, "chown": "#!/bin/sh\n",
                "python3": CHECK, "sleep": "#!/bin/sh\n"}  # fmt: skip
    for name, text in programs.items():
        program(tmp_path / "bin" / name, text)
    for release in ("1", "2"):
        folder = tmp_path / "srv" / release
        program(folder / ".venv" / "bin" / "elearn", PROGRAM.format(release=folder))
        program(folder / ".venv" / "bin" / "python", "#!/bin/sh\nexit 0\n")
        shutil.copytree(DEPLOY, folder / "deploy")
    (tmp_path / "srv" / "app").symlink_to(tmp_path / "srv" / "1")
    (tmp_path / "units").mkdir()
    (tmp_path / "env").write_text("ELEARN_INSTANCE=/nowhere\nDATABASE_URL='postgresql://a:b@c/d?e=f&g=h'\n")
    return tmp_path


def program(file, text):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(0o755)


def upgrade(machine, release="2"):
    """Run the command of a release; return its code, what it said, and what it asked of the machine."""
    told = machine / "told"
    told.write_text("")
    done = subprocess.run(
        ["sh", str(machine / "srv" / release / "deploy" / "upgrade")],
        env=os.environ | {
            "PATH": f"{machine / 'bin'}:{os.environ['PATH']}", "TOLD": str(told),
            "ELEARN_HOME": str(machine / "srv"), "ELEARN_UNITS": str(machine / "units"),
            "ELEARN_ENV": str(machine / "env"),
        },
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=60,
    )  # fmt: skip
    return (
        done.returncode,
        done.stdout + done.stderr,
        [line.strip() for line in told.read_text().splitlines()],
    )


STOP = "systemctl stop elearn-tick.timer elearn-tick.service elearn.service"
START = "systemctl start elearn.socket elearn.service elearn-tick.timer"


def runs(machine):
    return (machine / "srv" / "app").resolve().name


def test_it_stops_keeps_a_copy_migrates_and_starts(machine):
    code, said, told = upgrade(machine)
    assert (code, runs(machine)) == (0, "2"), said
    assert told == ["python3 -m elearn courses", STOP, "elearn upgrade", "systemctl daemon-reload", START]
    assert {unit.name for unit in (machine / "units").iterdir()} == {
        unit.name for unit in (DEPLOY / "systemd").iterdir()
    }
    assert "Xong" in said


def test_a_migration_that_fails_leaves_the_old_release_running(machine):
    (machine / "srv" / "2" / "broken-migration").touch()
    code, said, told = upgrade(machine)
    assert (code, runs(machine)) == (1, "1")
    assert told[1:] == [STOP, "elearn upgrade", START] and "Dữ liệu còn như cũ" in said
    assert not list((machine / "units").iterdir())


def test_a_release_that_is_not_whole_stops_nothing(machine):
    (machine / "srv" / "2" / "broken-shelf").touch()
    code, _, told = upgrade(machine)
    assert (code, runs(machine)) == (1, "1") and told == ["python3 -m elearn courses"]


def test_the_release_that_runs_is_not_its_own_successor(machine):
    code, said, told = upgrade(machine, "1")
    assert code == 1 and "đang chạy rồi" in said and told == []


def test_a_new_release_that_does_not_answer_is_told_with_the_way_back(machine):
    program(machine / "srv" / "2" / ".venv" / "bin" / "python", "#!/bin/sh\nexit 1\n")
    code, said, _ = upgrade(machine)
    assert code == 1 and "elearn restore --replace" in said and "journalctl -u elearn" in said


def test_a_command_runs_as_the_service_does(machine):
    program(machine / "srv" / "1" / ".venv" / "bin" / "elearn", '#!/bin/sh\necho "$DATABASE_URL $*"\n')
    done = subprocess.run(
        ["sh", str(DEPLOY / "elearn"), "doctor", "--quick"],
        env=os.environ | {"PATH": f"{machine / 'bin'}:{os.environ['PATH']}", "TOLD": os.devnull,
                          "ELEARN_HOME": str(machine / "srv"), "ELEARN_ENV": str(machine / "env")},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.stdout == "postgresql://a:b@c/d?e=f&g=h doctor --quick\n"
