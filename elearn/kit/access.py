"""Who may open a page. A page that does not say is closed.

Every view carries one mark, right above it, where a reader looks for it. `close_the_doors`
refuses to build an app that has a view without a mark, so forgetting is found at start-up.
A mark may ask for fresh proof: whoever works here with a password has given it again a moment ago. It may
ask for the second key too, of whoever has one: the password alone, seen over a shoulder, then opens nothing.
Whoever must first add a second key finds every door closed but the public ones and those that say so.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, abort, current_app, request
from flask_login import current_user

View = Callable[..., Any]


def public(view: View) -> View:
    """Anyone may open it."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def open_to_sites(view: View) -> View:
    """Anyone may open it, also the pages of other sites: whoever asks, nobody is looked at and no cookie is
    read, so a cache may give the answer to everybody."""
    view.access, view.to_sites = "public", True  # type: ignore[attr-defined]
    return view


def is_open_to_sites(endpoint: str | None) -> bool:
    """Is the answer of this view the same whatever cookies come with the question?"""
    return getattr(current_app.view_functions.get(endpoint or ""), "to_sites", False)


def signed_in(view: View) -> View:
    """Anyone who has signed in may open it."""
    view.access = "signed in"  # type: ignore[attr-defined]
    return view


def proved(view: View) -> View:
    """Anyone who has signed in may open it, with fresh proof and, who has one, with the second key; also who
    must first add one."""
    view.access, view.fresh, view.keyed, view.first = "signed in", True, True, True  # type: ignore[attr-defined]
    return view


def newly_in(view: View) -> View:
    """Anyone who has signed in may open it, also who must first add a second key."""
    view.access, view.first = "signed in", True  # type: ignore[attr-defined]
    return view


def needs(permission: str, *, fresh: bool = False, keyed: bool = False) -> Callable[[View], View]:
    """Only a person to whom a role grants the permission may open it; `fresh`: with fresh proof; `keyed`: and
    with the second key, who has one."""

    def mark(view: View) -> View:
        view.access, view.fresh, view.keyed = permission, fresh or keyed, keyed  # type: ignore[attr-defined]
        return view

    return mark


def close_the_doors(app: Flask) -> None:
    """Check the mark before each request; call it after the last blueprint is registered.

    Raise RuntimeError naming every view without a mark.
    """
    unmarked = sorted(name for name, view in app.view_functions.items() if not hasattr(view, "access"))
    if unmarked:
        raise RuntimeError(f"These views do not say who may open them: {', '.join(unmarked)}")
    app.before_request(_check)


def _check() -> Any:
    view = current_app.view_functions.get(request.endpoint or "")
    access = getattr(view, "access", "public")
    if view is None or access == "public":  # no view: Flask answers 404 or 405 by itself
        return None
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    if current_user.must_add_key and not getattr(view, "first", False):
        return current_app.extensions["ask_for_key"]()
    if access != "signed in" and not current_user.may(access):
        abort(403)
    if getattr(view, "fresh", False) and not current_user.has_proved:
        return current_app.extensions["ask_for_proof"]()
    if getattr(view, "keyed", False) and not current_user.gave_key:
        return current_app.extensions["ask_for_second_key"]()  # None where there is no key to ask for
    return None
