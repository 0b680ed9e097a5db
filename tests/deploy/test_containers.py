"""The containers: understood by their checker where it is, and made of files that are there."""

import json
import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch

import pytest
import yaml

import config
from elearn.cli import parser
from tests.deploy.fronts import DEPLOY, run

DOCKERFILE, COMPOSE = DEPLOY / "Dockerfile", DEPLOY / "compose.yaml"
SETTINGS = {"ELEARN_SITE": "hoc.example.vn", "ELEARN_DB_PASSWORD": "of-the-test"}


def instructions():
    """Return the instructions of the Dockerfile, each with its words."""
    text = re.sub(r"\\\n", " ", DOCKERFILE.read_text())
    lines = [line.split(None, 1) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(name, words) for name, words in lines]


def copied():
    """Return what the Dockerfile copies from the project."""
    found = []
    for name, words in instructions():
        if name == "COPY" and not words.startswith("--from"):
            found += words.split()[:-1]
    return found


def composed():
    return yaml.safe_load(COMPOSE.read_text())


def images():
    stages = [words.split()[0] for name, words in instructions() if name == "FROM"]
    return stages + [one["image"] for one in composed()["services"].values() if "build" not in one]


def test_the_dockerfile_copies_what_is_there_and_what_is_let_in():
    let_in = [
        line[1:] for line in (config.ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    ]
    assert copied()
    for name in copied():
        assert (config.ROOT / name).exists(), name
        assert any(fnmatch(name, pattern) for pattern in let_in), f"{name} is not let in by .dockerignore"


def test_what_is_copied_is_enough_to_run(tmp_path):
    for name in copied():
        there = shutil.copytree if (config.ROOT / name).is_dir() else shutil.copy
        there(config.ROOT / name, tmp_path / name)
    command = "import sys; from elearn.cli import main; import config; sys.exit(main(['courses', 'check']))"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0 and " bài: 0 lỗi" in done.stdout, done.stdout[-500:] + done.stderr[-500:]


def test_the_container_is_nobody_special_is_looked_after_and_starts_what_can_be_typed():
    said = dict(instructions())  # the last of each kind
    assert (
        said["USER"] == "elearn" and "/readyz" in said["HEALTHCHECK"] and said["ENTRYPOINT"] == '["elearn"]'
    )
    assert parser().parse_args(json.loads(said["CMD"])).command
    assert [words for name, words in instructions() if name == "RUN" and "pip" in words] == []


def test_images_are_named_by_a_version_and_no_place_of_the_net():
    assert len(images()) == 4
    for image in images():
        assert re.fullmatch(r"[a-z]+:[a-z0-9.-]*\d[a-z0-9.-]*", image), image


def test_every_service_is_looked_after_and_only_the_proxy_is_open_to_the_world():
    services = composed()["services"]
    assert set(services) == {"app", "tick", "db", "proxy"}
    assert [name for name, one in services.items() if "ports" in one] == ["proxy"]
    for name, one in services.items():
        assert one["restart"] == "unless-stopped" and "no-new-privileges:true" in one["security_opt"]
        assert "healthcheck" in one or "build" in one, name  # the image of the platform brings its own
    assert services["app"]["read_only"] and services["app"]["cap_drop"] == ["ALL"]


def test_the_settings_are_settings_of_the_platform_and_no_secret_has_a_default():
    settings = composed()["services"]["app"]["environment"]
    assert all(re.search(rf"^    {name} ", config.__doc__, re.MULTILINE) for name in settings)
    assert "ELEARN_DB_PASSWORD:?" in settings["DATABASE_URL"]
    proxy = composed()["services"]["proxy"]["environment"]
    assert set(proxy) <= set(re.findall(r"\{\$([A-Z_]+)", (DEPLOY / "Caddyfile").read_text()))


def test_what_is_mounted_from_the_project_is_there():
    for one in composed()["services"].values():
        for volume in one.get("volumes", []):
            if volume.startswith("."):
                assert (DEPLOY / volume.partition(":")[0]).exists(), volume


def test_compose_understands_the_file():
    ways = [["docker", "compose"], ["docker-compose"]]
    way = next((way for way in ways if shutil.which(way[0]) and run(*way, "version").returncode == 0), None)
    if way is None:
        sentence = "no compose is installed (apt-get install docker-compose)"
        pytest.fail(sentence) if os.environ.get("CI") == "true" else pytest.skip(sentence)
    done = run(*way, "-f", str(COMPOSE), "config", env=os.environ | SETTINGS)
    assert done.returncode == 0, done.stderr
    whole = yaml.safe_load(done.stdout)
    assert "of-the-test" in whole["services"]["app"]["environment"]["DATABASE_URL"]
    assert run(*way, "-f", str(COMPOSE), "config", env={"PATH": os.environ["PATH"]}).returncode != 0
