"""Which residential group a row of a list means, and what would become of a row of groups. Plain values."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from elearn.kit.words import fold, title_key
from elearn.office.rules import GroupRow, ResidentRow, as_code, code_for, number_in
from elearn.office.verdicts import CHANGED, SAME, SKIPPED, TAKEN, Doubt, Verdict, said

REGULAR, UNKNOWN = "regular", "unknown"


class KnownGroup(NamedTuple):
    """A residential group that the ward has, today's or ended."""

    id: int
    code: str
    name: str
    former_ward: str
    kind: str
    households: int | None
    adults: int | None
    ended: bool
    successor_id: int | None


class GroupBook:
    """The groups of a ward, asked by code and by name; what a list adds is known to its later rows."""

    def __init__(self, groups: Iterable[KnownGroup], codes_elsewhere: Iterable[str] = ()) -> None:
        self.by_code: dict[str, KnownGroup] = {}
        self.by_id: dict[int, KnownGroup] = {}
        self.living: list[KnownGroup] = []
        self.elsewhere = set(codes_elsewhere)
        self.rows: dict[str, int] = {}
        for group in groups:
            self.by_code[group.code], self.by_id[group.id] = group, group
            if not group.ended:
                self.living.append(group)

    def verdict(self, row: GroupRow) -> Verdict:
        """Return what would become of a row of a list of groups."""
        code = row.code or self._code_of(row)
        shown = f"{code} · {row.name}" + (f" ({row.former_ward})" if row.former_ward else "")
        try:
            known = self._known(row, code)
        except Doubt as doubt:
            return Verdict(row.number, SKIPPED, shown, str(doubt))
        if known is None:
            self._add(row, code)
            values = (
                ("code", code), ("name", row.name), ("former_ward", row.former_ward),
                ("households", row.households), ("adults", row.adults),
            )  # fmt: skip
            why = "" if row.code else f"Danh sách không có mã tổ nên đặt mã {code}."
            return Verdict(row.number, TAKEN, shown, why, values=values)
        changes = [
            (name, before, after)
            for name, before, after in (
                ("name", known.name, row.name),
                ("former_ward", known.former_ward, row.former_ward),
                ("households", known.households, row.households),
                ("adults", known.adults, row.adults),
            )
            if after not in (None, "", before)
        ]
        if not changes:
            return Verdict(row.number, SAME, shown, "", known.id)
        twin = self._by_name(row)
        if twin is not None and twin.code != known.code:
            return Verdict(row.number, SKIPPED, shown, f"Tên này đã là của tổ {twin.code}. Xin đổi tên tổ.")
        self._follow(known, {name: after for name, _, after in changes})
        called = {"name": "tên", "former_ward": "phường cũ", "households": "số hộ", "adults": "số người lớn"}
        why = "; ".join(f"{called[name]}: {said(before)} → {said(after)}" for name, before, after in changes)
        return Verdict(
            row.number, CHANGED, shown, why, known.id, tuple((name, after) for name, _, after in changes)
        )

    def _known(self, row: GroupRow, code: str) -> KnownGroup | None:
        earlier = self.rows.setdefault(code, row.number)
        if earlier != row.number:
            raise Doubt(f"Mã {code} đã có ở dòng {earlier} của danh sách này.")
        known = self.by_code.get(code)
        if known is None:
            if code in self.elsewhere:
                raise Doubt(f"Mã {code} đã có nơi khác dùng. Xin chọn mã khác.")
            twin = self._by_name(row)
            if twin is not None:
                raise Doubt(f"Tổ này đã có với mã {twin.code}. Xin dùng mã ấy, hoặc đổi tên tổ.")
            return None
        if known.kind != REGULAR:
            raise Doubt(f"Mã {code} là chỗ dành cho người chưa rõ tổ hoặc ở nơi khác, không sửa ở đây.")
        if known.ended:
            raise Doubt("Tổ này không còn: đã gộp hoặc đã tách. Xin bỏ dòng này.")
        return known

    def _code_of(self, row: GroupRow) -> str:
        twin = self._by_name(row)
        return twin.code if twin else code_for(row.name, row.former_ward, set(self.by_code) | self.elsewhere)

    def _by_name(self, row: GroupRow) -> KnownGroup | None:
        key = (fold(row.name), fold(row.former_ward))
        return next(
            (
                group
                for group in self.living
                if group.kind == REGULAR and (fold(group.name), fold(group.former_ward)) == key
            ),
            None,
        )

    def _add(self, row: GroupRow, code: str) -> None:
        group = KnownGroup(
            0, code, row.name, row.former_ward, REGULAR, row.households, row.adults, False, None
        )
        self.by_code[code] = group
        self.living.append(group)

    def _follow(self, known: KnownGroup, changes: dict[str, Any]) -> None:
        """Let later rows meet the group as it will be."""
        changed = known._replace(**changes)
        self.by_code[known.code] = self.by_id[known.id] = changed
        self.living[self.living.index(known)] = changed

    def meant_by(self, row: ResidentRow) -> KnownGroup:
        """Return the group that a row of a list of residents means; raise Doubt."""
        if row.group_code:
            return self._living(self._with_code(row.group_code))
        if not row.group:
            return self._of_kind(UNKNOWN)
        by_code = self.by_code.get(as_code(row.group))
        if by_code is not None:
            return self._living(by_code)
        wanted, number = fold(row.group), number_in(row.group)
        found = [group for group in self.living if fold(group.name) == wanted]
        if not found and number is not None:
            found = [
                group for group in self.living if group.kind == REGULAR and number_in(group.name) == number
            ]
        if row.former_ward:
            found = [group for group in found if fold(group.former_ward) == fold(row.former_ward)]
        if not found:
            raise Doubt(f"Phường chưa có tổ “{row.group}”. Xin ghi đúng tên tổ hoặc mã tổ.")
        if len(found) > 1:
            wards = ", ".join(sorted((group.former_ward or group.code for group in found), key=title_key))
            raise Doubt(f"Có {len(found)} tổ “{row.group}” ({wards}). Xin thêm cột “Mã tổ” hoặc “Phường cũ”.")
        return found[0]

    def _with_code(self, code: str) -> KnownGroup:
        group = self.by_code.get(code)
        if group is None:
            raise Doubt(f"Phường không có tổ mã {code}. Xin xem lại mã tổ.")
        return group

    def _living(self, group: KnownGroup) -> KnownGroup:
        while group.ended and group.successor_id in self.by_id:
            group = self.by_id[group.successor_id]
        if group.ended:
            raise Doubt(f"{group.name} ({group.code}) đã tách. Xin ghi tổ mới của người này.")
        return group

    def _of_kind(self, kind: str) -> KnownGroup:
        group = next((one for one in self.living if one.kind == kind), None)
        if group is None:
            raise Doubt("Thiếu tổ. Xin ghi tên tổ hoặc mã tổ.")
        return group
