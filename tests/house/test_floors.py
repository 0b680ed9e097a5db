"""The house stands: every room uses only the floors below it (the map is in elearn/__init__.py)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import elearn

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "elearn").rglob("*.py"))
AT_THE_TOP = {"app", "cli", "__main__"}  # single files, no rooms
ORDER = (  # noqa: SIM905
    "rules contest_rules corrections campaign_rules result_rules city_rows kept_back tally_format "
    "figures official paper defaults widths annexes sentences word layout costs weekly "
    "pasted examples first_checks verdicts group_book people_book words standouts permissions "
    "facts folder models key_models contest_models campaign_models "
    "offered aims columns ledger months ward_totals recount sums "
    "queries session_queries entry_queries reach places group_queries setting_queries boards city_queries "
    "tally_queries fact_queries sound_queries lesson_queries quiz_queries pool_queries contest_queries "
    "shelf_queries registry_queries people_queries audit_queries incident_queries code_queries "
    "contact_queries copy_queries paper_queries roster_queries visit_queries place_queries "
    "difficulty_queries activity_queries campaign_queries merit_queries result_queries "
    "writing_queries recorded speaking laying ready_pages revisions publishing registry credentials "
    "colleagues roles wards "
    "groups kiosks second_keys passkeys steps finishing attempts contests actions crowd codes shelf own "
    "contacts difficulties activities campaigns contest_running tally_files joining "
    "tries entry registration imports forms request_forms keeping_forms campaign_forms contest_forms "
    "device session held site arriving "
    "given_key second_step own_keys renewal proof kiosk_pages report here help_desk kiosk_desk "
    "registration_desk neighbour_desk class_desk people_desk "
    "person_data_desk requests_desk retention_desk register_desk incident_desk keys_desk twins_desk "
    "words_desk costs_desk weekly_desk "
    "groups_desk roles_desk targets_desk lists_desk audit_desk codes_desk waiting_desk health_desk "
    "difficulty_desk activity_desk visits_desk campaign_desk campaign_pages "
    "contest_desk result_pages courses drafts review voices "
    "views city "
    "lock doors static patience memory apps shared listen tables migrate private_files files sealed "
    "database_copy database_servers manifest backup rotation digests restore forgotten comeback rehearsal "
    "regular_backup voice doctor tick invented invented_answers invented_doing invented_campaigns "
    "invented_movement demo setup chores tallies safekeeping install staff"
).split()
OWN = {
    *("my_codes", "my_ways", "renewal", "codes_desk", "waiting_desk"),
    *("views", "forms", "request_forms", "keeping_forms", "certificates", "keeping", "mine", "agreed"),
    *("offline",),
    *("courses", "drafts", "review", "voices", "listening"),
    *("people_desk", "groups_desk", "roles_desk", "lists_desk", "audit_desk", "health_desk"),
    *("keys_desk", "twins_desk", "kiosk_desk", "kiosk_pages", "proof", "here"),
    *("arriving", "given_key", "second_step", "own_keys", "site"),
    *("person_data_desk", "requests_desk", "retention_desk", "register_desk"),
    *("incident_desk",),
    *("contest_pages", "contest_forms", "contest_desk", "result_pages"),
    *("difficulty_desk", "activity_desk", "help_desk", "help_pages", "visits_desk"),
    *("campaign_forms", "campaign_desk", "campaign_pages"),
    *("targets_desk",),
    *("registration_desk", "neighbour_desk", "class_desk"),
}
PLAIN = {"flask", "flask_login", "flask_sqlalchemy", "flask_wtf"}
HEAVY = {"zxcvbn", "typst", "xlsxwriter", "openpyxl", "docx", "granian", "fontpkg", "phonenumbers"}
HEAVY |= {"prometheus_client", "alembic"}
HEAVY |= {"webauthn", "cryptography"}
PURE = {"rules", "verdicts", "group_book", "people_book", "words", "standouts", "folder", "facts", "report"}
PURE |= {"corrections", "campaign_rules", "contest_rules", "result_rules"}


def floors() -> dict[str, int]:
    """Read the map: the number at a line's start, or the floor above it, and the rooms named there."""
    found, floor = {}, -1
    for line in (elearn.__doc__ or "").splitlines():
        if match := re.match(r" {3}( \d|\d\d|  ) {2}((?:[a-z]+(?:, )?)+) {2,}\S", line):
            floor = int(match[1]) if match[1].strip() else floor
            found |= dict.fromkeys(match[2].split(", "), floor)
    return found


FLOOR = floors() | {"__main__": 13}
STARTS = {room for room, floor in FLOOR.items() if floor >= 8}  # these start the app; they have no pages


def imports(path: Path) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Yield each imported name's parts and whether the import stands inside a function."""
    tree = ast.parse(path.read_text())
    inner = {id(n) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for n in ast.walk(f)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.module, f"{path}: a relative import"
            for name in node.names:
                yield (*node.module.split("."), name.name), id(node) in inner
        elif isinstance(node, ast.Import):
            for name in node.names:
                yield tuple(name.name.split(".")), id(node) in inner


def test_the_map_names_the_rooms_that_stand():
    rooms = {path.parent.name for path in (ROOT / "elearn").glob("*/__init__.py")}
    assert rooms == set(floors()) - AT_THE_TOP


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "elearn")))
def test_a_file_uses_only_what_stands_below_it(path):
    here = path.relative_to(ROOT / "elearn").with_suffix("").parts
    room = here[0]
    for there, inside in imports(path):
        if inside:
            assert there[0] in HEAVY or room in STARTS, f"an import of {'.'.join(there)} hides in a function"
        if room != "kit" and room not in STARTS and (here[-1] in PURE or "document" in here):
            assert there[0] not in PLAIN, f"{here[-1]} stays plain, {there[0]} is not"
            if here[-1] == "rules" or "document" in here:
                assert there[0] not in {"sqlalchemy", "wtforms"}, f"{here[-1]} stays plain, {there[0]} is not"
        if there[0] != "elearn":
            assert there[0] != "os" or "environ" not in there, "only config.py reads the environment"
            continue
        other, file = there[1], there[2] if len(there) > 2 else ""
        if other != room:
            assert FLOOR[other] < FLOOR[room], f"{other} is not below {room}"
            assert file not in OWN or other == "kit" or room == "app", f"the pages of {other} are its own"
        elif file in ORDER and here[1] in ORDER:
            assert ORDER.index(file) < ORDER.index(here[1]), (
                f"{file} is not above {here[1]} in the order of files"
            )


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "elearn")))
def test_a_file_says_in_its_first_line_what_it_is_for(path):
    first = ast.get_docstring(ast.parse(path.read_text())) or ""
    assert (first.splitlines() and first.splitlines()[0].rstrip().endswith((".", ":", ";", ","))) or len(
        first
    ) > 20


def test_only_the_clock_asks_what_time_it_is():
    for path in FILES:
        if path.name != "clock.py":
            assert not re.search(r"datetime\.now|date\.today|utcnow", path.read_text()), path


def test_only_two_files_know_flask_login_as_a_library():
    allowed = {"kit/access.py", "people/session.py"}
    for path in FILES:
        name = str(path.relative_to(ROOT / "elearn"))
        for there, _ in imports(path):
            if there[0] == "flask_login" and name not in allowed:
                assert there == ("flask_login", "current_user"), f"{name} takes {there} from flask_login"


def test_the_environment_is_read_in_one_place():
    for path in FILES:
        if path.name != "__main__.py":  # starts before the settings exist
            assert not re.search(r"os\.environ|import environ", path.read_text()), path


def test_transactions_stand_in_actions():
    for path in FILES:
        if path.stem in {"views", "queries", "rules", "forms"} or path.stem.endswith("_desk"):
            assert "transaction()" not in path.read_text(), path


def test_the_kit_knows_no_word_of_the_ward():
    words = {"course", "lesson", "learner", "resident", "quiz", "certificate"}
    for path in (ROOT / "elearn" / "kit").glob("*.py"):
        names = {
            node.id.lower() for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)
        }
        assert not {name for name in names for word in words if word in name}, path.name
