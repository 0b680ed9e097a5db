"""Runs the cases of all systems in shuffled rounds and writes what they cost."""

import argparse
import contextlib
import random
import statistics
import tempfile
from pathlib import Path

from bench import report
from bench.cases import Case, floor, ours
from bench.load import Sample, ask_for
from bench.report import Round
from bench.seed import seed
from bench.servers import Server

SYSTEMS = {"floor": floor, "ours": ours}
MOST_DRIFT = 0.25  # a round in which "hello" is further than this from its median tells nothing
READERS = 16  # connections on the signed-in lesson, while memory is looked at


def main() -> None:
    """Measure, print the table, and keep both."""
    asked = _arguments()
    place = Path(tempfile.mkdtemp(prefix="elearn-bench-"))
    seed(place, asked.learners)
    with contextlib.ExitStack() as running:
        servers = {name: running.enter_context(one.server(place)) for name, one in SYSTEMS.items()}
        cases = [(case, servers[name]) for name, one in SYSTEMS.items() for case in one.cases(servers[name])]
        memory = _memory(cases)
        rounds = [_round(cases, asked) for _ in range(asked.rounds)]
        memory |= {f"{name}, after all": round(one.memory_megabytes(), 1) for name, one in servers.items()}
    print(f"\n{report.write([case for case, _ in cases], _kept(rounds), memory, vars(asked))}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--learners", type=int, default=300)
    return parser.parse_args()


def _memory(cases: list[tuple[Case, Server]]) -> dict[str, float]:
    """Return what each server takes while many read a lesson, before it has done anything else."""
    found = {}
    for name, lesson in (("floor", "floor lesson"), ("ours", "signed-in lesson")):
        case, server = next((case, server) for case, server in cases if case.name == lesson)
        ask_for(server.port, 5, READERS, case.prepare())
        found[f"{name}, {READERS} readers"] = round(server.memory_megabytes(), 1)
    return found


def _round(cases: list[tuple[Case, Server]], asked: argparse.Namespace) -> Round:
    found = {}
    for case, server in random.sample(cases, len(cases)):
        next_ask = case.prepare()
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


def _kept(rounds: list[Round]) -> list[Round]:
    """Leave out the rounds in which the machine was busy with something else."""
    middle = statistics.median(one["hello"]["cpu_ms"] for one in rounds)
    return [one for one in rounds if abs(one["hello"]["cpu_ms"] / middle - 1) <= MOST_DRIFT]


if __name__ == "__main__":
    main()
