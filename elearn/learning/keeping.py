"""Keeping a result: with a name, for the group alone, or not at all; claiming what a device holds."""

from flask import Blueprint

pages = Blueprint("keeping", __name__)
