"""Courses, lessons, their questions, and what came of an attempt."""

from flask import Blueprint

pages = Blueprint("learning", __name__)
