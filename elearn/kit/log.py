"""The log: one JSON line for each request and each act, from which nobody can be recognised.

A line names the rule of an address ("/the/<token>"), never what stood in it; of an error its kind and
where it happened, never its words, since they may quote a row.
"""

import json
import logging
import re
import secrets
import sys
import time
import traceback
from typing import Any

from flask import Flask, Response, g, got_request_exception, has_request_context, request

from elearn.kit.clock import now
from elearn.kit.metrics import count_refusal, count_request

LOG = logging.getLogger("elearn.log")
REQUEST_ID = "X-Request-ID"
RULE = (
    "elearn.rule"  # where a request's environment keeps the rule of its address for who stands before the app
)
READS = {"get", "head", "options"}

# What may stand in a line: a word of the program or a number that leads to a row, never what a person typed.
PLAIN = re.compile(r"[a-z][a-z0-9_.:-]{0,59}")
LONG_NUMBER = re.compile(r"\d{6}")


def keep_log(app: Flask) -> None:
    """Write a line for each request and each error of the app; call it once, when the app is built."""
    _open()
    app.logger.addFilter(_is_not_an_exception)
    app.before_request(_begin)
    app.after_request(_end)
    got_request_exception.connect(_note_error, app)


def note(event: str, **ids: object) -> None:
    """Record that something was done: a name for it, and ids, counts or words of the program."""
    said = {"at": f"{now().isoformat(timespec='milliseconds')}Z", "event": _plain(event)} | _who()
    said |= {name: _plain(value) for name, value in ids.items()}
    # a record of our own: where in the program it was written, which logging would look up, is not told
    LOG.handle(logging.LogRecord(LOG.name, logging.INFO, "", 0, json.dumps(said), None, None))


def note_ready(rule: str, status: int, began: float, length: int) -> str:
    """Write the line of a request that was answered without the app; return the number given to it."""
    return note_outside("get", rule, status, began, length, how="ready")


def note_outside(method: str, rule: str, status: int, began: float, length: int, *, how: str = "") -> str:
    """Write the line of a request that did not reach the app; return the number given to it."""
    number = secrets.token_hex(6)
    _note_request(method, _Rule(rule), status, began, length, how=how, request=_Rule(number))
    return number


def note_refusal(error: BaseException) -> None:
    """Write that the database could not serve this request, and of what kind its refusal was."""
    cause = getattr(error, "orig", None) or error
    kind = getattr(cause, "sqlite_errorname", None) or type(cause).__name__
    count_refusal(kind)
    note("database.refused", rule=_rule(), kind=_Rule(kind))


def request_id() -> str:
    """Return the number of this request, to be read out to whoever helps; empty outside a request."""
    return g.get("request_id", "") if has_request_context() else ""


def _open() -> None:
    if not LOG.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False


def _begin() -> None:
    g.request_id = secrets.token_hex(6)
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    if "began" in g and request.endpoint != "static":
        rule = request.environ[RULE] = _rule()
        _note_request(request.method.lower(), rule, response.status_code, g.began, response.content_length)
        response.headers[REQUEST_ID] = g.request_id
    return response


def _note_request(
    method: str, rule: str, status: int, began: float, length: int | None, *, how: str = "", **more: object
) -> None:
    seconds = time.perf_counter() - began
    count_request(rule, status, how or ("read" if method in READS else "write"), seconds)
    took = round(seconds * 1000, 1)
    note("request", method=method, rule=rule, status=status, milliseconds=took, bytes=length, **more)


def _note_error(_app: Flask, exception: BaseException, **_: Any) -> None:
    frames = traceback.extract_tb(exception.__traceback__)
    where = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}:{frame.name}" for frame in frames[-8:]]
    note(
        "error", rule=_rule(), kind=_Rule(type(exception).__name__), where=_Rule(" < ".join(reversed(where)))
    )


def _is_not_an_exception(record: logging.LogRecord) -> bool:
    """Drop Flask's own line about an exception: it quotes the address and the words of the error."""
    return record.exc_info is None


class _Rule(str):
    """A text that comes from the program itself."""


HARMLESS = (bool, int, float, _Rule)


def own(text: str) -> str:
    """Mark a text that the program itself has made (a digest, a month), so that a line may hold it."""
    return _Rule(text)


def _rule() -> str:
    return _Rule(request.url_rule.rule) if request.url_rule else "no.such.page"


def _who() -> dict[str, str]:
    number = request_id()
    return {"request": number} if number else {}


def _plain(value: object) -> object:
    if value is None or isinstance(value, HARMLESS):
        return value
    text = str(value)
    return text if PLAIN.fullmatch(text) and not LONG_NUMBER.search(text) else "…"
