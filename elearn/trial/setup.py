"""The trial ward (`elearn run`): its secret, its database and its people; ready at once when they are.

What takes long to load is loaded only when something has to be made, so that a second start is quick.
"""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import config
from elearn.kit.refused import Refused
from elearn.server.static import fingerprint, prepare_static_files
from elearn.upkeep.private_files import keep_private, keep_secret

RESIDENTS, SEED = 1_500, 1
KNOWN = "demo.json"  # in the instance folder: what was made, and how the cast comes in
ROLES = {
    "resident": "Người dân",
    "helper": "Tổ công nghệ số cộng đồng",
    "youth_union": "Đoàn Thanh niên",
    "viewer": "Người xem số liệu",
    "author": "Người soạn bài",
    "editor": "Người duyệt bài",
    "administrator": "Người quản trị",
}

REAL = "Cơ sở dữ liệu này có phường thật, nên không chạy thử ở đây được."

Say = Callable[[str], None]
Progress = Callable[[int, int], None]


class Trial(NamedTuple):
    """What is known of a trial ward that was made."""

    seed: int
    residents: int
    wards: int
    cast: list[dict[str, str]]
    groups: int = 0  # of a city without people around the trial ward


def make_ready(say: Say, progress: Progress) -> Trial:
    """Return the trial ward, making or renewing what is missing or old; what people did in it stays."""
    place = config.instance()
    keep_secret(place / config.DEMO_SECRET)
    settings = config.for_demo()
    prepare_static_files(place)
    known, made_from = _known(place), fingerprint(config.courses(), config.ROOT / "migrations")
    trial = _trial(known)
    if trial and known.get("made_from") == made_from and _stands(str(settings["SQLALCHEMY_DATABASE_URI"])):
        return trial
    return _renew(settings, known, made_from, say, progress)


def make(
    residents: int,
    seed: int,
    wards: int,
    progress: Progress,
    *,
    groups: int = 0,
    replace: bool = False,
    say: Say,
) -> Trial:
    """Make a trial ward (or a city of several) of this size; the same one again is left as it is.

    With `groups` the city around the one ward is of counts, without people.

    Raise Refused when another one stands there and `replace` was not said.
    """
    place = config.instance()
    keep_secret(place / config.DEMO_SECRET)
    settings = config.for_demo()
    known = _known(place)
    trial = _trial(known)
    stands = _stands(str(settings["SQLALCHEMY_DATABASE_URI"]))
    if trial and stands and not replace:
        if (trial.residents, trial.seed, trial.wards, trial.groups) == (residents, seed, wards, groups):
            return trial
        raise Refused(
            f"Đã có dữ liệu thử ({trial.residents} người, hạt giống {trial.seed}). "
            "Thêm --replace nếu muốn bỏ và tạo lại."
        )
    if replace and stands:
        _drop(str(settings["SQLALCHEMY_DATABASE_URI"]))
    wanted = {"seed": seed, "residents": residents, "wards": wards, "groups": groups}
    made_from = fingerprint(config.courses(), config.ROOT / "migrations")
    return _renew(settings, wanted, made_from, say, progress)


def _renew(
    settings: dict[str, Any], known: dict[str, Any], made_from: str, say: Say, progress: Progress
) -> Trial:
    """Bring the database up to date, load the courses, and make the ward unless it stands."""
    from sqlalchemy import func, select

    from elearn.app import create_app
    from elearn.commands.chores import shelf_in
    from elearn.kit.db import db
    from elearn.library.shelf import load_shelf
    from elearn.people.models import Ward
    from elearn.people.queries import demo_wards
    from elearn.trial.city import make_city
    from elearn.trial.demo import make_demo
    from elearn.upkeep.migrate import migrate

    say("Đang chuẩn bị phường thử…")
    place = Path(settings["INSTANCE"])
    trial = _trial(known)
    keep_private(str(settings["SQLALCHEMY_DATABASE_URI"]))
    with create_app(settings).app_context():
        migrate(db.engine, settings["MIGRATIONS"])
        if db.session.scalar(select(func.count()).select_from(Ward)) != demo_wards():
            raise Refused(REAL)
        load_shelf(shelf_in(Path(settings["COURSES"])))
        if trial is None or not demo_wards():
            seed, residents = known.get("seed", SEED), known.get("residents", RESIDENTS)
            if demo_wards():
                raise Refused(
                    f"Thiếu tệp {place / KNOWN} ghi tài khoản thử. "
                    "Hãy chạy: python3 -m elearn demo --replace (dữ liệu thử được tạo lại từ đầu)."
                )
            wards = known.get("wards", 1)
            groups = known.get("groups", 0)
            few = (min(residents, RESIDENTS), 1) if groups else (residents, wards)
            cast = make_demo(seed, *few, progress)
            if groups:
                make_city(seed, residents, wards, groups, progress)
            trial = Trial(seed, residents, wards, [entrance._asdict() for entrance in cast], groups)
        db.session.remove()
        db.engine.dispose()
    _keep(place, trial, made_from)
    return trial


def _known(place: Path) -> dict[str, Any]:
    try:
        found = json.loads((place / KNOWN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _trial(known: dict[str, Any]) -> Trial | None:
    try:
        return Trial(known["seed"], known["residents"], known["wards"], known["cast"], known.get("groups", 0))
    except KeyError:
        return None


def _keep(place: Path, trial: Trial, made_from: str) -> None:
    file = place / KNOWN
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    whole = trial._asdict() | {"made_from": made_from}
    file.write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")


def _stands(url: str) -> bool:
    """Is there a trial ward in the database? Asked without loading anything large; a server is believed.

    Raise Refused when it holds a real ward: then nothing here is ours to serve or to throw away.
    """
    if not url.startswith("sqlite:///"):
        return True
    file = Path(url.removeprefix("sqlite:///"))
    if not file.exists():
        return False
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    try:
        made = [row[0] for row in connection.execute("SELECT demo FROM ward")]
    except sqlite3.Error:
        made = []  # no tables yet, or those of an older program: the migrations decide
    finally:
        connection.close()
    if not all(made):
        raise Refused(REAL)
    return bool(made)


def _drop(url: str) -> None:
    if not url.startswith("sqlite:///"):
        raise Refused("Dữ liệu thử nằm ở máy chủ PostgreSQL. Hãy xóa cơ sở dữ liệu đó rồi tạo lại.")
    for ending in ("", "-wal", "-shm"):
        Path(url.removeprefix("sqlite:///") + ending).unlink(missing_ok=True)


def told(trial: Trial, root: str) -> str:
    """Return how the cast comes in, as the terminal shows it."""
    lines = [
        "Phường thử: mọi người và số liệu đều bịa, không dùng để làm việc thật.",
        "",
        f"  Mở trang:   {root}/",
        f"  Đăng nhập:  {root}/dang-nhap",
        "",
    ]
    width = max(len(name) for name in ROLES.values())
    for one in trial.cast:
        what = "mã học" if one["role"] in ("resident", "helper") else "mật khẩu"
        lines.append(f"  {ROLES[one['role']]:{width}}  {_phone(one['phone'])}   {what}: {one['secret']}")
        lines.append(f"  {'':{width}}  {one['name']}{', tổ ' + one['group'] if one['group'] else ''}")
        if one["card"]:
            lines.append(f"  {'':{width}}  thẻ học: {root}{one['card']}")
    return "\n".join(lines)


def _phone(number: str) -> str:
    return f"0{number[3:6]} {number[6:9]} {number[9:]}" if number.startswith("+84") else number
