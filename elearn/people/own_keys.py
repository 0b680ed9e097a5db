"""The second keys of whoever works here: add an app or a passkey, print codes, take a key away."""

from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)

from elearn.kit import secrets
from elearn.kit.access import proved
from elearn.kit.addresses import HOME, local_path
from elearn.kit.qr import qr_svg
from elearn.kit.refused import Refused
from elearn.kit.words import fold
from elearn.people import passkeys, rules, second_keys, steps
from elearn.people.device import device_of
from elearn.people.forms import AppForm, PasskeyForm
from elearn.people.models import LENT
from elearn.people.permissions import Role, Viewer
from elearn.people.session import viewer_here, ward_here
from elearn.people.site import site_here

pages = Blueprint("own_keys", __name__)

SEALED_FOR = 30 * 60  # seconds that a secret on the page waits for its code
MUST = "Người quản trị cần thêm lớp khóa thứ hai trước khi làm việc."
NOT_TAKEN = "Máy này chưa nhận làm khóa được. Anh chị thử lại, hoặc dùng ứng dụng trên điện thoại."


def ask_for_key(app: Flask) -> None:
    """Let the doors that are closed until there is a second key lead here."""

    def lead() -> Any:
        flash(MUST)
        way_back = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("own_keys.overview", ve=way_back), 303)

    app.extensions["ask_for_key"] = lead


@pages.get("/cua-toi/khoa")
@proved
def overview() -> Any:
    """List one's second keys, and what can be added."""
    return _overview()


def _overview(refusal: str = "") -> str:
    me = _me()
    return render_template(
        "people/keys.html",
        keys=second_keys.keys_of(_id(me)),
        codes=second_keys.codes_left(_id(me)),
        must_add=me.must_add_key,
        refusal=refusal,
        onward=_onward(),
    )


# -- an app on the phone -------------------------------------------------------------------------


@pages.get("/cua-toi/khoa/ung-dung")
@proved
def app() -> Any:
    """Show a fresh secret for an app to read; it is kept when the app has shown the right code."""
    secret = second_keys.fresh_secret()
    return _app(AppForm(formdata=None, sealed=_seal(secret), label="Điện thoại"), secret)


@pages.post("/cua-toi/khoa/ung-dung")
@proved
def add_app() -> Any:
    """Keep the app."""
    me, form = _me(), AppForm()
    secret = _unseal(form.sealed.data or "")
    if secret is None:  # the page is older than half an hour, or somebody else's: begin anew
        return redirect(url_for("own_keys.app", ve=_onward()), 303)
    if not form.validate():
        return _app(form, secret), 422
    try:
        is_first = second_keys.add_app(me, secret, form.code.data, form.label.data)
    except Refused as refused:
        form.code.errors = [str(refused)]
        return _app(form, secret), 422
    return _added(is_first)


def _app(form: AppForm, secret: str) -> str:
    form.code.data = ""
    # without marks and capitals: a shorter address makes a code that a poor camera reads
    address = second_keys.app_address(
        secret, fold(str(_me().display_name)), fold(f"Học số {ward_here().name}")
    )
    return render_template(
        "people/key_app.html",
        form=form,
        qr=qr_svg(address, "Mã QR để ứng dụng đọc"),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        onward=_onward(),
    )


def _seal(secret: str) -> str:
    """Nothing is kept until the code is right: the page carries the secret, and only for who is here."""
    return secrets.encrypted(current_app.config["SECRET_KEY"], f"new app of {_me().person_id}", secret)


def _unseal(sealed: str) -> str | None:
    purpose = f"new app of {_me().person_id}"
    return secrets.decrypted(current_app.config["SECRET_KEY"], purpose, sealed, lasts=SEALED_FOR)


# -- a passkey -----------------------------------------------------------------------------------


@pages.get("/cua-toi/khoa/passkey")
@proved
def passkey() -> Any:
    """Offer to make a key of this device; it needs a script, and a name of the site."""
    _me()
    return _passkey(PasskeyForm(formdata=None, label=device_of(request.user_agent.string)))


def _passkey(form: PasskeyForm, refusal: str = "") -> str:
    form.answer.data = ""
    return render_template(
        "people/key_passkey.html", form=form, refusal=refusal, place=site_here(), onward=_onward()
    )


@pages.post("/cua-toi/khoa/passkey/thach-do")
@proved
def passkey_options() -> Any:
    """Say what the browser needs to make a passkey; only a script asks."""
    me, site = _me(), site_here()
    if site is None:
        abort(404)
    steps.begin_step(str(me.session_key), _id(me))
    challenge = steps.ask_challenge(str(me.session_key))
    options = passkeys.creation_options(_id(me), str(me.display_name), challenge, site)
    return Response(options, mimetype="application/json")


@pages.post("/cua-toi/khoa/passkey")
@proved
def add_passkey() -> Any:
    """Keep the passkey."""
    me, form, site = _me(), PasskeyForm(), site_here()
    if not form.validate():
        return _passkey(form), 422
    challenge = steps.take_challenge(str(me.session_key))
    steps.end_step(str(me.session_key))
    try:
        is_first = (
            passkeys.add_passkey(me, form.answer.data, challenge, site, form.label.data)
            if challenge and site
            else None
        )
    except Refused as refused:
        return _passkey(form, str(refused)), 422
    if is_first is None:
        return _passkey(form, NOT_TAKEN), 422
    return _added(is_first)


# -- printed codes -------------------------------------------------------------------------------


@pages.get("/cua-toi/khoa/ma-du-phong")
@proved
def codes() -> Any:
    """Ask before fresh codes make the printed ones worthless."""
    if not second_keys.keys_of(_id(_me())):
        return redirect(url_for("own_keys.overview"))
    return render_template("people/key_codes_ask.html", left=second_keys.codes_left(_id(_me())))


@pages.post("/cua-toi/khoa/ma-du-phong")
@proved
def new_codes() -> Any:
    """Make ten codes and show them, this once."""
    try:
        return _show_codes(second_keys.make_recovery_codes(_me()))
    except Refused as refused:
        return _overview(str(refused)), 422


def _show_codes(made: list[str]) -> str:
    return render_template(
        "people/key_codes.html",
        codes=[rules.in_two(one) for one in made],
        of=_site_name(),
        onward=_onward(),
    )


def _added(is_first: bool) -> Any:
    """With the first key come the codes for the day it is lost; they are shown at once."""
    if is_first:
        return _show_codes(second_keys.make_recovery_codes(_me()))
    flash("Đã thêm khóa.")
    return redirect(url_for("own_keys.overview", ve=_onward()), 303)


# -- taking away ---------------------------------------------------------------------------------


@pages.get("/cua-toi/khoa/<int:key_id>/bo")
@proved
def remove(key_id: int) -> Any:
    """Ask before a key is worthless."""
    mine = second_keys.keys_of(_id(_me()))
    key = next((one for one in mine if one.id == key_id), None)
    if key is None:
        abort(404)
    return render_template("people/key_remove.html", key=key, is_last=len(mine) == 1)


@pages.post("/cua-toi/khoa/<int:key_id>/bo")
@proved
def removed(key_id: int) -> Any:
    """Take the key away; twice is once."""
    me = _me()
    must = current_app.config["ADMINISTRATORS_NEED_A_KEY"] and Role.ADMINISTRATOR in me.roles
    try:
        label = second_keys.remove_key(me, key_id, must_keep_one=must)
    except Refused as refused:
        return _overview(str(refused)), 422
    if label:
        flash(f"Đã bỏ khóa “{label}”.")
    return redirect(url_for("own_keys.overview"), 303)


# -- who and where -------------------------------------------------------------------------------


def _me() -> Viewer:
    """Return who looks after their keys: somebody who works with a password, on a machine of their own."""
    me = viewer_here()
    if me.session_kind in LENT or not (me.is_staff or me.must_add_key):
        abort(404)
    return me


def _id(me: Viewer) -> int:
    assert me.person_id is not None
    return me.person_id


def _site_name() -> str:
    return f"Bình dân học vụ số {ward_here().name}"


def _onward() -> str | None:
    """Return where to go on afterwards, if the address says so: a page of this site."""
    target = local_path(request.values.get("ve"))
    return None if target == HOME else target
