"""Many at once: a class that scans the same code (W11), answers, and a storm of sign-ins (P4, P9, P10).

python3 -m bench crowd [--systems sqlite postgres …]
"""

import argparse
import os
import threading
import time
from pathlib import Path

import config
from bench import report, systems
from bench.cases import OPEN, Case, ours
from bench.load import Sample, ask_for
from bench.seed import PIN
from bench.servers import Server

SECONDS, ENOUGH = 6, 6_000
STORM = 64
TABLE = """| system | what | connections | p50 ms | p99 ms | a second | wrong answers |
|---|---|---|---|---|---|---|"""
Line = dict[str, str | float]


def main() -> None:
    """Measure, print the tables, and keep them."""
    parser = argparse.ArgumentParser(prog="python3 -m bench crowd", description=__doc__)
    parser.add_argument("--systems", nargs="+", choices=systems.EVERY, default=list(systems.EVERY))
    asked = parser.parse_args()
    lines: list[Line] = []
    with systems.running(asked.systems, "S") as started:
        for name, (server, cases) in started.items():
            for case, connections in _wanted(name, cases):
                lines.append(_line(server, case, connections))
                print(f"  {lines[-1]}", flush=True)
            if server.name in ours.NAMES.values():
                lines += _storm(server, cases)
        hash_ms = _hash(next(server for server, _ in started.values() if server.name in ours.NAMES.values()))
    table = "\n".join([TABLE, *(_row(one) for one in lines)])
    table += f"\n\nThe slow hash alone takes {hash_ms:.0f} ms of processor time."
    report.keep("crowd", table, {"lines": lines, "hash_ms": hash_ms})
    print(table)


def _wanted(name: str, cases: list[Case]) -> list[tuple[Case, int]]:
    def named(words: str) -> Case:
        return next(case for case in cases if words in case.name)

    opened = next(case for case in cases if OPEN in case.jobs)
    if name in ("sqlite", "postgres"):
        public, answer = named("W2 public"), named("W6")
        card, pin = named("by card"), named("by PIN")
        crowds = [(opened, 64), (public, 64), (public, 256), (answer, 64), (card, 64), (pin, 64)]
        return [*crowds, (named("W10"), 64)]
    return [(opened, 64)]


def _line(server: Server, case: Case, connections: int) -> Line:
    ask_for(server.port, 2, 8, case.prepare(), enough=24, host=server.host)
    sample = ask_for(server.port, SECONDS, connections, case.prepare(), enough=ENOUGH, host=server.host)
    return _told(server.name, case.name, connections, sample, case.each)


def _told(system: str, what: str, connections: int, sample: Sample, each: int = 1) -> Line:
    return {
        "system": system, "what": what, "connections": connections,
        "p50_ms": sample.percentile(0.5), "p99_ms": sample.percentile(0.99),
        "per_s": sample.requests / each / sample.seconds, "faults": len(sample.faults),
        "requests": sample.requests,
    }  # fmt: skip


def _storm(server: Server, cases: list[Case]) -> list[Line]:
    """Read lessons alone, and again while 64 sign in by PIN at the same moment."""
    lesson = next(case for case in cases if OPEN in case.jobs)
    sign_in = next(case for case in cases if "by PIN" in case.name)
    alone = ask_for(server.port, SECONDS, 4, lesson.prepare(), host=server.host)
    storm, prepared = Sample(), sign_in.prepare()

    def rage() -> None:
        storm.__dict__.update(ask_for(server.port, 60, STORM, prepared, host=server.host).__dict__)

    thread = threading.Thread(target=rage)
    thread.start()
    time.sleep(0.3)
    during = Sample()
    while thread.is_alive():
        part = ask_for(server.port, 1, 4, lesson.prepare(), host=server.host)
        during.milliseconds += part.milliseconds
        during.faults += part.faults
        during.requests += part.requests
        during.seconds += part.seconds
    thread.join()
    return [
        _told(server.name, "lesson, nothing else", 4, alone),
        _told(server.name, "lesson, while 64 sign in", 4, during),
        _told(server.name, "those who sign in", STORM, storm),
    ]


def _hash(server: Server) -> float:
    """Return what the slow hash of a secret takes alone, in processor milliseconds."""
    from elearn.app import create_app
    from elearn.people.credentials import slow

    place = {name: server.environment.get(name, "") for name in ("ELEARN_INSTANCE", "ELEARN_DEMO_DATABASE")}
    assert Path(place["ELEARN_INSTANCE"]).exists()
    with create_app(config.for_demo({**os.environ, **place})).app_context():
        slow(PIN)
        began = time.process_time()
        for _ in range(10):
            slow(PIN)
        return (time.process_time() - began) * 100


def _row(one: Line) -> str:
    numbers = " | ".join(
        f"{one[name]:.0f}" for name in ("connections", "p50_ms", "p99_ms", "per_s", "faults")
    )
    return f"| {one['system']} | {one['what']} | {numbers} |"


if __name__ == "__main__":
    main()
