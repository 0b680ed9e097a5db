"""Who asked to be forgotten is forgotten again, also where the database that knew it is gone."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.learning.actions import erase
from elearn.learning.own import (
    be_named_no_longer,
    go_on_without_name,
    hide_from_helper,
    let_be_named,
    show_to_helper,
    take_papers_back,
)
from elearn.people.consents import (
    NAMED_IN_CAMPAIGN,
    NAMED_IN_CONTEST,
    PAPER_NAME,
    SEEN_BY_HELPER,
    TEXT_VERSION,
)
from elearn.people.models import Consent, Grant, Person
from elearn.people.queries import has_agreed
from elearn.privacy.actions import ask
from elearn.privacy.guardians import Guardian, record_guardian
from elearn.privacy.models import DataRequest, GuardianConsent
from elearn.upkeep import forgotten
from elearn.upkeep.files import BackupFault
from elearn.upkeep.forgotten import (
    ERASE,
    HIDE,
    LIST,
    NO_NAME,
    NO_PAPERS,
    NO_PRAISE,
    NO_RANK,
    Again,
    forget_again,
    note_beside,
    read_list,
    wishes_here,
)
from tests.upkeep.conftest import keep, names

BEFORE, AFTER = timedelta(days=-1), timedelta(days=1)


def of(what, person_id, at=AFTER):
    return forgotten.Wish(what, person_id, db.session.get(Person, person_id).created_at, now() + at)


def test_the_list_tells_who_wished_what_and_no_name(ward, tmp_path):
    lan, tai, hoa, minh = (keep(name) for name in ("Bà Lan", "Ông Tài", "Chị Hoa", "Anh Minh"))
    erase(lan)
    go_on_without_name(tai)
    show_to_helper(hoa)
    hide_from_helper(hoa)
    show_to_helper(minh)
    note_beside(tmp_path)
    found = {(one.what, one.person_id) for one in read_list(tmp_path / LIST)}
    assert found == {(ERASE, lan), (NO_NAME, tai), (HIDE, hoa)}
    assert "Lan" not in (tmp_path / LIST).read_text()
    assert (tmp_path / LIST).stat().st_mode & 0o077 == 0


def test_a_list_forgets_nothing_but_what_is_older_than_any_backup(ward, tmp_path, monkeypatch):
    lan, tai = keep("Bà Lan"), keep("Ông Tài")
    erase(lan)
    note_beside(tmp_path)
    with db.engine.begin() as connection:  # the database was put back to an older state
        connection.exec_driver_sql("UPDATE person SET erased_at = NULL")
    erase(tai)
    note_beside(tmp_path)
    assert {one[:2] for one in read_list(tmp_path / LIST)} >= {(ERASE, lan), (ERASE, tai)}
    monkeypatch.setattr(forgotten, "now", lambda: now() + timedelta(days=500))
    note_beside(tmp_path)
    assert read_list(tmp_path / LIST) == set()


def test_what_was_wished_is_done_again_once(ward):
    lan, tai, hoa = (keep(name) for name in ("Bà Lan", "Ông Tài", "Chị Hoa"))
    show_to_helper(hoa)
    wishes = {of(ERASE, lan), of(NO_NAME, tai), of(HIDE, hoa)}
    assert forget_again(wishes, now()) == Again(3, 0)
    assert names() == {"Ngô Văn Quản", "Chị Hoa"}
    seen = select(Consent.withdrawn_at).where(Consent.person_id == hoa, Consent.purpose == SEEN_BY_HELPER)
    assert db.session.scalars(seen).one() is not None
    assert wishes_here() >= {
        one._replace(at=there.at) for one in wishes for there in wishes_here() if there[:2] == one[:2]
    }
    assert forget_again({of(ERASE, lan), of(NO_NAME, tai)}, now()) == Again(0, 0)


def test_what_may_be_agreed_to_anew_counts_only_after_the_backup(ward):
    lan, tai = keep("Bà Lan"), keep("Ông Tài")
    assert forget_again({of(NO_NAME, lan, BEFORE), of(ERASE, tai, BEFORE)}, now()) == Again(1, 0)
    assert names() == {"Ngô Văn Quản", "Bà Lan"}


def test_somebody_else_with_the_same_number_is_left_alone(ward):
    lan = keep("Bà Lan")
    stranger = of(ERASE, lan)._replace(created_at=now() - timedelta(days=9))
    assert forget_again({stranger, stranger._replace(person_id=999)}, now()) == Again(0, 0)
    assert "Bà Lan" in names()


def test_who_holds_a_role_is_told_apart(ward):
    chief = db.session.scalar(select(Grant.person_id))
    assert forget_again({of(NO_NAME, chief)}, now()) == Again(0, 1)
    assert names() == {"Ngô Văn Quản"}


@pytest.mark.parametrize(("what", "purpose"), [(NO_PRAISE, NAMED_IN_CAMPAIGN), (NO_RANK, NAMED_IN_CONTEST)])
def test_a_name_that_was_taken_off_the_lists_does_not_come_back(ward, what, purpose):
    lan = keep("Bà Lan")
    let_be_named(lan, purpose)
    be_named_no_longer(lan, purpose)
    (wish,) = wishes_here()
    assert (wish.what, wish.person_id) == (what, lan)
    let_be_named(lan, purpose)
    assert not wishes_here(), "who agrees anew has taken the wish back"
    assert forget_again({of(what, lan)}, now()) == Again(1, 0)
    assert not has_agreed(lan, purpose) and "Bà Lan" in names()


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"format": "x", "people": []}', '{"format": "elearn-forgotten-1", "people": [[1]]}'],
)
def test_a_list_that_is_none_is_refused(tmp_path, text):
    (tmp_path / LIST).write_text(text)
    with pytest.raises(BackupFault, match="Không đọc được danh sách"):
        read_list(tmp_path / LIST)


def test_papers_that_were_taken_back_do_not_come_back(ward):
    """A backup still holds the full name and the consent to it."""
    lan = keep("Bà Lan")
    with transaction():
        db.session.add(Consent(person_id=lan, purpose=PAPER_NAME, text_version=TEXT_VERSION, channel="self"))
    assert wishes_here() == set()
    take_papers_back(lan)
    (wish,) = wishes_here()
    assert (wish.what, wish.person_id) == (NO_PAPERS, lan)
    with transaction():  # as the backup has it
        db.session.execute(update(Consent).where(Consent.purpose == PAPER_NAME).values(withdrawn_at=None))
    assert forget_again({wish}, now() - timedelta(minutes=1)) == Again(1, 0)
    kept = select(Consent.withdrawn_at).where(Consent.purpose == PAPER_NAME)
    assert db.session.scalars(kept).one() is not None


def test_what_is_forgotten_again_takes_the_words_and_the_guardian_along(ward):
    """The tables that came later are emptied by a restore as well."""
    lan = keep("Bà Lan")
    ask(1, "complaint", "Chuyện của Lan", form_id="x", person_id=lan)
    record_guardian(lan, Guardian("Trần Thị Mẹ", "parent"))
    assert forget_again({of(ERASE, lan)}, now()) == Again(1, 0)
    assert db.session.scalars(select(DataRequest.wish)).all() == [""]
    assert db.session.scalars(select(GuardianConsent.guardian_name)).all() == [""]
