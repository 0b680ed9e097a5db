"""Holds a value against a schema of the description: strictly, and only over the words that it uses.

Whatever else stands in a schema is an error here, so that nothing in the description goes unheld.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

WORDS = {
    *("type", "enum", "const", "format", "pattern", "minimum", "maximum"),
    *("properties", "required", "items", "additionalProperties", "description", "$ref"),
}
KINDS = {
    "object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)
}  # fmt: skip


def faults(value: Any, schema: dict[str, Any], whole: dict[str, Any], at: str = "$") -> Iterator[str]:
    """Yield a sentence for each place where the value is not as the schema says."""
    assert not schema.keys() - WORDS, f"{at}: the description uses {schema.keys() - WORDS}"
    if "$ref" in schema:
        yield from faults(value, named(schema["$ref"], whole), whole, at)
        return
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if not any(type(value) is KINDS[kind] for kind in kinds):
        yield f"{at}: {value!r} is no {' or '.join(kinds)}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is none of {schema['enum']}"
    if "const" in schema and value != schema["const"]:
        yield f"{at}: {value!r} is not {schema['const']!r}"
    if isinstance(value, int) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{at}: {value} is out of bounds"
    if isinstance(value, str):
        yield from _of_text(value, schema, at)
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from faults(one, schema["items"], whole, f"{at}[{number}]")
    if isinstance(value, dict):
        yield from _of_object(value, schema, whole, at)


def named(reference: str, whole: dict[str, Any]) -> Any:
    """Return what a reference within the description leads to."""
    found: Any = whole
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def _of_text(value: str, schema: dict[str, Any], at: str) -> Iterator[str]:
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{at}: {value!r} is not like {schema['pattern']}"
    try:
        fits = {
            None: lambda: True,
            "date": lambda: date.fromisoformat(value),
            "date-time": lambda: datetime.fromisoformat(value).tzinfo,
            "uri": lambda: urlsplit(value).scheme and urlsplit(value).netloc and " " not in value,
        }[schema.get("format")]()
    except ValueError:
        fits = False
    if not fits:
        yield f"{at}: {value!r} is no {schema['format']}"


def _of_object(value: Any, schema: dict[str, Any], whole: dict[str, Any], at: str) -> Iterator[str]:
    known = schema.get("properties", {})
    yield from (f"{at}: {name} is missing" for name in schema.get("required", ()) if name not in value)
    for name, one in value.items():
        if name in known:
            yield from faults(one, known[name], whole, f"{at}.{name}")
        elif schema.get("additionalProperties", True) is False:
            yield f"{at}: {name} is not in the description"
