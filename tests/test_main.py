"""The first command: what it makes of a fresh, a half-made, an old and a broken installation."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from elearn import __main__ as start

ROOT = Path(__file__).parent.parent
PYTEST = ["python", "-m", "pytest"]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A tree of its own, in which installing is only noted down."""
    root = tmp_path / "nền tảng của phường"
    programs = root / ".venv" / "bin"
    root.mkdir()
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-nightly.txt", "pyproject.toml"):
        (root / name).write_text(f"# {name}\n")
    for name, value in {
        "ROOT": root,
        "VENV": root / ".venv",
        "PROGRAMS": programs,
        "PYTHON": programs / "python",
        "COMMAND": programs / "elearn",
        "UNFINISHED": root / ".venv" / "elearn-unfinished",
    }.items():
        monkeypatch.setattr(start, name, value)
    return root


@pytest.fixture
def done(place, monkeypatch):
    """What was done, in order; a test may let one of the steps fail."""
    steps = []

    def make():
        steps.append("venv")
        start.PROGRAMS.mkdir(parents=True, exist_ok=True)
        start.PYTHON.unlink(missing_ok=True)
        start.PYTHON.symlink_to(sys.executable)

    monkeypatch.setattr(start, "remake_venv", make)
    monkeypatch.setattr(start, "install", lambda *what, **_: steps.append(Path(what[-1]).name))
    monkeypatch.setattr(start, "install_project", lambda: steps.append("project"))
    for how in ("hand_over", "wait_for"):
        monkeypatch.setattr(
            start, how, lambda command: steps.append([Path(command[0]).name, *command[1:]]) or 0
        )
    monkeypatch.setattr(start.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(start, "bring_browser", lambda: steps.append("browser"))
    monkeypatch.setattr(start, "bring_postgres", lambda: steps.append("postgres"))
    return steps


def test_the_first_start_sets_up_and_hands_over_the_second_only_hands_over(done):
    assert start.main(["run", "--port", "9"]) == 0
    assert done == ["venv", "requirements.txt", "project", ["elearn", "run", "--port", "9"]]
    done.clear()
    assert start.main(["courses", "check"]) == 0
    assert done == [["elearn", "courses", "check"]]


def test_an_interrupted_set_up_is_made_anew(done, monkeypatch, capsys):
    def interrupted():
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(start, "install_project", interrupted)
        assert start.main(["run"]) == 130
    assert "Đã dừng" in capsys.readouterr().err
    done.clear()
    start.main(["run"])
    assert done[:3] == ["venv", "requirements.txt", "project"]
    assert not start.UNFINISHED.exists()


def test_changed_requirements_are_installed_into_the_same_environment(done, place):
    start.main(["run"])
    done.clear()
    (place / "requirements.txt").write_text("# newer\n")
    start.main(["run"])
    assert done == ["requirements.txt", "project", ["elearn", "run"]]


def test_a_broken_python_is_replaced(done):
    start.main(["run"])
    done.clear()
    start.PYTHON.unlink()
    start.PYTHON.symlink_to("/nowhere/python3.11")
    start.main(["run"])
    assert done[0] == "venv"


def test_a_moved_tree_is_installed_again(done, place, monkeypatch):
    start.main(["run"])
    done.clear()
    monkeypatch.setattr(start, "ROOT", place / ".." / place.name)
    start.main(["run"])
    assert "project" in done


def test_the_tests_bring_their_own_requirements_a_browser_and_a_server(done):
    start.main(["test", "-k", "phone"])
    assert done[1:5] == ["requirements-dev.txt", "project", "browser", "postgres"]
    assert done[5:] == [[*PYTEST, "-k", "phone"]]
    done.clear()
    start.main(["run"])
    assert done == [["elearn", "run"]]


def test_nightly_tests_are_all_of_them_at_their_full_size(done, monkeypatch):
    monkeypatch.setenv("ELEARN_NIGHTLY", "")
    start.main(["test", "--nightly", "-x"])
    assert done[5:] == [[*PYTEST, *start.AT_NIGHT, "-x"]] and os.environ["ELEARN_NIGHTLY"] == "1"


def test_all_tests_share_the_cores_and_those_that_kill_and_flood_come_last(done, monkeypatch):
    start.main(["test", "-x"])
    everything = [*PYTEST, "--numprocesses", "2", "--dist", "worksteal"]
    assert done[5:] == [[*everything, "--ignore=tests/faults", "-x"], [*everything, "-x", "tests/faults"]]
    assert (ROOT / start.APART).is_dir()
    monkeypatch.setattr(start, "wait_for", lambda command: int("--ignore=tests/faults" in command))
    assert start.main(["test"]) == 1, "what failed first is not forgotten"


def test_quick_tests_need_no_browser_and_no_server(done):
    start.main(["test", "--quick", "-x"])
    assert done[3:] == [[*PYTEST, *start.QUICK, "--numprocesses", "2", "--dist", "worksteal", "-x"]]


def test_a_room_is_tested_by_its_name(done, place):
    (place / "tests" / "people").mkdir(parents=True)
    start.main(["test", "--quick", "people", "tests/test_main.py"])
    assert done[3:] == [[*PYTEST, *start.QUICK, "tests/people", "tests/test_main.py"]]


def test_one_core_needs_no_workers(monkeypatch):
    monkeypatch.setattr(start.os, "cpu_count", lambda: 1)
    assert start.on_every_core() == []
    monkeypatch.setattr(start.os, "cpu_count", lambda: 64)
    assert start.on_every_core()[1] == "4"


def test_check_runs_every_check_and_fails_when_one_fails(done, monkeypatch, capsys):
    def attempt(command, *_, **__):
        return subprocess.CompletedProcess(command, int("mypy" in command), stdout="rules.py:3: error")

    monkeypatch.setattr(start, "attempt", attempt)
    assert start.main(["check"]) == 1
    lines = [
        line for line in capsys.readouterr().out.splitlines() if "đạt" in line.lower() or "error" in line
    ]
    assert [line.endswith(": đạt") for line in lines] == [True, True, False, False, True]
    assert lines[3] == "rules.py:3: error"


def test_what_ran_with_all_tests_is_not_run_again_for_the_checks(monkeypatch):
    ran = []
    monkeypatch.setattr(start, "prepare", lambda requirements: None)
    monkeypatch.setattr(
        start,
        "attempt",
        lambda command, *_, **__: ran.append(command) or subprocess.CompletedProcess(command, 0),
    )
    assert start.main(["check"]) == 0 and start.main(["check", "--tested"]) == 0
    assert [command[2] for command in ran] == ["ruff", "ruff", "mypy", "pytest", "ruff", "ruff", "mypy"]


def test_without_the_venv_module_the_one_line_to_run_is_said(place, monkeypatch, capsys):
    monkeypatch.setattr(start.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(start.shutil, "which", lambda name: None)
    monkeypatch.setattr(start, "is_root", lambda: False)
    assert start.main(["run"]) == 1
    assert f"sudo apt install python3.{sys.version_info.minor}-venv" in capsys.readouterr().err


def test_a_failing_network_is_tried_twice_and_told(place, monkeypatch, capsys):
    tries = []

    def attempt(command, *_, **__):
        tries.append(command)
        return subprocess.CompletedProcess(command, int("install" in command), stdout="no route to host")

    monkeypatch.setattr(start, "attempt", attempt)
    monkeypatch.setattr(start.shutil, "which", lambda name: None)
    with pytest.raises(start.SetUpError, match="no route to host\nChưa cài được"):
        start.install("-r", "x")
    assert sum("install" in command for command in tries) == 2


def test_nothing_that_is_started_waits_for_ever(monkeypatch):
    monkeypatch.setattr(start, "LONGEST_STEP", 0.2)
    assert start.attempt([sys.executable, "-c", "import time; time.sleep(60)"]).returncode == 1
    assert start.attempt([sys.executable, "-c", "input()"]).returncode == 1
    assert start.attempt(["no-such-program"]).returncode == 1


@pytest.mark.parametrize("ci", [True, False])
def test_a_missing_server_stops_ci_and_is_told_elsewhere(monkeypatch, capsys, ci):
    monkeypatch.setenv("CI", "true" if ci else "")
    monkeypatch.setattr(start, "find_postgres", lambda: None)
    monkeypatch.setattr(start, "apt_install", lambda packages: False)
    if ci:
        with pytest.raises(start.SetUpError, match="PostgreSQL"):
            start.bring_postgres()
    else:
        start.bring_postgres()
        assert "Bỏ qua" in capsys.readouterr().out


def test_without_a_command_the_commands_are_listed(capsys):
    assert start.main([]) == 0
    assert "python3 -m elearn run" in capsys.readouterr().out


def test_an_old_python_can_read_the_file_and_says_what_to_install():
    source = (ROOT / "elearn" / "__main__.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
    old = (
        "import sys; sys.version_info = (3, 8); import runpy; runpy.run_module('elearn', run_name='__main__')"
    )
    answer = subprocess.run(
        [sys.executable, "-c", old], cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ}
    )
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith("Máy này có Python cũ. Xin cài Python 3.11")


def test_the_start_needs_nothing_but_the_standard_library():
    tree = ast.parse((ROOT / "elearn" / "__main__.py").read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {
        alias.name.split(".")[0] for node in imports if isinstance(node, ast.Import) for alias in node.names
    }
    names |= {node.module.split(".")[0] for node in imports if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names


def test_every_pinned_library_is_hashed_and_the_tests_use_the_same_versions():
    files = ("requirements.txt", "requirements-dev.txt", "requirements-nightly.txt")
    runtime, development, nightly = (
        set(re.findall(r"^(\S+==\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in files
    )
    assert runtime
    assert runtime <= development <= nightly
    for name in files:
        content = (ROOT / name).read_text(encoding="utf-8")
        assert content.count("==") <= content.count("--hash=sha256:")
        assert "://" not in content


def test_what_only_a_release_needs_is_brought_only_for_it(done):
    assert start.main(["audit"]) == 0
    assert done[1:4] == ["requirements-nightly.txt", "project", ["elearn", "audit"]]
    assert start.main(["run"]) == 0, "a larger set-up serves as well"
    assert done[-1] == ["elearn", "run"] and done.count("project") == 1
