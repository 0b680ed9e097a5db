"""Passkeys (WebAuthn): a key that stays in a phone, a computer or a stick, and signs what the server asks."""

import json
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import select, update

from elearn.kit import secrets
from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.people.key_models import KeyKind, SecondKey
from elearn.people.permissions import Viewer
from elearn.people.second_keys import keep_key

LONGEST = 20_000  # letters of what a browser answers


class Site(NamedTuple):
    """Whom a passkey is for: this site and no other, under whatever name somebody shows it."""

    host: str
    origin: str
    name: str


def creation_options(person_id: int, whose: str, challenge: str, site: Site) -> str:
    """Return as JSON what the browser needs to make a passkey."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    handle = secrets.keyed(current_app.config["SECRET_KEY"], "passkeys of", person_id)[:32]
    return options_to_json(
        generate_registration_options(
            rp_id=site.host,
            rp_name=site.name,
            user_id=handle.encode(),
            user_name=whose,
            challenge=challenge.encode(),
            exclude_credentials=_known(person_id),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.DISCOURAGED,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
        )
    )


def add_passkey(me: Viewer, answer: str, challenge: str, site: Site, label: str) -> bool | None:
    """Keep the passkey that the browser has made; return whether it is the first key, None when it is no
    answer to what was asked."""
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        made = verify_registration_response(
            credential=_read(answer),
            expected_challenge=challenge.encode(),
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError):
        return None
    credential_id = bytes_to_base64url(made.credential_id)
    with transaction():
        if _find(credential_id) is not None:
            return None
        return keep_key(
            me,
            SecondKey(
                person_id=me.person_id, kind=KeyKind.PASSKEY, label=label, credential_id=credential_id,
                public_key=bytes_to_base64url(made.credential_public_key), sign_count=made.sign_count,
            ),
        )  # fmt: skip


def request_options(person_id: int, challenge: str, site: Site) -> str:
    """Return as JSON what the browser needs to ask one of the person's passkeys."""
    from webauthn import generate_authentication_options, options_to_json

    return options_to_json(
        generate_authentication_options(
            rp_id=site.host, challenge=challenge.encode(), allow_credentials=_known(person_id)
        )
    )


def passkey_fits(person_id: int, answer: str, challenge: str, site: Site) -> bool:
    """Has one of the person's passkeys signed the challenge, on this site?

    A key that counts its uses must have counted on: a copy of it would fall behind.
    """
    from webauthn import base64url_to_bytes, verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        credential = _read(answer)
        with transaction():
            key = _find(str(credential.get("id", "")), person_id=person_id)
            if key is None:
                return False
            signed = verify_authentication_response(
                credential=credential,
                expected_challenge=challenge.encode(),
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=base64url_to_bytes(key.public_key or ""),
                credential_current_sign_count=key.sign_count,
            )
            db.session.execute(
                update(SecondKey)
                .where(SecondKey.id == key.id)
                .values(sign_count=signed.new_sign_count, used_at=now())
            )
    except (WebAuthnException, ValueError):
        return False
    return True


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST:
        raise ValueError("too long for an answer of a browser")
    credential = json.loads(answer)
    if not isinstance(credential, dict):
        raise ValueError("not an answer of a browser")
    return credential


def _find(credential_id: str, *, person_id: int | None = None) -> SecondKey | None:
    statement = select(SecondKey).where(
        SecondKey.credential_id == credential_id, SecondKey.removed_at.is_(None)
    )
    if person_id is not None:
        statement = statement.where(SecondKey.person_id == person_id)
    return db.session.scalar(statement.with_for_update().execution_options(populate_existing=True))


def _known(person_id: int) -> list[Any]:
    from webauthn import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    ids = db.session.scalars(
        select(SecondKey.credential_id).where(
            SecondKey.person_id == person_id,
            SecondKey.kind == KeyKind.PASSKEY,
            SecondKey.removed_at.is_(None),
        )
    )
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in ids if one]
