"""Settings, read from the environment once, when the app is built.

A setting with no safe default raises here, by name, instead of failing later in a request.
"""

import os
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent
MEGABYTE = 1024 * 1024


def from_environment(environ: Mapping[str, str] = os.environ) -> dict[str, object]:
    """Return the settings of a real installation as a plain mapping.

    Raise SystemExit, in words for the person who installs it, when the secret is missing.
    """
    place = Path(environ.get("ELEARN_INSTANCE", ROOT / "instance")).absolute()
    secret = environ.get("ELEARN_SECRET_KEY") or _kept_secret(place / "secret.key")
    if not secret or len(secret) < 32:
        raise SystemExit(
            "Chưa có khóa bí mật. Hãy chạy: python3 -m elearn init\n"
            "(hoặc đặt ELEARN_SECRET_KEY, ít nhất 32 ký tự; xem README.md)."
        )
    return _settings(environ, place, secret, _database(environ.get("DATABASE_URL"), place / "elearn.db")) | {
        "DEMO": False,
        "SECURE_COOKIES": environ.get("ELEARN_WITHOUT_TLS") != "1",
    }


def for_demo(environ: Mapping[str, str] = os.environ) -> dict[str, object]:
    """Return the settings of the trial ward: a database and a secret of its own, on this machine only."""
    place = Path(environ.get("ELEARN_INSTANCE", ROOT / "instance")).absolute()
    secret = _kept_secret(place / "demo-secret.key") or ""
    return _settings(environ, place, secret, _database(None, place / "demo.db")) | {
        "DEMO": True,
        "SECURE_COOKIES": False,
    }


def _settings(environ: Mapping[str, str], place: Path, secret: str, database: str) -> dict[str, object]:
    return {
        "SECRET_KEY": secret,
        "PEPPER": environ.get("ELEARN_PEPPER", secret),
        "SQLALCHEMY_DATABASE_URI": database,
        "INSTANCE": place,
        "COURSES": Path(environ.get("ELEARN_COURSES", ROOT / "courses")),
        "MIGRATIONS": ROOT / "migrations",
        "PASS_SHARE": float(environ.get("ELEARN_PASS_SHARE", "0.8")),
        "PROXIES": int(environ.get("ELEARN_PROXIES", "0")),  # how many trusted proxies stand in front
        "PUBLIC_URL": environ.get("ELEARN_PUBLIC_URL", "").rstrip("/"),
        "MAX_CONTENT_LENGTH": 4 * MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": 2 * MEGABYTE,
        "MAX_FORM_PARTS": 2_000,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 5,
        "COMPRESS_MIMETYPES": [
            "text/html",
            "text/css",
            "text/javascript",
            "image/svg+xml",
            "application/json",
        ],
        "WTF_CSRF_TIME_LIMIT": None,  # a form lives as long as the session it was made for
        "WTF_CSRF_SSL_STRICT": False,  # in-app browsers drop Referer; Origin is checked instead
    }


def _database(url: str | None, file: Path) -> str:
    if not url:
        return f"sqlite:///{file}"
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def _kept_secret(file: Path) -> str | None:
    return file.read_text().strip() if file.exists() else None
