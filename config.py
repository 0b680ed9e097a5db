"""Settings, read from the environment once, when the app is built.

A setting with no safe default stops the start here, by name, instead of failing later in a request.

    DATABASE_URL            where the real ward is kept: postgresql://… ; else instance/elearn.db (SQLite)
    PORT                    the port of `run` and `serve`: 8000
    ELEARN_INSTANCE         the folder of database, secrets and ready static files: instance/
    ELEARN_SECRET_KEY       signs forms, cookies and cards, 32 characters or more: instance/secret.key
    ELEARN_PEPPER           goes into every hash of a password or "mã học": the secret
    ELEARN_COURSES          the shelf of courses that `courses load` reads: courses/
    ELEARN_PUBLIC_URL       https://… under which people reach the site: what the browser says
    ELEARN_CONNECTIONS      how many connections to PostgreSQL a worker holds at most: 40
    ELEARN_PROXIES          how many trusted proxies stand in front: 0
    ELEARN_PASS_SHARE       how much of a quiz must be right to pass: 0.8
    ELEARN_WITHOUT_TLS      1: plain http, for this machine alone: 0
    ELEARN_HALL             1: plain http also for the phones of a hall's own network: 0
    ELEARN_BACKUPS          the folder where `tick` keeps backups, oldest thinned out: none are made
    ELEARN_BACKUPS_SECOND   a folder on another disk that each of them is copied to: none
    ELEARN_BACKUP_KEYS      public keys (age1…) that backups are encrypted for, apart by spaces: not encrypted
    ELEARN_AUDIT_MONTHS     months of the audit that `tick` leaves, 12 or more: as its page says (12)
    ELEARN_PORTAL           https://… of the ward's portal, which may frame /nhung/…; several apart by spaces,
                            that of one ward among many as CODE=https://…: nobody may frame them
    ELEARN_METRICS_TOKEN    who sends it (Authorization: Bearer …) may read /metrics: nothing is counted
    ELEARN_VOICE            0: no machine reads lessons aloud: what is installed reads them
    PIPER_VOICE             a voice of piper (….onnx) that reads lessons aloud: espeak-ng, where installed
    ELEARN_DEMO_DATABASE    where the trial ward is kept: instance/demo.db
"""

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent
MEGABYTE = 1024 * 1024
SECRET, DEMO_SECRET = "secret.key", "demo-secret.key"
SHORTEST_SECRET = 32
CONNECTIONS, KEPT_CONNECTIONS = 40, 8  # of each worker, at most and at rest
SHARED = "PROMETHEUS_MULTIPROC_DIR"  # the name under which prometheus_client looks for it
FIRST_HANDED_OVER = 3  # as systemd numbers them


def from_environment(environ: Mapping[str, str] = os.environ) -> dict[str, object]:
    """Return the settings of a real installation as a plain mapping.

    Raise SystemExit, in words for the person who installs it, when the secret is missing.
    """
    place = instance(environ)
    secret = environ.get("ELEARN_SECRET_KEY") or _kept_secret(place / SECRET)
    if not secret or len(secret) < SHORTEST_SECRET:
        raise SystemExit(
            "Chưa có khóa bí mật. Hãy chạy: python3 -m elearn init\n"
            f"(hoặc đặt ELEARN_SECRET_KEY, ít nhất {SHORTEST_SECRET} ký tự; xem docs/server.md)."
        )
    hall = _is_on(environ, "ELEARN_HALL")
    return _settings(environ, place, secret, _database(environ.get("DATABASE_URL"), place / "elearn.db")) | {
        "DEMO": False,
        "ADMINISTRATORS_NEED_A_KEY": True,
        "HALL": hall,
        "SECURE_COOKIES": not hall and not _is_on(environ, "ELEARN_WITHOUT_TLS"),
    }


def for_demo(environ: Mapping[str, str] = os.environ) -> dict[str, object]:
    """Return the settings of the trial ward: a database and a secret of its own, on this machine only."""
    place = instance(environ)
    secret = _kept_secret(place / DEMO_SECRET) or ""
    database = _database(environ.get("ELEARN_DEMO_DATABASE"), place / "demo.db")
    return _settings(environ, place, secret, database) | {
        "DEMO": True,
        "HALL": False,
        "SECURE_COOKIES": False,
    }


def has_secret(environ: Mapping[str, str] = os.environ) -> bool:
    """Is a secret set or kept?"""
    return bool(environ.get("ELEARN_SECRET_KEY") or (instance(environ) / SECRET).exists())


def instance(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder in which an installation keeps what is its own."""
    return Path(environ.get("ELEARN_INSTANCE") or ROOT / "instance").absolute()


def courses(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the shelf of courses."""
    return Path(environ.get("ELEARN_COURSES") or ROOT / "courses").absolute()


def port(environ: Mapping[str, str] = os.environ) -> int:
    """Return the port to serve on."""
    return int(_number(environ, "PORT", "8000", 1, 65_535))


def inherited_socket(environ: Mapping[str, str] = os.environ) -> int | None:
    """Return the number of the socket that systemd has opened for this process, or None."""
    mine = environ.get("LISTEN_PID") == str(os.getpid()) and environ.get("LISTEN_FDS", "0") != "0"
    return FIRST_HANDED_OVER if mine else None


def counts(environ: Mapping[str, str] = os.environ) -> bool:
    """May somebody read /metrics? Only then anything is counted."""
    return bool(environ.get("ELEARN_METRICS_TOKEN"))


def share_metrics(place: Path) -> None:
    """Let the processes that answer count in files of one fresh folder; call it before they start."""
    folder = place / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    os.environ[SHARED] = str(folder)


def _settings(environ: Mapping[str, str], place: Path, secret: str, database: str) -> dict[str, object]:
    return {
        "SECRET_KEY": secret,
        "PEPPER": environ.get("ELEARN_PEPPER", secret),
        "SQLALCHEMY_DATABASE_URI": database,
        "SQLALCHEMY_ENGINE_OPTIONS": _connections(database, most := _most_connections(environ)),
        "CONNECTIONS": most,
        "INSTANCE": place,
        "COURSES": courses(environ),
        "MIGRATIONS": ROOT / "migrations",
        "PASS_SHARE": _number(environ, "ELEARN_PASS_SHARE", "0.8", 0.1, 1),
        "ADMINISTRATORS_NEED_A_KEY": False,  # a second one, besides the password; see people/second_keys.py
        "PROXIES": int(_number(environ, "ELEARN_PROXIES", "0", 0, 9)),
        "PUBLIC_URL": environ.get("ELEARN_PUBLIC_URL", "").rstrip("/"),
        "PORTALS": _portals(environ.get("ELEARN_PORTAL", "")),
        "BACKUPS": environ.get("ELEARN_BACKUPS", ""),
        "BACKUPS_SECOND": environ.get("ELEARN_BACKUPS_SECOND", ""),
        "BACKUP_KEYS": environ.get("ELEARN_BACKUP_KEYS", ""),
        "AUDIT_MONTHS": int(_number(environ, "ELEARN_AUDIT_MONTHS", "0", 12, 1_200)),
        "MACHINE_VOICE": environ.get("ELEARN_VOICE") != "0",
        "PIPER_VOICE": environ.get("PIPER_VOICE", ""),
        "METRICS_TOKEN": environ.get("ELEARN_METRICS_TOKEN", ""),
        "METRICS_SHARED": Path(shared) if (shared := environ.get(SHARED)) else None,
        "FRESH_SECONDS": 1.0,  # so long a process gives visitors what it has ready, before it looks again
        "MAX_CONTENT_LENGTH": 4 * MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": MEGABYTE,  # 60,000 letters, each as nine signs, are half of it
        "MAX_FORM_PARTS": 2_000,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 5,
        "COMPRESS_MIMETYPES": [
            "text/html",
            "text/css",
            "text/javascript",
            "image/svg+xml",
            "application/json",
            "application/feed+json",
            "application/atom+xml",
        ],
        "WTF_CSRF_TIME_LIMIT": None,  # a form lives as long as the session it was made for
        "WTF_CSRF_SSL_STRICT": False,  # in-app browsers drop Referer; Origin is checked instead
    }


def _portals(text: str) -> dict[str, tuple[str, ...]]:
    """Return which sites may frame the windows of a ward, by its code; under "" those of every ward."""
    portals: dict[str, tuple[str, ...]] = {}
    for word in text.split():
        match = re.fullmatch(r"(?:([A-Z0-9-]+)=)?(https?://[a-z0-9.-]+(?::[0-9]{1,5})?)/?", word)
        if match is None:
            raise SystemExit(
                f"ELEARN_PORTAL={word} chưa đúng. Xin đặt địa chỉ của cổng thông tin, ví dụ "
                "https://giavien.haiphong.gov.vn (hoặc GV=https://… khi có nhiều phường)."
            )
        code = match[1] or ""
        portals[code] = (*portals.get(code, ()), match[2])
    return portals


def _number(environ: Mapping[str, str], name: str, default: str, least: float, most: float) -> float:
    """Return a setting that is a number; its default may lie outside what may be set (0: not at all)."""
    text = environ.get(name) or default
    try:
        number = float(text)
    except ValueError:
        number = most + 1
    if text != default and not least <= number <= most:
        raise SystemExit(f"{name}={text} chưa đúng. Xin đặt một số từ {least:g} đến {most:g}, hoặc bỏ đi.")
    return number


def _is_on(environ: Mapping[str, str], name: str) -> bool:
    return environ.get(name) == "1"


def _database(url: str | None, file: Path) -> str:
    if not url:
        return f"sqlite:///{file}"
    for short in ("postgres://", "postgresql://", "postgresql+psycopg://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + _one_host_each(url.removeprefix(short))
    return url


def _one_host_each(rest: str) -> str:
    """Return the address with several hosts, which libpq writes with commas, as SQLAlchemy writes them."""
    place, slash, after = rest.partition("/")
    if "," not in place:
        return _to_who_takes_writes(rest)
    who, at, hosts = place.rpartition("@")
    name, question, options = (slash + after).partition("?")
    each = "&".join(f"host={host if ':' in host else host + ':5432'}" for host in hosts.split(","))
    return _to_who_takes_writes(f"{who}{at}{name}?{each}{'&' if question else ''}{options}")


def _to_who_takes_writes(rest: str) -> str:
    """Of several hosts the one that takes writes is meant, also where nobody has said so."""
    hosts = [one for named in re.findall(r"[?&]host=([^&]*)", rest) for one in named.split(",")]
    if len(hosts) < 2 or "target_session_attrs=" in rest:
        return rest
    return f"{rest}&target_session_attrs=read-write"


def _most_connections(environ: Mapping[str, str]) -> int:
    return int(_number(environ, "ELEARN_CONNECTIONS", str(CONNECTIONS), 2, 200))


def _connections(database: str, most: int = CONNECTIONS) -> dict[str, object]:
    """Return how many connections a process may hold, and how soon it notices that one is dead.

    As many as requests are worked on at once (elearn/server/patience.py), and a few to spare; fewer make
    requests wait for their turn, not fail. A machine that is gone without a word is noticed within some
    15 s: it is asked after 10 s of silence, and again after 5.
    """
    if database.startswith("sqlite"):
        return {} if database in ("sqlite://", "sqlite:///:memory:") else _pool(CONNECTIONS)
    patience = {
        "connect_timeout": 5,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 15_000,
        "application_name": "elearn",
    }
    return _pool(most) | {"pool_pre_ping": True, "connect_args": patience}


def _pool(most: int) -> dict[str, object]:
    kept = min(KEPT_CONNECTIONS, most)
    return {"pool_size": kept, "max_overflow": most - kept, "pool_timeout": 10}


def _kept_secret(file: Path) -> str | None:
    return file.read_text().strip() if file.exists() else None
