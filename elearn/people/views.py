"""Ways in and out: signing in, cards, links, class tickets, who else learns on this phone."""

from flask import Blueprint

pages = Blueprint("people", __name__)
