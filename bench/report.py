"""Writes what was measured: a table for readers, and every figure with versions and load."""

import importlib.metadata
import json
import os
import platform
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import peers
from bench.cases import JOBS, Case
from bench.rounds import Round, Spread, ratio, spread

FOLDER = Path(__file__).parent / "results"
LIBRARIES = ("flask", "sqlalchemy", "granian", "werkzeug", "jinja2", "psycopg")
FIRST_OURS = "ours, SQLite"
OTHERS = ("Kolibri", "NOW-LMS")
CASES = """| case | CPU ms: median (least to most) | ratio, same round | aim | p50 ms | p99 ms | a second |
|---|---|---|---|---|---|---|"""


def write(name: str, cases: list[Case], rounds: list[Round], facts: dict[str, Any]) -> str:
    """Keep the figures of the day in results/; return the tables."""
    tables = "\n\n".join(one for one in (peers_table(cases, rounds), cases_table(cases, rounds)) if one)
    keep(name, tables, facts | {"rounds_kept": len(rounds), "rounds": rounds})
    return f"{tables}\n\n{_foot(facts, len(rounds))}"


def keep(name: str, table: str, facts: dict[str, Any]) -> None:
    """Write a table and its figures to results/, with versions and load."""
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    whole = {"day": day, **machine(), **facts}
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{day}-{name}.json").write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n")
    (FOLDER / f"{day}-{name}.md").write_text(f"{table}\n\n{_machine_in_words(whole)}\n")


def machine() -> dict[str, Any]:
    """Return on what it was measured."""
    return {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "cores": os.cpu_count(),
        "load": [round(one, 1) for one in os.getloadavg()],
        "versions": {name: importlib.metadata.version(name) for name in LIBRARIES},
        "peers": peers.VERSIONS,
    }


def peers_table(cases: list[Case], rounds: list[Round]) -> str:
    """Return what the same job costs in each system, and how many times ours (on SQLite) that is."""
    others = [name for name in OTHERS if any(case.system == name for case in cases)]
    if not others:
        return ""
    systems = [FIRST_OURS, *others]
    columns = [f"{one}, CPU ms" for one in systems] + [f"{one} ÷ ours" for one in others]
    lines = [f"| job | {' | '.join(columns)} |"]
    lines.append("|---" * (1 + len(columns)) + "|")
    for job in JOBS:
        named = {case.system: case.key for case in cases if job in case.jobs}
        if FIRST_OURS not in named:
            continue
        costs = [_words(spread(rounds, named[one], "cpu_ms")) if one in named else "–" for one in systems]
        times = [
            _times(ratio(rounds, named[one], named[FIRST_OURS])) if one in named else "–" for one in others
        ]
        lines.append(f"| {job} | {' | '.join(costs)} | {' | '.join(times)} |")
    return "\n".join(lines)


def cases_table(cases: list[Case], rounds: list[Round]) -> str:
    """Return what each case costs, beside the floor's that it is judged by."""
    return "\n".join([CASES, *(_line(case, rounds) for case in cases)])


def _line(case: Case, rounds: list[Round]) -> str:
    cost = spread(rounds, case.key, "cpu_ms")
    if cost is None:
        return f"| {case.key} | left out in every round | | {case.aim} | | | |"
    beside = ratio(rounds, case.key, case.beside) if case.beside else None
    against = f"{beside.middle:.2f} × {case.beside}" if beside else ""
    more = [spread(rounds, case.key, figure) for figure in ("p50_ms", "p99_ms", "per_s")]
    numbers = " | ".join(f"{one.middle:.0f}" if one else "" for one in more)
    return f"| {case.key} | {_words(cost)} | {against} | {case.aim} | {numbers} |"


def _words(one: Spread | None) -> str:
    if one is None:
        return "left out"
    digits = 2 if one.middle < 20 else 0
    return f"{one.middle:.{digits}f} ({one.least:.{digits}f} to {one.most:.{digits}f})"


def _times(one: Spread | None) -> str:
    return "–" if one is None else f"**{one.middle:.0f} ×** ({one.least:.0f} to {one.most:.0f})"


def _foot(facts: dict[str, Any], count: int) -> str:
    held = "; ".join(f"{name} {value} MB" for name, value in facts["memory_mb"].items())
    return f"Memory (PSS, database included): {held}. {count} of {facts['of_rounds']} rounds kept."


def _machine_in_words(whole: dict[str, Any]) -> str:
    words = [
        f"{whole['day']}, Python {whole['python']}, SQLite {whole['sqlite']}, {whole['cores']} cores, "
        f"load average at the end {whole['load'][0]}."
    ]
    if "memory_mb" in whole:
        words.append(_foot(whole, whole["rounds_kept"]))
    return " ".join(words)
