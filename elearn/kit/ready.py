"""Answers that are the same for many, kept ready in each process: whole, compressed, with their headers.

It stands before the app, as a cache between it and the browsers would: an answer that the app calls public
and gives a validator (ETag) is given again without asking, for a moment; then the app is asked whether the
validator still holds. So what changes in the database is seen everywhere a moment later, and nobody has to
tell anybody that it has.
"""

import time
from collections.abc import Callable, Hashable, Iterable
from threading import Lock
from typing import Any, NamedTuple

from elearn.kit import log

MOST_BYTES = 4_000_000  # of bodies, in each process
LARGEST = 100_000  # bytes of one body
MOST_ANSWERS = 2_000  # however small
OF_THE_BODY = {"content-type", "content-length", "content-encoding"}

Environ = dict[str, Any]
Start = Callable[..., Any]
Headers = list[tuple[str, str]]


class Answer(NamedTuple):
    """What goes over the line."""

    status: str
    headers: Headers
    body: bytes


class Ready:
    """A whole answer and its short form, 304, and until when they are given without asking the app."""

    def __init__(self, headers: Headers, tag: str, body: bytes, rule: str) -> None:
        lasting = [pair for pair in headers if pair[0] != log.REQUEST_ID]
        without_body = [pair for pair in lasting if pair[0].lower() not in OF_THE_BODY]
        self.whole, self.unchanged = (
            Answer("200 OK", lasting, body),
            Answer("304 NOT MODIFIED", without_body, b""),
        )
        self.tag, self.rule, self.until = tag, rule, 0.0

    def answer_to(self, environ: Environ) -> Answer:
        """Return the short form where the browser says that it has this very answer, else the whole."""
        has = environ.get("HTTP_IF_NONE_MATCH", "")
        return self.unchanged if self.tag.removeprefix("W/") in has or has == "*" else self.whole


class ReadyAnswers:
    """Stands before a WSGI app and keeps its public answers.

    `key_of` returns everything that tells the answer to a request from another's, or None where the app
    must answer itself.
    """

    def __init__(
        self,
        app: Callable[..., Iterable[bytes]],
        key_of: Callable[[Environ], Hashable | None],
        fresh_seconds: float,
    ) -> None:
        self._app, self._key_of, self._fresh_seconds = app, key_of, fresh_seconds
        self._kept: dict[Hashable, Ready] = {}
        self._bytes, self._keeping = 0, Lock()

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer from what is kept while it is fresh, else let the app answer."""
        key = self._key_of(environ)
        if key is None:
            return self._app(environ, start)
        began = time.perf_counter()
        ready = self._kept.get(key)
        if ready is None or ready.until <= began:
            return self._ask(key, ready, environ, start, began + self._fresh_seconds)
        status, headers, body = ready.answer_to(environ)
        number = log.note_ready(ready.rule, int(status[:3]), began, len(body))
        start(status, [*headers, (log.REQUEST_ID, number)])
        return (body,)

    def _ask(
        self, key: Hashable, old: Ready | None, environ: Environ, start: Start, until: float
    ) -> Iterable[bytes]:
        """Ask the app whether the old answer still holds, or for a new one; keep it if it may be kept."""
        if old is not None:
            old.until = until  # who comes meanwhile gets the old one, and does not ask as well
        asked = environ | {"HTTP_IF_NONE_MATCH": old.tag if old else ""}
        said: list[Any] = []
        parts = self._app(asked, lambda *head: said.append(head))
        status, headers, *_ = said[0]
        names = dict(headers)
        if old is not None and status.startswith(("304", "5")):  # 5: better as of a moment ago than nothing
            _join(parts)
            ready = old
        elif _may_be_kept(status, names):
            ready = Ready(headers, names["ETag"], _join(parts), asked[log.RULE])
            ready.until = until
            self._keep(key, ready)
        else:
            self._keep(key, None)
            start(*said[0])
            return parts
        status, headers, body = ready.answer_to(environ)
        start(status, [*headers, (log.REQUEST_ID, names[log.REQUEST_ID])])
        return (body,)

    def forget(self) -> None:
        """Let the app answer everything anew."""
        with self._keeping:
            self._kept.clear()
            self._bytes = 0

    def _keep(self, key: Hashable, ready: Ready | None) -> None:
        """Put the answer (None: nothing) in place of the old one; the first kept go when it is too much."""
        with self._keeping:
            old = self._kept.pop(key, None)
            self._bytes -= len(old.whole.body) if old else 0
            if ready is not None and len(ready.whole.body) <= LARGEST:
                self._kept[key] = ready
                self._bytes += len(ready.whole.body)
            while self._bytes > MOST_BYTES or len(self._kept) > MOST_ANSWERS:
                self._bytes -= len(self._kept.pop(next(iter(self._kept))).whole.body)


def _may_be_kept(status: str, headers: dict[str, str]) -> bool:
    is_public = "public" in headers.get("Cache-Control", "")
    return status.startswith("200") and is_public and "ETag" in headers and "Set-Cookie" not in headers


def _join(parts: Iterable[bytes]) -> bytes:
    try:
        return b"".join(parts)
    finally:
        if close := getattr(parts, "close", None):
            close()
