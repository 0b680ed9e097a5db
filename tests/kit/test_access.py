"""A door opens as its mark says: closed where it says nothing, in the order stranger, key, role, proof."""

from dataclasses import dataclass

import pytest
from flask import Flask
from flask_login import LoginManager

from elearn.kit.access import close_the_doors, needs, newly_in, proved, public, signed_in

READ, WRITE = "read", "write"


@dataclass
class Somebody:
    """Whoever stands before the doors."""

    is_authenticated: bool = True
    permissions: tuple[str, ...] = ()
    has_proved: bool = True
    must_add_key: bool = False
    gave_key: bool = True

    def may(self, permission):
        return permission in self.permissions


@pytest.fixture
def house():
    """An app of seven doors; who knocks is `house.here`."""
    app = Flask("doors")
    app.secret_key = "for a test only"
    LoginManager(app).request_loader(lambda _request: app.here)
    app.login_manager.unauthorized_handler(lambda: ("sign in first", 401))
    app.extensions["ask_for_key"] = lambda: ("add a key first", 409)
    app.extensions["ask_for_second_key"] = lambda: ("give the key too", 409) if app.has_key else None
    app.extensions["ask_for_proof"] = lambda: ("prove yourself first", 409)
    marks = {
        "open": public, "mine": signed_in, "secret": proved, "reader": needs(READ),
        "writer": needs(WRITE, fresh=True), "key": newly_in,
        "keys": needs(WRITE, keyed=True),
    }  # fmt: skip
    for name, mark in marks.items():
        app.add_url_rule(f"/{name}", name, mark(lambda: "in"), methods=["GET", "POST"])
    app.view_functions["static"] = public(app.view_functions["static"])
    close_the_doors(app)
    app.here, app.has_key = Somebody(), True
    return app


def knock(house, name, method="GET"):
    return house.test_client().open(f"/{name}", method=method)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_stranger_comes_in_by_the_open_door_alone(house, method):
    house.here = None
    found = {
        name: knock(house, name, method).status_code
        for name in ("open", "mine", "secret", "reader", "writer")
    }
    assert found == {"open": 200, "mine": 401, "secret": 401, "reader": 401, "writer": 401}


def test_a_role_opens_what_it_grants_and_no_more(house):
    house.here = Somebody(permissions=(READ,))
    found = {name: knock(house, name).status_code for name in ("open", "mine", "secret", "reader", "writer")}
    assert found == {"open": 200, "mine": 200, "secret": 200, "reader": 200, "writer": 403}


def test_who_has_no_right_is_refused_before_being_asked_for_proof(house):
    house.here = Somebody(has_proved=False)
    assert knock(house, "writer").status_code == 403


def test_fresh_proof_is_asked_for_where_the_mark_says_so(house):
    house.here = Somebody(permissions=(READ, WRITE), has_proved=False)
    assert knock(house, "reader").status_code == 200
    assert knock(house, "writer", "POST").text == "prove yourself first" == knock(house, "secret").text


def test_the_second_key_is_asked_for_after_the_password_and_of_whoever_has_one(house):
    house.here = Somebody(permissions=(WRITE,), has_proved=False, gave_key=False)
    assert knock(house, "keys").text == "prove yourself first"
    house.here.has_proved = True
    assert knock(house, "keys", "POST").text == "give the key too" == knock(house, "secret").text
    assert knock(house, "writer").text == "in"
    house.has_key = False
    assert knock(house, "keys").text == "in" == knock(house, "secret").text


def test_who_must_add_a_key_gets_no_further_than_the_pages_that_add_one(house):
    house.here = Somebody(permissions=(READ, WRITE), must_add_key=True)
    assert {knock(house, name).text for name in ("open", "key", "secret")} == {"in"}
    assert {knock(house, name).text for name in ("mine", "reader", "writer")} == {"add a key first"}


def test_an_address_that_nobody_has_is_answered_by_flask(house):
    house.here = None
    assert knock(house, "nothing").status_code == 404
    assert house.test_client().put("/open").status_code == 405


def test_every_door_without_a_mark_is_named_and_the_app_does_not_start():
    app = Flask("doors")
    app.view_functions["static"] = public(app.view_functions["static"])
    for name in ("one", "two"):
        app.add_url_rule(f"/{name}", name, lambda: "in")
    with pytest.raises(RuntimeError, match="one, two"):
        close_the_doors(app)


def test_a_mark_leaves_the_view_as_it_was():
    def view():
        return "in"

    for mark in (public, signed_in, proved, needs(READ), needs(READ, fresh=True)):
        assert mark(view) is view and view() == "in"
    assert (view.access, view.fresh) == (READ, True)
    needs(READ, keyed=True)(view)
    assert view.fresh and view.keyed, "the second key alone is no proof"
    assert (needs(READ)(view).access, view.fresh, view.keyed) == (READ, False, False), "the last mark counts"
