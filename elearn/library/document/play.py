"""A practice ready to be played: every screen with its ways, laid out, as plain values."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from elearn.kit.markup import render, render_inline
from elearn.library.document.model import PRINTED_FACT
from elearn.library.document.practice import END, Practice, Screen, Tap
from elearn.library.document.prose import SIGNS
from elearn.library.document.render import tokens

# nothing in a practice leads out of it, in a draft neither
LINK = re.compile(r"(?<!!)\[([^\[\]]*)\]\([^()]*\)")


def as_played(practice: Practice, shown: Mapping[str, str]) -> dict[str, Any]:
    """Return the practice as JSON: title, goal, character, screens.

    A screen has `number` (from 1), `title`, `look`, `html`, `messages`, `hint` and `things`. A thing is a tap
    ("right" or "wrong", with `to`: the number of a screen, 0 for the end, None for staying) or a "blank".
    What is written in bold is a button, else it is a row of a list. `html`, `hint`, `label` and `word` are
    safe HTML without a link, the other texts plain.
    """
    numbers = {screen.key: number for number, screen in enumerate(practice.screens, 1)} | {END: 0}
    plain = partial(_plain, shown=shown)
    return {
        "title": plain(practice.title),
        "goal": plain(practice.goal),
        "character": plain(practice.character),
        "screens": [_screen(practice, screen, numbers, shown) for screen in practice.screens],
    }


def _screen(
    practice: Practice, screen: Screen, numbers: Mapping[str, int], shown: Mapping[str, str]
) -> dict[str, Any]:
    line, plain = partial(_line, shown=shown), partial(_plain, shown=shown)
    return {
        "number": numbers[screen.key],
        "title": plain(screen.title),
        "look": screen.look,
        "html": str(render(LINK.sub(r"\1", screen.body), tokens(shown, screen.body), way_out=None)),
        "messages": [{"sender": plain(one.sender), "html": line(one.text)} for one in screen.messages],
        "hint": line(screen.hint or _obvious(screen)),
        "things": [_thing(practice, screen, place, numbers, shown) for place in range(len(screen.things))],
    }


def _thing(
    practice: Practice, screen: Screen, place: int, numbers: Mapping[str, int], shown: Mapping[str, str]
) -> dict[str, Any]:
    thing, line = screen.things[place], partial(_line, shown=shown)
    laid: dict[str, Any] = {"label": line(_unmarked(thing.label)), "word": line(thing.word)}
    if not isinstance(thing, Tap):
        filled = {"before": _plain(thing.before, shown), "after": _plain(thing.after, shown)}
        return laid | filled | {"kind": "blank", "button": False, "to": None}
    to = practice.leads_to(screen, thing)
    return laid | {
        "kind": "right" if thing.right else "wrong",
        "button": thing.label.startswith("**"),
        "to": numbers.get(to) if to is not None else None,  # of a draft that names no screen: one stays
    }


def _unmarked(label: str) -> str:
    """Return a label without the stars that make it a button; a star of its own stays."""
    return label.removeprefix("**").removesuffix("**")


def _obvious(screen: Screen) -> str:
    """Return what helps on a screen for which the author wrote no hint."""
    wanted = [*(one.label for one in screen.blanks), *(one.label for one in screen.taps if one.right)]
    return f"Bác tìm và chạm “{_unmarked(wanted[0])}”." if wanted else ""


def _plain(text: str, shown: Mapping[str, str]) -> str:
    """Return a line without the signs of Markdown, with the words of its facts."""
    plain = SIGNS.sub("", LINK.sub(r"\1", text))
    return PRINTED_FACT.sub(lambda found: shown.get(found[1], ""), plain)


def _line(text: str, shown: Mapping[str, str]) -> str:
    return str(render_inline(LINK.sub(r"\1", text), tokens(shown, text), way_out=None))
