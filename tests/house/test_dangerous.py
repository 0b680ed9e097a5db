"""What has hurt others when it was written into a program stands here in few places, each known (T-lint).

The rules of bandit are held by `ruff check` (S, see pyproject.toml); here stands what they do not see.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import config

ROOT = config.ROOT
FILES = [*(ROOT / "elearn").rglob("*.py"), *(ROOT / "migrations").rglob("*.py"), ROOT / "config.py"]
NEVER = {
    *("eval", "exec", "compile", "__import__", "render_template_string", "from_string", "extractall"),
    *("unpack_archive", "system", "popen", "mktemp", "literal_column"),
    *("send_from_directory", "set_debug", "deserialize", "getoutput"),
}  # fmt: skip
UNREAD = {"pickle", "marshal", "shelve", "dill", "xml", "lxml", "tarfile", "cgi", "telnetlib"}
# A compiled pattern is no program, and neither is a paper.
MAY = {"compile": {"re.compile", "_compiler().compile"}}
# Where a statement is put together from parts: names of tables, of databases of ours, a word of the program.
PUT_TOGETHER = {"elearn/upkeep/doctor.py": 1, "elearn/upkeep/database_copy.py": 5}
# Where HTML is called safe: each beside a sanitiser, or a form of ours that escapes what it is given.
CALLED_SAFE = {
    "elearn/kit/qr.py": 1, "elearn/kit/markup.py": 2, "elearn/kit/forms.py": 1, "elearn/front/frame.py": 2,
    "elearn/library/document/render.py": 1, "elearn/people/alike.py": 1, "elearn/kit/charts.py": 1,
    "elearn/portal/embeds.py": 1, "elearn/portal/windows.py": 1,
}  # fmt: skip


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield each call of a file with what is called: "text", "re.compile"."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_nothing_is_run_unpacked_or_shown_that_came_from_outside():
    for path in FILES:
        for called, call in calls(path):
            last = called.rpartition(".")[2]
            assert last not in NEVER or called in MAY.get(last, ()), f"{name(path)}:{call.lineno} {called}"


def test_nothing_is_read_by_a_library_that_can_be_led_astray():
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            found = (
                {alias.name.partition(".")[0] for alias in node.names}
                if isinstance(node, ast.Import)
                else set()
            )
            if isinstance(node, ast.ImportFrom) and node.module:
                found = {node.module.partition(".")[0]}
            assert not found & UNREAD, f"{name(path)}:{node.lineno} {found & UNREAD}"


def test_yaml_is_read_by_the_safe_loader_and_no_shell_is_asked():
    for path in FILES:
        for called, call in calls(path):
            given = {one.arg: ast.unparse(one.value) for one in call.keywords}
            assert called not in ("yaml.load", "yaml.load_all") or "Safe" in str(given) + ast.unparse(call)
            assert "shell" not in given and given.get("debug") != "True", f"{name(path)}:{call.lineno}"


def test_a_statement_is_put_together_from_parts_only_where_it_is_known():
    """An f-string, a sum or `%` where a statement is given to the database."""
    takes = {"text", "execute", "exec_driver_sql", "executescript", "executemany", "scalar", "scalars"}
    found = Counter(
        name(path)
        for path in FILES
        for called, call in calls(path)
        if called.rpartition(".")[2] in takes
        and call.args
        and isinstance(call.args[0], (ast.JoinedStr, ast.BinOp))
    )
    migrations = {path: number for path, number in found.items() if path.startswith("migrations/")}
    assert found - Counter(migrations) == Counter(PUT_TOGETHER)


def test_html_is_called_safe_only_where_it_is_known():
    found = Counter(
        name(path) for path in FILES for called, _ in calls(path) if called in ("Markup", "markupsafe.Markup")
    )
    assert found == Counter(CALLED_SAFE)


def test_whoever_sets_a_rule_of_safety_aside_says_why():
    for path in FILES:
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            aside = re.search(r"# noqa: (S(?!311)\d+[^#]*)", line)  # 311: chance that is no secret
            if aside:
                assert re.fullmatch(r"S\d+(?:, S\d+)* - \w.{5,}", aside[1]), f"{name(path)}:{number}"
