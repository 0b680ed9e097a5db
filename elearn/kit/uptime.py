"""How long ago something was on this machine, whoever puts the clock on the wall forwards or back."""

import time
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Uptime(NamedTuple):
    """A moment as a machine counts it for itself: which start of the machine, and the seconds since then."""

    boot: str  # "" where the system does not say
    seconds: float

    def since(self, earlier: "Uptime") -> timedelta | None:
        """Return how long after the other moment this one is; None of two starts, or of two machines."""
        if not self.boot or self.boot != earlier.boot:
            return None
        return timedelta(seconds=self.seconds - earlier.seconds)


def uptime() -> Uptime:
    """Return the current moment of this machine's own count; time asleep is counted."""
    steady = getattr(time, "CLOCK_BOOTTIME", None)
    return Uptime(_boot(), time.monotonic() if steady is None else time.clock_gettime(steady))


@cache
def _boot() -> str:
    file = Path("/proc/sys/kernel/random/boot_id")
    return file.read_text().strip() if file.exists() else ""
