"""T-power: the power is cut at any write of SQLite; what was acknowledged is there, and nothing is half."""

import random
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

import config
from elearn.app import create_app
from elearn.kit.db import db
from tests.builders import make_course
from tests.faults.power import Power, watched
from tests.security.figures import tell
from tests.sizes import size

COMMITS = size(150, 2_000)
MOMENTS = size(300, 0)  # of the moments of a cut; at night all
COMMITS_EACH = 3  # somebody comes, keeps for the group, answers

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace (apt-get install strace)"),
]


def cut(installed, tmp_path, synchronous, commits, moments):
    """Let people learn, cut the power at many moments; return images, and what was lost or broken."""
    with create_app(config.from_environment()).app_context():
        revision = make_course(lessons=1)["revisions"][0]
        group = db.session.scalar(text("SELECT id FROM residential_group LIMIT 1"))
        db.session.remove()
        with db.engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.engine.dispose()
    place, ledger = installed / "elearn.db", installed / "ledger"
    ledger.touch()
    before = {"elearn.db": place.read_bytes()}
    call = [sys.executable, "-m", "tests.faults.power_writer", str(ledger), str(commits // COMMITS_EACH)]
    acts = list(
        watched(
            [*call, str(revision), str(group), synchronous],
            [place, installed / "elearn.db-wal", ledger],
            tmp_path / "trace", cwd=config.ROOT,
        )
    )  # fmt: skip
    in_memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=in_memory, prefix="elearn-power-") as image:
        return _replay(Power(before), acts, Path(image), moments)


def _replay(power, acts, image, moments):
    chance, told, bad, images, fresh = random.Random(11), [], [], 0, True
    chosen = _moments(acts, moments, chance)
    for number, act in enumerate(acts):
        fresh |= act.what != "write" or act.file == "ledger"  # what is surely there, or was told, has changed
        if act.file == "ledger":
            told += act.content.decode().splitlines() if act.what == "write" else []
            continue
        power.do(act)
        if number in chosen:
            for keeps in (*[None] * fresh, lambda: chance.random() < 0.5):
                power.come_back(image, keeps)
                images += 1
                bad += [f"after act {number}: {fault}" for fault in [_fault(image, told)] if fault]
            fresh = False
    return images, bad


def _moments(acts, moments, chance):
    """Choose when the power is cut: after each sync and just before it, and after other writes by lot."""
    every = [number for number, act in enumerate(acts) if act.file != "ledger"]
    if not moments or moments >= len(every):
        return set(every)
    near = [one for number in every if acts[number].what == "sync" for one in (number - 1, number)]
    return set(chance.sample(near, min(len(near), moments // 2)) + chance.sample(every, moments // 2))


def _fault(image, told):
    """Return what is wrong with a database that was found after a power cut, or "" ."""
    try:
        with closing(sqlite3.connect(image / "elearn.db")) as found:
            verdict = found.execute("PRAGMA integrity_check").fetchone()[0]
            if verdict != "ok" or found.execute("PRAGMA foreign_key_check").fetchone():
                return f"corrupt: {verdict}"
            people = {f"person {row[0]}" for row in found.execute("SELECT id FROM person")}
            attempts = {f"attempt {row[0]}" for row in found.execute("SELECT id FROM attempt")}
            counts = [found.execute(statement).fetchone()[0] for statement in COUNTS]
    except sqlite3.DatabaseError as fault:
        return f"unreadable: {fault}"
    if lost := set(told) - people - attempts:
        return f"lost: {len(lost)} acknowledged"
    return "" if set(counts) == {len(attempts)} else f"half: {len(attempts)} attempts, {counts}"


COUNTS = (
    "SELECT count(*) FROM lesson_completion",
    "SELECT coalesce(sum(amount), 0) FROM credit WHERE what = 'lesson'",
    "SELECT coalesce(sum(lessons), 0) FROM daily_tally",
)


def test_a_power_cut_loses_nothing_that_was_acknowledged(installed, tmp_path, request):
    images, bad = cut(installed, tmp_path, "FULL", COMMITS, MOMENTS)
    tell(request, "T-power", f"{COMMITS} commits, {images} images: {len(bad)} bad")
    assert images >= COMMITS and bad == []


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_the_cut_would_find_what_a_weaker_setting_loses(installed, tmp_path, request, synchronous):
    """Were our setting a weaker one, the test above would see it."""
    images, bad = cut(installed, tmp_path, synchronous, 30, 60)
    tell(request, "T-power", f"synchronous={synchronous}: {len(bad)} of {images} images bad")
    assert bad
