"""The home page, how pages look, help, privacy, samples, and the health check."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import text

from elearn.front.forms import SampleForm
from elearn.front.frame import SIZES, THEMES, display_here
from elearn.kit.access import public
from elearn.kit.addresses import local_path
from elearn.kit.db import db
from elearn.people.session import cookie_name, cookie_options

pages = Blueprint("front", __name__)

A_YEAR = 365 * 86_400


@pages.get("/hien-thi")
@public
def display() -> Any:
    """Keep how the reader wants pages to look, and go back. It changes only a cookie of looks."""
    now_shown = display_here()
    size = now_shown.text
    if request.args.get("chu") == "to":
        size = min(size + 1, int(SIZES[-1]))
    elif request.args.get("chu") == "nho":
        size = max(size - 1, int(SIZES[0]))
    elif request.args.get("chu") in SIZES:
        size = int(request.args["chu"])
    theme = request.args.get("nen", now_shown.theme)
    response = redirect(local_path(request.args.get("ve")), 303)
    response.set_cookie(
        cookie_name("d-look"),
        f"{size}-{theme if theme in THEMES else ''}",
        max_age=A_YEAR,
        httponly=True,
        **cookie_options(),
    )
    return response


@pages.get("/giup-do")
@public
def help_now() -> Any:
    """What to do at once when one has been tricked; open to everyone, one tap from every page."""
    return render_template("front/help.html")


@pages.get("/rieng-tu")
@public
def privacy() -> Any:
    """What is kept about people, why, and how to have it shown, mended, taken along or erased."""
    return render_template("front/privacy.html")


@pages.get("/mau")
@public
def samples() -> Any:
    """Every part that pages are made of, for those who write templates."""
    form = SampleForm(request.args)
    if request.args:
        form.validate()
    return render_template(
        "front/samples.html", form=form, pages=lambda page: url_for("front.samples", trang=page)
    )


@pages.get("/healthz")
@public
def health() -> Any:
    """Say one word: the process answers and reads its database."""
    db.session.execute(text("SELECT 1"))
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}
