"""What the process beside the tests does: answer, hang, grow, fall, stumble."""

import os
import re
import signal
import sys


def double(number):
    sys.stdout.write("a stray word\n")
    return [number * 2, "hai"]


def hang():
    while True:
        pass


def hang_in_one_call():
    """As a pattern that backtracks for ever: nothing of Python runs meanwhile."""
    return bool(re.fullmatch(r"(a|aa)+", "a" * 60 + "b"))


def grow():
    return len(bytearray(64 * 1024**3))


def fall():
    os.kill(os.getpid(), signal.SIGKILL)


def stumble():
    raise KeyError("x")


def surroundings():
    rooms = {"sqlalchemy", "flask", "werkzeug"} & set(sys.modules)
    return {"process": os.getpid(), "environment": dict(os.environ), "rooms": sorted(rooms)}
