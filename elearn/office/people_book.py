"""Whom a row of a list means: somebody new, somebody known who changes, or nobody for sure. Plain values."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from elearn.kit.typed import spoken_number
from elearn.kit.words import fold
from elearn.office.group_book import UNKNOWN, GroupBook, KnownGroup
from elearn.office.rules import ResidentRow
from elearn.office.verdicts import CHANGED, SAME, SKIPPED, TAKEN, Doubt, Verdict, said
from elearn.people.rules import SHARING_ONE_PHONE

AUDIENCE_NAMES = {
    "resident": "người dân",
    "official": "cán bộ",
    "business": "hộ kinh doanh, doanh nghiệp",
    "youth": "đoàn viên",
    "unsaid": "chưa nói",
}

MOST_NAMESAKES = 300  # in one list; each is held against each
CALLED = {"name": "tên", "phone": "số điện thoại", "birth_year": "năm sinh", "household": "hộ"}


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


class Change(NamedTuple):
    """One thing that a row changes about somebody known, in words and as it is kept."""

    field: str
    called: str
    before: str
    after: str
    value: object


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
        if any(change.field == "phone" for change in changes):
            self._must_share(row.phone)
        self._follow(known, {change.field: change.value for change in changes})
        why = "; ".join(f"{change.called}: {change.before} → {change.after}" for change in changes)
        values = tuple((change.field, change.value) for change in changes)
        return Verdict(row.number, CHANGED, shown, f"{why}. {row.note}".strip(), known.id, values)

    def _changes(self, known: KnownPerson, row: ResidentRow, group: KnownGroup) -> list[Change]:
        """Return what the row would change; blanks change nothing."""
        changes = []
        for name, called in CALLED.items():
            before, after = getattr(known, name), getattr(row, name)
            if after not in (None, "", before) and not (name == "name" and _lost_its_marks(before, after)):
                changes.append(Change(name, called, _spoken(name, before), _spoken(name, after), after))
        if row.audience not in (None, known.audience):
            words = AUDIENCE_NAMES[known.audience], AUDIENCE_NAMES[row.audience or "unsaid"]
            changes.append(Change("audience", "đối tượng", *words, row.audience))
        if known.group_id != group.id and (row.group or row.group_code):
            place = self.groups.by_id.get(known.group_id or 0)
            before = place.name if place else "—"
            changes.append(Change("group_id", "tổ", before, group.name, group.id))
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
    return spoken_number(str(value)) if name == "phone" and value else said(value)
