"""My learning and my data: where to go on, what is kept, my card, my sessions, erasing myself."""

from flask import Blueprint

pages = Blueprint("mine", __name__)
