"""How soon the server answers after it is started, and how large what is installed is (P11).

python3 -m bench start
"""

import importlib.metadata
import re
import statistics
import tempfile
from pathlib import Path

from bench import peers, report
from bench.cases import ours
from bench.servers import ROOT
from bench.systems import seeded

TIMES = 7
OWN = ("elearn", "migrations", "courses", "deploy", "docs", "config.py", "wsgi.py")
MEGABYTE = 1_000_000


def main() -> None:
    """Measure, print the lines, and keep them."""
    with tempfile.TemporaryDirectory(prefix="elearn-bench-") as folder:
        place = Path(folder) / "ours"
        seeded(place, "S")
        seconds = [_start(place) for _ in range(TIMES)]
    sizes = {"ours": _libraries() + _own()}
    sizes |= {name: _size(peers.FOLDER / name) for name in peers.VERSIONS}
    middle = statistics.median(seconds)
    words = ", ".join(f"{name} {size:.0f} MB" for name, size in sizes.items() if size)
    table = (
        f"From the start to the first answer (two workers): {middle:.1f} s "
        f"({min(seconds):.1f} to {max(seconds):.1f}, {TIMES} starts). Installed, libraries included: {words}."
    )
    report.keep("start", table, {"seconds_to_first_200": seconds, "installed_mb": sizes})
    print(table)


def _start(place: Path) -> float:
    with ours.server(place) as server:
        return round(server.seconds_to_start, 2)


def _libraries() -> float:
    """Return how large the locked libraries are, in MB, without those that only tests need."""
    names = re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / "requirements.txt").read_text(), re.M)
    return sum(_library(name) for name in names) / MEGABYTE


def _library(name: str) -> int:
    try:
        files = importlib.metadata.files(name) or []
    except importlib.metadata.PackageNotFoundError:  # for another system than this one
        return 0
    return sum(place.stat().st_size for file in files if (place := Path(str(file.locate()))).is_file())


def _own() -> float:
    return sum(_size(ROOT / name) for name in OWN)


def _size(place: Path) -> float:
    files = [place] if place.is_file() else [one for one in place.rglob("*") if not one.is_symlink()]
    return sum(one.stat().st_size for one in files if one.is_file()) / MEGABYTE


if __name__ == "__main__":
    main()
