"""Asks a server again and again over kept connections, and asserts of every answer what it must say.

One thread serves all connections, so that asking costs little of the processor that the server needs too.
"""

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

PATIENCE = 60  # seconds without any answer at all
A_READ = 1 << 18
TOO_MANY_FAULTS = 20


@dataclass(frozen=True)
class Ask:
    """One request, and what its answer must be."""

    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    status: int = 200
    marker: str = ""  # stands in the body of a 200, in the Location of a redirect


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


NextAsk = Callable[[], Ask | None]


def ask_for(
    port: int, seconds: float, connections: int, next_ask: NextAsk, *, enough: int = 0, host: str = ""
) -> Sample:
    """Ask over so many connections for so long, until there is nothing more to ask, or until enough."""
    sample = Sample()
    crowd = _Crowd(port, host or "127.0.0.1", sample)
    began = time.perf_counter()
    end = began + seconds

    def more() -> Ask | None:
        if time.perf_counter() > end or (enough and crowd.asked >= enough):
            return None
        return next_ask()

    crowd.run(connections, more)
    sample.seconds = time.perf_counter() - began
    return sample


class _Crowd:
    """The connections and what is under way on each."""

    def __init__(self, port: int, host: str, sample: Sample) -> None:
        self.port, self.host, self.sample = port, host, sample
        self.selector = selectors.DefaultSelector()
        self.asked = 0

    def run(self, connections: int, more: NextAsk) -> None:
        for _ in range(connections):
            self._next(_Line(), more)
        while self.selector.get_map():
            ready = self.selector.select(PATIENCE)
            if not ready:
                self.sample.faults.append(f"no answer within {PATIENCE} s")
                break
            for key, _ in ready:
                self._hear(key.data, more)
        for key in list(self.selector.get_map().values()):
            key.data.close(self.selector)
        self.selector.close()

    def _next(self, line: "_Line", more: NextAsk) -> None:
        """Send what comes next on this line; close it when nothing does, or too much went wrong."""
        while len(self.sample.faults) < TOO_MANY_FAULTS and (ask := more()) is not None:
            self.asked += 1
            line.ask, line.heard, line.began = ask, bytearray(), time.perf_counter()
            try:
                if line.socket is None:
                    line.open(self.port, self.selector)
                line.send(written(ask, self.host))
                return
            except OSError as problem:
                self._note(line, repr(problem))
        line.close(self.selector)

    def _hear(self, line: "_Line", more: NextAsk) -> None:
        assert line.socket is not None
        try:
            part = line.socket.recv(A_READ)
        except OSError as problem:
            self._note(line, repr(problem))
            self._next(line, more)
            return
        line.heard += part
        answer = read(line.heard, ended=not part)
        if answer is not None:
            self._note(line, misfit(line.ask, answer), keep=not answer.closes)
            self._next(line, more)
        elif not part:
            self._note(line, "the server hung up")
            self._next(line, more)

    def _note(self, line: "_Line", wrong: str, *, keep: bool = False) -> None:
        """Note that an ask is done, and what was wrong with it."""
        self.sample.requests += 1
        self.sample.milliseconds.append((time.perf_counter() - line.began) * 1000)
        if wrong:
            self.sample.faults.append(f"{line.ask.path}: {wrong}")
        if wrong or not keep:
            line.close(self.selector)


class _Line:
    """One connection."""

    def __init__(self) -> None:
        self.socket: socket.socket | None = None
        self.ask, self.heard, self.began = Ask(""), bytearray(), 0.0

    def open(self, port: int, selector: selectors.BaseSelector) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(self.socket, selectors.EVENT_READ, self)

    def send(self, request: bytes) -> None:
        assert self.socket is not None
        self.socket.sendall(request)

    def close(self, selector: selectors.BaseSelector) -> None:
        if self.socket is not None:
            selector.unregister(self.socket)
            self.socket.close()
            self.socket = None


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    head: str
    body: bytes
    closes: bool

    def header(self, name: str) -> str:
        """Return the first value of a header, or nothing."""
        for one in self.head.split("\r\n")[1:]:
            key, _, value = one.partition(":")
            if key.strip().lower() == name.lower():
                return value.strip()
        return ""


@lru_cache(maxsize=4096)
def written(ask: Ask, host: str) -> bytes:
    """Return the request as it goes over the line."""
    body = (ask.body or "").encode()
    heads = [f"{ask.method} {ask.path} HTTP/1.1", f"Host: {host}"]
    heads += [f"{name}: {value}" for name, value in ask.headers]
    if ask.method != "GET":
        heads.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*heads, "", ""]).encode() + body


def read(heard: bytearray, *, ended: bool) -> Answer | None:
    """Return the answer when all of it has been heard, else None."""
    at = heard.find(b"\r\n\r\n")
    if at < 0:
        return None
    head = heard[:at].decode("latin-1")
    status, lower = int(head[9:12]), head.lower()
    closes = "\r\nconnection: close" in lower or head.startswith("HTTP/1.0")
    rest = bytes(heard[at + 4 :])
    if status in (204, 304):
        return Answer(status, head, b"", closes)
    if "\r\ntransfer-encoding: chunked" in lower:
        body = _joined(rest)
        return None if body is None else Answer(status, head, body, closes)
    length = lower.partition("\r\ncontent-length:")[2].partition("\r\n")[0].strip()
    if length:
        return Answer(status, head, rest, closes) if len(rest) >= int(length) else None
    return Answer(status, head, rest, True) if ended else None


def _joined(rest: bytes) -> bytes | None:
    """Put the chunks together; None while the last has not come."""
    if not rest.endswith(b"0\r\n\r\n"):
        return None
    parts: list[bytes] = []
    at = 0
    while at < len(rest):
        end = rest.find(b"\r\n", at)
        if end < 0:
            return None
        size = int(rest[at:end].partition(b";")[0] or b"0", 16)
        if size == 0:
            return b"".join(parts)
        parts.append(rest[end + 2 : end + 2 + size])
        at = end + 2 + size + 2
    return None


def misfit(ask: Ask, answer: Answer) -> str:
    """Return what is wrong with an answer, or nothing."""
    if answer.status != ask.status:
        return f"status {answer.status}"
    if not ask.marker:
        return ""
    if 300 <= ask.status < 400:
        return "" if ask.marker in answer.header("Location") else "led elsewhere"
    return "" if ask.marker.encode() in answer.body else f"without {ask.marker!r}"
