"""Who is here: sessions in the database, their cookie, and Flask-Login, which lives here and nowhere else.

The cookie is an opaque random token; the table keeps its SHA-256, so a session can be listed and ended.
A GET never writes: the token that a form needs against forgery is made with the form and becomes a
session only when something is sent (RULINGS 3 and 6). The one exception is "last seen", at most every
ten minutes; every minute where a session ends for want of use.
"""

import time
from copy import deepcopy
from datetime import timedelta
from typing import Any

from flask import Flask, Request, Response, current_app, g, redirect, request, url_for
from flask import session as flask_session
from flask.sessions import SessionInterface, SessionMixin
from flask_login import LoginManager, current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer

from elearn.kit import audit
from elearn.kit.clock import now
from elearn.kit.db import AWAY
from elearn.kit.log import note_refusal
from elearn.kit.secrets import digest, keyed, random_token
from elearn.people import actions, entry, rules
from elearn.people.device import (
    TOKEN,
    Place,
    class_here,
    cookie_name,
    cookie_options,
    device_of,
    kiosk_here,
    know_device,
    leave_nothing,
    names_here,
    suggest_group,
    suggested_group,
)
from elearn.people.models import SessionKind
from elearn.people.permissions import VISITOR, Viewer
from elearn.people.queries import WardCard, wards
from elearn.people.session_queries import find_viewer

SEEN_EVERY, SEEN_OFTEN = timedelta(minutes=10), timedelta(minutes=1)
NOTICE_SECONDS = 120
PROOFS = frozenset({"secret", "pin"})  # who came in by these has just given their secret
SENTENCES = "_flashes"  # where Flask keeps what `flash` was given
WARDS_FOR_SECONDS = 30
COOKIE_DAYS = {SessionKind.OWN: 180, SessionKind.NAMELESS: 90}


class Sessions(LoginManager):  # type: ignore[misc]
    """Flask-Login over our own table alone: the cookies and the comparing of browsers that it brings are
    not looked at."""

    def _load_user(self) -> None:
        self._update_request_context_with_user(_load_viewer())


login_manager = Sessions()


class TokenSession(dict[str, Any], SessionMixin):
    """Flask's session: only the notices to show once, and the forgery token derived from the cookie.

    Asking for "csrf_token" in a browser without a cookie makes a token; nothing is stored for it.
    """

    def __init__(self, token: str | None, notices: dict[str, Any], *, spoilt: bool = False) -> None:
        super().__init__(notices)
        self.token = token
        self.kept = {"spoilt": True} if spoilt else deepcopy(notices)  # differs: a spoilt cookie is dropped
        self.set_token = False
        self.unused = token is None  # nothing can be stored for it yet
        self.cookie_days: int | None = None

    def __contains__(self, key: object) -> bool:
        return self.token is not None if key == "csrf_token" else super().__contains__(key)

    def __getitem__(self, key: str) -> Any:
        if key == "csrf_token" and self.token is not None:
            return keyed(current_app.config["SECRET_KEY"], "csrf", self.token)
        return super().__getitem__(key)

    def __setitem__(self, key: str, value: Any) -> None:
        if key == "csrf_token":
            self.token, self.set_token, self.unused = random_token(), True, True
        else:
            super().__setitem__(key, value)

    def forget_secrets(self) -> None:
        """Keep nothing but sentences to show: codes shown to who was here are not for who comes next."""
        for key in [key for key in self if key != SENTENCES]:
            del self[key]


class TokenSessions(SessionInterface):
    """Reads and writes the cookies of `TokenSession`."""

    def open_session(self, app: Flask, request: Request) -> TokenSession:
        """Read the cookies; touch no table."""
        token = request.cookies.get(cookie_name("s"))
        notices: dict[str, Any] = {}
        spoilt = False
        if kept := request.cookies.get(cookie_name("n")):
            try:
                notices = _notices(app).loads(kept, max_age=NOTICE_SECONDS)
            except BadSignature:
                spoilt = True
        return TokenSession(token if token and TOKEN.fullmatch(token) else None, notices, spoilt=spoilt)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set or clear the cookies that changed."""
        assert isinstance(session, TokenSession)
        if session.set_token:
            if session.token is None:
                response.delete_cookie(cookie_name("s"), **cookie_options())
            else:
                age = session.cookie_days * 86_400 if session.cookie_days else None
                response.set_cookie(
                    cookie_name("s"), session.token, max_age=age, httponly=True, **cookie_options()
                )
            response.headers["Cache-Control"] = "no-store"  # no shared cache may hand the cookie on
        kept = dict(session)
        if kept != session.kept:
            if kept:
                value = _notices(app).dumps(kept)
                response.set_cookie(
                    cookie_name("n"), str(value), max_age=NOTICE_SECONDS, httponly=True, **cookie_options()
                )
            else:
                response.delete_cookie(cookie_name("n"), **cookie_options())


def init_sessions(app: Flask) -> None:
    """Make the app use these sessions and Flask-Login read them."""
    app.session_interface = TokenSessions()
    login_manager.init_app(app, add_context_processor=False)  # pages call who is here `viewer`
    app.after_request(_note_seen)


login_manager.anonymous_user = lambda: VISITOR


def _load_viewer() -> Viewer | None:
    """Find who is here: session, person, group and grants in one statement; none at all for a visitor."""
    session = _session()
    if session.token is None or session.unused:
        return None
    return find_viewer(
        digest(session.token),
        now(),
        administrators_need_a_key=current_app.config["ADMINISTRATORS_NEED_A_KEY"],
    )


@login_manager.unauthorized_handler
def _ask_to_sign_in() -> Any:
    """Send a reader to the sign-in page and back; keep what a writer had typed (RULINGS 52)."""
    if request.method == "POST":
        return current_app.extensions["keep_what_was_typed"]()
    return redirect(url_for("people.sign_in", ve=request.full_path.rstrip("?")))


def start(person_id: int, kind: SessionKind | str, came_by: str, **more: Any) -> None:
    """Give this browser a new session for the person; the one it had ends (no fixation).

    On a shared machine it is a short one, whoever they are. That staff and helpers came in is audited;
    that residents did is nobody's business.
    """
    session, here = _session(), kiosk_here()
    session.forget_secrets()
    if current_user.is_authenticated and current_user.person_id != person_id:
        leave_nothing()
    old, session.token = session.token, random_token()
    lives_as = SessionKind.KIOSK if here and kind != SessionKind.RENEWING else SessionKind(kind)
    actions.open_session(
        digest(session.token),
        person_id,
        lives_as,
        came_by=came_by,
        instead_of=digest(old) if old else None,
        proved_at=now() if came_by in PROOFS else None,
        **_place_fields() | more,
    )
    session.set_token, session.unused = True, False
    session.cookie_days = COOKIE_DAYS.get(lives_as)
    forget_viewer()
    if kind in (SessionKind.HELPER, SessionKind.STAFF):
        ward_id = current_user.ward_id
        audit.record("sign in", "person", person_id, actor_id=person_id, ward_id=ward_id, came_by=came_by)


def prove_again(*, by_second_key: bool = False) -> None:
    """Note that who is here has just given their secret, or a second key, under a new token: whoever holds a
    copy of the old one is out."""
    session = _session()
    assert session.token is not None
    old, session.token = session.token, random_token()
    actions.renew_session(digest(old), digest(session.token), by_second_key=by_second_key)
    session.set_token, session.cookie_days = True, _days_of(viewer_here())
    forget_viewer()


def learner_here() -> int:
    """Return the person behind this browser; at a visitor's first answer make a nameless one.

    The cookie's token stays as it was, so that forms open in other tabs stay good.
    """
    viewer = viewer_here()
    if viewer.person_id is not None:
        return viewer.person_id  # type: ignore[no-any-return]
    session = _session()
    session.token = session.token or random_token()
    kind = SessionKind.KIOSK if kiosk_here() else SessionKind.NAMELESS
    learner_id = actions.learner_of(digest(session.token), ward_here().id, kind=kind, **_place_fields())
    session.set_token, session.unused = True, False
    session.cookie_days = COOKIE_DAYS.get(kind)
    forget_viewer()
    return learner_id


def hand_phone_to(person_id: int) -> None:
    """Turn a helper's session into a learner's for this person; raise Refused where they may not.

    The helper's own session ends: only the helper's secret opens one again.
    """
    helper = viewer_here()
    entry.hand_over(helper, person_id)
    start(person_id, SessionKind.HANDED, "handed", assisted_by_id=helper.person_id)


def _place_fields() -> dict[str, Any]:
    """Return what a session says of where it was begun."""
    if machine := kiosk_here():
        return {"device": f"Máy dùng chung tại {machine.place}", "kiosk_id": machine.id}
    device, here = device_of(request.user_agent.string), class_here()
    if here is None:
        return {"device": device}
    return {"device": device, "class_group_id": here.group_id, "class_until": here.expires_at}


def end() -> None:
    """End this browser's session, drop its cookie, and let the browser empty what it kept."""
    if token := _session().token:
        actions.close_session(digest(token))
    let_go()


def let_go() -> None:
    """Drop this browser's session without writing: its row ends by itself, as one that nobody uses."""
    session = _session()
    session.forget_secrets()
    session.token, session.set_token, session.unused = None, True, True
    leave_nothing()
    forget_viewer()


def key_here() -> str | None:
    """Return the stored digest of this browser's session, or None."""
    token = _session().token
    return digest(token) if token else None


def forget_viewer() -> None:
    """Read who is here again at the next question; call it after the session or the person changed."""
    g.pop("_login_user", None)
    g.pop("csrf_token", None)  # made from the token that has just been replaced


def ward_here() -> WardCard:
    """Return the ward whose pages these are: by the host's name, else the only one.

    Wards change a few times a year, so each process keeps them for half a minute; while the database is
    broken, for as long as that takes.
    """
    kept = current_app.extensions.setdefault("wards", {"at": 0.0, "by_host": {}})
    stale = time.monotonic() - kept["at"] > WARDS_FOR_SECONDS or not kept["by_host"]
    if stale and not g.get("without_database"):
        kept["by_host"] = {ward.host: ward for ward in wards()}
        kept["at"] = time.monotonic()
    by_host: dict[str | None, WardCard] = kept["by_host"]
    host = request.host.partition(":")[0]
    if host in by_host:
        return by_host[host]
    return next(iter(by_host.values()), NO_WARD)


def forget_wards() -> None:
    """Read the wards again at the next question; call it after one changed."""
    current_app.extensions.pop("wards", None)


NO_WARD = WardCard(0, "", "Chưa có phường", "", None, "", "", "")


def _note_seen(response: Response) -> Response:
    viewer = g.get("_login_user")
    if viewer is None or viewer.seen_at is None:
        return response
    often = SEEN_OFTEN if viewer.session_kind in rules.SESSION_IDLE else SEEN_EVERY
    if abs(now() - viewer.seen_at) > often:  # in either direction: a clock that ran ahead is put right here
        try:
            actions.note_seen(viewer.session_key)
        except AWAY as refusal:  # the answer stands; it is only not known that somebody was here
            note_refusal(refusal)
            return response
        _let_cookie_last(viewer)
    return response


def viewer_here() -> Viewer:
    """Return who is looking, as a plain value; VISITOR when nobody is signed in."""
    return current_user._get_current_object()  # type: ignore[no-any-return]


def _let_cookie_last(viewer: Viewer) -> None:
    """Where a session slides, its cookie slides with it."""
    session, days = _session(), _days_of(viewer)
    if days and session.token and not session.set_token:
        session.set_token, session.cookie_days = True, days


def _days_of(viewer: Viewer) -> int | None:
    return COOKIE_DAYS.get(SessionKind(viewer.session_kind or SessionKind.SHARED))


def _session() -> TokenSession:
    held = flask_session._get_current_object()  # type: ignore[attr-defined]
    assert isinstance(held, TokenSession)
    return held


def _notices(app: Flask) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="notices")


# The browser as a device stands in a file of its own; other rooms find all of it here
__all__ = [
    "NO_WARD", "Place", "cookie_name", "cookie_options", "end", "forget_viewer", "forget_wards",
    "hand_phone_to", "init_sessions", "key_here", "kiosk_here", "know_device", "learner_here", "let_go",
    "names_here", "prove_again", "start", "suggest_group", "suggested_group", "viewer_here", "ward_here",
]  # fmt: skip
