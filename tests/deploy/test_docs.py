"""docs/server.md tells what the machine shows: every count, every field of the log, every file of deploy/."""

import json
import logging
import re

import config
from elearn.kit import log, metrics
from tests.deploy.fronts import DEPLOY

TEXT = (config.ROOT / "docs" / "server.md").read_text()


def test_every_count_is_explained(monkeypatch):
    monkeypatch.setattr(metrics, "_kept", [])
    kept = metrics.keep_metrics(None)
    names = {f"elearn_{name}" for name in metrics.MOMENTS}
    for family in kept.registry.collect():
        names.add(family.name + ("_total" if family.type == "counter" else ""))
    assert names == set(re.findall(r"`(elearn_[a-z_]+)(?:\{[a-z, ]+\})?`", TEXT))


def test_every_field_of_the_log_is_explained(app, browser, monkeypatch):
    lines = []

    class Keeper(logging.Handler):
        def emit(self, record):
            lines.append(json.loads(record.getMessage()))

    monkeypatch.setattr(log.LOG, "handlers", [Keeper()])
    browser.open("/giup-do")
    browser.open("/khong-co", expect=404)
    table = TEXT[TEXT.index("| field | what |") :].partition("\n\n")[0]
    explained = set(re.findall(r"`([a-z]+)`", "".join(row.split("|")[1] for row in table.splitlines())))
    told = {name for line in lines for name in line}
    assert told and told <= explained and explained - told <= {"kind", "where"}


def test_every_shipped_file_is_told_of():
    for file in DEPLOY.iterdir():
        assert f"deploy/{file.name}" in TEXT, file.name


def test_the_connections_of_each_size_fit_into_the_database():
    """Machines × workers × ELEARN_CONNECTIONS, and 20; deploy/patroni.yml has room for the city."""
    page = (config.ROOT / "docs" / "sizing.md").read_text()
    rows = dict(re.findall(r"^\| ([^|]+?) \| (.+) \|$", page, re.MULTILINE))
    numbers = lambda name: [int(re.match(r"\d+", cell)[0]) for cell in rows[name].split(" | ")[1:]]  # noqa: E731
    names = ("machines of the platform", "workers on each (`--workers`)", "`ELEARN_CONNECTIONS`")
    wanted = [
        machines * workers * each + 20
        for machines, workers, each in zip(*(numbers(name) for name in names), strict=True)
    ]
    room = numbers("`max_connections` of PostgreSQL")
    assert len(wanted) == 2 and all(one <= most for one, most in zip(wanted, room, strict=True))
    assert f"max_connections: {room[0]} " in (DEPLOY / "patroni.yml").read_text()
