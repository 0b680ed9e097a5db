"""Work that may take too long, done in a process of its own that is ended when it does."""

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
from typing import Any, Self

from elearn.kit.refused import Refused

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

SECONDS_TO_START = 60.0
SECONDS_TO_END = 5.0
MOST_MEMORY = 1024**3  # bytes of address space
CALLED = "import sys; sys.path[:] = {path!r}; from elearn.kit.apart import serve; serve({module!r})"


class TooMuch(RuntimeError):
    """A question that took too long or too much memory; the process that had it is gone."""


class Apart:
    """Answers questions with the functions of one module, one after the other, in one process beside this.

    It is started by the first question, knows no setting and no database, and ends with the block. A question
    that takes longer than `seconds` ends it; the next one finds a fresh process.
    """

    def __init__(self, module: str, seconds: float) -> None:
        self.module, self.seconds = module, seconds
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def ask(self, name: str, **given: Any) -> Any:
        """Return what the function says of the values; values go and come as JSON.

        Raise TooMuch when it was ended, RuntimeError with what the function raised.
        """
        if self._child is None:
            self._child = self._started()
        question = json.dumps([name, given, self.seconds]).encode() + b"\n"
        answer = self._exchange(self._child, question, self.seconds)
        if not answer.endswith(b"\n"):
            self._end()
            raise TooMuch(f"{self.module}.{name}")
        kind, value = json.loads(answer)
        if kind == "too much":
            raise TooMuch(f"{self.module}.{name}")
        if kind == "broken":
            raise RuntimeError(value)
        return value

    def _started(self) -> subprocess.Popen[bytes]:
        code = CALLED.format(path=sys.path, module=self.module)
        try:
            child = subprocess.Popen(  # noqa: S603 - this very interpreter, with a text that stands above
                [sys.executable, "-E", "-s", "-c", code],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={} if os.name == "posix" else None,  # Windows starts nothing without its own variables
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as fault:
            sentence = f"Máy không cho mở tiến trình phụ ({fault}). Xin xem lại quyền và bộ nhớ."
            raise Refused(sentence) from None
        self._child = child
        if self._exchange(child, b"", SECONDS_TO_START) != b"ready\n":
            self._end()
            raise RuntimeError(f"{self.module} does not start in a process of its own")
        return child

    @staticmethod
    def _exchange(child: subprocess.Popen[bytes], question: bytes, seconds: float) -> bytes:
        """Return the line with which the process answers; nothing when it ended, or the time was up."""
        assert child.stdin is not None and child.stdout is not None
        late = threading.Event()

        def end() -> None:
            late.set()
            child.kill()

        clock = threading.Timer(seconds, end)
        clock.daemon = True
        clock.start()
        answer = b""
        with contextlib.suppress(OSError):  # it ended before it had read all
            child.stdin.write(question)
            child.stdin.flush()
            answer = child.stdout.readline()
        clock.cancel()
        clock.join()  # one that went off at the last moment is seen
        return b"" if late.is_set() else answer

    def _end(self) -> None:
        """Let the process go, and wait for it, so that nothing of it is left."""
        child, self._child = self._child, None
        if child is None:
            return
        assert child.stdin is not None and child.stdout is not None
        with contextlib.suppress(OSError):
            child.stdin.close()
        try:
            child.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()


# -- in the other process ------------------------------------------------------------------------


def serve(module: str) -> None:
    """Answer the questions that come in, until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks hears it, and closes the line
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr  # a stray print is no answer
    functions = vars(importlib.import_module(module))
    answers.write(b"ready\n")
    answers.flush()
    for line in sys.stdin.buffer:
        name, given, seconds = json.loads(line)
        _bound(seconds)
        answers.write(json.dumps(_answer(functions[name], given)).encode() + b"\n")
        answers.flush()


def _answer(function: Any, given: dict[str, Any]) -> tuple[str, Any]:
    try:
        return "answer", function(**given)
    except (MemoryError, RecursionError):
        return "too much", None
    except Exception as fault:
        return "broken", f"{type(fault).__name__}: {fault}"


def _bound(seconds: float) -> None:
    """Bound time and memory from within too: whoever asks may be gone before the time is up."""
    if resource is None:
        return
    spent = resource.getrusage(resource.RUSAGE_SELF)
    soonest = int(spent.ru_utime + spent.ru_stime + seconds) + 2
    for kind, wanted in ((resource.RLIMIT_CPU, soonest), (resource.RLIMIT_AS, MOST_MEMORY)):
        hard = resource.getrlimit(kind)[1]
        with contextlib.suppress(ValueError, OSError):  # a system that knows the limit but not this value
            resource.setrlimit(kind, (wanted if hard < 0 else min(wanted, hard), hard))
