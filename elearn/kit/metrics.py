"""What is counted while serving, for Prometheus: kept only where the administrator has set a token for it.

Nothing here leads to a person: requests are counted by the rule of their address, never by what stood in it.
Several processes answer, and each scrape reaches only one of them; so the counts stand in files that all of
them share (prometheus_client's multiprocess mode), and whichever is asked adds them up.
"""

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 0.5, 1, 3, 10)
TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Measures:
    """The counters of this process, and how to tell them."""

    def __init__(self, shared: Path | None) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self.shared, self.registry = shared, CollectorRegistry()
        own: Any = {"registry": self.registry}
        self.requests = Counter(
            "elearn_requests",
            "Answers by rule of the address and class of status.",
            ["rule", "status"],
            **own,
        )
        self.seconds = Histogram(
            "elearn_request_seconds", "How long an answer took: ready, read or write.", ["how"],
            buckets=SECONDS, **own,
        )  # fmt: skip
        self.refusals = Counter(
            "elearn_database_refusals", "Requests that the database could not serve.", ["kind"], **own
        )
        self.hashes = Gauge(
            "elearn_slow_hashes",
            "Slow hashes of secrets that wait or run.",
            multiprocess_mode="livesum",
            **own,
        )
        self.waits = Histogram(
            "elearn_slow_hash_wait_seconds",
            "How long a slow hash waited for its turn.",
            buckets=SECONDS,
            **own,
        )
        self.known: dict[tuple[str, int], Any] = {}
        self.by_how = {how: self.seconds.labels(how) for how in ("ready", "read", "write")}

    def request(self, rule: str, status: int, how: str, seconds: float) -> None:
        """Count an answer."""
        kept = self.known.get((rule, status // 100))
        if kept is None:
            kept = self.known[rule, status // 100] = self.requests.labels(rule, f"{status // 100}xx")
        kept.inc()
        self.by_how[how].observe(seconds)

    def told(self, moments: Mapping[str, float | None]) -> bytes:
        """Return everything as Prometheus reads it, with what is true only at this moment (None: unknown)."""
        from prometheus_client import generate_latest

        lines = [
            f"# HELP elearn_{name} {MOMENTS[name]}\n# TYPE elearn_{name} gauge\nelearn_{name} {value}\n"
            for name, value in moments.items()
            if value is not None
        ]
        return generate_latest(self._whole()) + "".join(lines).encode()

    def _whole(self) -> Any:
        if self.shared is None:
            return self.registry
        from prometheus_client import CollectorRegistry, multiprocess

        for file in self.shared.glob("gauge_live*_*.db"):
            process = int(file.stem.rpartition("_")[2])
            if not _is_alive(process):
                multiprocess.mark_process_dead(process, str(self.shared))
        together = CollectorRegistry()
        multiprocess.MultiProcessCollector(together, str(self.shared))
        return together


MOMENTS = {
    "ready": "1 when the database answers and fits this program, else 0.",
    "backup_age_seconds": "Since the last backup was written.",
    "rehearsal_age_seconds": "Since a restore was last rehearsed and went well.",
    "tick_age_seconds": "Since the regular work ended.",
    "disk_free_bytes": "Free on the disk of the installation.",
}
_kept: list[Measures] = []  # none: nothing is counted


def keep_metrics(shared: Path | None) -> Measures:
    """Count from now on, in files of this folder where several processes answer; return the counters."""
    if not _kept:
        _kept.append(Measures(shared))
    return _kept[0]


def count_request(rule: str, status: int, how: str, seconds: float) -> None:
    """Count an answer: `how` is ready, read or write."""
    if _kept:
        _kept[0].request(rule, status, how, seconds)


def count_refusal(kind: str) -> None:
    """Count a request that the database could not serve."""
    if _kept:
        _kept[0].refusals.labels(kind).inc()


@contextlib.contextmanager
def slow_hash_turn(turns: Any) -> Iterator[None]:
    """Take a turn at the slow hashes, and count the wait."""
    if not _kept:
        with turns:
            yield
        return
    began = time.perf_counter()
    with _kept[0].hashes.track_inprogress(), turns:
        _kept[0].waits.observe(time.perf_counter() - began)
        yield


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
