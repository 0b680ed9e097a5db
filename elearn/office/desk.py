"""The helper's desk: the roster of the own group, registering a neighbour, cards, codes, classes."""

from flask import Blueprint

pages = Blueprint("desk", __name__)
