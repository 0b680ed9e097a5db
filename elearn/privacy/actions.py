"""Writes about people's rights: a request is asked, answered, extended, closed; the ward sets its rules."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import func, select

from elearn.kit import audit
from elearn.kit.clock import now, today
from elearn.kit.db import db, insert_if_absent, lock, transaction
from elearn.kit.refused import Refused
from elearn.kit.secrets import digest
from elearn.people.models import Person
from elearn.people.permissions import Permission, Viewer
from elearn.privacy.models import EVERYWHERE, DataRequest, PrivacySetting
from elearn.privacy.periods import PERIOD, UNITS
from elearn.privacy.queries import ward_terms
from elearn.privacy.rules import DEFAULTS, OPEN, Kind, State, due

MOST_OPEN = 5  # of one person: whoever has more to say writes it into one of these
CLOSED = "Yêu cầu này đã xong, không sửa được nữa. Có điều mới thì ghi một yêu cầu mới."


# -- asking --------------------------------------------------------------------------------------


def ask(
    ward_id: int,
    kind: str,
    wish: str,
    *,
    form_id: str,
    person_id: int | None = None,
    asker: str = "",
    channel: str = "self",
    asked_on: date | None = None,
    by: Viewer | None = None,
) -> int:
    """Keep what somebody asks about their data, with the days by which it is due; return its number.

    The same form sent again is the same request. Raise Refused when the person has too many open ones.
    """
    key = digest(f"{by.person_id if by else person_id} {form_id}")
    day = asked_on or today()
    with transaction():
        before = db.session.scalar(select(DataRequest.id).where(DataRequest.form_digest == key))
        if before is not None:
            return before
        if person_id is not None:
            lock(Person, person_id)
            _must_have_room(person_id)
        reply_by, act_by = due(kind, day, ward_terms(ward_id))
        request = DataRequest(
            ward_id=ward_id, person_id=person_id, form_digest=key, kind=Kind(kind), channel=channel,
            asker=asker if person_id is None else "", wish=wish, asked_on=day,
            noted_by_id=by.person_id if by else None, reply_by=reply_by, act_by=act_by,
        )  # fmt: skip
        db.session.add(request)
        db.session.flush()
        if by is not None:
            _note("note request", request, by)
        return request.id


def _must_have_room(person_id: int) -> None:
    waiting = select(func.count()).where(DataRequest.person_id == person_id, DataRequest.state.in_(OPEN))
    if (db.session.scalar(waiting) or 0) >= MOST_OPEN:
        raise Refused(
            f"Bác đang có {MOST_OPEN} yêu cầu chưa xong. Xin chờ phường trả lời, hoặc gọi điện cho phường."
        )


# -- answering -----------------------------------------------------------------------------------


def take_in_hand(request_id: int, by: Viewer) -> None:
    """Let a request be the viewer's to deal with; another may take it over."""
    with transaction():
        request = _open_request(request_id)
        if request.in_hand_by_id == by.person_id:
            return
        request.state, request.in_hand_at, request.in_hand_by_id = State.IN_HAND, now(), by.person_id
        _note("take request", request, by)


def reply(request_id: int, text: str, by: Viewer) -> None:
    """Give the first answer: that it has come, and how it goes on. A later one replaces the words."""
    with transaction():
        request = _open_request(request_id)
        if request.reply == text:
            return
        request.reply = text
        if request.replied_at is None:
            request.replied_at, request.replied_by_id = now(), by.person_id
        if request.state == State.NEW:
            request.state, request.in_hand_at, request.in_hand_by_id = State.IN_HAND, now(), by.person_id
        _note("answer request", request, by)


def extend(request_id: int, until: date, because: str, by: Viewer) -> None:
    """Put the last day off, once, with a reason that the person reads.

    Raise Refused for a second time, and for a day that is not later or too late.
    """
    with transaction():
        request = _open_request(request_id)
        if request.extended_at is not None:
            if (request.act_by, request.extended_because) == (until, because):
                return
            raise Refused("Yêu cầu này đã gia hạn rồi. Mỗi yêu cầu chỉ gia hạn một lần.")
        last = request.act_by + timedelta(days=ward_terms(request.ward_id).extension(request.kind))
        if not request.act_by < until <= last:
            raise Refused(f"Hạn mới phải sau {request.act_by:%d/%m/%Y} và không quá {last:%d/%m/%Y}.")
        request.act_by, request.extended_because = until, because
        request.extended_at, request.extended_by_id = now(), by.person_id
        _note("extend request", request, by)


def close(request_id: int, state: str, answer: str, by: Viewer) -> None:
    """Say that it is done, or why it is not; closing is an answer too. Nothing is changed after that.

    Of somebody who has been erased no words are kept: they would lead back to them.
    """
    with transaction():
        request = _request(request_id)
        if request.closed_at is not None:
            if request.state == state:
                return
            raise Refused(CLOSED)
        moment = now()
        request.state, request.closed_at, request.closed_by_id = State(state), moment, by.person_id
        request.answer = "" if _is_erased(request.person_id) else answer
        if request.replied_at is None:
            request.replied_at, request.replied_by_id = moment, by.person_id
        _note("refuse request" if state == State.REFUSED else "finish request", request, by)


def _request(request_id: int) -> DataRequest:
    request: DataRequest | None = lock(DataRequest, request_id)
    if request is None:
        raise LookupError(f"no request {request_id}")
    return request


def _open_request(request_id: int) -> DataRequest:
    request = _request(request_id)
    if request.closed_at is not None:
        raise Refused(CLOSED)
    return request


def _is_erased(person_id: int | None) -> bool:
    erased = select(Person.id).where(Person.id == person_id, Person.erased_at.is_not(None))
    return db.session.scalar(erased) is not None


def note_read(request: DataRequest, by: Viewer) -> None:
    """Record that the viewer read what somebody asked."""
    _note("view request", request, by)


def _note(action: str, request: DataRequest, by: Viewer) -> None:
    """Record an act under the person concerned, so that their own entries tell of it."""
    kind, number = (
        ("data_request", request.id) if request.person_id is None else ("person", request.person_id)
    )
    audit.record(action, kind, number, actor_id=by.person_id, ward_id=request.ward_id, request=request.id)


# -- the ward's rules ----------------------------------------------------------------------------


def save_settings(ward_id: int, values: Mapping[str, str], by: Viewer) -> None:
    """Keep the ward's own rules, as far as given. Requests that are open keep their days.

    Raise Refused where the ward is out of the viewer's reach.
    """
    if not by.may_in(Permission.MANAGE_PEOPLE, ward_id=ward_id):
        raise Refused("Phường này ngoài quyền của anh chị.")
    unknown = set(values) - set(DEFAULTS)
    if unknown:
        raise TypeError(f"There is no setting {', '.join(sorted(unknown))}.")
    keep_settings(ward_id, values, by)


def save_periods(lengths: Mapping[str, int], by: Viewer) -> None:
    """Keep how long kinds of data are kept, for the whole installation; raise Refused for what may not be."""
    for name, length in lengths.items():
        period = PERIOD[name]
        if period.is_fixed or not period.least <= length <= period.most:
            raise Refused(f"{period.label}: giữ từ {period.least} đến {period.most} {UNITS[period.unit]}.")
    keep_settings(EVERYWHERE, {f"keep_{name}": str(length) for name, length in lengths.items()}, by)


def keep_settings(ward_id: int, values: Mapping[str, str], by: Viewer) -> None:
    """Write settings down, of a ward or of the installation; record the names of what changed."""
    with transaction():
        changed = [name for name, value in sorted(values.items()) if _put(ward_id, name, value, by)]
        if changed:
            audit.record(
                "set privacy rules", "ward", ward_id,
                actor_id=by.person_id, ward_id=ward_id or None, fields=changed,
            )  # fmt: skip


def _put(ward_id: int, name: str, value: str, by: Viewer) -> bool:
    """Keep one value; return whether it was another before."""
    key = {"ward_id": ward_id, "name": name}
    if insert_if_absent(PrivacySetting, **key, value=value, set_at=now(), set_by_id=by.person_id):
        return value != _usual(name)
    row: PrivacySetting = db.session.get_one(PrivacySetting, (ward_id, name), populate_existing=True)
    if row.value == value:
        return False
    row.value, row.set_at, row.set_by_id = value, now(), by.person_id
    return True


def _usual(name: str) -> str:
    period = PERIOD.get(name.removeprefix("keep_"))
    return str(period.usual) if period else DEFAULTS.get(name, "")


__all__ = [
    "EVERYWHERE", "ask", "close", "extend", "keep_settings", "note_read", "reply", "save_periods",
    "save_settings", "take_in_hand",
]  # fmt: skip
