"""A phone: one kept line to the server, its cookies, and a note of how long each answer took.

Thousands of them share one process, which must leave the processor to the server: no library stands
between them and the socket.
"""

import asyncio
import re
import socket
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

import brotli

PATIENCE = 60.0  # seconds; who waits longer has gone
PIECE = 256 * 1024
RULES = (  # what stands for the many addresses of one kind in the notes
    (re.compile(r"/(p|lop|the|ve)/[^/?]+"), r"/\1/…"),
    (re.compile(r"/ket-qua/[^/?]+"), "/ket-qua/…"),
    (re.compile(r"/khoa-hoc/[^/?]+/[^/?]+"), "/khoa-hoc/…/…"),
    (re.compile(r"/khoa-hoc/[^/?…]+"), "/khoa-hoc/…"),
    (re.compile(r"/to/[^/?]+"), "/to/…"),
    (re.compile(r"/tien-do/[A-Z0-9-]+"), "/tien-do/…"),
    (re.compile(r"/static/.*"), "/static/…"),
    (re.compile(r"\?.*"), ""),
)


class WrongAnswerError(Exception):
    """The server did not answer as it should."""


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]  # names in small letters; of several cookies only the last
    body: bytes

    @property
    def text(self) -> str:
        """The page, unpacked."""
        packed = self.headers.get("content-encoding", "")
        body = self.body
        if packed == "br":
            body = brotli.decompress(body)
        elif packed == "gzip":
            body = zlib.decompress(body, 31)
        return body.decode()

    @property
    def leads_to(self) -> str:
        """The address that the answer sends on to."""
        return self.headers.get("location", "")


class Notes:
    """What all phones together have seen."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self.took: dict[str, list[float]] = defaultdict(
            list
        )  # "GET /dang-ky" -> seconds, one for each answer
        self.faults: list[str] = []
        self.statuses: Counter[int] = Counter()
        self.opened_again = 0  # lines that the server had closed meanwhile
        self.each_second: Counter[int] = Counter()  # answers

    def note(self, kind: str, began: float, status: int) -> None:
        """Note an answer that was asked for at that moment and is there now."""
        ended = time.perf_counter()
        self.took[kind].append(ended - began)
        self.statuses[status] += 1
        self.each_second[int(ended)] += 1

    def percentile(self, share: float, kind: str = "") -> float:
        """Return the seconds within which that share of the answers came, of one kind or of all."""
        ordered = sorted(one for name, all_ in self.took.items() if kind in name for one in all_)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def within(self, share: float, kind: str = "") -> str:
        """Return the same in milliseconds, as text."""
        return f"{self.percentile(share, kind) * 1000:.0f} ms"

    @property
    def requests(self) -> int:
        """How many answers came."""
        return sum(map(len, self.took.values()))

    @property
    def busiest(self) -> int:
        """How many answers came in the busiest second."""
        return max(self.each_second.values(), default=0)

    def table(self) -> list[str]:
        """Return a line for each kind of request: how many, median, p95, longest, in milliseconds."""
        return [
            f"{name:34} {len(took):7} {_milliseconds(took, 0.5):7} {_milliseconds(took, 0.95):7}"
            f" {max(took) * 1000:7.0f}"
            for name, took in sorted(self.took.items())
        ]


def _milliseconds(took: list[float], share: float) -> str:
    return f"{sorted(took)[min(len(took) - 1, int(share * len(took)))] * 1000:.0f}"


class Phone:
    """Somebody's browser."""

    def __init__(self, port: int, notes: Notes, cookies: Mapping[str, str] | None = None) -> None:
        self.port, self.notes = port, notes
        self.cookies = dict(cookies or {})
        self.line: socket.socket | None = None
        self.seen: set[str] = set()  # files that the browser keeps

    async def get(self, path: str, *, status: int = 200, also: int | None = None) -> Answer:
        """Open a page; raise WrongAnswerError unless the answer has that status (or the other)."""
        return self._hold(await self.ask("GET", path), path, (status, also))

    async def post(self, path: str, fields: object, *, status: int = 303, also: int | None = None) -> Answer:
        """Send a form."""
        return self._hold(await self.ask("POST", path, urlencode(fields)), path, (status, also))  # type: ignore[arg-type]

    async def ask(self, method: str, path: str, form: str | None = None) -> Answer:
        """Send one request and return what came back; a line that the server closed meanwhile is opened
        again, as browsers do."""
        began = time.perf_counter()
        request = self._request(method, path, form)
        kept = self.line is not None
        try:
            answer = await asyncio.wait_for(self._over_the_line(request), self.notes.patience)
        except ConnectionError:
            self.hang_up()
            if not kept:
                raise
            self.notes.opened_again += 1
            answer = await asyncio.wait_for(self._over_the_line(request), self.notes.patience)
        self.notes.note(f"{method} {_kind(path)}", began, answer.status)
        return answer

    def hang_up(self) -> None:
        """Close the line."""
        if self.line is not None:
            self.line.close()
        self.line = None

    def _hold(self, answer: Answer, path: str, wanted: tuple[int | None, ...]) -> Answer:
        if answer.status not in wanted:
            words = re.sub(r"<[^>]+>|\s+", " ", answer.text.partition("<main")[2])[:300]
            raise WrongAnswerError(f"{path}: {answer.status} {answer.leads_to} {words}")
        return answer

    def _request(self, method: str, path: str, form: str | None) -> bytes:
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            "User-Agent: Mozilla/5.0 (Linux; Android 10) Chrome/120",
            "Accept-Encoding: gzip, deflate, br",
        ]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if form is not None:
            lines.append("Content-Type: application/x-www-form-urlencoded")
            lines.append(f"Content-Length: {len(form)}")
        return ("\r\n".join(lines) + "\r\n\r\n" + (form or "")).encode()

    async def _over_the_line(self, request: bytes) -> Answer:
        loop = asyncio.get_running_loop()
        if self.line is None:
            self.line = socket.socket()
            self.line.setblocking(False)
            self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await loop.sock_connect(self.line, ("127.0.0.1", self.port))
        await loop.sock_sendall(self.line, request)
        got = b""
        while (end := got.find(b"\r\n\r\n")) < 0:
            got += await self._piece(loop)
        status, headers = self._head(got[:end].decode("latin-1"))
        body = got[end + 4 :]
        if headers.get("transfer-encoding") == "chunked":
            while not body.endswith(b"0\r\n\r\n"):
                body += await self._piece(loop)
            body = _joined(body)
        else:
            length = int(headers.get("content-length", 0))
            while len(body) < length:
                body += await self._piece(loop)
        if headers.get("connection") == "close":
            self.hang_up()
        return Answer(status, headers, body)

    async def _piece(self, loop: asyncio.AbstractEventLoop) -> bytes:
        assert self.line is not None
        piece = await loop.sock_recv(self.line, PIECE)
        if not piece:
            raise ConnectionResetError("the server has closed the line")
        return piece

    def _head(self, text: str) -> tuple[int, dict[str, str]]:
        first, *lines = text.split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
            if name.lower() == "set-cookie":
                self._keep(value)
        return int(first.split(" ", 2)[1]), headers

    def _keep(self, cookie: str) -> None:
        pair, _, more = cookie.partition(";")
        name, _, value = pair.partition("=")
        if "max-age=0" in more.lower() or not value:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value


def _kind(path: str) -> str:
    for pattern, shown in RULES:
        path = pattern.sub(shown, path)
    return path


def _joined(chunks: bytes) -> bytes:
    body, at = b"", 0
    while True:
        end = chunks.index(b"\r\n", at)
        length = int(chunks[at:end], 16)
        if not length:
            return body
        body += chunks[end + 2 : end + 2 + length]
        at = end + 2 + length + 2
