"""What stands out among the one-time codes of a week: reasons to ask, no verdict; plain values only."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

MANY_BY_ONE = 10  # by one helper in a week: more than an evening's class forgets
OFTEN_FOR_ONE = 3  # for one person in a week
A_WEEK = timedelta(days=7)


class CodeLine(NamedTuple):
    """A one-time code in the ward's list: who issued it, for whom, and what came of it."""

    id: int
    issued_at: datetime
    issuer_id: int
    issuer: str
    person_id: int
    name: str
    group_name: str | None
    group_code: str | None
    opened_at: datetime | None
    had_session: bool
    objected_at: datetime | None


class ByHelper(NamedTuple):
    """How many codes one helper issued."""

    issuer_id: int
    issuer: str
    issued: int
    opened: int
    objected: int


def by_helper(lines: Sequence[CodeLine]) -> list[ByHelper]:
    """Return the totals of each helper, the most codes first."""
    names = {line.issuer_id: line.issuer for line in lines}
    issued = Counter(line.issuer_id for line in lines)
    opened = Counter(line.issuer_id for line in lines if line.opened_at)
    objected = Counter(line.issuer_id for line in lines if line.objected_at)
    return [
        ByHelper(one, names[one], count, opened[one], objected[one]) for one, count in issued.most_common()
    ]


def why_look(line: CodeLine) -> list[str]:
    """Return what is odd about one code, in words."""
    found = []
    if line.objected_at:
        found.append("người ấy nói không nhờ cấp mã")
    if line.had_session:
        found.append(
            "người ấy đang dùng một máy đã mở tên mình" + (", mã vẫn được gõ" if line.opened_at else "")
        )
    return found


def what_stands_out(lines: Sequence[CodeLine]) -> list[str]:
    """Return what to ask about first, in sentences, the gravest first."""
    found = [f"{line.name} nói không nhờ {line.issuer} cấp mã." for line in lines if line.objected_at]
    found += [
        f"{one.issuer} cấp {one.issued} mã trong tuần."
        for one in by_helper(lines)
        if one.issued >= MANY_BY_ONE
    ]
    names = {line.person_id: line.name for line in lines}
    for person_id, count in Counter(line.person_id for line in lines).most_common():
        if count >= OFTEN_FOR_ONE:
            found.append(f"{names[person_id]} được cấp {count} mã trong tuần.")
    signed_in = sum(line.had_session and line.opened_at is not None for line in lines)
    if signed_in:
        found.append(f"{signed_in} mã được gõ cho người đang dùng một máy đã mở tên mình (có dấu ở dưới).")
    return found
