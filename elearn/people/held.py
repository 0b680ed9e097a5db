"""What was typed is never lost: a form that arrives too late comes back with all of it, to be sent again.

A form is late when its sender is signed out meanwhile, or when its token against forgery is another
session's: two tabs, the back button, a cookie that was renewed. The page that answers carries the fields
hidden; nothing is kept on the server. Only a form of our own pages is answered so: a page elsewhere could
otherwise prepare a form here and wait for one tap. Secrets and files are not carried.
"""

import json
import re
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import Flask, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadRequest

from elearn.kit.addresses import HOME, local_path
from elearn.kit.clock import now
from elearn.kit.secrets import digest
from elearn.people import entry, entry_queries
from elearn.people.code_queries import find_renewing
from elearn.people.forms import SignIn
from elearn.people.session import cookie_name, key_here

FIELD, AGAIN = "held", "sent_again"
SECRET = re.compile(r"(?:^|[_-])(?:secret|password|pin|token)(?:$|[_-])")
NOT_CARRIED = {FIELD, AGAIN, "old", "new", "again"}  # the last three: of forms that change a secret
LONGEST = 1_000_000  # letters; more would not fit into a form again


class Held(NamedTuple):
    """A form that came too late: where it was going, what it said, and what cannot be carried."""

    path: str
    fields: list[tuple[str, str]]
    files: list[str]

    def packed(self) -> str:
        """Return it as the text of one hidden field."""
        return json.dumps([self.path, self.fields, self.files], ensure_ascii=False, separators=(",", ":"))


def keep_what_was_typed(app: Flask) -> None:
    """Let the app answer forms that come too late with what was typed in them."""
    app.extensions["keep_what_was_typed"] = answer
    app.extensions["held_now"] = held_now
    app.register_error_handler(CSRFError, _answer_stale)


def answer() -> Any:
    """Return the page for a form that needs somebody signed in, and came when nobody was.

    Its token against forgery has been checked by then, so it stood on a page of ours.
    """
    form = SignIn(formdata=None, ve="", held=held_now().packed())
    return render_template("people/held_sign_in.html", form=form, wrong="", refusal=""), 409


def unpack(text: str | None) -> Held | None:
    """Return what `packed` packed, as far as it leads to a place on this site; None for anything else."""
    if not text or len(text) > LONGEST:
        return None
    try:
        path, fields, files = json.loads(text)
        pairs = [(str(name), str(value)) for name, value in fields]
        files = [str(name) for name in files]
    except (ValueError, TypeError, RecursionError):
        return None
    if not isinstance(path, str) or local_path(path) != path or path == HOME:
        return None
    return Held(path, [pair for pair in pairs if _may_be_carried(pair[0])], files)


def send_again(held: Held, *, proved: bool = False) -> Any:
    """Return the page with one button that sends the form again, now that somebody is here (or proved it)."""
    return render_template("people/held.html", held=held, again=AGAIN, blocked=False, proved=proved)


def held_now() -> Held:
    """Return the form of this request, without its secrets."""
    fields = [
        (name, value)
        for name, values in request.form.lists()
        for value in values
        if _may_be_carried(name) and (request.blueprint, name) != ("people", "code")
    ]
    files = [name for name, file in request.files.items(multi=True) if file.filename]
    return Held(request.full_path.rstrip("?"), fields, files)


def _answer_stale(_error: CSRFError) -> Any:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or not _is_ours():
        return current_app.handle_http_exception(BadRequest())
    if request.endpoint == "people.sign_out":  # who wants to leave is not asked twice
        return view()
    if find_renewing(key_here(), now()) is not None and request.endpoint == "people.code_try":
        return redirect(url_for("renewal.new_pin"), 303)
    if request.blueprint == "renewal" and current_user.is_authenticated:
        return redirect(HOME, 303)
    if request.blueprint == "people" and _came_in_by_it():
        flash(f"Đang đăng nhập: {current_user.display_name}.")
        return redirect(local_path(request.form.get("ve")), 303)
    if view.access != "public" and not current_user.is_authenticated:  # type: ignore[attr-defined]
        return answer()
    blocked = AGAIN in request.form and cookie_name("s") not in request.cookies
    return render_template(
        "people/held.html", held=held_now(), again=AGAIN, blocked=blocked, proved=False
    ), 409


def _came_in_by_it() -> bool:
    """Was this a second tap on a way in, after the first has brought this very person in?"""
    if not current_user.is_authenticated:
        return False
    here, token = current_user.person_id, (request.view_args or {}).get("token", "")
    if request.endpoint == "people.card_use":
        owner = entry_queries.find_card_owner(digest(token))
        return owner is not None and owner.id == here
    if "person" in request.form:
        return request.form["person"] == str(here)
    if "who" in request.form:
        return here in entry.whom_it_means(request.form["who"])
    return request.endpoint == "people.link_use"


def _may_be_carried(name: str) -> bool:
    return name not in NOT_CARRIED and not SECRET.search(name)


def _is_ours() -> bool:
    """Does the browser say that the form stood on a page of this site? Silence is no proof."""
    if site := request.headers.get("Sec-Fetch-Site"):  # no script can set it; old browsers have none
        return site == "same-origin"
    said = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(said).netloc == request.host
