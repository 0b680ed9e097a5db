"""Whose desk it is: who looks, and over which ward; another ward's desk is out of reach."""

from flask import abort, request
from flask_login import current_user

from elearn.people.permissions import Permission, Viewer
from elearn.people.session import ward_here


def viewer_here() -> Viewer:
    """Return who is looking, as a plain value."""
    return current_user._get_current_object()  # type: ignore[no-any-return]


def ward_id_for(permission: Permission) -> int:
    """Return the ward whose pages these are; 404 unless the viewer's permission reaches it."""
    ward_id = ward_here().id
    if not viewer_here().may_in(permission, ward_id=ward_id):
        abort(404)
    return ward_id


def asked(name: str, most: int = 80) -> str:
    """Return a short text from the address, "" when it is not there."""
    return request.args.get(name, "").strip()[:most]
