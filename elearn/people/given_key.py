"""A page asks for a second key: what it has to offer, and whether what was given is one."""

from typing import Any

from elearn.people import passkeys, rules, second_keys, steps
from elearn.people.forms import SecondKeyForm
from elearn.people.key_models import KeyKind
from elearn.people.site import site_here

WRONG_APP = "Mã chưa đúng, hoặc vừa dùng rồi. Chờ ứng dụng hiện mã mới rồi gõ lại."
WRONG_PRINTED = (
    "Mã dự phòng này chưa đúng, hoặc đã dùng rồi. Anh chị xem lại từng chữ, hoặc dùng mã khác trên tờ."
)
WRONG_PASSKEY = "Khóa trên máy chưa nhận được. Anh chị thử lại, hoặc dùng cách khác."
OFTEN = rules.REFUSALS["second"]


def why_no_key(person_id: int, form: SecondKeyForm, step: str) -> str:
    """Return why what was given is no key of this person, or nothing when it is one.

    `step` is the digest under which a passkey was asked to sign.
    """
    if form.passkey.data:
        asked, site = steps.take_challenge(step), site_here()
        fits = asked and site and passkeys.passkey_fits(person_id, form.passkey.data, asked, site)
        return "" if fits else WRONG_PASSKEY
    if form.printed.data:
        came, wrong = second_keys.try_recovery_code(person_id, form.printed.data), WRONG_PRINTED
    else:
        came, wrong = second_keys.try_app(person_id, form.code.data or ""), WRONG_APP
    return OFTEN if came == second_keys.OFTEN else wrong if came else ""


def said_of_codes(person_id: int) -> str:
    """Return what is said to whoever has just used a printed code."""
    left = second_keys.codes_left(person_id)
    return f"Đã dùng một mã dự phòng, còn {left} mã. Mất khóa thì thêm khóa mới ở “Của tôi”."


def offered(person_id: int, form: SecondKeyForm) -> dict[str, Any]:
    """Return what the page shows: the ways that this person has, here. A secret is never shown again."""
    for field in (form.code, form.printed, form.passkey):
        field.data = ""
    kinds = {key.kind for key in second_keys.keys_of(person_id)}
    return {
        "form": form,
        "late": bool(form.held.data),
        "has_app": KeyKind.APP in kinds,
        "has_passkey": KeyKind.PASSKEY in kinds and site_here() is not None,
        "has_codes": second_keys.codes_left(person_id) > 0,
    }
