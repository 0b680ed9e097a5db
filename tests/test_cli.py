"""What the person who installs it types, and what they read back."""

import contextlib
import errno
import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

import config
from elearn import cli
from elearn.kit.faults_said import WHY
from elearn.kit.refused import Refused
from elearn.trial import setup


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


# --- how it is typed


def test_what_is_not_understood_is_told_in_vietnamese(typed):
    for words, sentence in (
        ((), "Còn thiếu: LỆNH."),
        (("bay",), "không có “bay”"),
        (("demo", "--residents", "nhiều"), "--residents: “nhiều” không đúng, cần một số."),
        (("demo", "--residents", "0"), "--residents: cần một số từ 1 trở lên."),
        (("demo", "--seed"), "--seed: cần ghi thêm một giá trị phía sau."),
        (("demo", "--mau"), "Không hiểu: --mau."),
    ):
        code, out, err = typed(*words)
        assert (code, out) == (2, "") and sentence in err and "--help" in err, words


def test_the_help_names_every_command_in_vietnamese(typed):
    code, out, _ = typed("--help")
    assert code == 0 and out.startswith("Cách dùng: elearn")
    for word in ("usage", "options", "show this", "positional"):
        assert word not in out
    assert "run" in out and "demo" in out
    for words in (("run",), ("courses", "check"), ("people", "import")):
        code, out, _ = typed(*words, "--help")
        assert code == 0 and out.startswith(f"Cách dùng: elearn {' '.join(words)} ["), out
    assert "Xem cách dùng: elearn demo --help" in typed("demo", "--seed")[2]


def test_a_fault_of_the_machine_is_told_in_words_and_one_of_ours_is_not_hidden(monkeypatch, typed):
    def fails(fault):
        def command(_options):
            raise fault

        monkeypatch.setattr(cli, "run", command)
        return typed("run")

    full = OSError(errno.ENOSPC, "No space left on device", "/srv/elearn.db")
    assert fails(full)[::2] == (1, f"Không làm được với /srv/elearn.db: {WHY[errno.ENOSPC]}\n")
    code, _, err = fails(sqlite3.OperationalError("database is locked"))
    assert code == 1 and "Cơ sở dữ liệu báo lỗi: database is locked" in err and "elearn doctor" in err
    code, _, err = fails(OperationalError("SELECT 1", {}, sqlite3.OperationalError("disk I/O error")))
    assert code == 1 and "disk I/O error" in err and "SELECT" not in err
    assert fails(KeyboardInterrupt())[0] == 130
    with pytest.raises(ZeroDivisionError):
        fails(ZeroDivisionError())


def test_a_shelf_with_a_fault_stops_the_trial_with_its_line(instance, typed):
    lesson = next(config.courses().glob("*/1-*.md"))
    lesson.write_text(lesson.read_text().replace("minutes:", "phút:"))
    code, _, err = typed("demo")
    assert code == 1 and "1-tien-trong-dien-thoai.md:" in err and "Việc cần làm" in err


# --- the trial ward


def test_demo_makes_a_ward_once_and_tells_its_cast(instance, typed):
    code, out, err = typed("demo", "--residents", "30", "--seed", "3", "--json")
    cast = json.loads(out)
    assert code == 0 and [one["role"] for one in cast] == list(setup.ROLES)
    for name in (config.DEMO_SECRET, "demo.db", setup.KNOWN):
        assert stat.S_IMODE((instance / name).stat().st_mode) == 0o600
    made = (instance / "demo.db").stat().st_mtime_ns
    assert json.loads(typed("demo", "--residents", "30", "--seed", "3", "--json")[1]) == cast
    assert (instance / "demo.db").stat().st_mtime_ns == made
    code, out, err = typed("demo", "--residents", "31")
    assert code == 1 and "--replace" in err
    code, out, _ = typed("demo", "--residents", "31", "--replace")
    assert code == 0 and "mã học" in out and "/the/" in out


def test_a_second_start_makes_nothing_again(instance, monkeypatch):
    said = []
    first = setup.make_ready(said.append, lambda _done, _whole: None)
    assert said
    monkeypatch.setattr(setup, "_renew", None)  # would fail if it were asked
    assert setup.make_ready(said.append, None) == first and len(said) == 1


def test_a_start_after_an_upgrade_keeps_what_people_did(instance):
    first = setup.make_ready(lambda _: None, lambda _done, _whole: None)
    (instance / setup.KNOWN).write_text(
        (instance / setup.KNOWN).read_text().replace('"made_from": "', '"made_from": "older ')
    )
    assert setup.make_ready(lambda _: None, lambda _done, _whole: None) == first


def test_a_trial_ward_whose_accounts_are_lost_is_not_made_over(instance):
    setup.make_ready(lambda _: None, lambda _done, _whole: None)
    (instance / setup.KNOWN).unlink()
    with pytest.raises(Refused, match="demo --replace"):
        setup.make_ready(lambda _: None, lambda _done, _whole: None)


def test_a_busy_port_is_told_with_what_to_do(instance, typed, monkeypatch):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        code, out, err = typed("run")
    assert (code, out) == (1, "") and f"Cổng {port} đang có chương trình khác dùng" in err
    assert f"PORT={port + 1} python3 -m elearn run" in err
    assert not instance.exists()


def test_a_port_that_is_none_is_told(instance, typed, monkeypatch):
    monkeypatch.setenv("PORT", "tám nghìn")
    code, _, _ = typed("run")
    assert "PORT=tám nghìn chưa đúng" in code


@pytest.mark.faults
def test_run_serves_the_trial_ward_and_keeps_it(instance, monkeypatch):
    """The first command of the README, in earnest: a process, a port, Ctrl+C, and once more."""
    monkeypatch.delenv("ELEARN_COURSES")
    port, told = free_port(), []
    for _ in range(2):
        process = subprocess.Popen(
            [sys.executable, "-c", "import sys; from elearn.cli import main; sys.exit(main(['run']))"],
            env=os.environ | {"ELEARN_INSTANCE": str(instance), "PORT": str(port)},
            cwd=config.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip
        try:
            root = f"http://127.0.0.1:{port}"
            assert waited_for(f"{root}/healthz") == b"ok\n"
            page = urllib.request.urlopen(f"{root}/giup-do", timeout=10)
            assert "Bản chạy thử" in page.read().decode() and page.status == 200
            with urllib.request.urlopen(f"{root}/static/app.css", timeout=10) as css:
                assert css.headers["Content-Security-Policy"]
            assert ports_of(process.pid) <= {port}, "it talks to somebody"
        finally:
            os.killpg(process.pid, signal.SIGINT)
            out, _ = process.communicate(timeout=30)
        assert process.returncode == 0 and out.rstrip().endswith("Đã dừng."), out
        told.append([line for line in out.splitlines() if "mã học:" in line or "/the/" in line])
    assert told[0] == told[1] and len(told[0]) == 3


def ports_of(group):
    """Return the ports at our end of every connection of the process group (Linux; elsewhere nothing)."""
    if not Path("/proc/net/tcp").exists():
        return set()
    sockets = set()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getpgid(int(process.name)) == group:
                sockets |= {str(file.readlink()) for file in (process / "fd").iterdir()}
    found = set()
    for kind in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{kind}").read_text().splitlines()[1:]:
            fields = line.split()
            if f"socket:[{fields[9]}]" in sockets:
                found.add(int(fields[1].rpartition(":")[2], 16))
    return found


def waited_for(address):
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.read()
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"{address} does not answer")
