"""The feeds: what is new, newest first, with ids that stay and dates that tell what changed."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as Tree

import pytest

from elearn.kit.clock import begins, monday_of, now, today
from elearn.kit.db import db, transaction
from elearn.library.models import Lesson, Revision
from elearn.people.models import Ward
from elearn.portal.feeds import Feed, as_atom, as_json
from elearn.portal.rules import MOST_ENTRIES, Entry, newest_first
from tests.builders import make_course

ATOM = "{http://www.w3.org/2005/Atom}"


def atom_of(app, **more):
    return Tree.fromstring(app.test_client().get("/api/v1/feed.atom", **more).data)


def entries_of(app):
    """Return what the Atom feed tells: id -> (title, published, updated, address)."""
    return {
        one.findtext(f"{ATOM}id"): (
            one.findtext(f"{ATOM}title"),
            datetime.fromisoformat(one.findtext(f"{ATOM}published")),
            datetime.fromisoformat(one.findtext(f"{ATOM}updated")),
            one.find(f"{ATOM}link").get("href"),
        )
        for one in atom_of(app).iter(f"{ATOM}entry")
    }


def test_atom_says_what_rfc_4287_asks_for(app, counted):
    root = atom_of(app)
    assert root.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert len(root.findall(f"{ATOM}{name}")) == 1
    assert root.find(f"{ATOM}author/{ATOM}name").text
    links = {link.get("rel"): link.attrib for link in root.findall(f"{ATOM}link")}
    assert links["self"]["href"] == "http://localhost/api/v1/feed.atom"
    assert links["alternate"]["href"] == "http://localhost/"
    ids = [one.findtext(f"{ATOM}id") for one in root.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids)) == 1 + 2 + 1
    updated = [datetime.fromisoformat(one.findtext(f"{ATOM}updated")) for one in root.iter(f"{ATOM}entry")]
    assert updated == sorted(updated, reverse=True) and all(moment.tzinfo for moment in updated)
    assert datetime.fromisoformat(root.findtext(f"{ATOM}updated")) == updated[0]


def test_both_formats_tell_the_same(app, counted):
    told = app.test_client().get("/api/v1/feed.json")
    assert told.mimetype == "application/feed+json"
    assert {
        one["id"]: (
            one["title"],
            datetime.fromisoformat(one["date_published"]),
            datetime.fromisoformat(one["date_modified"]),
            one["url"],
        )
        for one in told.get_json()["items"]
    } == entries_of(app)


def test_every_entry_leads_to_a_page(app, counted):
    for _, _, _, url in entries_of(app).values():
        assert app.test_client().get(url).status_code == 200


def test_a_revised_lesson_keeps_its_id_and_comes_first(app, counted):
    before = entries_of(app)
    moment = now() + timedelta(hours=1)
    with transaction():
        revision = db.session.get(Revision, counted["revisions"][0])
        revision.published_at, revision.number = moment, 2
    after = entries_of(app)
    assert after.keys() == before.keys()
    changed = [one for one in after if after[one] != before[one]]
    assert changed == [next(iter(after))] and changed[0].endswith("/khoa-hoc/khoa/bai-1")
    assert after[changed[0]][1] == before[changed[0]][1], "when it was first published stays"
    assert after[changed[0]][2] == moment.replace(tzinfo=UTC, microsecond=0)
    root = atom_of(app)
    assert datetime.fromisoformat(root.findtext(f"{ATOM}updated")) == after[changed[0]][2]


def test_a_course_is_new_again_when_a_lesson_comes_to_it(app, counted):
    moment = now() + timedelta(hours=1)
    with transaction():
        lesson = db.session.get(Lesson, counted["lessons"][1])
        lesson.published_at = db.session.get(Revision, counted["revisions"][1]).published_at = moment
    first, second, *_ = entries_of(app)
    assert first.endswith("/khoa-hoc/khoa") and second.endswith("/khoa-hoc/khoa/bai-2")


def test_the_week_has_an_entry_of_its_own_which_says_the_totals(app, counted):
    monday = monday_of(today())
    item = app.test_client().get("/api/v1/feed.json").get_json()["items"][-1]
    assert item["id"] == f"tag:localhost,2026:GV/tien-do/{monday.isoformat()}"
    assert datetime.fromisoformat(item["date_modified"]) == begins(monday).replace(tzinfo=UTC)
    assert "Người học: 35" in item["content_text"] and "làm tròn, chốt thứ Hai. Người" in item["content_text"]


def test_the_ids_and_addresses_of_a_ward_are_under_its_own_name(app, counted):
    root = atom_of(app, base_url="https://ben-canh.test")
    assert root.findtext(f"{ATOM}id") == "tag:ben-canh.test,2026:LV"
    assert all(link.get("href").startswith("https://ben-canh.test/") for link in root.iter(f"{ATOM}link"))


def test_a_ward_without_anything_has_an_empty_feed(app):
    with transaction():
        db.session.add(Ward(code="TR", name="phường Trống", host="trong.test"))
    app.extensions.pop("wards", None)
    root = atom_of(app, base_url="http://trong.test")
    assert not list(root.iter(f"{ATOM}entry")) and root.findtext(f"{ATOM}updated")
    told = app.test_client().get("/api/v1/feed.json", base_url="http://trong.test").get_json()
    assert told["items"] == []


def test_the_week_stays_in_the_feed_when_a_whole_shelf_is_new(app, counted):
    for number in range(3):
        make_course(f"them-{number}", lessons=25)
    items = app.test_client().get("/api/v1/feed.json").get_json()["items"]
    assert len(items) == MOST_ENTRIES and "/tien-do/" in items[-1]["id"]


# -- plain


def entry(name, day, **more):
    moment = datetime(2026, 11, day)
    return Entry(name, f"https://a.vn/{name}", name, "", moment, moment)._replace(**more)


def test_the_newest_come_first_and_those_of_one_moment_in_a_fixed_order():
    some = [entry("b", 1), entry("a", 1), entry("c", 2)]
    assert [one.id for one in newest_first(some)] == ["c", "a", "b"]
    assert newest_first(reversed(some)) == newest_first(some)
    assert len(newest_first([entry(str(number), 1) for number in range(99)])) == MOST_ENTRIES


@pytest.mark.parametrize(
    "text", ["<b>&amp;</b>", "]]>", "\x00\x0b\ufffe\ud800", "a\"b'c", "Đường link “mới”"]
)
def test_no_title_breaks_the_feed(app, text):
    feed = Feed(
        "tag:a.vn,2026:GV", text, text, text, "https://a.vn/", "https://a.vn/j", "https://a.vn/a",
        datetime(2026, 11, 1), [entry("a", 1, title=text, summary=text)],
    )  # fmt: skip
    root = Tree.fromstring(as_atom(feed).encode())
    kept = "".join(letter for letter in text if letter.isprintable() and letter != "\ufffe")
    assert root.findtext(f"{ATOM}entry/{ATOM}title", "") == kept
    assert as_json(feed)["items"][0]["title"] == text


def test_moments_are_told_in_the_zone_of_the_ward(app):
    feed = Feed("i", "t", "", "n", "h", "j", "a", datetime(2026, 11, 22, 17, 0, 0, 5), [])
    assert "<updated>2026-11-23T00:00:00+07:00</updated>" in as_atom(feed)
