"""No text of an author leads straight to another site: each link goes by the page that names the site."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2] / "elearn"
SHOWN_TO_NOBODY = {"library/document/check.py", "library/laying.py"}  # they lay a text out to weigh it
OPENS = {"front/leaving.html", "authoring/leaving.html"}


def test_whatever_is_laid_out_is_told_the_way_out():
    for path in ROOT.rglob("*.py"):
        name = str(path.relative_to(ROOT))
        if "kit.markup" not in path.read_text() or name in SHOWN_TO_NOBODY:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("render", "render_inline"):
                told = len(node.args) >= 3 or any(one.arg == "way_out" for one in node.keywords)
                assert told, f"{name}:{node.lineno} lays a text out without a way out"


def test_only_the_pages_in_between_open_an_address_that_is_not_ours():
    for path in (ROOT / "templates").rglob("*.html"):
        text, name = path.read_text(), str(path.relative_to(ROOT / "templates"))
        assert 'href="http' not in text, name
        assert ("{{ to.address }}" in text) == (name in OPENS), name
