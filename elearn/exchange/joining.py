"""Takes the counts of other installations in: into wards that are joined, whose counts come from nowhere
else. All of a file or nothing of it; the same file twice is once; a newer one takes an older one's place."""

import hashlib
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import delete, select

from elearn.exchange.tally_files import origin_of
from elearn.exchange.tally_format import (
    COUNTERS,
    DAMAGED,
    REST,
    STANDINGS,
    Manifest,
    OfWard,
    Reader,
    day_or_none,
    number,
    number_or_none,
    one_of,
    opened,
)
from elearn.exchange.tally_queries import own_wards, shared_courses
from elearn.kit.audit import record
from elearn.kit.db import add_up_all, db, transaction
from elearn.kit.refused import Refused
from elearn.kit.words import fold, nfc, title_key
from elearn.learning.models import NO_COURSE, OTHER_COURSE, DailyTally, JoinedFile, Standing
from elearn.learning.months import total_again
from elearn.learning.ward_totals import total_days_again
from elearn.people.models import Audience, GroupKind, How, ResidentialGroup, Ward

AT_A_TIME = 2_000  # rows that are written at once
Progress = Callable[[int, int], None]


class Joined(NamedTuple):
    """What an import did: whether the file was new, and how many wards, groups and rows it brought."""

    new: bool
    wards: int
    groups: int
    rows: int


def take_in(path: Path, secret: str, progress: Progress) -> Joined:
    """Take a file in; raise Refused, with nothing changed, where that cannot be."""
    with opened(path) as file:
        digest = _digest(path)
        with transaction():
            if db.session.scalar(select(JoinedFile.id).where(JoinedFile.digest == digest)) is not None:
                return Joined(False, len(file.manifest.wards), 0, 0)
            _refuse_own(file.manifest, secret)
            wards = {one.code: _ward_of(one, file.manifest, digest) for one in file.manifest.wards}
            groups = _groups(file, wards)
            rows = _tallies(file, wards, groups, progress)
            _standings(file, wards, groups)
            total_again(_of_wards(wards))
            total_days_again([ward.id for ward in wards.values()])
            for ward in wards.values():
                record("import tally", "ward", ward.id, actor_id=None, ward_id=ward.id, digest=digest[:16])
            return Joined(True, len(wards), len(groups), rows)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_own(manifest: Manifest, secret: str) -> None:
    own = {origin_of(ward, secret) for ward in own_wards()}
    if own & {ward.origin for ward in manifest.wards}:
        raise Refused("Tệp này do chính nơi này ghi ra. Chỉ nhập tệp của nơi khác.")


def _ward_of(one: OfWard, manifest: Manifest, digest: str) -> Ward:
    """Return the ward that this one is joined as, made where it is new, and note the file."""
    ward = db.session.scalar(select(Ward).where(Ward.joined_from == one.origin))
    if ward is None:
        code = one.code
        if db.session.scalar(select(Ward.id).where(Ward.code == code)) is not None:
            code = f"{one.code}-{one.origin[:4].upper()}"
        ward = Ward(code=code, name=_plain(one.name), city=_plain(one.city), joined_from=one.origin)
        db.session.add(ward)
        db.session.flush()
    newer = db.session.scalar(
        select(JoinedFile.made_at).where(
            JoinedFile.ward_id == ward.id, JoinedFile.made_at > manifest.made_at,
            JoinedFile.until >= manifest.since,
        )
    )  # fmt: skip
    if newer is not None:
        raise Refused(f"Tệp này cũ hơn tệp của {ward.name} đã nhập trước đây. Xin lấy tệp mới nhất.")
    ward.name, ward.city = _plain(one.name), _plain(one.city)
    db.session.add(
        JoinedFile(
            ward_id=ward.id, digest=digest, made_at=manifest.made_at,
            since=manifest.since, until=manifest.until,
        )
    )  # fmt: skip
    return ward


def _groups(file: Reader, wards: dict[str, Ward]) -> dict[tuple[str, str], int]:
    """Write the groups of a file; return their ids by ward and code there. The rest of a ward is one too."""
    of_wards = ResidentialGroup.ward_id.in_([ward.id for ward in wards.values()])
    here = db.session.scalars(select(ResidentialGroup).where(of_wards))
    stands = {(group.ward_id, group.joined_code): group for group in here}
    taken = set(db.session.scalars(select(ResidentialGroup.code)))
    found: dict[tuple[str, str], ResidentialGroup] = {}
    successors: list[tuple[str, str, str]] = []
    for line in chain(_rests(wards), file.rows("groups.csv")):
        ward, code = _known(wards, line["ward"]), line["code"]
        if not code or (line["ward"], code) in found:
            raise Refused(DAMAGED)
        group = stands.get((ward.id, code))
        if group is None:
            group = ResidentialGroup(ward_id=ward.id, joined_code=code, code=_free(ward, code, taken))
            taken.add(group.code)
            db.session.add(group)
        _describe(group, line)
        found[line["ward"], code] = group
        if line["successor"]:
            successors.append((line["ward"], code, line["successor"]))
    db.session.flush()
    for ward_code, code, successor in successors:
        if (ward_code, successor) not in found or successor == code:
            raise Refused(DAMAGED)
        found[ward_code, code].successor_id = found[ward_code, successor].id
    db.session.flush()
    _refuse_circles(found.values())
    return {key: group.id for key, group in found.items()}


def _rests(wards: dict[str, Ward]) -> Iterator[dict[str, str]]:
    for code in wards:
        yield dict.fromkeys(
            ("former_ward", "households", "adults", "valid_from", "valid_until", "successor"), ""
        ) | {"ward": code, "code": REST, "name": "Còn lại", "kind": GroupKind.UNKNOWN}


def _describe(group: ResidentialGroup, line: dict[str, str]) -> None:
    group.name, group.former_ward = _plain(line["name"]), _plain(line["former_ward"])
    group.kind = one_of(line["kind"], GroupKind)
    group.households, group.adults = number_or_none(line["households"]), number_or_none(line["adults"])
    group.valid_from, group.valid_until = day_or_none(line["valid_from"]), day_or_none(line["valid_until"])
    group.search = fold(f"{group.name} {group.former_ward} {group.code}")
    group.sort_key = title_key(f"{group.name} {group.former_ward}")


def _refuse_circles(groups: Any) -> None:
    after = {group.id: group.successor_id for group in groups}
    for start in after:
        seen, here = set(), start
        while here is not None:
            if here in seen:
                raise Refused(DAMAGED)
            seen.add(here)
            here = after.get(here)


def _free(ward: Ward, code: str, taken: set[str]) -> str:
    """Return the code that a group has here: its own, or behind the ward's where that one is taken."""
    wanted = "CL" if code == REST else code.upper()
    tries = [wanted, f"{ward.code}-{wanted}", f"{ward.code}-{(ward.joined_from or '')[:4].upper()}-{wanted}"]
    for one in tries[1:] if code == REST else tries:
        if one not in taken:
            return one
    raise Refused(f"Mã tổ {code} đã có ở đây, không đặt được mã khác. Xin đổi mã tổ ở nơi gửi.")


def _tallies(
    file: Reader, wards: dict[str, Ward], groups: dict[tuple[str, str], int], progress: Progress
) -> int:
    """Write the weeks of a file, each on its Sunday, in the place of what stood on these days."""
    told = file.manifest
    db.session.execute(
        delete(DailyTally).where(
            DailyTally.group_id.in_(_of_wards(wards)),
            DailyTally.day >= told.since,
            DailyTally.day <= told.until,
        )
    )
    courses = {word: one for one, word in shared_courses().items()}
    lines = (_tally(line, told, wards, groups, courses) for line in file.rows("tallies.csv"))
    return _written(DailyTally, lines, file.counts["tallies.csv"], progress)


def _tally(
    line: dict[str, str], told: Manifest, wards: dict[str, Ward], groups: Any, courses: dict[str, int]
) -> dict[str, Any]:
    week = day_or_none(line["week"])
    if week is None or week.weekday() != 6 or not told.since <= week <= told.until:
        raise Refused(DAMAGED)
    return {
        "day": week, "group_id": _group(groups, line), "course_id": _course(line["course"], courses),
        "audience": one_of(line["audience"], Audience), "how": one_of(line["how"], How),
        **{name: number(line[name]) for name in COUNTERS},
    }  # fmt: skip


def _standings(file: Reader, wards: dict[str, Ward], groups: dict[tuple[str, str], int]) -> None:
    later = select(JoinedFile.id).where(
        JoinedFile.ward_id.in_(w.id for w in wards.values()), JoinedFile.until > file.manifest.until
    )
    if db.session.scalar(later) is not None:
        return  # what is known is of a later week
    db.session.execute(delete(Standing).where(Standing.group_id.in_(_of_wards(wards))))
    courses = {word: one for one, word in shared_courses().items()}
    lines = (
        {
            "group_id": _group(groups, line), "course_id": _course(line["course"], courses),
            "audience": Audience.UNSAID, **{name: number(line[name], 0) for name in STANDINGS},
        }
        for line in file.rows("standings.csv")
    )  # fmt: skip
    _written(Standing, lines, file.counts["standings.csv"], lambda _done, _whole: None)


def _written(model: Any, lines: Iterator[dict[str, Any]], whole: int, progress: Progress) -> int:
    """Write the rows; those that become one here (of courses that are not taught here) are added up."""
    key = tuple(column.name for column in model.__table__.primary_key)
    done = 0
    while piece := list(islice(lines, AT_A_TIME)):
        done += len(piece)
        add_up_all(model, key, piece)
        progress(done, whole)
    return done


def _of_wards(wards: dict[str, Ward]) -> Any:
    ids = [ward.id for ward in wards.values()]
    return select(ResidentialGroup.id).where(ResidentialGroup.ward_id.in_(ids))


def _known(wards: dict[str, Ward], code: str) -> Ward:
    if code not in wards:
        raise Refused(DAMAGED)
    return wards[code]


def _group(groups: dict[tuple[str, str], int], line: dict[str, str]) -> int:
    found = groups.get((line["ward"], line["group"]))
    if found is None:
        raise Refused(DAMAGED)
    return found


def _course(word: str, courses: dict[str, int]) -> int:
    return NO_COURSE if not word else courses.get(word, OTHER_COURSE)


def _plain(text: str) -> str:
    return " ".join("".join(letter for letter in nfc(text) if letter.isprintable()).split())
