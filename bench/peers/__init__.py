"""Systems of others: how each is installed into an environment of its own, and given the same course.

Each is installed once into `.bench/` (which git ignores) from the package registry that pip is set up with,
and seeded once; a run works on a copy of what was seeded. `seed_<peer>.py` is run by the peer's own Python,
over the peer's own tables; nothing in here imports them.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bench import course

HERE = Path(__file__).parent
FOLDER = HERE.parent.parent / ".bench"
LEARNERS, COMPLETIONS = 300, 1_500
VERSIONS = {"kolibri": "0.19.5", "now-lms": "2.0.4"}
LONGEST = 1200  # seconds for one step of an installation
SECRET = "only for measuring, on this machine"  # guards nothing


class NotToBeHad(Exception):
    """Why a peer cannot be measured here, in a sentence."""


def prepared(name: str, place: Path) -> Path:
    """Install and seed a peer where that is not done yet; return a fresh copy of what was seeded."""
    python = installed(name)
    kept = FOLDER / f"{name}-seeded"
    if not (kept / "told.json").exists():
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        (kept / "course.json").write_text(json.dumps(course.plain()))
        print(f"{name}: seeding")
        for step in _seeding(name, python, kept):
            _run(name, step, environment(name, kept))
    shutil.copytree(kept, place, dirs_exist_ok=True)
    return place


def installed(name: str) -> Path:
    """Return the peer's Python, installing the peer first where it is not there."""
    home = FOLDER / name
    python = home / "bin" / "python"
    if not (home / "complete").exists():
        print(f"{name} {VERSIONS[name]}: installing into .bench/ (some 350 MB, a few minutes)")
        shutil.rmtree(home, ignore_errors=True)
        FOLDER.mkdir(exist_ok=True)
        _run(name, [sys.executable, "-m", "venv", str(home)], {})
        _run(name, [str(python), "-m", "pip", "install", "-q", f"{name}=={VERSIONS[name]}"], {})
        (home / "complete").touch()
    return python


def environment(name: str, place: Path) -> dict[str, str]:
    """Return the settings under which a peer works in this folder, asking nobody outside."""
    common = {"HOME": str(place), "CI": ""}
    if name == "kolibri":
        return common | {
            "KOLIBRI_HOME": str(place / "home"), "KOLIBRI_LISTEN_ADDRESS": "127.0.0.1",
            "KOLIBRI_DISABLE_PING": "1", "KOLIBRI_ZEROCONF_ENABLED": "0", "KOLIBRI_RUN_MODE": "bench",
        }  # fmt: skip
    return common | {
        "SECRET_KEY": SECRET, "DATABASE_URL": f"sqlite:///{place / 'now.db'}",
        "NOW_LMS_DATA_DIR": str(place / "data"), "NOW_LMS_THEMES_DIR": str(place / "themes"),
    }  # fmt: skip


def _seeding(name: str, python: Path, kept: Path) -> list[list[str]]:
    script = str(HERE / f"seed_{name.replace('-', '_')}.py")
    asked = [str(kept / "course.json"), str(LEARNERS), str(COMPLETIONS), str(kept / "told.json")]
    seeding = [[str(python), script, *asked]]
    if name != "kolibri":
        return seeding
    provision = [
        str(python.parent / "kolibri"), "manage", "provisiondevice", "--facility", "Gia Vien",
        "--preset", "formal", "--superusername", "admin", "--superuserpassword", "mua rau 45",
        "--language_id", "vi", "--noinput",
    ]  # fmt: skip
    return [provision, *seeding]


def _run(name: str, command: list[str], settings: dict[str, str]) -> None:
    """Run a step; raise NotToBeHad with the last line that it said when it fails."""
    try:
        subprocess.run(
            command, env={**os.environ, **settings}, check=True, timeout=LONGEST, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
    except subprocess.CalledProcessError as problem:
        last = (problem.output or "").strip().splitlines()[-1:] or ["it said nothing"]
        raise NotToBeHad(f"{' '.join(command[1:4])} failed: {last[0]}") from problem
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise NotToBeHad(f"{command[0]}: {problem}") from problem
