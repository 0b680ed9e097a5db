"""Who somebody is now, after rows of theirs were merged."""

from elearn.kit.db import db, transaction
from elearn.people.models import Person
from elearn.people.queries import roots_in


def test_who_was_merged_twice_is_who_they_are_now_and_only_in_their_own_ward(person):
    first, second, third = (person(name).id for name in ("lan", "tai", "hoa"))
    with transaction():
        db.session.get_one(Person, first).merged_into_id = second
        db.session.get_one(Person, second).merged_into_id = third
    assert roots_in(1) == {first: third, second: third}
    assert roots_in(2) == {}
