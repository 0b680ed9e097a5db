"""Hands over to the Python of the project's own environment: python3 -m bench."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

if __name__ == "__main__":
    if not PYTHON.exists():
        sys.exit("Set the project up first: python3 -m elearn check")
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "bench.run", *sys.argv[1:]])
