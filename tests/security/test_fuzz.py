"""Every box of every form is given what hurts others (THREATS T-fuzz); tests/security/test_fuzz_requests.py
does the same to addresses, cookies, heads and bodies.

Nothing answers 500; what was refused stands in its box again; what was kept is shown as it is kept. Each day
each field is given a few of the 481 texts of tests/security/naughty.py, always other ones; at night all.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import String, Text, select
from wtforms import PasswordField

from elearn.authoring.pasted import cleaned
from elearn.kit import forms, typed
from elearn.kit.db import Base, db
from elearn.kit.words import fold
from tests.security.fields import Form, Listener, Written, as_read
from tests.security.figures import tell, told
from tests.security.naughty import HOW_MANY, every, some

MARK = "Hoa Phượng 7"
WORDS = (forms.LineField, forms.ParagraphField)


def test_there_are_481_texts_and_each_is_another_one():
    assert len(every()) == len(set(every())) == HOW_MANY == 481


def test_no_box_of_any_form_breaks_its_door_and_what_was_refused_stands_there_again(listener, request):
    faults, sent, taken, place = [], 0, set(), 0
    for form in listener.forms():
        for name in form.names:
            place += 1
            for text in some(place, 4):
                answer, sent = listener.send(form, **{name: [text]}), sent + 1
                listener.put_back()
                said = f"POST {form.door.path} as {form.who}, {name}={text[:40]!r} ({len(text)})"
                if answer.status >= 500:
                    faults.append(f"{said}\n{answer.page[-600:]}")
                elif answer.status == 422 and (lost := not_kept(answer, name, text)):
                    faults.append(f"{said}: {lost}")
                if answer.status == 303:
                    taken.add(form.door.endpoint)
    words = f"{len(listener.forms())} forms, {place} boxes, {sent} sent; {len(taken)} doors took some"
    tell(request, "T-fuzz", words)
    assert not faults, told(faults)
    assert len(taken) > 40


def not_kept(answer: Any, name: str, text: str) -> str:
    """Return what is wrong with the box of a refused form: something else in it, or a secret."""
    field, boxes = answer.fields.get(name), Written(answer.page).boxes
    if isinstance(field, PasswordField):
        return "a secret stands in the page" if boxes.get(name) else ""
    kept = tidied(field, text)
    code = squeezed(kept).upper()  # how a code is kept: in capitals, that of a group without marks too
    if name not in boxes or not kept or boxes[name] in (kept, code, squeezed(fold(kept)).upper()):
        return ""
    return f"in its box is {boxes[name][:60]!r}"


def tidied(field: Any, text: str) -> str:
    """Return what a field of plain text keeps of what was typed; nothing for other fields."""
    if isinstance(field, forms.SourceField):
        kept = typed.source(as_read(text))
    elif isinstance(field, forms.ParagraphField):
        kept = typed.paragraphs(as_read(text))
    elif isinstance(field, forms.LineField):
        kept = typed.line(as_read(text))
    else:
        return ""
    own = text
    for tidy in field.filters:
        own = tidy(as_read(own))
    assert squeezed(own).upper() == squeezed(kept).upper(), (
        f"{field.name} makes {own[:60]!r} of {text[:60]!r}"
    )
    return own


def squeezed(text: str) -> str:
    """Return the text without its blanks: a page may break its lines elsewhere."""
    return "".join(text.split())


# -- what was kept is what is shown


def test_what_was_kept_is_shown_as_it_was_typed(listener, request):
    """For each box whose text is kept and read again on the page that follows, or on the form's own page."""
    faults, places, kept_texts = [], [], 0
    for place, (form, name) in enumerate(kept_and_shown(listener)):
        places.append(f"{form.door.endpoint} {name}")
        for text in some(place, 5):
            answer = listener.send(form, **{name: [text]})
            wanted = tidied(answer.fields.get(name), text)
            if (
                form.door.endpoint == "courses.take_text"
            ):  # what is pasted is made plain, and the page says so
                wanted = cleaned(wanted).text
            if answer.status == 303 and wanted:
                kept_texts += 1
                shown = read_again(listener, form, answer.leads_to)
                said = f"{form.door.endpoint} as {form.who}, {name}={text[:60]!r}"
                if wanted not in everything_kept():
                    faults.append(f"{said}: not kept as it was typed")
                elif squeezed(wanted) not in shown:
                    faults.append(f"{said}: kept, but shown otherwise")
            listener.put_back()
    words = f"{kept_texts} texts kept and read again in {len(places)} boxes: {', '.join(places)}"
    tell(request, "T-fuzz", words)
    assert not faults, told(faults)
    assert len(places) > 15


def kept_and_shown(listener: Listener) -> Iterator[tuple[Form, str]]:
    """Yield each box in which a plain text is kept, and shown afterwards."""
    for form in listener.forms():
        for name in form.names:
            answer = listener.send(form, **{name: [MARK]})
            shown = answer.status == 303 and listener.changed and MARK in everything_kept()
            if shown and isinstance(answer.fields.get(name), WORDS):
                shown = squeezed(MARK) in read_again(listener, form, answer.leads_to)
                listener.put_back()
                if shown:
                    yield form, name
            listener.put_back()


def read_again(listener: Listener, form: Form, leads_to: str) -> str:
    """Return what the page shows to which a form leads, and the page the form stands on, without blanks."""
    shown = ""
    for path in (leads_to, form.door.path):
        page = Written(listener.ask(form.who, "GET", path.partition("#")[0]).page)
        shown += squeezed("".join(page.text)) + "\0" + "\0".join(squeezed(one) for one in page.boxes.values())
    return shown


def everything_kept() -> set[str]:
    """Return every text in the database, also the short ones within the values of a JSON column."""
    kept: set[str] = set()
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, (String, Text))]
        if columns:
            for row in db.session.execute(select(*columns)):
                kept.update(one for one in row if isinstance(one, str))
    db.session.remove()
    return kept
