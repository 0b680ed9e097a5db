"""The list of what is installed is whole, and a question that nobody answered is not a clean bill."""

import json
import subprocess
from argparse import Namespace

import pytest

from elearn.commands import supply

LIBRARIES = supply.locked(supply.LOCKED)


@pytest.fixture
def answered(monkeypatch):
    """Let the program that is asked give this answer."""

    def give(stdout, stderr="", code=0):
        done = subprocess.CompletedProcess([], code, stdout, stderr)
        monkeypatch.setattr(supply, "_python", lambda *_arguments: done)

    return give


def report(**changes):
    """Return what pip-audit prints when every library was asked for, with some entries changed."""
    entries = {name: {"name": name, "version": version, "vulns": []} for name, version in LIBRARIES.items()}
    entries |= changes
    return json.dumps({"dependencies": [one for one in entries.values() if one], "fixes": []})


def test_none_is_said_only_when_every_library_was_asked_for(answered, capsys):
    answered(report())
    assert supply.audit(Namespace()) == 0
    assert f"{len(LIBRARIES)} thư viện: 0 điểm yếu" in capsys.readouterr().out


def test_a_known_weakness_is_named_with_the_version_that_mends_it(answered, capsys):
    weak = {"name": "flask", "version": "1", "vulns": [{"id": "GHSA-x", "fix_versions": ["9.9"]}]}
    answered(report(flask=weak), code=1)
    assert supply.audit(Namespace()) == 1
    assert "GHSA-x; bản đã sửa: 9.9" in capsys.readouterr().out


@pytest.mark.parametrize(
    "entry",
    [None, {"name": "flask", "skip_reason": "not found"}, {"name": "flask", "vulns": [], "skip_reason": "x"}],
    ids=["missing", "skipped", "skipped with an empty list"],
)
def test_a_library_that_was_not_asked_for_is_a_loud_failure(answered, capsys, entry):
    answered(report(flask=entry))
    assert supply.audit(Namespace()) == supply.NOT_KNOWN
    said = capsys.readouterr()
    assert "KHÔNG kết luận được" in said.err and "flask" in said.err and "0 điểm yếu" not in said.out


@pytest.mark.parametrize("stdout", ["", "No known vulnerabilities found", "[]", "null"])
def test_no_answer_is_a_loud_failure(answered, capsys, stdout):
    answered(stdout, stderr="Traceback\nConnectionError: no such host")
    assert supply.audit(Namespace()) == supply.NOT_KNOWN
    assert "Đừng coi lần này là đã kiểm" in capsys.readouterr().err


def test_the_list_names_everything_that_is_locked(tmp_path, capsys):
    pytest.importorskip("cyclonedx_py", reason="only where requirements-nightly.txt is installed")
    file = tmp_path / "sbom.json"
    assert supply.sbom(Namespace(file=str(file))) == 0
    written = json.loads(file.read_text())
    assert written["bomFormat"] == "CycloneDX" and written["metadata"]["component"]["name"] == "elearn"
    for one in written["components"]:
        assert one["version"] == LIBRARIES[one["name"].lower()]
        assert any(reference.get("hashes") for reference in one["externalReferences"]), one["name"]


def test_a_list_that_lacks_a_library_is_refused(answered, tmp_path, capsys):
    file = tmp_path / "sbom.json"
    file.write_text(json.dumps({"components": [{"name": "flask"}]}))
    answered("")
    assert supply.sbom(Namespace(file=str(file))) == 1
    assert "alembic" in capsys.readouterr().err
