"""The slip (phiếu) that a form of questions carries, signed: what is asked, in which order, since when.

What is right is not in it. What comes back with the form is read by it, so that nobody can be asked
less, or other things, than they were shown.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from itsdangerous import BadData, URLSafeSerializer

from elearn.kit.words import nfc
from elearn.learning.rules import LONGEST_TYPED, shuffled
from elearn.library.document.parts import parts_on

GOOD_FOR = timedelta(days=30)
TAG = 6  # so many signs of the attempt's id stand in the names of the fields
TAGGED = re.compile(rf"c[0-9a-f]{{{TAG}}}(?=\.)")
SALT = "the questions of a lesson"
A_NUMBER = re.compile(r"bao nhiêu|(?<!\w)mấy(?!\w)", re.IGNORECASE)

Question = Mapping[str, Any]
Getter = Callable[[str], list[str]]  # every value that a form gives for a field

UNANSWERED = {
    "one": "Câu này bác chưa chọn. Bác chạm vào một ô bên dưới.",
    "several": "Câu này bác chưa chọn. Bác chạm vào mọi ô bác thấy đúng.",
    "order": "Còn bước chưa có số. Bác chọn cho mỗi bước một số.",
    "match": "Còn dòng chưa nối. Bác chọn cho mỗi dòng một ý.",
    "type": "Câu này bác chưa gõ gì. Bác gõ câu trả lời vào ô.",
}
SAME_PLACE = "Hai bước đang mang cùng một số. Mỗi số chỉ dùng một lần."
TOO_LONG = f"Câu trả lời dài quá, nhiều nhất {LONGEST_TYPED} chữ cái. Bác gõ ngắn lại giúp nhé."


class Slip(NamedTuple):
    """One go at the questions of a lesson, before it is sent."""

    attempt_id: str
    revision_id: int
    opened_at: datetime
    opened_by: int  # the person who was here then; 0 for a visitor
    whole: tuple[str, ...]  # every question that the lesson asks
    shown: dict[str, list[str]]  # question asked -> ids of what is offered, in the order shown
    opened_in: str  # a mark of the browser that opened it

    @property
    def asked(self) -> tuple[str, ...]:
        """The keys of the questions on this slip; a second go asks only what was wrong."""
        return tuple(self.shown)

    def field(self, key: str, part: str = "") -> str:
        """Return the name of the form's field for a question, or for one step or line of it.

        Each slip has names of its own: a browser that comes back to a page puts into it what it
        remembers by name and place, and on another slip the choices stand in another order.
        """
        return ".".join(["c" + self.attempt_id[:TAG], key, *([part] if part else [])])


class Answered(NamedTuple):
    """What came back with a form."""

    answers: dict[str, list[str]]  # whole answers only
    faults: dict[str, str]  # question -> what to do, for those left open or half done
    typed: dict[str, list[str]]  # field -> what it held, to show it again


class Asked(NamedTuple):
    """A question as the page shows it."""

    key: str
    number: int
    kind: str
    prompt: str
    offered: list[Mapping[str, str]]  # choices, steps, or the right sides of a match
    left: list[Mapping[str, str]]
    fault: str | None
    inputmode: str


# -- the slip ------------------------------------------------------------------------------------


def draw_up(
    questions: Sequence[Question],
    revision_id: int,
    attempt_id: str,
    moment: datetime,
    *,
    opened_by: int | None = None,
    opened_in: str = "",
    only: Collection[str] | None = None,
) -> Slip:
    """Return a slip for the questions (or only some), each with its choices in an order of its own."""
    return Slip(
        attempt_id,
        revision_id,
        moment.replace(microsecond=0),
        opened_by or 0,
        tuple(one["key"] for one in questions),
        {
            one["key"]: shuffled(_ids(one), attempt_id, one["key"])
            for one in questions
            if only is None or one["key"] in only
        },
        opened_in,
    )


def seal(slip: Slip, secret: str) -> str:
    """Return the slip as signed text for a hidden field."""
    return str(_signer(secret).dumps([*slip._replace(opened_at=slip.opened_at.isoformat())]))  # type: ignore[arg-type]


def unseal(text: str, secret: str, moment: datetime) -> Slip | None:
    """Return the slip, or None when it was not signed by us or is too old to be marked."""
    try:
        attempt_id, revision_id, opened_at, opened_by, whole, shown, opened_in = _signer(secret).loads(text)
    except (BadData, ValueError, TypeError):
        return None
    opened = datetime.fromisoformat(opened_at)
    if moment - opened > GOOD_FOR:
        return None
    opened = min(opened, moment)  # a clock that was put back in between: nobody answers before the questions
    return Slip(attempt_id, revision_id, opened, opened_by, tuple(whole), shown, opened_in)


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=SALT)


def _ids(question: Question) -> list[str]:
    """Return the ids of what a question offers, each once."""
    offered = question["right"] if question["kind"] == "match" else question["choices"]
    return list(dict.fromkeys(one["id"] for one in offered))


# -- the page ------------------------------------------------------------------------------------


def as_shown(
    slip: Slip, questions: Iterable[Question], faults: Mapping[str, str] | None = None
) -> list[Asked]:
    """Return the questions of the slip as the page shows them."""
    by_key = {one["key"]: one for one in questions}
    return [
        _shown(number, by_key[key], slip.shown[key], (faults or {}).get(key))
        for number, key in enumerate(slip.asked, start=1)
        if key in by_key
    ]


def _shown(number: int, question: Question, order: Sequence[str], fault: str | None) -> Asked:
    offered = question["right"] if question["kind"] == "match" else question["choices"]
    by_id = {one["id"]: one for one in offered}
    return Asked(
        key=question["key"],
        number=number,
        kind=question["kind"],
        prompt=question["prompt"],
        offered=[by_id[one] for one in order if one in by_id],
        left=question.get("left", []),
        fault=fault,
        inputmode="decimal" if A_NUMBER.search(question["prompt"]) else "text",
    )


def said_on(asked: Iterable[Asked]) -> list[str]:
    """Return the keys of the parts that are heard of the page, in its order."""
    return parts_on(
        html for one in asked for html in (one.prompt, *[two["html"] for two in (*one.left, *one.offered)])
    )


# -- what came back ------------------------------------------------------------------------------


def read_answers(slip: Slip, questions: Iterable[Question], getlist: Getter) -> Answered:
    """Read a form by its slip: whole answers, what is missing in the others, and what the fields held."""
    answered = Answered({}, {}, {})
    by_key = {one["key"]: one for one in questions}
    for key in slip.asked:
        if key in by_key:
            _read(slip, by_key[key], getlist, answered)
    return answered


def from_another_slip(slip: Slip, fields: Iterable[str], getlist: Getter) -> Getter:
    """Return a getter that finds under this slip's names what came under those of a slip that is gone."""
    tag = next((found[0] for found in map(TAGGED.match, fields) if found), "")
    return lambda field: getlist(tag + field[TAG + 1 :])


def _read(slip: Slip, question: Question, getlist: Getter, into: Answered) -> None:
    key, kind, offered = question["key"], question["kind"], slip.shown[question["key"]]
    parts = [slip.field(key, part) for part in _parts(question, offered)] or [slip.field(key)]
    for field in parts:
        into.typed[field] = [nfc(value)[: LONGEST_TYPED * 2] for value in getlist(field)[: len(offered) + 1]]
    values = [into.typed[field] for field in parts]
    answer, fault = READERS[kind](question, offered, values)
    if answer:
        into.answers[key] = answer
    else:
        into.faults[key] = fault or UNANSWERED[kind]


def _parts(question: Question, offered: Sequence[str]) -> list[str]:
    """Return the parts of a question that have a field each."""
    if question["kind"] == "order":
        return sorted(offered)
    return [one["id"] for one in question["left"]] if question["kind"] == "match" else []


def _one(_question: Question, offered: Sequence[str], values: list[list[str]]) -> tuple[list[str], str]:
    return [one for one in values[0] if one in offered][:1], ""


def _several(_question: Question, offered: Sequence[str], values: list[list[str]]) -> tuple[list[str], str]:
    return sorted(set(values[0]) & set(offered)), ""


def _order(_question: Question, offered: Sequence[str], values: list[list[str]]) -> tuple[list[str], str]:
    """Put the steps in the order of the numbers that they were given, 1 to as many as there are."""
    numbers = [_number(one) for one in values]
    if not all(1 <= number <= len(offered) for number in numbers):
        return [], ""
    if len(set(numbers)) < len(numbers):
        return [], SAME_PLACE
    return [step for _, step in sorted(zip(numbers, sorted(offered), strict=True))], ""


def _match(question: Question, offered: Sequence[str], values: list[list[str]]) -> tuple[list[str], str]:
    chosen = [next((one for one in value if one in offered), "") for value in values]
    if not all(chosen):
        return [], ""
    return [f"{left['id']}={right}" for left, right in zip(question["left"], chosen, strict=True)], ""


def _type(_question: Question, _offered: Sequence[str], values: list[list[str]]) -> tuple[list[str], str]:
    text = " ".join(" ".join(values[0][:1]).split())
    return ([], TOO_LONG) if len(text) > LONGEST_TYPED else ([text] if text else [], "")


def _number(values: list[str]) -> int:
    text = values[0] if values else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0


READERS: dict[str, Callable[[Question, Sequence[str], list[list[str]]], tuple[list[str], str]]] = {
    "one": _one,
    "several": _several,
    "order": _order,
    "match": _match,
    "type": _type,
}
