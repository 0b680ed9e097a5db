"""Figures under a seal: kept as one text, whose seal no longer fits once a letter of it has changed."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def sealed_text(figures: Mapping[str, Any]) -> str:
    """Return the figures as the text that is sealed and kept: the same figures are the same text."""
    return json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def seal_of(text: str) -> str:
    """Return the seal of a text: 64 letters (SHA-256)."""
    return hashlib.sha256(text.encode()).hexdigest()


def figures_in(text: str) -> dict[str, Any]:
    """Return the figures of a sealed text; none where it was spoilt so far that it is no table any more."""
    try:
        figures = json.loads(text)
    except ValueError:
        return {}
    return figures if isinstance(figures, dict) else {}
