"""Writes of those who run contests: one is made, changed, dropped before it begins, its results sealed."""

from typing import Any

from sqlalchemy import delete, select

from elearn.kit.audit import record, record_view
from elearn.kit.clock import local, now, today
from elearn.kit.db import db, lock, transaction
from elearn.kit.formats import as_day
from elearn.kit.refused import Refused
from elearn.kit.seals import seal_of, sealed_text
from elearn.kit.words import slug
from elearn.learning import contest_rules
from elearn.learning.contest_models import Contest, ContestCourse, ContestEntry, ContestGroup, SealedContest
from elearn.learning.contest_queries import ContestCard, find_contest_by_id
from elearn.library.rules import free_slug
from elearn.movement.result_queries import figures_of, sealed_of
from elearn.movement.result_rules import Terms
from elearn.people.models import Ward
from elearn.people.permissions import Permission, Viewer

OVER = contest_rules.OVER
HAS_BEGUN = (
    "Cuộc thi đã mở nên không đổi câu hỏi, ngày bắt đầu và các tổ nữa. Anh chị sửa được tên và ngày kết thúc."
)


def make_contest(viewer: Viewer, ward_id: int, terms: Terms) -> int | None:
    """Make a contest and return its id; None where not allowed. The same name and days are the same one."""
    if not viewer.may_in(Permission.RUN_CAMPAIGNS, ward_id=ward_id):
        return None
    with transaction():
        lock(Ward, ward_id)  # a second tap waits here and finds what the first has made
        same = select(Contest.id).where(
            Contest.ward_id == ward_id, Contest.name == terms.name,
            Contest.since == terms.since, Contest.until == terms.until,
        )  # fmt: skip
        if (found := db.session.scalar(same)) is not None:
            return found
        taken = set(db.session.scalars(select(Contest.slug).where(Contest.ward_id == ward_id)))
        contest = Contest(
            ward_id=ward_id, slug=free_slug(slug(terms.name) or "cuoc-thi", taken),
            made_by_id=viewer.person_id, **_columns(terms),
        )  # fmt: skip
        db.session.add(contest)
        db.session.flush()
        _choose(contest, terms)
        _note("make contest", contest.id, viewer, ward_id)
    return contest.id


def change_contest(viewer: Viewer, ward_id: int, contest_id: int, terms: Terms) -> bool:
    """Change what is set of a contest, not its address; return whether there is such a one in reach.

    Raise Refused where it has begun and more would change than its name and its end, and for an end that is
    past: everybody is to be asked by the rules they read.
    """
    with transaction():
        contest = _locked(viewer, ward_id, contest_id)
        if contest is None:
            return False
        before = _terms_of(contest)
        changed = [name for name in Terms._fields if getattr(before, name) != getattr(terms, name)]
        if contest.since <= today():
            if set(changed) - {"name", "until"}:
                raise Refused(HAS_BEGUN)
            if "until" in changed and terms.until < today():
                raise Refused("Ngày kết thúc đã qua rồi. Xin chọn từ hôm nay trở đi.")
            if "until" in changed and contest_rules.state_of(contest.since, contest.until, now()) == OVER:
                raise Refused("Cuộc thi đã kết thúc, đáp án đã hiện, nên không kéo dài được nữa.")
        if changed:
            for name, value in _columns(terms).items():
                setattr(contest, name, value)
            _choose(contest, terms)
            _note("change contest", contest.id, viewer, ward_id, fields=changed)
    return True


def drop_contest(viewer: Viewer, ward_id: int, contest_id: int) -> bool:
    """Take away a contest that was made by mistake; return whether there was such a one in reach.

    Raise Refused once somebody has begun it, or its results are sealed.
    """
    with transaction():
        contest = _locked(viewer, ward_id, contest_id)
        if contest is None:
            return False
        begun = select(ContestEntry.id).where(ContestEntry.contest_id == contest.id).limit(1)
        if db.session.scalar(begun) is not None or sealed_of(contest.id):
            raise Refused("Đã có người bắt đầu thi, hoặc đã chốt kết quả, nên không bỏ được cuộc thi này.")
        for model in (ContestCourse, ContestGroup):
            db.session.execute(delete(model).where(model.contest_id == contest.id))
        db.session.delete(contest)
        _note("drop contest", contest_id, viewer, ward_id)
    return True


def seal_contest(viewer: Viewer, ward_id: int, contest_id: int) -> int | None:
    """Keep the results under a seal; return the number of the copy, None where out of reach.

    The same results on the same day are the same copy. Raise Refused before the last entry may be in.
    """
    with transaction():
        if _locked(viewer, ward_id, contest_id) is None:
            return None
        card = find_contest_by_id(ward_id, contest_id)
        if card is None:
            return None
        if refusal := why_not_sealed(card):
            raise Refused(refusal)
        copies = sealed_of(card.id)
        number = copies[0].number if copies else 0
        text = sealed_text(figures_of(card, today()))
        seal = seal_of(text)
        if copies and copies[0].seal == seal:
            return number
        db.session.add(
            SealedContest(
                contest_id=card.id, number=number + 1, figures=text, seal=seal,
                sealed_by_id=viewer.person_id, sealed_at=now(),
            )
        )  # fmt: skip
        _note("seal contest", card.id, viewer, ward_id, number=number + 1, seal=seal)
    return number + 1


def why_not_sealed(card: ContestCard) -> str:
    """Return why the results cannot be sealed now; "" where they can."""
    if contest_rules.state_of(card.since, card.until, now()) == OVER:
        return ""
    at = local(contest_rules.last_call(card.until))
    return f"Còn nhận bài đến {at:%H:%M} ngày {as_day(at.date())}. Sau giờ ấy anh chị chốt được kết quả."


def note_names(viewer: Viewer, ward_id: int, contest_id: int) -> None:
    """Record that somebody read the results with the names in them."""
    record_view("view contest names", "contest", contest_id, actor_id=viewer.person_id, ward_id=ward_id)


def _locked(viewer: Viewer, ward_id: int, contest_id: int) -> Contest | None:
    if not viewer.may_in(Permission.RUN_CAMPAIGNS, ward_id=ward_id):
        return None
    contest: Contest | None = lock(Contest, contest_id)
    return contest if contest is not None and contest.ward_id == ward_id else None


def _columns(terms: Terms) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in ("name", "questions", "since", "until")}


def _terms_of(contest: Contest) -> Terms:
    courses = select(ContestCourse.course_id).where(ContestCourse.contest_id == contest.id)
    groups = select(ContestGroup.group_id).where(ContestGroup.contest_id == contest.id)
    return Terms(
        contest.name, contest.questions, contest.since, contest.until,
        tuple(sorted(db.session.scalars(courses))), tuple(sorted(db.session.scalars(groups))),
    )  # fmt: skip


def _choose(contest: Contest, terms: Terms) -> None:
    """Let the contest have these courses and groups and no others."""
    for model in (ContestCourse, ContestGroup):
        db.session.execute(delete(model).where(model.contest_id == contest.id))
    db.session.add_all(ContestCourse(contest_id=contest.id, course_id=one) for one in terms.courses)
    db.session.add_all(
        ContestGroup(contest_id=contest.id, ward_id=contest.ward_id, group_id=one) for one in terms.groups
    )


def _note(act: str, contest_id: int, by: Viewer, ward_id: int, **detail: Any) -> None:
    record(act, "contest", contest_id, actor_id=by.person_id, ward_id=ward_id, **detail)
