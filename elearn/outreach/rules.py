"""Plain rules of outreach: how the code of a poster looks, and which openings are somebody's."""

import re
from datetime import timedelta

# No vowel, so that no word comes out; no 0 O 1 I L, which look alike on a wall.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
CODE_LENGTH = 5
CODE = re.compile(f"[{ALPHABET}]{{{CODE_LENGTH}}}")

# Who opens a page again within half an hour has not arrived anew.
ONE_ARRIVAL = timedelta(minutes=30)
DAYS_SHOWN = 30
POSTERS_A_PAGE = 50

# Programs that fetch a link to show a preview of it; what they open is nobody arriving.
FETCHER = re.compile(r"bot|crawl|spider|preview|facebookexternalhit|whatsapp|curl|wget", re.IGNORECASE)


def code_in(text: str) -> str | None:
    """Return the code of a poster that somebody came by or typed, in any case, or None."""
    code = text.strip().upper()
    return code if CODE.fullmatch(code) else None


def is_an_arrival(method: str, user_agent: str, purpose: str, *, came_just_now: bool) -> bool:
    """Does this request bring somebody new: not a look ahead, not a preview, not the same arrival again?"""
    looks_ahead = method != "GET" or "prefetch" in purpose or "preview" in purpose
    return not (looks_ahead or came_just_now or FETCHER.search(user_agent))
