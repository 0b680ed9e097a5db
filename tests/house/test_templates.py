"""Pages stand where their room is, use one frame, and trust nothing that was typed."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLAYED_IN_DRAFTS = ("learning/practice.html",)  # who writes one plays the page itself, not a copy of it
TEMPLATES = ROOT / "elearn" / "templates"
FRAMES = {"base.html", "print.html"}


def test_a_view_shows_a_page_of_its_own_room():
    wrong = []
    for path in (ROOT / "elearn").glob("*/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "render_template":
                name = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
                if name and name not in PLAYED_IN_DRAFTS and name.partition("/")[0] != path.parent.name:
                    wrong.append(f"{path.parent.name}/{path.name} shows {name}")
    assert not wrong


def test_every_page_that_is_shown_stands_and_every_page_is_shown():
    shown = {
        match
        for path in (ROOT / "elearn").rglob("*.py")
        for match in re.findall(r'"([a-z_]+/[a-z_]+\.html)"', path.read_text())
    }
    texts = [path.read_text() for path in TEMPLATES.rglob("*.html")]
    used = {
        match
        for text in texts
        for match in re.findall(r'{%-? (?:extends|include|from|import) "([^"]+)"', text)
    }
    stand = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")}
    assert not shown - stand, "missing"
    assert not stand - shown - used - FRAMES, "shown by nobody"


def test_every_page_uses_a_frame():
    for path in TEMPLATES.glob("*/*.html"):
        text = path.read_text()
        is_page = re.search(r"{% block (main|sheet) %}", text)
        assert not is_page or re.search(r'{% extends "', text), path.name


def test_nothing_is_called_safe_but_what_was_made_safe_when_it_was_saved():
    """`|safe` stands only on the ready-made HTML of lessons and questions, which the sanitiser has made."""
    allowed = re.compile(
        r"\b(html|prompt|explanation|note|notes\[[^]]+\]|spoken|body|screen\.hint|\w+\.(label|word))\s*\|\s*safe"
    )
    for path in TEMPLATES.rglob("*.html"):
        for line in path.read_text().splitlines():
            if "|safe" in line.replace(" ", ""):
                assert allowed.search(line), f"{path.name}: {line.strip()}"


def test_no_page_queries():
    for path in TEMPLATES.rglob("*.html"):
        assert not re.search(r"\.query\b|session\.execute", path.read_text()), path.name
