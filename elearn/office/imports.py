"""Lists of groups or residents come in: first what would happen, row by row, then all of it or nothing.

`plan_of` reads a file and writes nothing; `carry_out` judges the file again inside one transaction and
writes only what was agreed to. A list that comes a second time changes nothing. The file is kept nowhere.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

from elearn.kit import audit
from elearn.kit.clock import today
from elearn.kit.db import db, lock, transaction
from elearn.kit.refused import Refused
from elearn.kit.sheets import SheetProblem, read_sheet
from elearn.learning import actions as learning
from elearn.learning.groups import correct_group, rename_group
from elearn.learning.registration import Resident, register_residents
from elearn.office import queries, rules
from elearn.office.group_book import GroupBook
from elearn.office.people_book import PeopleBook
from elearn.office.rules import GroupRow, ResidentRow
from elearn.office.verdicts import CHANGED, SAME, SKIPPED, TAKEN, Verdict
from elearn.people import actions as people
from elearn.people.consents import KEEP_RESULTS, ON_PAPER, SEEN_BY_HELPER
from elearn.people.models import Person, Ward
from elearn.people.permissions import Viewer
from elearn.privacy.guardians import kept_of

CHANNEL = "list"  # agreed to on paper, beside the name


@dataclass(frozen=True)
class Plan:
    """What a file would do: a verdict for each of its rows, in the order in which it has to be done."""

    of_residents: bool
    verdicts: tuple[Verdict, ...]
    ignored: tuple[str, ...]  # headings that are not read
    columns: frozenset[str]
    digest: str

    def every(self, what: str) -> list[Verdict]:
        """Return the rows of which this becomes: taken, changed, same or skipped."""
        return [verdict for verdict in self.in_order if verdict.what == what]

    @property
    def in_order(self) -> list[Verdict]:
        """Every verdict in the order of the rows."""
        return sorted(self.verdicts)

    @property
    def taken(self) -> list[Verdict]:
        """Rows that are new."""
        return self.every(TAKEN)

    @property
    def changed(self) -> list[Verdict]:
        """Rows that change somebody or something known."""
        return self.every(CHANGED)

    @property
    def same(self) -> list[Verdict]:
        """Rows that are known already and change nothing."""
        return self.every(SAME)

    @property
    def skipped(self) -> list[Verdict]:
        """Rows that are left out, each with the reason."""
        return self.every(SKIPPED)

    @property
    def does_something(self) -> bool:
        """Is there anything to write?"""
        return bool(self.taken or self.changed)

    @property
    def warnings(self) -> list[str]:
        """Say what the file lacks as a whole."""
        said = []
        if self.of_residents and "consent" not in self.columns:
            said.append("Danh sách không có cột “Ngày đồng ý giữ kết quả” nên không ghi được người mới nào.")
        elif self.of_residents and "consent_to_helper" not in self.columns and self.taken:
            said.append(
                "Danh sách không có cột “Ngày đồng ý cho người của tổ xem” nên người hướng dẫn của tổ "
                "sẽ không thấy những người mới này."
            )
        if self.ignored:
            said.append(f"Không đọc các cột: {', '.join(self.ignored)}.")
        return said

    @property
    def summary(self) -> str:
        """Say it in one sentence."""
        unit = "người" if self.of_residents else "tổ"
        return (
            f"{len(self.taken)} {unit} mới, {len(self.changed)} {unit} có thay đổi, "
            f"{len(self.same)} {unit} đã có sẵn, {len(self.skipped)} dòng bỏ qua."
        )


def plan_of(content: bytes, ward_id: int) -> Plan:
    """Return what the file would do in the ward; write nothing. Raise SheetProblem when it cannot be read."""
    return _judge(_read(content), ward_id)


def carry_out(content: bytes, ward_id: int, *, by: Viewer | None, agreed: str | None = None) -> Plan:
    """Write what the file brings, all or nothing, and return what was done.

    `agreed` is the digest of the plan that was shown; raise Refused when it would be another one now.
    """
    file = _read(content)  # what takes long and asks nothing of the database keeps nobody waiting
    with transaction():
        lock(Ward, ward_id)  # two lists at once are judged one after the other
        plan = _judge(file, ward_id)
        if agreed is not None and plan.digest != agreed:
            if not plan.does_something:
                return plan  # a second tap: it has been done
            raise Refused(
                "Danh sách của phường vừa thay đổi nên kết quả sẽ khác lúc xem thử. "
                "Chưa nhập gì. Xin xem lại rồi nhập."
            )
        if not plan.does_something:
            return plan
        if plan.of_residents:
            _keep_residents(plan, ward_id, by)
        else:
            _keep_groups(plan, ward_id, by)
        audit.record(
            "import residents" if plan.of_residents else "import groups", "ward", ward_id,
            actor_id=by.person_id if by else None, ward_id=ward_id, **Counter(v.what for v in plan.verdicts),
        )  # fmt: skip
    return plan


# -- reading and judging -------------------------------------------------------------------------


class File(NamedTuple):
    """What a file says, before anybody knows whom it means."""

    sha256: str
    of_residents: bool
    rows: list[GroupRow | ResidentRow]
    unfit: list[Verdict]
    columns: frozenset[str]
    ignored: tuple[str, ...]


def _read(content: bytes) -> File:
    sheet = read_sheet(content, rules.COLUMNS)
    if not sheet.rows:
        raise SheetProblem("Tệp chỉ có dòng tiêu đề. Xin thêm ít nhất một dòng rồi gửi lại.")
    columns = frozenset(sheet.rows[0].cells)
    if not columns & {"name", "group"}:
        raise SheetProblem(
            "Không thấy cột “Họ và tên” (danh sách người dân) hay “Tên tổ” (danh sách tổ). "
            "Xin thêm dòng tiêu đề như trong mẫu rồi gửi lại."
        )
    rows: list[GroupRow | ResidentRow] = []
    unfit = []
    for number, cells in sheet.rows:
        try:
            if "name" in columns:
                rows.append(rules.read_resident(number, cells, today()))
            else:
                rows.append(rules.read_group(number, cells))
        except rules.Unfit as problem:
            called = cells["name" if "name" in columns else "group"] or "(chưa có tên)"
            unfit.append(Verdict(number, SKIPPED, called, str(problem)))
    sha256 = hashlib.sha256(content).hexdigest()
    return File(sha256, "name" in columns, rows, unfit, columns, tuple(sheet.ignored))


def _judge(file: File, ward_id: int) -> Plan:
    groups = GroupBook(queries.known_groups(ward_id, today()), queries.codes_elsewhere(ward_id))
    if file.of_residents:
        judged = PeopleBook(queries.known_people(ward_id), groups).verdicts(file.rows)
    else:
        judged = [groups.verdict(row) for row in file.rows]
    verdicts = (*file.unfit, *judged)
    digest = hashlib.sha256(repr((file.sha256, ward_id, verdicts)).encode()).hexdigest()
    return Plan(file.of_residents, verdicts, file.ignored, file.columns, digest)


# -- writing -------------------------------------------------------------------------------------


def _keep_groups(plan: Plan, ward_id: int, by: Viewer | None) -> None:
    for verdict in plan.taken:
        given: dict[str, Any] = dict(verdict.values)
        people.make_group(ward_id, given.pop("code"), given.pop("name"), **given, by=by)
    for verdict in plan.changed:
        given = dict(verdict.values)
        if name := given.pop("name", None):
            rename_group(verdict.target_id, name, actor=by)
        if given:
            correct_group(verdict.target_id, **given, actor=by)


def _keep_residents(plan: Plan, ward_id: int, by: Viewer | None) -> None:
    for verdict in plan.verdicts:  # in this order there is always room on a shared phone
        if verdict.what == CHANGED:
            _change(verdict, by)
    register_residents(
        ward_id,
        [_resident(dict(verdict.values)) for verdict in plan.taken],
        text_version=ON_PAPER,
        channel=CHANNEL,
        by_id=by.person_id if by else None,
    )


def _resident(given: dict[str, Any]) -> Resident:
    days = {KEEP_RESULTS: given.pop("consent"), SEEN_BY_HELPER: given.pop("consent_to_helper")}
    return Resident(**given, consents={purpose: day for purpose, day in days.items() if day})


def _change(verdict: Verdict, by: Viewer | None) -> None:
    given: dict[str, Any] = dict(verdict.values)
    if group_id := given.pop("group_id", None):
        learning.move_to_group(verdict.target_id, group_id, actor=by)
    if audience := given.pop("audience", None):
        learning.change_audience(verdict.target_id, audience, actor=by)
    if given:
        person = db.session.get_one(Person, verdict.target_id)
        phone, birth_year = kept_of(
            person.id, given.get("phone", person.phone), given.get("birth_year", person.birth_year)
        )
        people.change_details(
            person.id,
            name=given.get("name", person.display_name),
            phone=phone,
            birth_year=birth_year,
            household=given.get("household", person.household),
            actor=by,
        )
