"""Wrong tries to come in, counted by the hour and put into the audit as one line a ward and hour.

A line for each try would let whoever guesses write the audit full. So they are counted among the tries,
by kind and network, and the hour is written down once it is over: by the next wrong try, or by the
regular work. Whose secret it was is told of those with a role, and where somebody was tried again and
again; never what was typed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete

from elearn.kit import audit
from elearn.kit.clock import now
from elearn.kit.db import add_up, db, insert_if_absent, transaction
from elearn.kit.throttle import Tries, slice_of
from elearn.people.entry_queries import Candidate

AT, BY, WHO = "wrong-at", "wrong-by", "wrong-who"  # the ward's hour; its kinds and networks; its people
MOST_NETWORKS = 5  # the busiest, in one line
ROLE = "r"  # behind the number of somebody with a role
OFTEN = 5  # in an hour: so many at somebody without a role are told too

CALLED = {
    "pin": "pins",
    "password": "passwords",
    "code": "codes",
    "second": "second_keys",
    "refused": "refused",
}

Hour = tuple[int, datetime]


def note_wrong_try(what: str, ward_id: int, network: str, meant: Iterable[Candidate] = ()) -> None:
    """Count a wrong try of this kind (a key of CALLED), and whom it may have meant.

    The first in an hour writes down the ward's hours before.
    """
    hour = slice_of(now(), "hour")
    with transaction():
        if insert_if_absent(Tries, key=f"{AT}:{ward_id}", slice=hour, count=0):
            write_down_wrong_tries(before=hour)
        add_up(Tries, {"key": f"{BY}:{ward_id}:{what}:{network}", "slice": hour}, count=1)
        # one row however many are meant, also where it is nobody: the work tells nothing of a number
        people = ",".join(f"{one.signs_in_as}{ROLE if one.has_role else ''}" for one in meant)
        add_up(Tries, {"key": f"{WHO}:{ward_id}:{people}", "slice": hour}, count=1)


def write_down_wrong_tries(before: datetime | None = None) -> int:
    """Put the hours that are over into the audit, each once; return how many lines were written."""
    before = before or slice_of(now(), "hour")
    with transaction():
        db.session.execute(delete(Tries).where(Tries.key.startswith(f"{AT}:"), Tries.slice < before))
        kinds: dict[Hour, Counter[str]] = defaultdict(Counter)
        networks: dict[Hour, Counter[str]] = defaultdict(Counter)
        for (ward, what, network), hour, count in _taken(BY, before):
            kinds[int(ward), hour][what] += count
            networks[int(ward), hour][network] += count
        for ward_id, hour in sorted(kinds):
            busiest = networks[ward_id, hour].most_common(MOST_NETWORKS)
            audit.record(
                "wrong sign-ins", "ward", ward_id, actor_id=None, ward_id=ward_id, hour=_said(hour),
                networks=[f"{network} ({count})" for network, count in busiest if network],
                **{CALLED[what]: count for what, count in sorted(kinds[ward_id, hour].items())},
            )  # fmt: skip
        people = Counter[tuple[int, datetime, str]]()
        for (ward, meant), hour, count in _taken(WHO, before):
            people.update({(int(ward), hour, one): count for one in meant.split(",") if one})
        told = {key: count for key, count in people.items() if key[2].endswith(ROLE) or count >= OFTEN}
        for ward_id, hour, one in sorted(told):
            audit.record(
                "wrong sign-ins", "person", one.removesuffix(ROLE), actor_id=None, ward_id=ward_id,
                hour=_said(hour), times=told[ward_id, hour, one],
            )  # fmt: skip
    return len(kinds) + len(told)


def _taken(kind: str, before: datetime) -> list[tuple[list[str], datetime, int]]:
    """Take these counters out of the tries: whoever took them writes them down."""
    rows = db.session.execute(
        delete(Tries)
        .where(Tries.key.startswith(f"{kind}:"), Tries.slice < before)
        .returning(Tries.key, Tries.slice, Tries.count)
    ).all()
    return [(key.split(":", 3)[1:], hour, count) for key, hour, count in rows]


def _said(hour: datetime) -> str:
    return hour.isoformat(timespec="minutes")
