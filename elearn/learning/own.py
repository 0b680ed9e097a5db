"""Writes of people about what is theirs: the paper for a course, consents, leaving the name behind."""

from sqlalchemy import delete, select, update

from elearn.kit import secrets
from elearn.kit.clock import day_of, now, today
from elearn.kit.db import db, lock, transaction
from elearn.kit.refused import Refused
from elearn.learning import rules
from elearn.learning.actions import change_audience, erase, keep_results, move_to_group
from elearn.learning.contests import leave_groups
from elearn.learning.finishing import locked_root
from elearn.learning.ledger import recounted
from elearn.learning.minors import keep_less
from elearn.learning.models import Certificate, CourseCompletion, HelpRequest
from elearn.people import actions as people
from elearn.people import queries
from elearn.people.consents import KEEP_RESULTS, NAMED_IN_CAMPAIGN, PAPER_NAME, SEEN_BY_HELPER, TEXT_VERSION
from elearn.people.models import Consent, Keeping, LearningCard, Person, ReturnLink, SignInCode, Ward
from elearn.people.queries import same_person
from elearn.privacy.guardians import (
    OF_AGE,
    WITHDRAWN,
    Guardian,
    end_guardian,
    guardian_of,
    kept_of,
    record_guardian,
)

HAS_A_ROLE = (
    "Bác đang giữ một nhiệm vụ. Bác nhờ người quản trị của phường thu lại nhiệm vụ trước, rồi làm việc này."
)


# -- the paper for a finished course -------------------------------------------------------------


def award_certificate(person_id: int, course_id: int, *, full_name: str, name_shown: str) -> str:
    """Return the number of the person's paper for a course they have finished, making it once.

    Whoever calls this has asked whether the full name may be kept. Asked for again, it is the same paper,
    with the name as it is given now.
    """
    with transaction():
        person = locked_root(person_id)
        same = db.session.scalars(select(same_person(person.id).c.id)).all()
        completion = db.session.scalar(
            select(CourseCompletion)
            .where(CourseCompletion.person_id.in_(same), CourseCompletion.course_id == course_id)
            .order_by(CourseCompletion.completed_at)
            .limit(1)
        )
        if completion is None:
            raise Refused("Bác học hết khóa này rồi xin giấy nhé.")
        paper = db.session.scalar(
            select(Certificate)
            .where(
                Certificate.person_id.in_(same),
                Certificate.course_id == course_id,
                Certificate.withdrawn_at.is_(None),
            )
            .order_by(Certificate.id)
            .limit(1)
        )
        if paper is None:
            paper = Certificate(
                person_id=person.id,
                course_id=course_id,
                number=_next_number(person.ward_id),
                confirm_code=secrets.random_code(rules.CODE_LETTERS, rules.CONFIRM_LENGTH),
                how=completion.how,
                completed_on=day_of(completion.completed_at),
            )
            db.session.add(paper)
        # others may not read the name of somebody under sixteen (law 91/2025, article 24)
        is_minor = guardian_of(person.id) is not None
        paper.full_name, paper.name_shown = full_name, rules.NO_NAME if is_minor else name_shown
        _agree(person.id, PAPER_NAME)
        return paper.number


def _next_number(ward_id: int) -> str:
    """Return the next number of the ward's papers of this year; the ward's row is locked meanwhile."""
    front = f"{lock(Ward, ward_id).code}-{today().year}-"
    last = db.session.scalar(
        select(Certificate.number)
        .where(Certificate.number.startswith(front, autoescape=True))
        .order_by(Certificate.id.desc())
        .limit(1)
    )
    return f"{front}{int(last.removeprefix(front)) + 1 if last else 1:05d}"


# -- corrections ---------------------------------------------------------------------------------


def correct_details(
    person_id: int,
    *,
    name: str | None,
    group_id: int | None,
    audience: str,
    phone: str | None,
    birth_year: int | None,
    waits: bool = False,
) -> None:
    """Correct what is kept about oneself, all of it or nothing; what was counted follows by the rules.

    Who has a name and counts nowhere yet (see crowd.py) counts for the group that they choose, unless
    somebody has to look first (`waits`).

    Raise Refused when the number has no room for one more person.
    """
    with transaction():
        person = locked_root(person_id)
        phone, birth_year = kept_of(person.id, phone, birth_year)
        if name:
            people.change_details(person.id, name=name, phone=phone, birth_year=birth_year)
        if group_id is not None and person.registered_at is None and not queries.grants_of(person.id):
            if (person.group_id, person.waits_since is not None) != (group_id, waits):
                keep_results(person.id, keeping=Keeping.NAME, group_id=group_id, waits=waits)
        elif group_id is not None:
            move_to_group(person.id, group_id)
        change_audience(person.id, audience)


def erase_myself(person_id: int) -> None:
    """Erase oneself; raise Refused while one holds a role."""
    with transaction():
        person = locked_root(person_id)
        refuse_with_role(sorted(db.session.scalars(select(same_person(person.id).c.id))))
        erase(person.id)


# -- under sixteen -------------------------------------------------------------------------------


def put_under_guardian(person_id: int, said: Guardian, *, witness_id: int | None) -> None:
    """Record that a guardian agrees for somebody; of a minor no number and no birth year is kept, and others
    read no name on a paper."""
    with transaction():
        person = locked_root(person_id)
        record_guardian(person.id, said, witness_id=witness_id)
        keep_less(person.id)


def agree_for_oneself(person_id: int) -> None:
    """Let somebody who is sixteen now agree for themselves; twice is once."""
    with transaction():
        person = locked_root(person_id)
        if guardian_of(person.id) is not None:
            end_guardian(person.id, OF_AGE)
            _withdraw(person.id, KEEP_RESULTS)
            _agree(person.id, KEEP_RESULTS)


# -- what was agreed to --------------------------------------------------------------------------


def hide_from_helper(person_id: int) -> None:
    """Take back the consent that the helper of the group sees one's name; what was asked of them goes too."""
    with transaction():
        person = locked_root(person_id)
        db.session.execute(delete(HelpRequest).where(HelpRequest.person_id == person.id))
        _withdraw(person.id, SEEN_BY_HELPER)
        if queries.is_seen_by_helper(person.id):  # came with a list of the ward: the "no" is kept as well
            db.session.add(
                Consent(
                    person_id=person.id, purpose=SEEN_BY_HELPER, text_version="", channel="self",
                    withdrawn_at=now(),
                )
            )  # fmt: skip


def show_to_helper(person_id: int) -> None:
    """Agree that the helper of the group sees one's name; twice is once."""
    with transaction():
        _agree(locked_root(person_id).id, SEEN_BY_HELPER)


def let_be_named(person_id: int, purpose: str = NAMED_IN_CAMPAIGN) -> None:
    """Agree to be named on the merit lists of campaigns, or the results of contests; twice is once.

    Raise Refused for who is under sixteen: others read no name of theirs (law 91/2025, article 24).
    """
    with transaction():
        person = locked_root(person_id)
        if guardian_of(person.id) is not None:
            raise Refused("Em chưa đủ 16 tuổi nên phường không nêu tên em. Kết quả của em vẫn tính cho tổ.")
        _agree(person.id, purpose)


def be_named_no_longer(person_id: int, purpose: str = NAMED_IN_CAMPAIGN) -> None:
    """Take back the consent to be named there."""
    with transaction():
        person = locked_root(person_id)
        for one in db.session.scalars(select(same_person(person.id).c.id)).all():
            _withdraw(one, purpose)


def take_papers_back(person_id: int) -> None:
    """Take back the consent that the full name is kept for papers: they are gone, the lessons stay."""
    with transaction():
        person = locked_root(person_id)
        for one in db.session.scalars(select(same_person(person.id).c.id)).all():
            _without_papers(one)
            _withdraw(one, PAPER_NAME)


def _agree(person_id: int, purpose: str) -> None:
    """Record that the person agreed to the words of today, unless that stands already."""
    if not any(
        one.purpose == purpose and one.text_version == TEXT_VERSION and one.withdrawn_at is None
        for one in queries.consents_of(person_id)
    ):
        db.session.add(
            Consent(
                person_id=person_id,
                purpose=purpose,
                text_version=TEXT_VERSION,
                channel="self",
                given_at=now(),
            )
        )


def go_on_without_name(person_id: int) -> None:
    """Take back the consent that results are kept: name, number, group and papers go, lessons stay here.

    What was counted for the group is taken back today. Every session ends; the caller opens a nameless one.
    """
    with transaction():
        person = locked_root(person_id)
        ids = sorted(db.session.scalars(select(same_person(person.id).c.id)))
        refuse_with_role(ids)
        with recounted(person.id, reason="withdrawn"):
            for one in ids:
                _without_name(db.session.get_one(Person, one))
        people.close_sessions_of(person.id)


def refuse_with_role(ids: list[int]) -> None:
    """Raise Refused while one of these rows holds a role: somebody else has to take it over first."""
    if any(queries.grants_of(one) for one in ids):
        raise Refused(HAS_A_ROLE)


def _without_name(person: Person) -> None:
    for field in (
        "group_id", "display_name", "birth_year", "phone", "personal_code", "pin_hash", "pin_salt",
        "household", "registered_by_id", "registered_at",
    ):  # fmt: skip
        setattr(person, field, None)
    person.search = person.sort_key = ""
    person.keeping = Keeping.NOTHING
    for model in (LearningCard, SignInCode, ReturnLink, HelpRequest):
        db.session.execute(delete(model).where(model.person_id == person.id))  # type: ignore[attr-defined]
    _without_papers(person.id)
    leave_groups(person.id)
    _withdraw(person.id, None)
    end_guardian(person.id, WITHDRAWN)


def _without_papers(person_id: int) -> None:
    db.session.execute(
        update(Certificate)
        .where(Certificate.person_id == person_id, Certificate.withdrawn_at.is_(None))
        .values(full_name=None, name_shown=rules.NO_NAME, withdrawn_at=now())
    )


def _withdraw(person_id: int, purpose: str | None) -> None:
    standing = update(Consent).where(Consent.person_id == person_id, Consent.withdrawn_at.is_(None))
    if purpose is not None:
        standing = standing.where(Consent.purpose == purpose)
    db.session.execute(standing.values(withdrawn_at=now()))
