"""What is right, what passes, what is complete: plain values in, plain values out."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import blake2s
from math import floor
from typing import Any

from elearn.kit.words import fold

PASS_SHARE = 0.8
MOST_HELPED_FIRST = ("assisted", "meeting", "kiosk", "alone")

MONEY_WORD = re.compile(r"\s*(?:₫|\bvnd\b|\bdong\b|(?<=[\dk])d\b)\s*")
PART = re.compile(r"(\d(?:[\d., ]*\d)?)\s*(nghin|ngan|k|trieu|tr|ty|ti)?(?![\w.,])\s*", re.ASCII)
GROUPED = re.compile(r"[1-9]\d{0,2}(?:[. ,]\d{3})+", re.ASCII)
DECIMAL = re.compile(r"\d+[.,]\d+", re.ASCII)
THOUSAND, MILLION, BILLION = 10**3, 10**6, 10**9
UNIT = {"": 1, "k": THOUSAND} | dict.fromkeys(("nghin", "ngan"), THOUSAND)
UNIT |= dict.fromkeys(("trieu", "tr"), MILLION) | dict.fromkeys(("ty", "ti"), BILLION)
ADDRESS_FRONT = re.compile(r"^(?:https?://)?(?:www\.)?")
LONGEST_TYPED = 200


@dataclass(frozen=True)
class Mark:
    """What an attempt earned: how many questions are right, of how many."""

    right: int
    asked: int

    def passed(self, share: float = PASS_SHARE) -> bool:
        """Is at least the share right (rounded down), and at least one? 3 of 4, 4 of 5, 4 of 6."""
        return self.asked > 0 and self.right >= self.needed(share)

    def needed(self, share: float = PASS_SHARE) -> int:
        """Return how many right answers pass."""
        return max(1, floor(Fraction(str(share)) * self.asked))


# -- one question --------------------------------------------------------------------------------


def is_right(kind: str, right: Sequence[str], answer: Sequence[str]) -> bool:
    """Is the answer wholly right? Nothing answered is never right."""
    if not answer or not right:
        return False
    if kind == "order":
        return list(answer) == list(right)
    if kind == "match":
        return len(answer) == len(right) and set(answer) == set(right)
    if kind == "type":
        return len(answer) == 1 and any(_reads_same(answer[0], accepted) for accepted in right)
    return set(answer) == set(right)  # one, several


def as_number(text: str) -> Fraction | None:
    """Return what a typed amount comes to: "187.000", "187000 đồng", "187 nghìn" are one; None if none."""
    plain = MONEY_WORD.sub(" ", fold(text[:LONGEST_TYPED])).strip()
    total, place = Fraction(0), 0
    while place < len(plain):
        part = PART.match(plain, place)
        value = _figure(part[1].strip()) if part else None
        if part is None or value is None:
            return None
        total += value * UNIT[part[2] or ""]
        place = part.end()
        if place < len(plain) and not part[2]:
            return None  # two numbers side by side are not one amount
    return total if plain else None


def _figure(digits: str) -> Fraction | None:
    if digits.startswith("0") and digits[1:2].isdigit():
        return None  # a code or a phone number, not an amount
    if GROUPED.fullmatch(digits):
        return Fraction(re.sub(r"\D", "", digits))
    if DECIMAL.fullmatch(digits):
        return Fraction(digits.replace(",", "."))
    return Fraction(digits) if digits.isdecimal() else None


def _reads_same(typed: str, accepted: str) -> bool:
    one, other = as_number(typed), as_number(accepted)
    if one is not None and other is not None:
        return one == other
    return _plain(typed) == _plain(accepted) != ""


def _plain(text: str) -> str:
    """Without marks, capitals, spare spaces, and what stands around a word or an address."""
    words = " ".join(fold(text[:LONGEST_TYPED]).split()).strip(" .,;:!?\"'“”‘’()")
    words = ADDRESS_FRONT.sub("", words).rstrip("/ ")
    bare = re.sub(r"[\s.\-]", "", words)
    return bare if bare.isdecimal() else words


# -- an attempt ----------------------------------------------------------------------------------


def right_among(
    key: Mapping[str, Mapping[str, Any]], asked: Iterable[str], answers: Mapping[str, Sequence[str]]
) -> list[str]:
    """Return the keys of the questions asked that are answered right."""
    return [
        question
        for question in asked
        if question in key
        and is_right(key[question].get("kind", "one"), key[question]["right"], answers.get(question, ()))
    ]


def mark(questions: Iterable[str], right: Iterable[str]) -> Mark:
    """Return the mark over the questions of a lesson, from everything answered right so far."""
    whole = set(questions)
    return Mark(right=len(whole & set(right)), asked=len(whole))


def fitting_answers(asked: Iterable[str], answers: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return the answers to what was asked, and to nothing else."""
    return {question: list(answers[question]) for question in asked if answers.get(question)}


def other_id(attempt_id: str, *content: object) -> str:
    """Return the id of an attempt whose own id is taken by other answers; the same content, the same id."""
    return f"{attempt_id[:64]}.{blake2s(repr(content).encode(), digest_size=8).hexdigest()}"


def shuffled(ids: Iterable[str], seed: str, question_key: str) -> list[str]:
    """Return the ids in an order that only the seed and the question decide."""
    return sorted(ids, key=lambda one: blake2s(f"{seed}\0{question_key}\0{one}".encode()).digest())


# -- a course ------------------------------------------------------------------------------------


def course_is_complete(outline: Collection[int], completed: Collection[int]) -> bool:
    """Has everything in the outline of today been completed? An empty outline is not complete."""
    return bool(outline) and set(outline) <= set(completed)


def next_lesson(
    outline: Sequence[int], completed: Collection[int], skipped: Collection[int] = ()
) -> int | None:
    """Return the first lesson that is not completed: after the last completed one, else before it; what is
    skipped only when nothing else is left."""
    last = max((place for place, lesson in enumerate(outline) if lesson in completed), default=-1)
    ahead = [*outline[last + 1 :], *outline[: last + 1]]
    left = [lesson for lesson in ahead if lesson not in completed]
    return next((lesson for lesson in left if lesson not in skipped), left[0] if left else None)


def share(outline: Collection[int], completed: Collection[int]) -> float:
    """Return how much of the outline of today is completed, 0 to 1."""
    whole = set(outline)
    return len(whole & set(completed)) / len(whole) if whole else 0.0


def most_helped(hows: Iterable[str]) -> str:
    """Return how a course was learnt, from how its lessons were: helped once is helped."""
    found = set(hows)
    return next((how for how in MOST_HELPED_FIRST if how in found), "alone")


# -- the paper for a course ----------------------------------------------------------------------

FULL_NAME, INITIALS, NO_NAME = "full", "initials", "none"  # how much of a name its owner lets others see
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 and O, no 1, I and L
CONFIRM_LENGTH = 16  # some 79 bits: nobody comes upon somebody's paper by trying


def learnt_how(how: str) -> str:
    """Return how a course was learnt, in the words of the paper; a shared machine is not a helper."""
    return "học cùng người hướng dẫn" if how in ("assisted", "meeting") else "tự học"
