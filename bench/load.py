"""Asks a server again and again over kept connections, and asserts of every answer what it must say."""

import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Ask:
    """One request, and what its answer must be."""

    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    status: int = 200
    marker: str = ""


@dataclass
class Sample:
    """What one round of a case gave."""

    requests: int = 0
    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Return the time, in milliseconds, within which that share of the answers came."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def ask_for(port: int, seconds: float, connections: int, next_ask: Callable[[], Ask | None]) -> Sample:
    """Ask over so many connections for so long, or until there is nothing more to ask."""
    sample, lock = Sample(), threading.Lock()
    end = time.perf_counter() + seconds

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.perf_counter() < end:
            with lock:
                ask = next_ask()
            if ask is None:
                break
            began = time.perf_counter()
            try:
                connection.request(ask.method, ask.path, ask.body, ask.headers)
                answer = connection.getresponse()
                content = answer.read().decode(errors="replace")
                wrong = "" if _fits(ask, answer, content) else f"{ask.path}: {answer.status}"
            except (OSError, http.client.HTTPException) as problem:
                wrong = f"{ask.path}: {problem!r}"
                connection.close()
            with lock:
                sample.requests += 1
                sample.milliseconds.append((time.perf_counter() - began) * 1000)
                if wrong:
                    sample.faults.append(wrong)
        connection.close()

    began = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sample.seconds = time.perf_counter() - began
    return sample


def _fits(ask: Ask, answer: http.client.HTTPResponse, content: str) -> bool:
    if answer.status != ask.status:
        return False
    return ask.marker in (content if ask.status == 200 else answer.headers.get("Location", ""))
