"""The youth union's week: seven days beside the seven before them, the groups, and a picture to send."""

import json
import threading
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from fontpkg_be_vietnam_pro import ROOT as FONTS

from elearn.kit.formats import as_number
from elearn.kit.words import nfc
from elearn.progress.rules import DAY, WEEK, Period, PublicRow, Row

LAYOUT = Path(__file__).with_name("weekly.typ")
GROUPS_ON_A_PAGE = 32  # what fits on one A4 below the rest
_one_at_a_time = threading.Lock()


class GroupWeek(NamedTuple):
    """A group in a week."""

    name: str
    lessons: int
    before: int
    people: int
    coverage: float | None


class Sent(NamedTuple):
    """What the picture says: only what the public board shows, of this Monday and of the one before."""

    ward: str
    until: str
    learners: str
    finished: str
    more_learners: str
    more_finished: str
    address: str
    note: str


def week_of(until: date) -> tuple[Period, Period]:
    """Return the seven days that end with this one, and the seven before them."""
    since = until - WEEK + DAY
    return Period("khoang", since, until), Period("khoang", since - WEEK, since - DAY)


def groups_of(rows: Sequence[Row], before: Sequence[Row]) -> list[GroupWeek]:
    """Return the ward's groups of today, those with most lessons this week first."""
    former = {row.code: row.lessons for row in before}
    groups = [
        GroupWeek(
            row.name + (f" ({row.former_ward})" if row.former_ward else ""), row.lessons,
            former.get(row.code, 0), row.people, row.coverage,
        )
        for row in rows
        if row.kind == "regular" and not row.note
    ]  # fmt: skip
    return sorted(groups, key=lambda one: -one.lessons)


def words_of_picture(
    ward: str, until: date, total: PublicRow, former: PublicRow, address: str, *, is_trial: bool
) -> Sent:
    """Return what the picture says; a number that may not be told is left out in words."""
    return Sent(
        ward=ward,
        until=f"{until:%d/%m/%Y}",
        learners=_told(total.learners),
        finished=_told(total.finished),
        more_learners=_more(total.learners, former.learners),
        more_finished=_more(total.finished, former.finished),
        address=address,
        note="Bản chạy thử, số liệu bịa" if is_trial else "Số làm tròn, cộng các tổ đủ số để công khai",
    )


def as_png(words: Sent) -> bytes:
    """Return the picture, 1200 × 630; the same words give the same picture."""
    said = nfc(json.dumps(words._asdict(), ensure_ascii=False))
    with _one_at_a_time:
        png: Any = _compiler().compile(sys_inputs={"said": said}, format="png", ppi=72)
    assert isinstance(png, bytes)
    return png


def _told(count: int | None) -> str:
    return "…" if count is None else as_number(count)


def _more(count: int | None, former: int | None) -> str:
    if not count or former is None or count <= former:
        return ""
    return f"thêm {as_number(count - former)} so với tuần trước"


@cache
def _compiler() -> Any:
    """Return the compiler, with the fonts read once; it opens no other file and no address."""
    import typst  # 33 MB of machine code that most processes never need

    return typst.Compiler(str(LAYOUT), font_paths=[str(Path(FONTS) / "files")], ignore_system_fonts=True)
