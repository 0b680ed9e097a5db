"""What a door asks for, found by listening to it: the fields of its forms, the names in its address.

Hardly anything here knows a form by name, so that a new one is asked from its first day on.
"""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from flask import Flask, Request, g
from werkzeug.datastructures import ImmutableMultiDict
from wtforms import DateField, FileField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.core import Field

from elearn.kit import forms
from elearn.kit.clock import today
from elearn.kit.db import db
from elearn.kit.log import LOG
from elearn.people.permissions import VISITOR
from tests import conftest, ward
from tests.security.doors import EVERYONE, STRANGER, Door, as_person, doors

Fields = dict[str, list[str]]
PLAIN = "Tập thể Hoa Phượng"
GOOD = {303: 4, 200: 3, 422: 2, 409: 1}  # how far an answer shows that one has come
LIKELY = ("lan", "hoa", "quan", "duc", "thu", "minh", STRANGER, "tai", "xa")  # who is asked first
# What nobody can guess of a form: names of buttons that lead elsewhere, what has to be typed word for word.
GIVEN: dict[str, Fields] = {
    "courses.reorder": {"order": ["1"]},
    "mine.data_sent": {"cach": []},
    "people.sign_in_try": {"who": [ward.CAST["tai"].phone], "secret": [ward.CAST["tai"].secret]},
    "twins_desk.erased": {"name": ["Lan"]},
}


class Ears(ImmutableMultiDict):
    """What was sent, remembering by which names it was asked for."""

    place, heard = "form", {"form": set(), "args": set(), "cookies": set()}

    def _hear(self, name: Any) -> Any:
        if isinstance(name, str):
            self.heard[self.place].add(name)
        return name

    def __contains__(self, name: Any) -> bool:
        return super().__contains__(self._hear(name))

    def __getitem__(self, name: Any) -> Any:
        return super().__getitem__(self._hear(name))

    def get(self, name: Any, *more: Any, **options: Any) -> Any:
        return super().get(self._hear(name), *more, **options)

    def getlist(self, name: Any, *more: Any, **options: Any) -> Any:
        return super().getlist(self._hear(name), *more, **options)


class EarsOfAddress(Ears):
    """The part of an address behind its question mark."""

    place = "args"


class EarsOfCookies(Ears):
    """The cookies of a browser."""

    place = "cookies"


class Listening(Request):
    """A request that remembers what it was asked for."""

    parameter_storage_class, dict_storage_class = Ears, EarsOfCookies

    @property
    def args(self) -> Any:
        if "_args" not in self.__dict__:
            self.parameter_storage_class = EarsOfAddress
            self.__dict__["_args"] = super().args
            del self.parameter_storage_class
        return self.__dict__["_args"]


class Answer(NamedTuple):
    """What came of a request: its status, its page, the fields that were read, the names asked for."""

    status: int
    page: str
    leads_to: str
    fields: dict[str, Field]
    asked: dict[str, set[str]]


class Form(NamedTuple):
    """A door that takes a form, who may send it, and what a person would send."""

    door: Door
    who: str
    sent: Fields
    names: tuple[str, ...]


class Listener:
    """Knocks at the doors of a ward that is put back after each change, and hears what they ask for."""

    def __init__(self, app: Flask) -> None:
        self.app, self.doors = app, doors(app)
        self._ways = {who: self._come(who) for who in EVERYONE}
        self.pristine = conftest._snapshot()
        self._changes = conftest._raw().total_changes
        self._fields: dict[str, Field] = {}
        self._pages: dict[str, dict[str, Fields]] = {}
        self._forms: list[Form] = []

    def _come(self, who: str) -> tuple[dict[str, str], str]:
        """Come as somebody, up to a page with a form; return the cookies, and the token of its forms."""
        client = as_person(self.app, who)
        pages = [Written(client.get(path).get_data(as_text=True)) for path in ("/nguoi-khac", "/dang-nhap")]
        token = next(page.boxes["csrf_token"] for page in pages if "csrf_token" in page.boxes)
        return {cookie.key: cookie.value for cookie in client._cookies.values()}, token

    def note(self, form: forms.Form) -> None:
        """Remember the fields of a form that a view has made."""
        self._fields.update({field.name: field for field in form})

    def ask(
        self, who: str, method: str, path: str, *, cookies: Fields | None = None, **request: Any
    ) -> Answer:
        """Send one request as somebody who has just come; a fault of the program is an answer 500."""
        client = self.app.test_client()
        for name, value in (self._ways[who][0] | (cookies or {})).items():
            client.set_cookie(name, value)
        self._fields = {}
        for names in Ears.heard.values():
            names.clear()
        vars(g).clear()
        try:
            answer = client.open(path, method=method, **request)
            status, leads_to = answer.status_code, answer.headers.get("Location", "")
            page = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
            answer.close()
        except Exception:
            status, leads_to, page = 500, "", traceback.format_exc()
        finally:
            db.session.remove()
        asked = {place: set(names) for place, names in Ears.heard.items()}
        return Answer(status, page, leads_to, self._fields, asked)

    @property
    def changed(self) -> bool:
        """Is the ward another one than at first?"""
        return conftest._raw().total_changes != self._changes

    def put_back(self) -> None:
        """Let the ward be as it was at first."""
        if self.changed:
            conftest._restore(self.pristine)
            self._changes = conftest._raw().total_changes

    def token_of(self, who: str) -> str:
        """Return a good token against forgery for somebody's browser."""
        return self._ways[who][1]

    def send(self, form: Form, **other: list[str]) -> Answer:
        """Send a form with other values in some of its fields."""
        return self._post(form.who, form.door, form.sent | other)

    def _post(self, who: str, door: Door, sent: Fields) -> Answer:
        data = urlencode(
            [(name, as_sent(one)) for name, values in sent.items() for one in values]
            + [("csrf_token", self.token_of(who))] * ("csrf_token" not in sent)
        )
        return self.ask(who, "POST", door.path, data=data, content_type="application/x-www-form-urlencoded")

    # -- which forms there are

    def forms(self) -> list[Form]:
        """Return each door that takes a form, as whoever comes farthest with what a person would send."""
        if not self._forms:
            self._forms = [
                form for door in self.doors if door.method == "POST" and (form := self._best(door))
            ]
        return self._forms

    def _best(self, door: Door) -> Form | None:
        best, farthest = None, -1
        for who in LIKELY:
            if not door.opens_for(VISITOR if who == STRANGER else ward.viewer(who)):
                self.put_back()
                continue
            self.put_back()
            reached, form = self._filled(who, door)
            if reached > farthest:
                best, farthest = form, reached
            if reached == GOOD[303]:
                break
        return best

    def _shown_to(self, who: str) -> dict[str, Fields]:
        """Return what stands in the forms of every page that somebody may open, by where each form goes."""
        if who not in self._pages:
            found: dict[str, Fields] = {}
            for door in self.doors:
                if door.method != "GET":
                    continue
                page = Written(self.ask(who, "GET", door.path).page)
                for action, fields in page.forms:
                    choices = {
                        name: page.options[name][:1]
                        for name in page.inside.get(action, ())
                        if name in page.options
                    }
                    path = action.partition("?")[0]
                    if len(fields) >= len(found.get(path, ())):
                        found[path] = choices | fields
            self._pages[who] = found
            self.put_back()
        return self._pages[who]

    def _filled(self, who: str, door: Door) -> tuple[int, Form]:
        """Fill in what is asked for until the form is taken, or nothing more can be told."""
        given = GIVEN.get(door.endpoint, {})
        sent = self._shown_to(who).get(door.path, {}) | given
        names, reached = set(sent), -1
        for _ in range(3):
            answer = self._post(who, door, sent)
            self.put_back()
            names |= answer.asked["form"]
            reached = max(reached, GOOD.get(answer.status, 0))
            more = {
                name: [value]
                for name, field in answer.fields.items()
                if name not in given and not any(sent.get(name, ())) and (value := likely(field, who))
            }
            if reached == GOOD[303] or not more:
                break
            sent = sent | more
        names = {name for name in names if not name.endswith("csrf_token")}
        sent = {name: values for name, values in sent.items() if name != "csrf_token"}
        return reached, Form(door, who, sent, tuple(sorted(names)))


def as_sent(text: str) -> bytes:
    """Return the text as a browser, or somebody who is none, might send it: half a pair is sent as it is."""
    return text.encode("utf-8", "surrogatepass")


def as_read(text: str) -> str:
    """Return the text as it arrives: what is no letter stays written in percent."""
    return as_sent(text).decode("utf-8", "werkzeug.url_quote")


def likely(field: Field, who: str) -> str:
    """Return what a person would write into a field, by its kind."""
    match field:
        case forms.DigitsField():
            return ward.CAST[who].secret if who != STRANGER and field.length == 6 else "4" * field.length
        case forms.SecretField():
            return ward.CAST[who].secret if who != STRANGER else "mot cau rat dai"
        case forms.CountField():
            return str(max(field.least, min(field.most, 5)))
        case forms.PhoneField():
            return "0912345678"
        case forms.AgreeField():
            return "y"
        case DateField():
            return today().isoformat()
        case SelectField() | RadioField() | SelectMultipleField():
            return next(
                (str(value) for value, *_ in field.iter_choices() if str(value) not in ("", "0", "None")), ""
            )
        case FileField():
            return ""
        case forms.LineField() | TextAreaField():
            return PLAIN
    return ""


@contextmanager
def listening(app: Flask) -> Iterator[Listener]:
    """Yield a Listener at this app; afterwards nobody listens any more."""
    made = forms.Form.__init__
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "request_class", Listening)
        patch.setitem(app.config, "PROPAGATE_EXCEPTIONS", True)  # a fault is shown where it was made
        patch.setattr(LOG, "disabled", True)  # nobody reads a line for each of 100,000 requests
        listener = app.extensions.setdefault("listener", None) or Listener(app)
        app.extensions["listener"] = listener

        def make(form: forms.Form, *given: Any, **more: Any) -> None:
            made(form, *given, **more)
            listener.note(form)

        patch.setattr(forms.Form, "__init__", make)
        listener.put_back()
        yield listener
        listener.put_back()


class Written(HTMLParser):
    """The forms of a page: where each goes, and what stands in its boxes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, Fields]] = []
        self.inside: dict[str, set[str]] = {}  # by where a form goes: the names of its buttons and choices
        self.options: Fields = {}  # by the name of a box: what may be chosen
        self.boxes: dict[str, str] = {}
        self.text: list[str] = []
        self._box = self._select = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name = said.get("name", "")
        if tag == "form":
            self.forms.append((said.get("action", ""), {}))
        elif tag == "input" and name:
            self._input(name, said)
        elif tag == "textarea":
            self._box, self.boxes[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self._choice(self._select, said.get("value", ""), chosen="selected" in said)
        elif tag == "button" and name:
            self._choice(name, said.get("value", ""), chosen=False)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._box:
            kept = self.boxes[self._box].replace("\r\n", "\n").removeprefix("\n")
            self.boxes[self._box] = kept
            self._fill(self._box, kept)
            self._box = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._box:
            self.boxes[self._box] += data
        else:
            self.text.append(data)

    def _input(self, name: str, said: dict[str, str]) -> None:
        if said.get("type") in ("radio", "checkbox"):
            self._choice(name, said.get("value", "y"), chosen="checked" in said)
        elif said.get("type") not in ("file", "submit"):
            self.boxes[name] = said.get("value", "")
            self._fill(name, said.get("value", ""))

    def _choice(self, name: str, value: str, *, chosen: bool) -> None:
        if value:
            self.options.setdefault(name, []).append(value)
        if self.forms:
            self.inside.setdefault(self.forms[-1][0], set()).add(name)
        if chosen:
            self._fill(name, value)

    def _fill(self, name: str, value: str) -> None:
        if self.forms:
            self.forms[-1][1].setdefault(name, []).append(value)
