"""Second keys: an app's codes are good once, printed codes too, and few tries are all that is given."""

import pyotp
import pytest
from sqlalchemy import func, select

from elearn.kit import secrets
from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.kit.refused import Refused
from elearn.learning.actions import erase
from elearn.people import actions, rules, second_keys, session_queries
from elearn.people.key_models import KeyKind, RecoveryCode, SecondKey, SecondStep
from elearn.people.models import Grant, Session, SessionKind
from elearn.people.second_keys import OFTEN, WRONG, try_app, try_recovery_code
from elearn.people.steps import begin_step
from tests.ward import person


@pytest.fixture
def quan(viewer):
    return viewer("quan")


@pytest.fixture
def app_of(clock):
    """Give somebody an app and return how to read it: app_of(viewer)() is the code of this moment."""

    def give(me, label="Điện thoại"):
        secret = second_keys.fresh_secret()
        app = pyotp.TOTP(secret)

        def code(ahead=0):
            return app.at(int(clock.at.timestamp()) + ahead * 30)

        second_keys.add_app(me, secret, code(), label)
        return code

    return give


def acts():
    return db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()


def wrong_code(code):
    """Return a code that is right at no moment near this one."""
    near = {code(step) for step in range(-3, 4)}
    return next(f"{number:06d}" for number in range(100) if f"{number:06d}" not in near)


# -- an app on the phone -------------------------------------------------------------------------


def test_the_secret_of_an_app_stands_nowhere_in_the_clear(quan):
    secret = second_keys.fresh_secret()
    second_keys.add_app(quan, secret, pyotp.TOTP(secret).now(), "Điện thoại")
    (kept,) = db.session.scalars(select(SecondKey.secret))
    assert secret not in kept and len(secret) == 32
    assert secrets.decrypted("another pepper", f"app of {quan.person_id}", kept) is None


def test_a_secret_put_into_the_row_of_somebody_else_opens_nothing(quan, viewer, app_of):
    code, thu = app_of(quan), viewer("thu")
    (kept,) = db.session.scalars(select(SecondKey.secret))
    with transaction():
        db.session.add(SecondKey(person_id=thu.person_id, kind=KeyKind.APP, label="x", secret=kept))
    assert try_app(thu.person_id, code(1)) == WRONG


def test_a_code_is_good_once_and_no_older_one_after_it(quan, app_of):
    code = app_of(quan)
    assert try_app(quan.person_id, code()) == WRONG, "the code that added it has been used"
    assert try_app(quan.person_id, code(1)) == ""
    assert try_app(quan.person_id, code(1)) == WRONG
    assert try_app(quan.person_id, code()) == WRONG


def test_a_clock_may_be_half_a_minute_off_and_no_more(quan, app_of, clock):
    code = app_of(quan)
    clock.move(minutes=5)
    assert try_app(quan.person_id, code(-2)) == WRONG
    assert try_app(quan.person_id, code(2)) == WRONG
    assert try_app(quan.person_id, code(-1)) == ""
    assert try_app(quan.person_id, code(1)) == ""


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦"])
def test_what_has_not_the_form_of_a_code_is_wrong(quan, app_of, typed):
    app_of(quan)
    assert try_app(quan.person_id, typed) == WRONG


def test_few_tries_are_given_whatever_comes_after(quan, app_of, clock):
    code = app_of(quan)
    for _ in range(rules.SECOND_TRIES):
        assert try_app(quan.person_id, wrong_code(code)) == WRONG
    assert try_app(quan.person_id, code(1)) == OFTEN
    clock.move(minutes=16)
    assert try_app(quan.person_id, code()) == ""
    for _ in range(rules.SECOND_TRIES_A_DAY // rules.SECOND_TRIES - 1):
        clock.move(minutes=16)
        for _ in range(rules.SECOND_TRIES):
            assert try_app(quan.person_id, wrong_code(code)) == WRONG
    clock.move(minutes=16)
    assert try_app(quan.person_id, code()) == OFTEN
    clock.move(days=1)
    assert try_app(quan.person_id, code()) == ""


def test_right_codes_use_nothing_up(quan, app_of, clock):
    code = app_of(quan)
    for _ in range(30):
        clock.move(seconds=30)
        assert try_app(quan.person_id, code()) == ""


def test_an_app_is_added_by_the_code_it_shows_and_twice_is_once(quan, clock):
    secret = second_keys.fresh_secret()
    code = pyotp.TOTP(secret).at(int(clock.at.timestamp()))
    with pytest.raises(Refused):
        second_keys.add_app(quan, secret, f"{(int(code) + 1) % 10**6:06d}", "Điện thoại")
    assert second_keys.add_app(quan, secret, code, "Điện thoại") is True
    assert second_keys.add_app(quan, secret, code, "Điện thoại") is False
    assert [key.label for key in second_keys.keys_of(quan.person_id)] == ["Điện thoại"]


def test_the_first_key_ends_what_is_open_elsewhere_and_counts_here(quan, app_of):
    actions.open_session("elsewhere", quan.person_id, SessionKind.STAFF)
    app_of(quan)
    (left,) = db.session.scalars(select(Session).where(Session.person_id == quan.person_id))
    assert left.token_digest == quan.session_key and left.second_key_at is not None
    actions.open_session("elsewhere", quan.person_id, SessionKind.STAFF)
    app_of(quan, "Máy thứ hai")
    count = select(func.count()).select_from(Session).where(Session.person_id == quan.person_id)
    assert db.session.scalar(count) == 2


def test_there_is_an_end_to_keys(quan, app_of):
    for number in range(rules.KEYS_OF_ONE):
        app_of(quan, f"Máy {number}")
    with pytest.raises(Refused):
        app_of(quan)


# -- printed codes -------------------------------------------------------------------------------


def test_ten_codes_are_good_once_each_however_they_are_typed(quan, app_of):
    app_of(quan)
    codes = second_keys.make_recovery_codes(quan)
    assert len(set(codes)) == 10 == second_keys.codes_left(quan.person_id)
    kept = " ".join(db.session.scalars(select(RecoveryCode.code_digest)))
    assert not any(code in kept for code in codes)
    typed = rules.in_two(codes[3]).lower().replace("-", " - ")
    assert try_recovery_code(quan.person_id, typed) == ""
    assert try_recovery_code(quan.person_id, typed) == WRONG
    assert second_keys.codes_left(quan.person_id) == 9
    assert acts()[-2:] == ["make recovery codes", "use recovery code"]


def test_fresh_codes_make_the_old_ones_worthless(quan, app_of):
    app_of(quan)
    old = second_keys.make_recovery_codes(quan)
    second_keys.make_recovery_codes(quan)
    assert try_recovery_code(quan.person_id, old[0]) == WRONG


def test_a_code_is_its_owners_only_and_guesses_are_few(quan, viewer, app_of):
    app_of(quan)
    app_of(viewer("thu"))
    codes, thu = second_keys.make_recovery_codes(quan), viewer("thu").person_id
    for code in codes[: rules.SECOND_TRIES]:
        assert try_recovery_code(thu, code) == WRONG
    assert try_recovery_code(thu, codes[0]) == OFTEN
    assert try_recovery_code(quan.person_id, codes[0]) == ""


def test_who_has_no_key_has_no_codes(quan):
    with pytest.raises(Refused):
        second_keys.make_recovery_codes(quan)


# -- taking keys away ----------------------------------------------------------------------------


def test_with_the_last_key_the_codes_go(quan, app_of):
    app_of(quan, "Một")
    app_of(quan, "Hai")
    second_keys.make_recovery_codes(quan)
    one, two = (key.id for key in second_keys.keys_of(quan.person_id))
    assert second_keys.remove_key(quan, one, must_keep_one=True) == "Một"
    assert second_keys.codes_left(quan.person_id) == 10
    with pytest.raises(Refused):
        second_keys.remove_key(quan, two, must_keep_one=True)
    assert second_keys.remove_key(quan, two, must_keep_one=False) == "Hai"
    assert second_keys.remove_key(quan, two, must_keep_one=False) is None
    assert second_keys.codes_left(quan.person_id) == 0
    assert db.session.scalars(select(SecondKey.secret)).all() == [None, None]
    assert second_keys.tell_of_removals(quan.person_id) == [], "who did it knows"


def test_nobody_takes_a_key_of_another_by_its_number(quan, viewer, app_of):
    app_of(quan)
    (key,) = second_keys.keys_of(quan.person_id)
    assert second_keys.remove_key(viewer("thu"), key.id, must_keep_one=False) is None
    assert len(second_keys.keys_of(quan.person_id)) == 1


def test_a_colleagues_lost_keys_are_taken_away_and_told_of_once(quan, viewer, app_of):
    thu = viewer("thu")
    app_of(thu)
    second_keys.make_recovery_codes(thu)
    begin_step("half-way", thu.person_id)
    assert second_keys.remove_keys_of(thu.person_id, by=quan) is True
    assert second_keys.remove_keys_of(thu.person_id, by=quan) is False
    assert second_keys.keys_of(thu.person_id) == [] and second_keys.codes_left(thu.person_id) == 0
    assert session_queries.find_viewer(thu.session_key, now()) is None
    assert db.session.scalars(select(SecondStep)).all() == []
    (told,) = second_keys.tell_of_removals(thu.person_id)
    assert (told.label, told.removed_by) == ("Điện thoại", "Ngô Văn Quản")
    assert second_keys.tell_of_removals(thu.person_id) == []
    assert acts().count("remove second keys") == 1


@pytest.mark.parametrize("name", ["quan", "xa", "minh", "hoa"])
def test_who_may_not_give_the_role_may_not_take_the_keys(viewer, app_of, name):
    owner = viewer("quan")
    app_of(owner)
    with pytest.raises(Refused):
        second_keys.remove_keys_of(owner.person_id, by=viewer(name))
    assert len(second_keys.keys_of(owner.person_id)) == 1


def test_an_erased_person_leaves_no_key(viewer, app_of):
    thu = viewer("thu")
    app_of(thu)
    second_keys.make_recovery_codes(thu)
    with transaction():
        db.session.query(Grant).filter(Grant.person_id == thu.person_id).delete()
    erase(thu.person_id)
    for table in (SecondKey, RecoveryCode, SecondStep):
        assert db.session.scalars(select(table)).all() == []


def test_a_new_password_ends_the_half_done_ways_in(viewer):
    begin_step("half-way", person("thu").id)
    actions.set_password(person("thu").id, "con ga gay tren mai", by=viewer("quan"))
    assert db.session.scalars(select(SecondStep)).all() == []
