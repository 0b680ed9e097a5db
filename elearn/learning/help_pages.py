"""Asking for help: one tap, what it is about if one likes, a sentence that it was heard, and a way back."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from elearn.kit.access import public
from elearn.kit.recent import recent
from elearn.learning.help_queries import (
    find_lesson_id,
    groups_with_helper,
    last_request_of,
    may_ask,
)  # fmt: skip
from elearn.learning.helping import ask_for_help, take_request_back
from elearn.learning.words import HELP_ABOUT, HELPED_HOW
from elearn.people.session import viewer_here, ward_here

pages = Blueprint("help", __name__)


def has_helper() -> bool:
    """Has the group of who is here a helper to ask? So a page offers the button, or the office's number."""
    group_id = viewer_here().group_id
    return group_id is not None and group_id in recent(groups_with_helper, ward_here().id)


@pages.get("/nho-giup")
@public
def help_me() -> Any:
    """Show whether one has asked, and what came of it; offer to ask, where there is a helper."""
    me = viewer_here()
    asked = last_request_of(me.person_id) if me.person_id is not None else None
    return render_template(
        "learning/help.html",
        asked=asked,
        may_ask=me.person_id is not None and may_ask(me.person_id),
        where=_where(request.args.get("bai", "")),
        about=HELP_ABOUT,
        how=HELPED_HOW,
    )


@pages.post("/nho-giup")
@public
def ask() -> Any:
    """Ask, or say what it is about; asking twice is asking once."""
    me, about, where = viewer_here(), request.form.get("viec", ""), _where(request.form.get("bai", ""))
    if me.person_id is not None:
        ask_for_help(
            me.person_id,
            about=about if about in HELP_ABOUT else "",
            lesson_id=find_lesson_id(*where, ward_here().id) if where else None,
        )
    return redirect(url_for("help.help_me", bai="/".join(where) if where else None), 303)


@pages.post("/nho-giup/thoi")
@public
def take_back() -> Any:
    """Take the request back."""
    me = viewer_here()
    if me.person_id is not None and take_request_back(me.person_id):
        flash("Đã rút lại. Người hướng dẫn không thấy lời nhờ này nữa.")
    return redirect(url_for("help.help_me"), 303)


def _where(text: str) -> tuple[str, str] | None:
    """Read the lesson from which somebody came: "thanh-toan-so/quet-ma-qr"."""
    course, slash, lesson = text[:200].partition("/")
    fits = slash and all(part.replace("-", "").isalnum() and part.isascii() for part in (course, lesson))
    return (course, lesson) if fits else None
