"""Writes what was measured: a table for readers, and every figure with versions and load."""

import importlib.metadata
import json
import os
import platform
import sqlite3
import statistics
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.cases import Case

FOLDER = Path(__file__).parent / "results"
LIBRARIES = ("flask", "sqlalchemy", "granian", "werkzeug", "jinja2")
HEAD = """| case | CPU ms a request: median (min to max) | times its floor | aim | p99 ms | requests/s |
|---|---|---|---|---|---|"""

Round = dict[str, dict[str, float]]  # case -> figure -> value


def write(cases: list[Case], rounds: list[Round], memory: dict[str, float], asked: dict[str, Any]) -> str:
    """Keep the figures of the day in results/; return the table."""
    table = "\n".join([HEAD, *(_line(case, rounds) for case in cases)])
    facts = {
        "day": f"{datetime.now(UTC):%Y-%m-%d}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "cores": os.cpu_count(),
        "load": [round(one, 1) for one in os.getloadavg()],
        "versions": {name: importlib.metadata.version(name) for name in LIBRARIES},
        "asked": asked,
        "memory_mb": memory,
        "rounds_kept": len(rounds),
        "rounds": rounds,
    }
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{facts['day']}.json").write_text(json.dumps(facts, indent=1) + "\n")
    (FOLDER / f"{facts['day']}.md").write_text(table + "\n")
    return f"{table}\n\nload {facts['load']}, memory {memory} MB, {len(rounds)} rounds kept"


def _line(case: Case, rounds: list[Round]) -> str:
    def values(figure: str, name: str = case.name) -> list[float]:
        return [one[name][figure] for one in rounds]

    cpu = values("cpu_ms")
    ratios = (mine / floor for mine, floor in zip(cpu, values("cpu_ms", case.beside), strict=True))
    return (
        f"| {case.name} | {statistics.median(cpu):.2f} ({min(cpu):.2f} to {max(cpu):.2f}) "
        f"| {statistics.median(ratios):.2f} × {case.beside} | {case.aim} "
        f"| {statistics.median(values('p99_ms')):.0f} | {statistics.median(values('rps')):.0f} |"
    )
