"""The paper for a finished course, and the page that confirms its number."""

from flask import Blueprint

pages = Blueprint("certificates", __name__)
