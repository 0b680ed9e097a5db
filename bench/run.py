"""Runs the cases in shuffled rounds and writes what they cost, with the spread, the versions and the load."""

import argparse
import hashlib
import importlib.metadata
import json
import os
import platform
import random
import secrets
import sqlite3
import statistics
import tempfile
import urllib.request
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from bench.cases import Case, every_case
from bench.load import Sample, ask_for
from bench.servers import ROOT, Server

RESIDENTS = 80  # who answer in turn: nobody answers one lesson hundreds of times
MOST_DRIFT = 0.25  # a round in which "hello" is further than this from its median tells nothing
LIBRARIES = ("flask", "sqlalchemy", "granian", "werkzeug", "jinja2")


def main() -> None:
    """Measure, print the table, and keep both."""
    asked = _arguments()
    os.environ["ELEARN_INSTANCE"] = tempfile.mkdtemp(prefix="elearn-bench-")
    place = Path(os.environ["ELEARN_INSTANCE"])
    _seed(asked.residents)
    environment = {"ELEARN_INSTANCE": str(place), "FLOOR_DATABASE": str(place / "floor.db")}
    with (
        Server("bench.floor:make_app", "/report", environment) as floor,
        Server("elearn.server.apps:demo_app", "/healthz", environment) as ours,
    ):
        servers = {"floor": floor, "ours": ours}
        cases = every_case(_cookies(place, floor))
        rounds = [_round(cases, servers, asked) for _ in range(asked.rounds)]
        memory = {name: round(server.memory_megabytes(), 1) for name, server in servers.items()}
    _write(cases, _kept(rounds), memory, asked)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--residents", type=int, default=300)
    return parser.parse_args()


def _seed(residents: int) -> None:
    from elearn.trial import setup

    setup.make(residents, 1, 1, lambda _done, _whole: None, say=lambda _sentence: None)


def _cookies(place: Path, floor: Server) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{floor.port}/sign-in") as answer:
        floor_cookie = SimpleCookie(answer.headers["Set-Cookie"])
    with urllib.request.urlopen(
        urllib.request.Request(
            f"http://127.0.0.1:{floor.port}/hello",
            headers={"Cookie": f"session={floor_cookie['session'].value}"},
        )
    ) as answer:
        floor_cookie.update(SimpleCookie(answer.headers.get("Set-Cookie", "")))
    return {
        "floor": f"session={floor_cookie['session'].value}",
        "residents": [f"elearn-s={_session(place, None, number)}" for number in range(RESIDENTS)],
        "youth_union": f"elearn-s={_session(place, 'youth_union')}",
    }


def _session(place: Path, role: str | None, number: int = 0) -> str:
    """Open a session for somebody with the role (None: one of the named residents); return its token."""
    token, moment = secrets.token_urlsafe(32), datetime.now(UTC).replace(tzinfo=None)
    with sqlite3.connect(place / "demo.db", timeout=15) as connection:
        (person_id,) = connection.execute(
            'SELECT p.id FROM person p LEFT JOIN "grant" g ON g.person_id = p.id '
            "WHERE p.display_name IS NOT NULL AND g.role IS ? ORDER BY p.id LIMIT 1 OFFSET ?",
            (role, number),
        ).fetchone()
        connection.execute(
            "INSERT INTO session "
            "(token_digest, person_id, kind, created_at, seen_at, expires_at, device, came_by) "
            "VALUES (?, ?, 'shared', ?, ?, ?, '', '')",
            (
                hashlib.sha256(token.encode()).hexdigest(),
                person_id,
                str(moment),
                str(moment),
                str(moment + timedelta(hours=4)),
            ),
        )
    return token


def _round(cases: list[Case], servers: dict[str, Server], asked: argparse.Namespace) -> dict[str, Any]:
    order, found = random.sample(cases, len(cases)), {}
    for case in order:
        server = servers[case.server]
        next_ask = case.prepare(server.port)
        before = server.processor_seconds()
        sample = ask_for(server.port, asked.seconds, asked.connections, next_ask)
        spent = server.processor_seconds() - before
        if sample.faults:
            raise SystemExit(f"{case.name}: {len(sample.faults)} wrong answers, first {sample.faults[0]}")
        found[case.name] = _figures(sample, spent)
        print(f"  {case.name}: {found[case.name]['cpu_ms']:.2f} ms", flush=True)
    return found


def _figures(sample: Sample, spent: float) -> dict[str, float]:
    return {
        "cpu_ms": spent / sample.requests * 1000,
        "rps": sample.requests / sample.seconds,
        "p50_ms": sample.percentile(0.5),
        "p99_ms": sample.percentile(0.99),
        "requests": sample.requests,
    }


def _kept(rounds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out the rounds in which the machine was busy with something else."""
    middle = statistics.median(one["hello"]["cpu_ms"] for one in rounds)
    return [one for one in rounds if abs(one["hello"]["cpu_ms"] / middle - 1) <= MOST_DRIFT]


def _write(
    cases: list[Case], rounds: list[dict[str, Any]], memory: dict[str, float], asked: argparse.Namespace
) -> None:
    def values(name: str, figure: str) -> list[float]:
        return [one[name][figure] for one in rounds]

    lines = [
        "| case | CPU ms a request: median (min to max) | times its floor | aim | p99 ms | requests/s |",
        "|---|---|---|---|---|---|",
    ]
    for case in cases:
        cpu = values(case.name, "cpu_ms")
        ratio = statistics.median(
            mine / floor for mine, floor in zip(cpu, values(case.beside, "cpu_ms"), strict=True)
        )
        lines.append(
            f"| {case.name} | {statistics.median(cpu):.2f} ({min(cpu):.2f} to {max(cpu):.2f}) "
            f"| {ratio:.2f} × {case.beside} | {case.aim} "
            f"| {statistics.median(values(case.name, 'p99_ms')):.0f} "
            f"| {statistics.median(values(case.name, 'rps')):.0f} |"
        )
    table = "\n".join(lines)
    versions = {name: importlib.metadata.version(name) for name in LIBRARIES}
    facts = {
        "day": f"{datetime.now(UTC):%Y-%m-%d}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "cores": os.cpu_count(),
        "load": [round(one, 1) for one in os.getloadavg()],
        "versions": versions,
        "asked": vars(asked),
        "memory_mb": memory,
        "rounds_kept": len(rounds),
        "rounds": rounds,
    }
    folder = ROOT / "bench" / "results"
    folder.mkdir(exist_ok=True)
    (folder / f"{facts['day']}.json").write_text(json.dumps(facts, indent=1) + "\n")
    (folder / f"{facts['day']}.md").write_text(table + "\n")
    print(f"\n{table}\n\nload {facts['load']}, memory {memory} MB, {len(rounds)} rounds kept")


if __name__ == "__main__":
    main()
