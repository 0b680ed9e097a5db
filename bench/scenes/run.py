"""Plays a scene of many people at once and says whether its pass lines held: python3 -m bench evening."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from bench.scenes.at_once import answers, helpers, sign_ins
from bench.scenes.evening import evening
from bench.scenes.figures import Figures
from bench.scenes.people import Pauses
from bench.scenes.place import Place, settle
from bench.scenes.report import report
from bench.scenes.soak import soak

SMALL, FULL = 300, 5_000  # residents of the ward before anybody comes


def play(scene: str, place: Place, small: bool) -> Figures:
    """Play it; a small one takes less than a minute and says nothing of times."""
    if scene == "evening":
        return evening(place, 60, 6, Pauses(30)) if small else evening(place, 2_000, 300, Pauses())
    if scene == "rush":  # ten times the evening's rate
        return evening(place, 150, 2, Pauses(30)) if small else evening(place, 2_000, 30, Pauses())
    if scene == "flood":  # the same for five minutes
        return evening(place, 200, 2, Pauses(60)) if small else evening(place, 20_000, 300, Pauses())
    if scene == "answers":
        return answers(place, 30 if small else 200)
    if scene == "sign-ins":
        return sign_ins(place, 20 if small else 200)
    if scene == "helpers":
        return helpers(place, 5 if small else 50, 4 if small else 30)
    if scene == "report":
        return report(place, 5_000, 1) if small else report(place, 600_000, 20)
    return soak(place, 40, 0.3, Pauses(20)) if small else soak(place, 3_600, 1, Pauses())


def main() -> int:
    """Play what was asked for; return 1 when something was lost, broke, or (if held) came too late."""
    parser = argparse.ArgumentParser(prog="python3 -m bench", description=__doc__)
    parser.add_argument(
        "scene",
        choices=("evening", "rush", "flood", "answers", "sign-ins", "helpers", "report", "soak"),
    )
    parser.add_argument("--small", action="store_true", help="few people, and no times held")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="elearn-scene-"))
    try:
        figures = play(asked.scene, settle(folder, SMALL if asked.small else FULL), asked.small)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("\n".join([*figures.table, str(figures)]))
    return 1 if figures.faults or (figures.missed and not asked.small) else 0


if __name__ == "__main__":
    sys.exit(main())
