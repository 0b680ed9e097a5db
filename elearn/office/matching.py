"""Whom a row of a list means: somebody new, somebody known who changes, or nobody for sure. Plain values."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from elearn.kit.typed import spoken_number
from elearn.kit.words import fold, title_key
from elearn.office.rules import GroupRow, ResidentRow, as_code, code_for, number_in
from elearn.people.rules import SHARING_ONE_PHONE

REGULAR, UNKNOWN, ELSEWHERE = "regular", "unknown", "elsewhere"
TAKEN, CHANGED, SAME, SKIPPED = "taken", "changed", "same", "skipped"
AUDIENCE_NAMES = {
    "resident": "người dân",
    "official": "cán bộ",
    "business": "hộ kinh doanh, doanh nghiệp",
    "youth": "đoàn viên",
    "unsaid": "chưa nói",
}

MOST_NAMESAKES = 300  # in one list; each is held against each
CALLED = {"name": "tên", "phone": "số điện thoại", "birth_year": "năm sinh", "household": "hộ"}


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


class KnownPerson(NamedTuple):
    """A person that the ward has, or (id 0) one who stands earlier in the same list."""

    id: int
    row: int
    name: str
    group_id: int | None
    phone: str | None
    birth_year: int | None
    personal_code: str | None
    audience: str
    household: str | None
    has_role: bool


class Verdict(NamedTuple):
    """What would become of a row. `values` is what is written; `target_id` is whom or what it changes."""

    row: int
    what: str  # taken | changed | same | skipped
    shown: str
    why: str
    target_id: int = 0
    values: tuple[tuple[str, object], ...] = ()


class Doubt(ValueError):
    """Why it is not sure what a row means, in a sentence that says what to do."""


# -- groups --------------------------------------------------------------------------------------


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
        why = "; ".join(
            f"{called[name]}: {_said(before)} → {_said(after)}" for name, before, after in changes
        )
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


# -- residents -----------------------------------------------------------------------------------


class Placed(NamedTuple):
    """A row of a list of residents, and the group that it means."""

    row: ResidentRow
    group: KnownGroup

    @property
    def informs(self) -> int:
        """How much it says of who is meant."""
        row = self.row
        return 4 * bool(row.personal_code) + bool(row.phone) + bool(row.birth_year) + bool(row.group)


class PeopleBook:
    """The people of a ward, asked by code, by name and group, by name and phone.

    A list that comes twice must change nothing the second time. So rows that might mean one person are told
    apart first, from the list alone; and what was doubtful is judged again after others have changed.
    """

    def __init__(self, people: Iterable[KnownPerson], groups: GroupBook) -> None:
        self.groups = groups
        self.by_code: dict[str, KnownPerson] = {}
        self.by_place: dict[tuple[str, int | None], list[KnownPerson]] = defaultdict(list)
        self.by_phone: dict[tuple[str, str], list[KnownPerson]] = defaultdict(list)
        self.sharing: Counter[str] = Counter()
        self.met: dict[int, int] = {}  # whom earlier rows already meant
        for person in people:
            self._add(person)

    def verdicts(self, rows: Iterable[ResidentRow]) -> list[Verdict]:
        """Return what would become of each row, in the order in which it has to be done."""
        placed, verdicts = [], []
        for row in rows:
            try:
                placed.append(Placed(row, self.groups.meant_by(row)))
            except Doubt as doubt:
                verdicts.append(Verdict(row.number, SKIPPED, f"{row.name}, {row.group}", str(doubt)))
        waiting = {one.row.number: one for one in placed}
        for number, doubt in _entangled(placed).items():
            verdicts.append(self._skip(waiting.pop(number), doubt))
        while True:
            judged = [self._judge(one) for one in waiting.values()]
            done = [verdict for verdict in judged if verdict.what in (TAKEN, CHANGED)]
            verdicts += done
            for verdict in done:
                del waiting[verdict.row]
            if not done:
                return verdicts + judged

    def _judge(self, placed: Placed) -> Verdict:
        try:
            known = self._known(*placed)
            return self._change(known, *placed) if known else self._take(*placed)
        except Doubt as doubt:
            return self._skip(placed, str(doubt))

    @staticmethod
    def _skip(placed: Placed, why: str) -> Verdict:
        return Verdict(placed.row.number, SKIPPED, f"{placed.row.name}, {placed.group.name}", why)

    def _known(self, row: ResidentRow, group: KnownGroup) -> KnownPerson | None:
        """Return whom the row means, or None for somebody new. Different people are never taken for one."""
        if row.personal_code:
            return self._with_code(row)
        here = self.by_place[fold(row.name), group.id]
        possible = [one for one in here if not _contradicts(one, row)]
        sure = [one for one in possible if _agrees(one, row)]
        wholly = [one for one in sure if (one.phone, one.birth_year) == (row.phone, row.birth_year)]
        for found in (sure, wholly):
            if len(found) == 1:
                return found[0]
        if not possible:
            return self._elsewhere(row, group)
        if len(possible) == 1 and row.phone is None and row.birth_year is None:
            return possible[0]  # the row says nothing that is not known of the only one it can mean
        raise Doubt(f"Ở tổ này đã có người cùng tên mà chưa rõ có phải một người không. {TELL_APART}")

    def _with_code(self, row: ResidentRow) -> KnownPerson:
        known = self.by_code.get(row.personal_code or "")
        if known is None:
            raise Doubt("Phường không có ai mang mã cá nhân này. Xin xem lại, hoặc bỏ trống ô ấy.")
        if fold(known.name) != fold(row.name):
            raise Doubt("Mã cá nhân này là của người tên khác. Xin xem lại có lệch dòng không.")
        return known

    def _elsewhere(self, row: ResidentRow, group: KnownGroup) -> KnownPerson | None:
        """Return the same name on the same phone, if one of the two waits for a group; doubt otherwise."""
        if row.phone is None:
            return None
        others = [
            one
            for one in self.by_phone[fold(row.name), row.phone]
            if one.group_id != group.id and not _contradicts(one, row)
        ]
        if not others:
            return None
        place = self.groups.by_id.get(others[0].group_id or 0)
        if len(others) == 1 and UNKNOWN in (group.kind, place.kind if place else ""):
            return others[0]
        raise Doubt(
            f"Người cùng tên, cùng số điện thoại đang ở {place.name if place else 'tổ khác'}. "
            "Nếu đã chuyển tổ, xin đổi tổ ở trang của người ấy."
        )

    def _take(self, row: ResidentRow, group: KnownGroup) -> Verdict:
        if row.consent is None:
            raise Doubt("Thiếu ngày đồng ý. Chỉ nhập người đã đồng ý cho phường giữ kết quả học.")
        self._must_share(row.phone)
        values = (
            ("name", row.name), ("group_id", group.id), ("phone", row.phone),
            ("birth_year", row.birth_year), ("audience", row.audience), ("household", row.household),
            ("consent", row.consent), ("consent_to_helper", row.consent_to_helper),
        )  # fmt: skip
        self._add(
            KnownPerson(
                0, row.number, row.name, group.id, row.phone, row.birth_year, None,
                row.audience or "unsaid", row.household, False,
            )
        )  # fmt: skip
        note = row.note if row.group or row.group_code else f"Chưa ghi tổ: để ở {group.name}. {row.note}"
        return Verdict(row.number, TAKEN, f"{row.name}, {group.name}", note.strip(), values=values)

    def _change(self, known: KnownPerson, row: ResidentRow, group: KnownGroup) -> Verdict:
        shown = f"{row.name}, {group.name}"
        earlier = known.row or self.met.setdefault(known.id, row.number)
        if earlier != row.number:
            raise Doubt(f"Người này đã có ở dòng {earlier} của danh sách này.")
        changes = self._changes(known, row, group)
        if not changes:
            return Verdict(row.number, SAME, shown, "", known.id)
        if known.has_role:
            raise Doubt("Người này có nhiệm vụ ở phường. Xin sửa ở trang của người ấy.")
        if any(name == "phone" for name, *_ in changes):
            self._must_share(row.phone)
        self._follow(known, {name: value for name, *_, value in changes})
        why = "; ".join(f"{said}: {before} → {after}" for _, said, before, after, _ in changes)
        values = tuple((name, value) for name, *_, value in changes)
        return Verdict(row.number, CHANGED, shown, f"{why}. {row.note}".strip(), known.id, values)

    def _changes(
        self, known: KnownPerson, row: ResidentRow, group: KnownGroup
    ) -> list[tuple[str, str, str, str, object]]:
        """Return field, its name, before and after in words, and the value; blanks change nothing."""
        changes: list[tuple[str, str, str, str, object]] = []
        for name, said in CALLED.items():
            before, after = getattr(known, name), getattr(row, name)
            if after not in (None, "", before) and not (name == "name" and _lost_its_marks(before, after)):
                changes.append((name, said, _spoken(name, before), _spoken(name, after), after))
        if row.audience not in (None, known.audience):
            words = AUDIENCE_NAMES[known.audience], AUDIENCE_NAMES[row.audience or "unsaid"]
            changes.append(("audience", "đối tượng", *words, row.audience))
        if known.group_id != group.id and (row.group or row.group_code):
            place = self.groups.by_id.get(known.group_id or 0)
            changes.append(("group_id", "tổ", place.name if place else "—", group.name, group.id))
        return changes

    def _must_share(self, phone: str | None) -> None:
        if phone and self.sharing[phone] >= SHARING_ONE_PHONE:
            raise Doubt(f"Đã có {SHARING_ONE_PHONE} người dùng chung số điện thoại này. Xin bỏ trống ô ấy.")

    def _follow(self, known: KnownPerson, changes: dict[str, Any]) -> None:
        """Let later rows meet the person as they will be."""
        self.by_place[fold(known.name), known.group_id].remove(known)
        if known.phone:
            self.by_phone[fold(known.name), known.phone].remove(known)
            self.sharing[known.phone] -= 1
        self._add(known._replace(**changes))

    def _add(self, person: KnownPerson) -> None:
        self.by_place[fold(person.name), person.group_id].append(person)
        if person.personal_code:
            self.by_code[person.personal_code] = person
        if person.phone:
            self.by_phone[fold(person.name), person.phone].append(person)
            self.sharing[person.phone] += 1


TELL_APART = "Xin thêm cột “Mã cá nhân” nếu là người ấy, hoặc đăng ký riêng ở trang của tổ nếu là người khác."


def _entangled(placed: Iterable[Placed]) -> dict[int, str]:
    """Return the rows that may mean somebody whom another row means better, and why each is left out."""
    kept: dict[str, list[Placed]] = defaultdict(list)
    codes: dict[str, int] = {}
    doubts: dict[int, str] = {}
    for one in sorted(placed, key=lambda one: (-one.informs, one.row.number)):
        name, code = fold(one.row.name), one.row.personal_code
        if code and codes.setdefault(code, one.row.number) != one.row.number:
            doubts[one.row.number] = f"Mã cá nhân này đã có ở dòng {codes[code]} của danh sách này."
            continue
        if len(kept[name]) >= MOST_NAMESAKES:
            doubts[one.row.number] = f"Danh sách có hơn {MOST_NAMESAKES} người cùng tên này. Xin chia nhỏ."
            continue
        other = next((other for other in kept[name] if _may_be_one(other, one)), None)
        if other is None:
            kept[name].append(one)
        else:
            doubts[one.row.number] = (
                f"Dòng {other.row.number} có người cùng tên, chưa rõ là một hay hai người. {TELL_APART}"
            )
    return doubts


def _may_be_one(one: Placed, other: Placed) -> bool:
    """May two rows of one name, of which not both have a code, mean one person?"""
    first, second = one.row, other.row
    if first.personal_code and second.personal_code:
        return False
    if first.personal_code or second.personal_code or UNKNOWN in (one.group.kind, other.group.kind):
        return True
    if _contradicts(first, second):
        return False
    return one.group.id == other.group.id or (first.phone is not None and first.phone == second.phone)


def _contradicts(one: KnownPerson | ResidentRow, row: ResidentRow) -> bool:
    """Do the two say different things about the phone or the year of birth?"""
    return (one.phone is not None and row.phone is not None and one.phone != row.phone) or (
        one.birth_year is not None and row.birth_year is not None and one.birth_year != row.birth_year
    )


def _agrees(one: KnownPerson, row: ResidentRow) -> bool:
    """Do the two say the same about the phone or the year of birth?"""
    return (row.phone is not None and one.phone == row.phone) or (
        row.birth_year is not None and one.birth_year == row.birth_year
    )


def _lost_its_marks(before: str, after: str) -> bool:
    """Is it the same name, only typed without marks? Then the one that is kept is the better one."""
    return after.lower() == fold(after) and before.lower() != fold(before)


def _spoken(name: str, value: object) -> str:
    return spoken_number(str(value)) if name == "phone" and value else _said(value)


def _said(value: object) -> str:
    return "—" if value in (None, "") else str(value)
