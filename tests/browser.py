"""A browser for the tests. It checks every page that it opens, whatever the test is about."""

import re
from html.parser import HTMLParser
from typing import Any

from flask import Flask, g, has_app_context
from werkzeug.test import TestResponse

from elearn.kit.clock import now
from elearn.kit.headers import STYLE
from elearn.kit.secrets import digest, random_token
from elearn.people.actions import open_session
from elearn.people.models import SessionKind
from elearn.people.permissions import STAFF
from tests.ward import CAST, person

# Bytes of HTML, before compression. What somebody typed into a box and gets back in it does not count: a
# draft may have 60,000 letters, and the page on which its writer goes on with it cannot be shorter than it.
PAGE_WEIGHT = 60_000
TYPED = re.compile(r"(?<=>)[^<]*(?=</textarea>)")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """What a page holds, read once."""

    def __init__(self, html: str, response: TestResponse) -> None:
        super().__init__()
        self.html, self.response = html, response
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = {"title": "", "h1": "", "main": ""}
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        for name in self.text:
            if name in self._open:
                self.text[name] += data

    def every(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of every element with this tag."""
        return [attrs for name, attrs in self.tags if name == tag]

    def says(self, sentence: str) -> bool:
        """Does the page show this sentence, line breaks aside?"""
        return sentence in re.sub(r"\s+", " ", self.text["main"])

    @property
    def csrf_token(self) -> str:
        """The token of the page's forms."""
        return next(str(attrs["value"]) for attrs in self.every("input") if attrs.get("name") == "csrf_token")


class Browser:
    """Opens pages and sends forms as a person's browser does; forms carry the token of the page before."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.page: Page | None = None

    def sign_in(self, name: str) -> "Browser":
        """Sign in as one of the cast, through the page."""
        part = CAST[name]
        self.open("/dang-nhap")
        self.send("/dang-nhap", expect=303, who=part.phone, secret=part.secret)
        return self

    def come_as(self, name: str, kind: str | None = None, *, by_key: bool = False) -> "Browser":
        """Be signed in as one of the cast a moment ago, without the page: for tests about other pages;
        `by_key`: and with a second key."""
        token = random_token()
        who = person(name)
        usual = "staff" if CAST[name].role in STAFF else "helper" if CAST[name].role else "own"
        open_session(
            digest(token), who.id, SessionKind(kind or usual),
            proved_at=now(), second_key_at=now() if by_key else None,
        )  # fmt: skip
        self.client.set_cookie("elearn-s", token)
        return self

    def open(self, path: str, expect: int = 200) -> Any:
        """Open an address; return the checked page, or the response where it is no page."""
        self._forget()
        return self._check(self.client.get(path), expect)

    def send(self, path: str, expect: int = 200, **fields: Any) -> Any:
        """Send a form with the token of the last page that had one."""
        if self.page is not None:
            fields.setdefault("csrf_token", self.page.csrf_token)
        self._forget()
        return self._check(self.client.post(path, data=fields), expect)

    def follow(self, response: TestResponse, expect: int = 200) -> Any:
        """Go where a redirect leads."""
        return self.open(response.headers["Location"], expect)

    def _forget(self) -> None:
        """Let each request find out for itself who is here: the test's own context outlives it."""
        if has_app_context():
            vars(g).clear()

    def _check(self, response: TestResponse, expect: int) -> Any:
        assert response.status_code == expect, (
            f"{response.request.method} {response.request.path}: {response.status_code}, not {expect} "
            f"{response.headers.get('Location', '')}"
        )
        response.close()
        if response.mimetype != "text/html" or 300 <= response.status_code < 400:
            return response
        page = Page(response.get_data(as_text=True), response)
        if any(attrs.get("name") == "csrf_token" for attrs in page.every("input")):
            self.page = page
        check(page)
        return page


def check(page: Page) -> None:
    """Fail where a page is too heavy, has no name, or leaves out who cannot see it."""
    weight = len(TYPED.sub("", page.html).encode())
    assert weight <= PAGE_WEIGHT, f"{weight} bytes"
    assert page.every("html")[0].get("lang") == "vi", "the page does not say its language"
    assert len(page.every("h1")) == 1, "a page has one h1"
    heading, title = " ".join(page.text["h1"].split()), " ".join(page.text["title"].split())
    assert title.startswith(heading), f"the title {title!r} begins with the h1 {heading!r}"
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids)), (
        f"two elements share an id: {sorted(i for i in ids if ids.count(i) > 1)}"
    )
    labelled = {attrs.get("for") for attrs in page.every("label")}
    for tag in ("input", "select", "textarea"):
        for attrs in page.every(tag):
            assert attrs.get("type") == "hidden" or attrs.get("id") in labelled or attrs.get("aria-label"), (
                f"no label for {attrs}"
            )
    for attrs in page.every("img"):
        assert "alt" in attrs, f"no alt for {attrs}"
    for attrs in page.every("form"):
        assert "action" in attrs, "a form names where it goes"
        assert attrs.get("method", "get").lower() in ("get", "post")
    inline = [
        f"{tag} {key}" for tag, attrs in page.tags for key in attrs if key.startswith("on") or key == "style"
    ]
    assert not inline, f"inline script or style: {inline}"
    assert all("src" in attrs for attrs in page.every("script")), "an inline script"
    assert "<style" not in page.html.replace(f"<style>{STYLE}</style>", ""), "an inline style sheet"
