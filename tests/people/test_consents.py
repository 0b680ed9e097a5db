"""What people agreed to is honoured wherever names are listed."""

from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.people.consents import KEEP_RESULTS, PURPOSES, SEEN_BY_HELPER
from elearn.people.models import Consent, Person
from elearn.people.queries import people_seen_by


def agree(person, purpose, withdrawn=False):
    with transaction():
        db.session.add(
            Consent(
                person_id=person.id, purpose=purpose, text_version="1", channel="self",
                withdrawn_at=now() if withdrawn else None,
            )
        )  # fmt: skip


def sees(viewer, name, person):
    seen = people_seen_by(viewer(name)).where(Person.id == person("lan").id)
    return db.session.scalar(seen) is not None


def test_who_did_not_agree_to_be_seen_is_hidden_from_the_helper_alone(app, person, viewer):
    assert sees(viewer, "hoa", person), "the list that the ward brought along"
    agree(person("lan"), KEEP_RESULTS)
    assert not sees(viewer, "hoa", person), "silence is not consent"
    assert sees(viewer, "quan", person), "the administrator of the ward"
    agree(person("lan"), SEEN_BY_HELPER)
    assert sees(viewer, "hoa", person)


def test_who_takes_consent_back_is_hidden_from_the_helper(app, person, viewer):
    agree(person("lan"), SEEN_BY_HELPER, withdrawn=True)
    assert not sees(viewer, "hoa", person)


def test_each_purpose_says_in_plain_words_what_it_means():
    assert [purpose.key for purpose in PURPOSES] == [KEEP_RESULTS, SEEN_BY_HELPER]
    assert all(purpose.label and purpose.text and purpose.spoken for purpose in PURPOSES)
