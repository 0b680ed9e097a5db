"""Hands over to the Python of the project's own environment: python3 -m bench [pages | memory | …]."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
PARTS = ("pages", "memory", "board", "city", "crowd", "kill", "start")
SCENES = ("evening", "rush", "flood", "answers", "sign-ins", "helpers", "report", "soak")

if __name__ == "__main__":
    if not PYTHON.exists():
        sys.exit("Set the project up first: python3 -m elearn check")
    part, rest = "run", sys.argv[1:]
    if rest and rest[0] in PARTS:
        part, rest = rest[0], rest[1:]
    if rest and rest[0] in SCENES:
        part = "scenes.run"
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", f"bench.{part}", *rest])
