"""What the platform is built of: the list of it (`elearn sbom`) and its known weaknesses (`elearn audit`).

Both need the libraries of requirements-nightly.txt, which `python3 -m elearn audit` and `… sbom` bring; a
server that only serves has none of them. They are for whoever makes a release, on a machine with network.
"""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import config

LOCKED = config.ROOT / "requirements.txt"  # what a server installs
NOT_KNOWN = 2  # the exit code when nothing can be said
LONGEST = 600  # seconds


def audit(_options: argparse.Namespace) -> int:
    """Ask for known weaknesses of every locked library; 0 none, 1 some, 2 when one could not be asked for.

    pip-audit ends well although it skipped a library that its database did not answer for; here that fails.
    """
    wanted = locked(LOCKED)
    command = ["-m", "pip_audit", "--strict", "--require-hashes", "--disable-pip"]
    answer = _python(*command, "--vulnerability-service", "osv", "--format", "json", "-r", str(LOCKED))
    try:
        report = json.loads(answer.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return _cannot_say((answer.stderr.strip().splitlines() or ["không có câu trả lời"])[-1])
    asked = {one["name"].lower(): one for one in report if "vulns" in one and not one.get("skip_reason")}
    if missing := sorted(wanted.keys() - asked.keys()):
        return _cannot_say(f"chưa hỏi được về {', '.join(missing)}")
    weak = [(name, found) for name, one in sorted(asked.items()) for found in one["vulns"]]
    for name, found in weak:
        mended = ", ".join(found.get("fix_versions") or []) or "chưa có"
        print(f"{name} {wanted[name]}: {found['id']}; bản đã sửa: {mended}")
    print(f"Đã hỏi về {len(wanted)} thư viện: {len(weak)} điểm yếu đã biết.")
    return 1 if weak else 0


def sbom(options: argparse.Namespace) -> int:
    """Write the list of what a server installs, as CycloneDX 1.6 JSON (ECMA-424), with the hashes."""
    file = Path(options.file)
    answer = _python(
        *(
            "-m",
            "cyclonedx_py",
            "requirements",
            str(LOCKED),
            "--pyproject",
            str(config.ROOT / "pyproject.toml"),
        ),
        *("--spec-version", "1.6", "--output-format", "JSON", "--output-reproducible", "-o", str(file)),
    )
    if answer.returncode:
        print(answer.stderr.strip(), file=sys.stderr)
        return 1
    listed = {one["name"].lower() for one in json.loads(file.read_text(encoding="utf-8"))["components"]}
    if missing := sorted(locked(LOCKED).keys() - listed):
        print(f"Danh sách thiếu {', '.join(missing)}.", file=sys.stderr)
        return 1
    print(f"Đã ghi {len(listed)} thành phần vào {file}.")
    return 0


def locked(file: Path) -> dict[str, str]:
    """Return the locked libraries of a requirement file and their versions, for every system."""
    found: Iterable[tuple[str, str]] = re.findall(
        r"^([A-Za-z0-9._-]+)==([^\s;]+)", file.read_text(encoding="utf-8"), re.MULTILINE
    )
    return {name.lower(): version for name, version in found}


def _cannot_say(why: str) -> int:
    print(
        "KHÔNG kết luận được: không hỏi được cơ sở dữ liệu điểm yếu.\n"
        f"  {why}\nXin chạy lại trên máy có mạng. Đừng coi lần này là đã kiểm.",
        file=sys.stderr,
    )
    return NOT_KNOWN


def _python(*arguments: str) -> "subprocess.CompletedProcess[str]":
    found: Any = subprocess.run(  # noqa: S603 - the arguments are ours
        [sys.executable, *arguments], capture_output=True, text=True, timeout=LONGEST, check=False
    )
    return found  # type: ignore[no-any-return]
