"""A text is checked and laid out: here, or, when it comes from outside, beside this process in 2 seconds."""

import contextlib
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any, Protocol

from elearn.kit.apart import Apart, TooMuch
from elearn.kit.markup import TooHeavy, render
from elearn.library.document.check import check_text
from elearn.library.document.lines import error
from elearn.library.document.model import LessonDocument, Remark
from elearn.library.document.read import parse
from elearn.library.facts import Fact
from elearn.library.ready import Ready, make_ready

SECONDS = 2.0
TOO_MUCH = "Bài nặng quá, máy trình bày hơn 2 giây chưa xong."
REMEDY = "Viết chỗ đó đơn giản hơn: bớt ngoặc, dấu sao, danh sách lồng nhau."


class Layout(Protocol):
    """A way of checking and laying out texts."""

    def check(
        self,
        text: str,
        facts: Mapping[str, Fact],
        *,
        images: Collection[str] | None = None,
        lessons: Collection[str] | None = None,
    ) -> tuple[Remark, ...]:
        """Return every remark on a text as typed."""

    def make_ready(
        self, text: str, facts: Mapping[str, Fact], today: date, course_slug: str, way_out: str
    ) -> Ready:
        """Return the lesson that the text tells, ready for reading; or raise TooHeavy."""


class Here:
    """Does it in this process: for texts that were written here, whose weights are bounded."""

    check = staticmethod(check_text)

    def make_ready(
        self, text: str, facts: Mapping[str, Fact], today: date, course_slug: str, way_out: str
    ) -> Ready:
        """Return the lesson that the text tells, ready for reading; or raise TooHeavy."""
        return make_ready(parse(text).document, facts, today, course_slug, way_out)


HERE = Here()


class Beside(Apart):
    """Does it in a process beside this one, which is ended when a text takes longer than two seconds."""

    def __init__(self) -> None:
        super().__init__(__name__, SECONDS)

    def check(
        self,
        text: str,
        facts: Mapping[str, Fact],
        *,
        images: Collection[str] | None = None,
        lessons: Collection[str] | None = None,
    ) -> tuple[Remark, ...]:
        """Return every remark on a text as typed; of one that takes too long, where it is too heavy."""
        names = [None if one is None else sorted(one) for one in (images, lessons)]
        try:
            found = self.ask("checked", text=text, facts=_written(facts), images=names[0], lessons=names[1])
        except TooMuch:
            return (self._where(parse(text).document),)
        return tuple(Remark(*remark) for remark in found)

    def make_ready(
        self, text: str, facts: Mapping[str, Fact], today: date, course_slug: str, way_out: str
    ) -> Ready:
        """Return the lesson that the text tells, ready for reading; or raise TooHeavy."""
        place = {"course_slug": course_slug, "way_out": way_out}
        try:
            made = self.ask("made", text=text, facts=_written(facts), today=today.isoformat(), **place)
        except TooMuch:
            raise TooHeavy(f"{TOO_MUCH} {REMEDY}") from None
        if isinstance(made, str):
            raise TooHeavy(made)
        until = made["good_until"]
        return Ready(**made | {"good_until": date.fromisoformat(until) if until else None})

    def _where(self, document: LessonDocument) -> Remark:
        """Return a remark at the first part of the text that takes too long by itself, else at its top."""
        parts = [(one.line, one.body_line + one.body.count("\n"), one.body) for one in document.sections]
        parts += [
            (one.line, max((one.line, one.explanation_line, *one.answer_lines)), "\n\n".join(one.texts))
            for one in document.questions
        ]
        parts += [
            (one.line, max(line for line, _ in one.lines()), "\n\n".join(text for _, text in one.lines()))
            for one in (document.practice.screens if document.practice else ())
        ]
        for first, last, text in parts:
            try:
                self.ask("laid", text=text)
            except TooMuch:
                return error(first, f"{TOO_MUCH[:-1]} (dòng {first} đến {last}).", REMEDY)
        return error(1, TOO_MUCH, REMEDY)


def _written(facts: Mapping[str, Fact]) -> list[dict[str, Any]]:
    return [asdict(fact) | {"checked_on": fact.checked_on.isoformat()} for fact in facts.values()]


# -- what the other process does -----------------------------------------------------------------


def _read(facts: list[dict[str, Any]]) -> dict[str, Fact]:
    return {one["id"]: Fact(**one | {"checked_on": date.fromisoformat(one["checked_on"])}) for one in facts}


def checked(
    text: str, facts: list[dict[str, Any]], images: list[str] | None, lessons: list[str] | None
) -> list[tuple[Any, ...]]:
    """Return every remark on a text, as plain values."""
    known = None if lessons is None else frozenset(lessons)
    remarks = check_text(text, _read(facts), images=images, lessons=known)
    return [(one.line, one.severity, one.message, one.remedy) for one in remarks]


def made(
    text: str, facts: list[dict[str, Any]], today: str, course_slug: str, way_out: str
) -> dict[str, Any] | str:
    """Return a lesson ready for reading, as plain values; or the sentence that says why it is too heavy."""
    day = date.fromisoformat(today)
    try:
        ready = make_ready(parse(text).document, _read(facts), day, course_slug, way_out)
    except TooHeavy as heavy:
        return str(heavy)
    until = ready.good_until
    return asdict(replace(ready, good_until=None)) | {"good_until": until.isoformat() if until else None}


def laid(text: str) -> None:
    """Lay a text out, to see how long it takes."""
    with contextlib.suppress(TooHeavy):  # that was soon seen
        render(text)
