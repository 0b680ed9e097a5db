"""The administrator's desk: people, groups, roles, the ward, imports, the audit."""

from flask import Blueprint

pages = Blueprint("office", __name__)
