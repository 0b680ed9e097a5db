"""The systems that are measured side by side: seeds them and starts them all."""

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import peers
from bench.cases import Case, floor, kolibri, now_lms, ours
from bench.postgres import durable
from bench.servers import ROOT, Server

EVERY = ("floor", "sqlite", "postgres", "kolibri", "now-lms")
PEERS = {"kolibri": kolibri, "now-lms": now_lms}

Running = tuple[Server, list[Case]]


@contextlib.contextmanager
def running(wanted: list[str], size: str) -> Iterator[dict[str, Running]]:
    """Seed and start these systems, and end them afterwards. A peer that is not to be had is left out, and
    the reason is said. With `floor` all others are judged, so it is always among them."""
    with contextlib.ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="elearn-bench-")))
        started: dict[str, Running] = {}
        for name in EVERY:
            if name not in wanted and name != "floor":
                continue
            server = _server(name, place / name, size, stack)
            if server is not None:
                stack.enter_context(server)
                started[name] = server, _cases_of(name, server)
        yield started


def seeded(place: Path, size: str, database: str = "") -> None:
    """Seed our platform in a process of its own: it reads its settings once."""
    place.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "bench.seed", "--size", size, str(place)]
    subprocess.run([*command, *(["--database", database] if database else [])], cwd=ROOT, check=True)


def _server(name: str, place: Path, size: str, stack: contextlib.ExitStack) -> Server | None:
    place.mkdir()
    if name == "floor":
        return floor.server(place)
    if name == "sqlite":
        seeded(place, size)
        return ours.server(place)
    if name == "postgres":
        cluster = durable()
        if cluster is None:
            print("PostgreSQL is left out: it is not installed (Debian: apt-get install postgresql).")
            return None
        stack.enter_context(cluster)
        seeded(place, size, cluster.url)
        return ours.server(place, beside=(cluster.pid,))
    try:
        return PEERS[name].server(peers.prepared(name, place))
    except peers.NotToBeHad as reason:
        print(f"{name} is left out: {reason}")
        return None


def _cases_of(name: str, server: Server) -> list[Case]:
    if name == "floor":
        return floor.cases(server)
    return PEERS[name].cases(server) if name in PEERS else ours.cases(server)
