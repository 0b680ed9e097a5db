"""Slow phones: a form is read whole before the app sees it, and only so many are at work at once.

A thread waits while a slow phone sends its form, so there are many threads; what waits holds no connection
to the database and no turn at the processor. Behind a proxy that waits for whole forms (deploy/) this never
comes to bear; without one, sixty phones that send a byte a second hold up nobody.
"""

import io
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

from elearn.kit.at_work import turn_at
from elearn.kit.headers import FIXED
from elearn.kit.log import REQUEST_ID, note_outside

MOST_SENDING = 96  # of the threads of a worker, so many may wait for slow forms; the others keep pages coming
AT_WORK = 32  # so many are answered at once; each may need a connection to the database
TOO_MANY = "too.many.slow.forms"  # in the log, in place of the rule of an address
PIECE = 64 * 1024
BUSY = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>Máy chủ đang bận</title>
<h1>Máy chủ đang bận</h1><p>Bác chờ nửa phút, quay lại trang trước rồi gửi lại giúp nhé.</p></html>
"""

Request = dict[str, Any]
App = Callable[[Request, Callable[..., Any]], Iterable[bytes]]


def patient(app: App, longest: int, *, sending: int = MOST_SENDING, at_work: int = AT_WORK) -> App:
    """Return the app behind a place where forms are waited for; `longest` is the most bytes of a form."""
    room, turns = threading.BoundedSemaphore(sending), threading.BoundedSemaphore(at_work)

    def answer(request: Request, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if sends_something(request):
            if not room.acquire(blocking=False):
                return _busy(request, start_response)
            try:
                take_in(request, longest)
            finally:
                room.release()
        with turn_at(turns):
            return app(request, start_response)

    return answer


def sends_something(request: Request) -> bool:
    """Does a body come with this request?"""
    return request.get("CONTENT_LENGTH", "0") not in ("", "0") or "HTTP_TRANSFER_ENCODING" in request


def take_in(request: Request, longest: int) -> None:
    """Put the whole body in the place of the open line; one that is too long the app will refuse."""
    try:
        length = int(request.get("CONTENT_LENGTH") or longest + 1)
    except ValueError:
        length = 0
    told = bool(request.get("CONTENT_LENGTH"))
    if told and length > longest:
        return
    body = _read(request["wsgi.input"], length)
    request["wsgi.input"] = io.BytesIO(body)
    if not told:  # a body in chunks: now its length is known
        request.pop("HTTP_TRANSFER_ENCODING", None)
        request["CONTENT_LENGTH"] = str(len(body))


def _read(line: BinaryIO, length: int) -> bytes:
    pieces, left = [], length
    while left > 0 and (piece := line.read(min(left, PIECE))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _busy(request: Request, start_response: Callable[..., Any]) -> Iterable[bytes]:
    body, method = BUSY.encode(), str(request.get("REQUEST_METHOD", "")).lower()
    number = note_outside(method, TOO_MANY, 503, time.perf_counter(), len(body))
    headers = FIXED | {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "Retry-After": "20",
        REQUEST_ID: number,
        "Connection": "close",
    }
    start_response("503 Service Unavailable", list(headers.items()))
    return [body]
