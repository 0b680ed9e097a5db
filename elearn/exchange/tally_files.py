"""Writes a file of counts that another installation takes in: no people, and no small counts."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from elearn.exchange import tally_queries as queries
from elearn.exchange.kept_back import Rest, standings_told, whole_weeks
from elearn.exchange.tally_format import REST, Manifest, OfWard, written
from elearn.kit.clock import monday_of, now
from elearn.kit.refused import Refused
from elearn.kit.secrets import keyed
from elearn.people.models import Ward

Progress = Callable[[int, int], None]


def origin_of(ward: Ward, secret: str) -> str:
    """Return what stands for a ward of this installation in every file from here."""
    return keyed(secret, "tally origin", ward.code)[:16]


def write_tallies(
    path: Path, wards: list[Ward], since: date | None, until: date | None, secret: str, progress: Progress
) -> Manifest:
    """Write the whole weeks of these wards within the days; return what was written."""
    moment = now()
    first, last = whole_weeks(since, until, moment.date())
    first = first or monday_of(queries.first_day() or last)
    if first > last:
        raise Refused("Chưa có tuần nào trọn (từ thứ Hai đến Chủ nhật) trong những ngày này để ghi.")
    told = tuple(OfWard(origin_of(ward, secret), ward.code, ward.name, ward.city) for ward in wards)
    manifest = Manifest(moment.isoformat(timespec="seconds"), first, last, told)
    groups = {ward.id: queries.groups_of(ward.id) for ward in wards}
    with written(path) as file:
        file.table("groups.csv", _groups(wards, groups))
        file.table("tallies.csv", _tallies(wards, groups, first, last, progress))
        file.table("standings.csv", _standings(wards, groups, last))
        file.manifest(manifest)
    return manifest


def _groups(wards: list[Ward], groups: dict[int, list[Any]]) -> Iterator[tuple[Any, ...]]:
    for ward in wards:
        for group in groups[ward.id]:
            yield (ward.code, *group[1:])


def _tallies(
    wards: list[Ward], groups: dict[int, list[Any]], since: date, until: date, progress: Progress
) -> Iterator[tuple[Any, ...]]:
    whole, done = sum(map(len, groups.values())), 0
    for ward in wards:
        codes, rest = {group.id: group.code for group in groups[ward.id]}, Rest()
        for group_id, place, counts in queries.weeks_of(ward.id, since, until):
            if any(told := rest.keep(place, counts)):
                yield _line(ward, codes[group_id], place, told)
        for place, told in rest.rows():
            yield _line(ward, REST, place, told)
        done += len(codes)
        progress(done, whole)


def _line(ward: Ward, code: str, place: Any, told: list[int]) -> tuple[Any, ...]:
    week, course, audience, how = place
    return (ward.code, week, code, course, audience, how, *told)


def _standings(wards: list[Ward], groups: dict[int, list[Any]], until: date) -> Iterator[tuple[Any, ...]]:
    for ward in wards:
        codes = {group.id: group.code for group in groups[ward.id]}
        adults = {group.code: group.adults for group in groups[ward.id]}
        found = {codes[one]: courses for one, courses in queries.standings_of(ward.id, until).items()}
        for code, course, told in standings_told(found, adults, REST):
            yield (ward.code, code, course, *told)
