"""Work in a process beside this one: answered, ended when it takes too long or too much, and nothing left."""

import os
import time
from pathlib import Path

import pytest

from elearn.kit import apart
from elearn.kit.apart import Apart, TooMuch

WORK = "tests.kit.beside"


@pytest.fixture
def beside():
    with Apart(WORK, 20) as one:
        yield one


def left_over():
    """Return the processes that this one has started and that are not gone."""
    mine = str(os.getpid())
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = status.read_text().rpartition(")")
        except OSError:
            continue
        if rest.split()[1] == mine:
            found.append(name)
    return found


def test_one_process_answers_all_questions_and_ends_with_the_block(beside):
    before = len(left_over())
    assert beside.ask("double", number=21) == [42, "hai"]
    assert beside.ask("double", number="ă") == ["ăă", "hai"]
    process = beside.ask("surroundings")["process"]
    assert process == beside.ask("surroundings")["process"] != os.getpid()
    assert len(left_over()) == before + 1
    beside.__exit__()
    assert len(left_over()) == before


def test_nobody_asks_nothing_starts():
    before = len(left_over())
    with Apart("no.such.module", 1):
        assert len(left_over()) == before


@pytest.mark.parametrize("name", ["hang", "hang_in_one_call"])
def test_what_takes_too_long_is_ended_and_the_next_question_is_answered(name):
    before = len(left_over())
    with Apart(WORK, 20) as one:
        first = one.ask("surroundings")["process"]
        one.seconds = 0.2
        with pytest.raises(TooMuch, match=name):
            one.ask(name)
        assert len(left_over()) == before, "not even a zombie"
        one.seconds = 20
        assert one.ask("surroundings")["process"] != first
    assert len(left_over()) == before


def test_what_takes_too_much_memory_is_too_much(beside):
    with pytest.raises(TooMuch):
        beside.ask("grow")
    assert beside.ask("double", number=1) == [2, "hai"]


def test_a_process_that_falls_is_too_much_and_the_next_question_is_answered(beside):
    with pytest.raises(TooMuch):
        beside.ask("fall")
    assert beside.ask("double", number=1) == [2, "hai"]


def test_a_fault_of_ours_is_told_as_one(beside):
    with pytest.raises(RuntimeError, match="KeyError: 'x'"):
        beside.ask("stumble")
    with pytest.raises(RuntimeError, match="does not start"):
        Apart("no.such.module", 1).ask("double")


def test_it_is_given_no_setting(beside, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    monkeypatch.setenv("ELEARN_SECRET_KEY", "secret")
    seen = beside.ask("surroundings")
    assert "secret" not in str(seen["environment"]) and "DATABASE_URL" not in seen["environment"]


def test_it_ends_when_whoever_asked_is_gone(tmp_path):
    """Killed in the midst of a question: the line is closed, and the bound from within ends it."""
    import subprocess
    import sys

    code = (
        f"import sys; sys.path[:0] = {sys.path!r}; from elearn.kit.apart import Apart\n"
        f"one = Apart({WORK!r}, 1); print(one.ask('surroundings')['process'], flush=True); one.ask('hang')"
    )
    asker = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    child = int(asker.stdout.readline())
    asker.kill()
    asker.wait()
    asker.stdout.close()
    for _ in range(300):
        if not Path(f"/proc/{child}").exists():
            return
        time.sleep(0.1)
    pytest.fail("it is still there")


def test_where_no_process_may_be_started_there_is_a_sentence(monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(1, "not here")

    monkeypatch.setattr(apart.subprocess, "Popen", refuse)
    with pytest.raises(apart.Refused, match="không cho mở tiến trình phụ"):
        Apart(WORK, 1).ask("double", number=1)
