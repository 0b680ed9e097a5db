"""The file in which installations pass counts on: three CSV tables and what they are, in one ZIP.

docs/tally.md describes it. Reading trusts nothing: a file that is not wholly as described is refused whole.
"""

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from elearn.kit.refused import Refused

FORMAT, VERSION = "elearn tally", 1
REST = "*"  # the code under which what is too small of any group stands together
COUNTERS = ("registered", "started", "lessons", "courses", "mastered")
STANDINGS = ("registered", "started", "finished")
TABLES = {
    "groups.csv": ("ward", "code", "name", "former_ward", "kind", "households", "adults", "valid_from",
                   "valid_until", "successor"),
    "tallies.csv": ("ward", "week", "group", "course", "audience", "how", *COUNTERS),
    "standings.csv": ("ward", "group", "course", *STANDINGS),
}  # fmt: skip
MANIFEST = "manifest.json"
LARGEST = 512 * 1024 * 1024  # a table, unpacked
LONGEST, MANY = 300, 10**9
AT_A_TIME = 500  # rows that are written at once
DAMAGED = "Tệp bị hỏng hoặc không phải tệp số liệu của elearn. Xin lấy lại tệp từ nơi gửi."


class OfWard(NamedTuple):
    """A ward whose counts a file holds; `origin` is the same in every file from there."""

    origin: str
    code: str
    name: str
    city: str


class Manifest(NamedTuple):
    """What a file says of itself. Days are whole weeks, from a Monday to a Sunday."""

    made_at: str
    since: date
    until: date
    wards: tuple[OfWard, ...]


# -- writing -------------------------------------------------------------------------------------


class Writer:
    """Writes one table after the other, a row at a time."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive, self.tables = archive, dict[str, dict[str, Any]]()

    def table(self, name: str, rows: Iterable[Sequence[Any]]) -> None:
        """Write a table; no more than some hundred rows of it are held."""
        digest, count, left = hashlib.sha256(), 0, iter(rows)
        with self.archive.open(name, "w", force_zip64=True) as into:
            _put(into, digest, [TABLES[name]])
            while piece := list(islice(left, AT_A_TIME)):
                _put(into, digest, piece)
                count += len(piece)
        self.tables[name] = {"rows": count, "sha256": digest.hexdigest()}

    def manifest(self, told: Manifest) -> None:
        """Write what the file is; it comes last, when the digests are known."""
        whole = {
            "format": FORMAT, "version": VERSION, "made_at": told.made_at,
            "since": told.since.isoformat(), "until": told.until.isoformat(),
            "wards": [ward._asdict() for ward in told.wards], "tables": self.tables,
        }  # fmt: skip
        self.archive.writestr(MANIFEST, json.dumps(whole, ensure_ascii=False, indent=1))


@contextmanager
def written(path: Path) -> Iterator[Writer]:
    """Write a file beside its place and put it there when it is whole."""
    beside = path.with_name(f"{path.name}.part")
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
            yield Writer(archive)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _put(into: Any, digest: Any, rows: Iterable[Sequence[Any]]) -> None:
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(rows)  # None is an empty cell, a day as 2026-11-29
    data = lines.getvalue().encode()
    digest.update(data)
    into.write(data)


# -- reading -------------------------------------------------------------------------------------


class Reader:
    """A file that was looked at whole: its digests are right, its rows have the right columns."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest, counts: dict[str, int]) -> None:
        self.archive, self.manifest, self.counts = archive, manifest, counts
        self.parts = ExitStack()  # what is being read when a row is refused is closed with the file

    def rows(self, name: str) -> Iterator[dict[str, str]]:
        """Yield the rows of a table."""
        raw = self.parts.enter_context(self.archive.open(name))
        text = self.parts.enter_context(io.TextIOWrapper(raw, "utf-8", newline=""))
        lines, columns = csv.reader(text, strict=True), TABLES[name]
        next(lines)
        for cells in lines:
            if len(cells) != len(columns) or max(map(len, cells)) > LONGEST:
                raise Refused(DAMAGED)
            yield dict(zip(columns, cells, strict=True))


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """Open a file; raise Refused, with nothing read of it, where it is damaged or is something else."""
    if not path.is_file():
        raise Refused(f"Không thấy tệp {path}. Xin xem lại đường dẫn.")
    try:
        with zipfile.ZipFile(path) as archive:
            file = _looked_at(archive)
            with file.parts:
                yield file
    except (
        zipfile.BadZipFile,
        EOFError,
        UnicodeDecodeError,
        csv.Error,
        OSError,
        NotImplementedError,
    ) as fault:
        raise Refused(DAMAGED) from fault


def _looked_at(archive: zipfile.ZipFile) -> Reader:
    if sorted(archive.namelist()) != sorted((MANIFEST, *TABLES)):
        raise Refused(DAMAGED)
    if archive.getinfo(MANIFEST).file_size > 1024 * 1024:
        raise Refused(DAMAGED)
    try:
        told = json.loads(archive.read(MANIFEST))
        if told["format"] != FORMAT:
            raise Refused(DAMAGED)
        if told["version"] != VERSION:
            raise Refused("Tệp này do một bản elearn mới hơn ghi. Xin nâng cấp chương trình rồi nhập lại.")
        wards = tuple(OfWard(**ward) for ward in told["wards"])
        since, until = date.fromisoformat(told["since"]), date.fromisoformat(told["until"])
        manifest = Manifest(str(told["made_at"]), since, until, wards)
        digests = {name: told["tables"][name]["sha256"] for name in TABLES}
    except (KeyError, TypeError, ValueError) as fault:
        raise Refused(DAMAGED) from fault
    texts = [text for ward in wards for text in ward]
    if not wards or not all(isinstance(text, str) and len(text) <= LONGEST for text in texts):
        raise Refused(DAMAGED)
    if not all(re.fullmatch(r"[0-9a-f]{16}", ward.origin) for ward in wards) or since.weekday() != 0:
        raise Refused(DAMAGED)
    if until.weekday() != 6 or len({ward.origin for ward in wards}) != len(wards):
        raise Refused(DAMAGED)
    return Reader(
        archive, manifest, {name: _lines(archive, name, digest) for name, digest in digests.items()}
    )


def _lines(archive: zipfile.ZipFile, name: str, wanted: str) -> int:
    """Return how many lines a table has, once its digest is right."""
    digest, size, lines = hashlib.sha256(), 0, 0
    heading = ",".join(TABLES[name]).encode() + b"\n"
    with archive.open(name) as raw:
        if raw.readline(len(heading) + 1) != heading:
            raise Refused(DAMAGED)
        digest.update(heading)
        while piece := raw.read(64 * 1024):
            digest.update(piece)
            lines += piece.count(b"\n")
            size += len(piece)
            if size > LARGEST:
                raise Refused(DAMAGED)
    if digest.hexdigest() != wanted:
        raise Refused(DAMAGED)
    return lines


# A large file says the same few numbers, days and words millions of times: each is understood once


@lru_cache(maxsize=10_000)
def number(text: str, least: int = -MANY) -> int:
    """Return a whole number of a table."""
    if not re.fullmatch(r"-?[0-9]{1,9}", text) or int(text) < least:
        raise Refused(DAMAGED)
    return int(text)


def number_or_none(text: str) -> int | None:
    """Return a whole number, or None where the cell is empty."""
    return number(text, 0) if text else None


@lru_cache(maxsize=10_000)
def day_or_none(text: str) -> date | None:
    """Return a day, or None where the cell is empty."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as fault:
        raise Refused(DAMAGED) from fault


@lru_cache(maxsize=100)
def one_of(text: str, known: type[StrEnum]) -> str:
    """Return a word of a table that must be one of these."""
    if text not in set(known):
        raise Refused(DAMAGED)
    return text
