"""Runs the cases of all systems in shuffled rounds and writes what they cost.

The rules are those of the field (BENCH 5): interleaved, five rounds of at most four seconds a case, medians
with their spread, a marker asserted in every answer and the signed-in name before and after, rows counted
where rows must come of it, processor time of the whole system with its database.
"""

import argparse
import random
from typing import Any

from bench import report, systems
from bench.cases import OPEN, Case
from bench.load import Sample, ask_for
from bench.rounds import Figures, Round, kept, voided
from bench.servers import Server
from bench.sizes import SIZES

READERS = 16  # connections on the opened lesson, while memory is looked at
Measured = tuple[Case, Server]


def main() -> None:
    """Measure, print the table, and keep both."""
    asked = _arguments()
    with systems.running(asked.systems, asked.size) as started:
        cases = [(case, server) for server, own in started.values() for case in own if _wanted(case, asked)]
        memory = _memory(cases)
        _warm(cases)
        rounds = [_round(cases, asked, number) for number in range(1, asked.rounds + 1)]
        memory |= {
            f"{server.name}, after all": round(server.memory_megabytes(), 1) for server, _ in started.values()
        }
    facts = {"asked": vars(asked), "memory_mb": memory, "of_rounds": asked.rounds}
    print(f"\n{report.write(asked.name, [case for case, _ in cases], kept(rounds), facts)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0, help="at most so long a case")
    parser.add_argument("--enough", type=int, default=2000, help="or until so many answers")
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--size", choices=SIZES, default="S", help="of our data; peers have S")
    parser.add_argument("--systems", nargs="+", choices=systems.EVERY, default=list(systems.EVERY))
    parser.add_argument("--cases", default="", help="only those with one of these words, apart by commas")
    parser.add_argument("--name", default="requests", help="of the files in results/")
    return parser.parse_args()


def _wanted(case: Case, asked: argparse.Namespace) -> bool:
    words = [word for word in asked.cases.split(",") if word]
    return not words or case.system == "floor" or any(word in case.key for word in words)


def _memory(cases: list[Measured]) -> dict[str, float]:
    """Return what each server takes while many read a lesson, before it has done anything else."""
    found = {}
    for case, server in cases:
        if OPEN in case.jobs:
            ask_for(server.port, 4, READERS, case.prepare(), enough=2000, host=server.host)
            found[f"{server.name}, {READERS} readers"] = round(server.memory_megabytes(), 1)
    return found


def _warm(cases: list[Measured]) -> None:
    """Let every process have done everything once: what is made at the first time is no case's cost."""
    for case, server in cases:
        ask_for(server.port, 2, 8, case.prepare(), enough=24, host=server.host)


def _round(cases: list[Measured], asked: argparse.Namespace, number: int) -> Round:
    found: Round = {}
    print(f"round {number} of {asked.rounds}", flush=True)
    for case, server in random.sample(cases, len(cases)):
        figures, wrong = measured(case, server, asked)
        if wrong:
            print(f"  {case.key}: left out: {wrong}", flush=True)
        else:
            found[case.key] = figures
            print(f"  {case.key}: {figures['cpu_ms']:.2f} ms", flush=True)
    return found


def measured(case: Case, server: Server, asked: Any) -> tuple[Figures, str]:
    """Return what one sample of a case gave, and why it counts for nothing, if so."""
    if wrong := _probed(case, server):
        return {}, wrong
    next_ask = case.prepare()
    rows = case.kept() if case.kept else 0
    before = server.processor_seconds()
    sample = ask_for(
        server.port, asked.seconds, asked.connections, next_ask, enough=asked.enough, host=server.host
    )
    spent = server.processor_seconds() - before
    came = case.kept() - rows if case.kept else None
    wrong = voided(sample.requests, len(sample.faults), came) or _probed(case, server)
    if sample.faults:
        wrong += f", first {sample.faults[0]}"
    return ({}, wrong) if wrong else (_figures(case, sample, spent), "")


def _probed(case: Case, server: Server) -> str:
    """Return nothing when the page of the probe shows who is signed in."""
    if case.probe is None:
        return ""
    asks = iter([case.probe])
    sample = ask_for(server.port, 60, 1, lambda: next(asks, None), host=server.host)
    return f"probe: {sample.faults[0]}" if sample.faults else ""


def _figures(case: Case, sample: Sample, spent: float) -> Figures:
    operations = sample.requests / case.each
    return {
        "cpu_ms": spent / operations * 1000,
        "per_s": operations / sample.seconds,
        "p50_ms": sample.percentile(0.5),
        "p99_ms": sample.percentile(0.99),
        "requests": sample.requests,
    }


if __name__ == "__main__":
    main()
