"""The feed of a ward in two formats: JSON Feed 1.1 and Atom (RFC 4287)."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import current_app

from elearn.kit.clock import local
from elearn.portal.rules import Entry

JSON_FEED = "https://jsonfeed.org/version/1.1"
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Feed(NamedTuple):
    """What both formats tell."""

    id: str
    title: str
    about: str
    author: str
    home: str
    json_url: str
    atom_url: str
    updated: datetime
    entries: Sequence[Entry]


def as_json(feed: Feed) -> dict[str, Any]:
    """Return the feed as JSON Feed 1.1 says."""
    return {
        "version": JSON_FEED,
        "title": feed.title,
        "description": feed.about,
        "home_page_url": feed.home,
        "feed_url": feed.json_url,
        "language": "vi",
        "authors": [{"name": feed.author, "url": feed.home}],
        "items": [
            {
                "id": one.id,
                "url": one.url,
                "title": one.title,
                "content_text": one.summary,
                "date_published": stamp(one.published),
                "date_modified": stamp(one.updated),
            }
            for one in feed.entries
        ],
    }


def as_atom(feed: Feed) -> str:
    """Return the feed as RFC 4287 says."""
    return in_xml("portal/feed.xml", feed=feed, stamp=stamp)


def in_xml(template: str, **told: Any) -> str:
    """Lay a document out; what it is told is escaped, and letters that XML does not know are left out."""
    return NOT_IN_XML.sub("", current_app.jinja_env.get_template(template).render(told))


def stamp(moment: datetime) -> str:
    """Return a kept moment as the clock in Hải Phòng shows it, with its zone (RFC 3339), whole seconds."""
    return local(moment).isoformat(timespec="seconds")
