"""What machines ask: does the process answer, may people be sent here, what has been counted."""

import hmac
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, current_app, request
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from elearn.kit import metrics
from elearn.kit.access import public
from elearn.kit.clock import now
from elearn.kit.db import db
from elearn.kit.lease import TICK, Lease
from elearn.kit.revision import fits
from elearn.kit.upkeep_notes import BACKUP, REHEARSAL, last_good

pages = Blueprint("health", __name__)

WORD = {"Content-Type": "text/plain; charset=utf-8"}


@pages.get("/healthz")
@public
def alive() -> Any:
    """Say one word: the process answers. It asks nobody else."""
    return "ok\n", WORD


@pages.get("/readyz")
@public
def ready() -> Any:
    """Say one word: people may be sent here, for the database answers and fits this program."""
    return ("ok\n", WORD) if _is_ready() else ("no\n", 503, WORD)


@pages.get("/metrics")
@public
def counted() -> Any:
    """Tell Prometheus what was counted, where the administrator has set a token and the asker has it."""
    token, kept = str(current_app.config["METRICS_TOKEN"]), current_app.extensions.get("metrics")
    if not token or kept is None:
        abort(404)
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
        return "token\n", 401, WORD | {"WWW-Authenticate": "Bearer"}
    return kept.told(_moments()), {"Content-Type": metrics.TYPE}


def _moments() -> dict[str, float | None]:
    place, is_ready = Path(current_app.config["INSTANCE"]), _is_ready()
    return {
        "ready": float(is_ready),
        "backup_age_seconds": _age(last_good(BACKUP)) if is_ready else None,
        "rehearsal_age_seconds": _age(last_good(REHEARSAL)) if is_ready else None,
        "tick_age_seconds": _age(_last_tick()) if is_ready else None,
        "disk_free_bytes": float(shutil.disk_usage(place).free) if place.exists() else None,
    }


def _is_ready() -> bool:
    try:
        return fits(Path(current_app.config["MIGRATIONS"]))
    except SQLAlchemyError:
        db.session.rollback()
        return False


def _last_tick() -> datetime | None:
    return db.session.scalar(select(Lease.until).where(Lease.name == TICK))


def _age(moment: datetime | None) -> float | None:
    return None if moment is None else max((now() - moment).total_seconds(), 0.0)
