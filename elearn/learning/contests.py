"""Taking part in a contest: it is begun, kept half way, handed in; and entries follow when people change.

One counted go a person. Whatever is tapped twice, sent twice or opened in two tabs is the same go on the
same clock; the person's row is locked meanwhile, and the table itself allows no second one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from elearn.kit.clock import local, now, today
from elearn.kit.db import db, transaction
from elearn.kit.formats import as_day
from elearn.kit.recent import recent
from elearn.kit.refused import Refused
from elearn.kit.secrets import random_salt
from elearn.learning import contest_rules as rules
from elearn.learning import rules as marking
from elearn.learning.contest_models import Contest, ContestEntry, SealedContest
from elearn.learning.contest_queries import (
    ContestCard,
    Entrant,
    counts_first,
    entry_of,
    find_entrant,
    key_of,
    questions_of,
    takes_part,
)
from elearn.learning.finishing import locked_root
from elearn.learning.quiz import draw_up
from elearn.library.pool_queries import one_choice_questions
from elearn.people.models import Person
from elearn.people.permissions import Permission, Viewer
from elearn.people.queries import grants_of

KNOWS_THE_ANSWERS = (Permission.WRITE_LESSONS, Permission.RUN_CAMPAIGNS)

KEEP_FIRST = "Bác giữ kết quả trước đã, để bài dự thi được tính cho bác và cho tổ."
ELSEWHERE = "Cuộc thi này dành cho người ở những tổ mà phường đã chọn. Tổ của bác không có trong đó."
AT_WORK = (
    "Anh chị soạn, duyệt bài hoặc tổ chức cuộc thi, xem được đáp án, nên không dự thi. "
    "Anh chị mời bà con dự thi giúp nhé."
)
TAKEN_AWAY = "Phường vừa bỏ cuộc thi này. Bác đón cuộc thi khác nhé."
NOTHING_TO_ASK = "Cuộc thi này chưa có câu hỏi nào hỏi được hôm nay. Bác báo giúp phường nhé."


# -- taking part ---------------------------------------------------------------------------------


def begin_entry(
    person_id: int, card: ContestCard, *, how: str, assisted_by_id: int | None = None
) -> ContestEntry:
    """Begin the person's one go at a contest, drawing the questions; begun already, it is that one.

    Raise Refused outside the days of the contest, and where the person may not take part.
    """
    with transaction():
        person = locked_root(person_id)
        entry = entry_of(person.id, card.id)
        if entry is not None:
            return entry
        if refusal := why_not(person.id, card, now()):
            raise Refused(refusal)
        _hold(card)
        _draw(person, card, how, assisted_by_id)
        entry = entry_of(person.id, card.id)
        assert entry is not None
        return entry


def why_not(person_id: int, card: ContestCard, moment: datetime) -> str:
    """Return why this person cannot begin now, in a sentence that says what to do; "" where they can."""
    state = rules.state_of(card.since, card.until, moment)
    if state == rules.BEFORE:
        return f"Cuộc thi mở từ {as_day(card.since)}. Hôm ấy bác quay lại nhé."
    if state != rules.RUNNING:
        day = as_day(card.until)
        return f"Cuộc thi chỉ nhận người bắt đầu đến hết {day}, nay đã qua. Bác đón cuộc thi sau nhé."
    if _knows_the_answers(person_id):
        return AT_WORK
    entrant = find_entrant(person_id)
    if entrant is None or not entrant.is_kept:
        return KEEP_FIRST
    return "" if _is_of(card, entrant) else ELSEWHERE


def _knows_the_answers(person_id: int) -> bool:
    at_work = Viewer(scopes=tuple(grants_of(person_id)))
    return any(at_work.may(one) for one in KNOWS_THE_ANSWERS)


def _is_of(card: ContestCard, entrant: Entrant) -> bool:
    return (
        entrant.ward_id == card.ward_id
        and entrant.group_id is not None
        and takes_part(card, entrant.group_id, today())
    )


def _hold(card: ContestCard) -> None:
    """Let nobody take the contest away until this entry is in it; others may begin meanwhile."""
    there = select(Contest.id).where(Contest.id == card.id).with_for_update(read=True, key_share=True)
    if db.session.scalar(there) is None:
        raise Refused(TAKEN_AWAY)


def _draw(person: Person, card: ContestCard, how: str, assisted_by_id: int | None) -> None:
    pool: dict[int, list[str]] = {course.id: [] for course in card.courses}
    for one in recent(one_choice_questions, card.ward_id, today(), tuple(pool)):
        pool[one.course_id].append(f"{one.revision_id}:{one.key}")
    slip_id = random_salt()
    asked = rules.drawn(pool, card.questions, slip_id)
    entry = ContestEntry(
        contest_id=card.id, person_id=person.id, group_id=person.group_id, slip=slip_id, asked=asked,
        shown={}, answers={}, right_keys=[], how=how, assisted_by_id=assisted_by_id, started_at=now(),
    )  # fmt: skip
    by_key = {one["key"]: one for one in questions_of(entry, card.ward_id, today())}
    questions = [by_key[key] for key in asked if key in by_key]
    if not questions:
        raise Refused(NOTHING_TO_ASK)
    entry.shown = draw_up(questions, 0, slip_id, entry.started_at).shown
    entry.asked = list(entry.shown)
    db.session.add(entry)
    db.session.flush()


def keep_answers(
    person_id: int,
    card: ContestCard,
    answers: Mapping[str, Sequence[str]],
    *,
    how: str,
    assisted_by_id: int | None = None,
) -> ContestEntry | None:
    """Keep what was answered so far, without handing it in; what was handed in stays as it is. Helped here,
    it is a helped entry, wherever it is handed in.

    Raise Refused once the time is over.
    """
    with transaction():
        entry = _open_entry(person_id, card)
        if entry is not None and entry.handed_in_at is None:
            _refuse_late(card)
            entry.answers = marking.fitting_answers(entry.asked, answers)
            _note_help(entry, how, assisted_by_id)
    return entry


def hand_in(
    person_id: int,
    card: ContestCard,
    answers: Mapping[str, Sequence[str]],
    *,
    how: str,
    assisted_by_id: int | None = None,
) -> ContestEntry | None:
    """Hand the person's go in, marked; what comes a second time changes nothing. None where none is begun.

    Raise Refused once the time is over, and for who has come to know the answers since they began.
    """
    with transaction():
        entry = _open_entry(person_id, card)
        if entry is None or entry.handed_in_at is not None:
            return entry
        _refuse_late(card)
        if _knows_the_answers(locked_root(person_id).id):
            raise Refused(AT_WORK)
        given, moment = marking.fitting_answers(entry.asked, answers), now()
        right = marking.right_among(key_of(entry.asked, card.ward_id, today()), entry.asked, given)
        entry.answers, entry.right_keys, entry.right = given, right, len(right)
        entry.seconds = max(0, int((moment - entry.started_at).total_seconds()))
        entry.handed_in_at = moment
        _note_help(entry, how, assisted_by_id)
        entry.group_id = locked_root(person_id).group_id or entry.group_id
    return entry


def _note_help(entry: ContestEntry, how: str, assisted_by_id: int | None) -> None:
    entry.how = marking.most_helped([entry.how, how])
    entry.assisted_by_id = entry.assisted_by_id or assisted_by_id


def _open_entry(person_id: int, card: ContestCard) -> ContestEntry | None:
    return entry_of(locked_root(person_id).id, card.id)


def _refuse_late(card: ContestCard) -> None:
    if rules.state_of(card.since, card.until, now()) == rules.OVER:
        at = local(rules.last_call(card.until))
        raise Refused(
            f"Cuộc thi đã hết giờ nộp lúc {at:%H:%M} ngày {as_day(at.date())}, nên bài này không tính được "
            "nữa. Các khóa học vẫn mở, bác học lúc nào cũng được."
        )


# -- when people change --------------------------------------------------------------------------


def claim_entries(from_id: int, into_id: int) -> None:
    """Let the entries of a device become the account's; where it has one too, the first handed in stays. Who
    can read the answers brings none in: they would not have been let begin under their name."""
    if _knows_the_answers(into_id):
        db.session.execute(delete(ContestEntry).where(ContestEntry.person_id == from_id))
        db.session.expire_all()
        return
    theirs, own = _in_each_contest(from_id), _in_each_contest(into_id)
    for contest_id, one in theirs.items():
        other = own.get(contest_id)
        if other is not None:
            first, second = sorted((one, other), key=counts_first)
            db.session.execute(delete(ContestEntry).where(ContestEntry.id == second.id))
            if first is other:
                continue
        db.session.execute(update(ContestEntry).where(ContestEntry.id == one.id).values(person_id=into_id))
    db.session.expire_all()


def assign_entries(person_ids: Sequence[int], old: int | None, new: int) -> None:
    """Let what counted for "chưa rõ tổ" count for the group that has been found."""
    db.session.execute(
        update(ContestEntry)
        .where(ContestEntry.person_id.in_(person_ids), ContestEntry.group_id == old)
        .values(group_id=new)
    )


def leave_groups(person_id: int) -> None:
    """Let entries count for no group: who went on without a name has none."""
    db.session.execute(update(ContestEntry).where(ContestEntry.person_id == person_id).values(group_id=None))


def empty_entries(person_id: int) -> None:
    """Drop what a person answered; how many were right stays, under a number that leads to nobody. Until the
    results are sealed nothing stays: who comes back would have a second counted go."""
    sealed = select(SealedContest.contest_id)
    db.session.execute(
        delete(ContestEntry).where(
            ContestEntry.person_id == person_id, ContestEntry.contest_id.not_in(sealed)
        )
    )
    db.session.execute(
        update(ContestEntry)
        .where(ContestEntry.person_id == person_id)
        .values(answers={}, shown={}, right_keys=[], assisted_by_id=None)
    )


def _in_each_contest(person_id: int) -> dict[int, ContestEntry]:
    rows = db.session.scalars(select(ContestEntry).where(ContestEntry.person_id == person_id))
    return {one.contest_id: one for one in rows}
