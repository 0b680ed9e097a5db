"""Of somebody under sixteen no number and no birth year is kept, and others read no name on a paper; also
once two rows have become one person."""

from sqlalchemy import select, update

from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.learning import rules
from elearn.learning.models import Certificate
from elearn.people import queries
from elearn.people.consents import SEEN_BY_HELPER
from elearn.people.models import Consent, Person
from elearn.people.queries import same_person
from elearn.privacy.guardians import guardian_of


def keep_less(person_id: int) -> None:
    """Forget the number and the birth year of a minor, and take the name off the papers that others read."""
    with transaction():
        ids = db.session.scalars(select(same_person(person_id).c.id)).all()
        db.session.execute(update(Person).where(Person.id.in_(ids)).values(phone=None, birth_year=None))
        db.session.execute(
            update(Certificate).where(Certificate.person_id.in_(ids)).values(name_shown=rules.NO_NAME)
        )


def carry_over(from_id: int, into_id: int) -> None:
    """Let what was said under the first row hold for the second, into which it is merged.

    A guardian's consent holds for the whole person by itself; here what it forbids to keep is dropped. And
    where nobody was asked under the second whether the helper sees the name, a "no" of the first stands.
    """
    with transaction():
        if guardian_of(into_id) is not None:
            keep_less(into_id)
        if not queries.is_seen_by_helper(from_id) and not _was_asked(into_id):
            db.session.add(
                Consent(
                    person_id=into_id, purpose=SEEN_BY_HELPER, text_version="", channel="self",
                    withdrawn_at=now(),
                )
            )  # fmt: skip


def _was_asked(person_id: int) -> bool:
    return bool(queries.consents_of(person_id))
