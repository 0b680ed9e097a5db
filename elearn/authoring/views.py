"""The desk of those who write lessons: shelf, draft, preview, review, history, facts."""

from flask import Blueprint

pages = Blueprint("authoring", __name__)
