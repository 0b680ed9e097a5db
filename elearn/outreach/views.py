"""Posters, and the links that carry a residential group."""

from flask import Blueprint

pages = Blueprint("outreach", __name__)
