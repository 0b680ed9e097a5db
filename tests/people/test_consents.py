"""What people agreed to is honoured wherever names are listed, and stays word for word as it was asked."""

import hashlib

from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.people.consents import (
    GUARDIAN,
    KEEP_RESULTS,
    NAMED_IN_CAMPAIGN,
    NAMED_IN_CONTEST,
    PAPER_NAME,
    PURPOSE,
    PURPOSES,
    SEEN_BY_HELPER,
    TEXT_VERSION,
    VERSIONS,
    agreed_text,
)
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
    assert all(purpose.taken_back for purpose in PURPOSE.values()), "what follows is said before"


def test_a_paper_with_a_name_says_nothing_about_the_helper(app, person, viewer):
    """Who came with a list of the ward is seen until they say no; asking for a paper is no answer to that."""
    agree(person("lan"), PAPER_NAME)
    assert sees(viewer, "hoa", person)


SEALS = {
    ("2026-11", KEEP_RESULTS): "3059ea53fc1486ac60010ac9db6a1b709faa189ff908e48fe36e1f977434ad15",
    ("2026-11", SEEN_BY_HELPER): "c3b0b90a1861e7869ccd4af6646dbfd19d999327eea2288bb7ea987280f4d4dc",
    ("2026-11-2", KEEP_RESULTS): "7a43b0268d11cee011690932c8d4bbcdf5850b2d035e0dd9c73b30b4897dfc28",
    ("2026-11-2", SEEN_BY_HELPER): "ddd8220c6a16bc875dea2b9d64a8a9f7bc05a5f4ce92961b629537f5dbc564d4",
    ("2026-11-2", PAPER_NAME): "22863a7a468eaf499a395b2595a519b3d8d0b2213f49c7dc0e7948c154b2c7b4",
    ("2026-11-2", GUARDIAN): "64421357abea001f7f785124f3380a64b3728c5cc645ec10eaf0b45635cfc330",
    ("2026-11-3", KEEP_RESULTS): "a007dd4dc468590ea36f5baeae1ae2d6e0ca7413765376a14693a437775fc01d",
    ("2026-11-3", SEEN_BY_HELPER): "ddd8220c6a16bc875dea2b9d64a8a9f7bc05a5f4ce92961b629537f5dbc564d4",
    ("2026-11-3", PAPER_NAME): "22863a7a468eaf499a395b2595a519b3d8d0b2213f49c7dc0e7948c154b2c7b4",
    ("2026-11-3", GUARDIAN): "64421357abea001f7f785124f3380a64b3728c5cc645ec10eaf0b45635cfc330",
    ("2026-11-4", KEEP_RESULTS): "a007dd4dc468590ea36f5baeae1ae2d6e0ca7413765376a14693a437775fc01d",
    ("2026-11-4", SEEN_BY_HELPER): "ddd8220c6a16bc875dea2b9d64a8a9f7bc05a5f4ce92961b629537f5dbc564d4",
    ("2026-11-4", PAPER_NAME): "22863a7a468eaf499a395b2595a519b3d8d0b2213f49c7dc0e7948c154b2c7b4",
    ("2026-11-4", GUARDIAN): "64421357abea001f7f785124f3380a64b3728c5cc645ec10eaf0b45635cfc330",
    ("2026-11-4", NAMED_IN_CAMPAIGN): "9854721d0deb2d70311761edeb9ecadaf2a8ea9ddd8f4c1aaba4516f2e494399",
    ("2026-11-5", KEEP_RESULTS): "a007dd4dc468590ea36f5baeae1ae2d6e0ca7413765376a14693a437775fc01d",
    ("2026-11-5", SEEN_BY_HELPER): "ddd8220c6a16bc875dea2b9d64a8a9f7bc05a5f4ce92961b629537f5dbc564d4",
    ("2026-11-5", PAPER_NAME): "22863a7a468eaf499a395b2595a519b3d8d0b2213f49c7dc0e7948c154b2c7b4",
    ("2026-11-5", GUARDIAN): "64421357abea001f7f785124f3380a64b3728c5cc645ec10eaf0b45635cfc330",
    ("2026-11-5", NAMED_IN_CAMPAIGN): "9854721d0deb2d70311761edeb9ecadaf2a8ea9ddd8f4c1aaba4516f2e494399",
    ("2026-11-5", NAMED_IN_CONTEST): "1098bc4f8339d2a9d1a36a762246539222af75660cf250c0126639058a665c84",
}


def test_a_text_that_was_asked_is_never_edited():
    """A changed text is a new version: add it to VERSIONS, its seals here, and leave the others alone."""
    found = {
        (version, one.key): hashlib.sha256("|".join((one.label, one.text, one.spoken)).encode()).hexdigest()
        for version, purposes in VERSIONS.items()
        for one in purposes
    }
    assert found == SEALS
    assert list(VERSIONS)[-1] == TEXT_VERSION


def test_the_words_of_a_version_can_be_read_later():
    first, now_asked = agreed_text(KEEP_RESULTS, "2026-11"), agreed_text(KEEP_RESULTS, TEXT_VERSION)
    assert first and now_asked and first.text != now_asked.text
    assert agreed_text(KEEP_RESULTS, "paper") is None


def test_what_a_helper_reads_aloud_names_all_that_the_form_may_keep():
    """Phone, birth year, household and as what one learns stand under "Ghi thêm" on the helper's form."""
    spoken = PURPOSE[KEEP_RESULTS].spoken
    for kept in ("tên", "tổ dân phố", "kết quả học", "số điện thoại", "năm sinh", "hộ,", "cán bộ"):
        assert kept in spoken
