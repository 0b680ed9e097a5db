"""A question as it is asked, and apart from it the key: what is right and why."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from hashlib import blake2s
from typing import Any

from markupsafe import Markup, escape

from elearn.kit.markup import WayOut, render_inline
from elearn.library.document.model import Kind, Question
from elearn.library.document.parts import on_its_part, part_on
from elearn.library.document.render import tokens

SEVERAL_MARKER = " (chọn nhiều)"

Laid = Callable[[str], str]  # from a line as typed to its safe HTML


def as_asked(question: Question, shown: Mapping[str, str], way_out: WayOut | None = None) -> dict[str, Any]:
    """Return the question without its key, ready to be kept as JSON; nothing in it tells what is right."""
    html = partial(_html, shown=shown, way_out=way_out)
    marker = SEVERAL_MARKER if question.kind is Kind.SEVERAL else ""
    asked: dict[str, Any] = {
        "key": question.key,
        "kind": str(question.kind),
        "prompt": on_its_part(html(question.prompt + marker)),
        "facts": list(question.rests_on),
    }
    if question.kind is Kind.MATCH:
        asked["left"] = _by_id(question, "left", [pair.left for pair in question.pairs], html)
        asked["right"] = [
            one | {"part": part_on(one["html"])}  # an option of a list holds no element that could carry it
            for one in _by_id(question, "right", [pair.right for pair in question.pairs], html)
        ]
    elif question.kind is Kind.ORDER:
        asked["choices"] = _by_id(question, "step", question.steps, html)
    else:
        texts = [choice.text for choice in question.choices]
        asked["choices"] = [_offered(question, "choice", text, html) for text in texts]
    return asked


def answer_key(question: Question, shown: Mapping[str, str], way_out: WayOut | None = None) -> dict[str, Any]:
    """Return what is right, why, the word for each choice, and the right answer as a person would read it."""
    html = partial(_html, shown=shown, way_out=way_out)
    return {
        "kind": str(question.kind),
        "right": _right(question),
        "explanation": html(question.explanation),
        "notes": {
            choice_id(question, "choice", choice.text): html(choice.note)
            for choice in question.choices
            if choice.note
        },
        "spoken": _spoken(question, html),
    }


def choice_id(question: Question, role: str, text: str) -> str:
    """Return an id that says nothing about the place or the rightness of what it names."""
    return blake2s(f"{question.key}\0{role}\0{text}".encode(), digest_size=4).hexdigest()


def _right(question: Question) -> list[str]:
    if question.kind is Kind.ORDER:
        return [choice_id(question, "step", step) for step in question.steps]
    if question.kind is Kind.MATCH:
        return [
            f"{choice_id(question, 'left', pair.left)}={choice_id(question, 'right', pair.right)}"
            for pair in question.pairs
        ]
    if question.kind is Kind.TYPE:
        return list(question.accepted)
    return [choice_id(question, "choice", choice.text) for choice in question.choices if choice.right]


def _spoken(question: Question, html: Laid) -> str:
    if question.kind is Kind.ORDER:
        return _list("ol", [html(step) for step in question.steps])
    if question.kind is Kind.MATCH:
        return _list("ul", [f"{html(pair.left)} → {html(pair.right)}" for pair in question.pairs])
    if question.kind is Kind.TYPE:
        return str(escape(question.accepted[0])) if question.accepted else ""
    rights = [html(choice.text) for choice in question.choices if choice.right]
    return rights[0] if len(rights) == 1 else _list("ul", rights)


def _list(tag: str, items: Iterable[str]) -> str:
    """Return the items, which are safe HTML already, as a list."""
    return f"<{tag}>" + "".join(f"<li>{item}</li>" for item in items) + f"</{tag}>"


def _by_id(question: Question, role: str, texts: Iterable[str], html: Laid) -> list[dict[str, str]]:
    offered = [_offered(question, role, text, html) for text in texts]
    return sorted(offered, key=lambda one: one["id"])


def _offered(question: Question, role: str, text: str, html: Laid) -> dict[str, str]:
    return {"id": choice_id(question, role, text), "html": on_its_part(html(text))}


def _html(text: str, *, shown: Mapping[str, str], way_out: WayOut | None) -> str:
    html: Markup = render_inline(text, tokens(shown, text), way_out)
    return str(html)
