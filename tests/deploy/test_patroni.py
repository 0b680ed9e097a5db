"""The shipped file of Patroni: understood by Patroni itself, and nothing in it is taken from elsewhere."""

import os
import socket
import subprocess

import pytest
import yaml

from tests.faults.patroni import ADDRESSES, SHIPPED, as_here, missing
from tests.serving import free_port


@pytest.fixture
def whole():
    return yaml.safe_load(SHIPPED.read_text())


def test_patroni_understands_its_file(tmp_path):
    """Its check wants free ports, the programs of PostgreSQL, and an etcd that can be reached."""
    if sentence := missing("patroni"):
        pytest.fail(sentence) if os.environ.get("CI") == "true" else pytest.skip(sentence)
    with socket.create_server(("127.0.0.1", 0)) as etcd:
        ports = free_port(ADDRESSES[0]), free_port(ADDRESSES[0]), etcd.getsockname()[1]
        file = tmp_path / "patroni.yml"
        file.write_text(as_here("db1", ADDRESSES[0], tmp_path, tmp_path, *ports))
        assert checked(file) == ""
        file.write_text(file.read_text().replace("loop_wait: 5", "loop_wait: soon"))
        assert "loop_wait" in checked(file)


def checked(file):
    done = subprocess.run(["patroni", "--validate-config", file], capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr


def test_an_answer_is_confirmed_when_both_have_it(whole):
    told = whole["bootstrap"]["dcs"]
    assert told["synchronous_mode"] is True
    assert told["postgresql"]["parameters"]["synchronous_commit"] == "on"
    assert told["postgresql"]["use_pg_rewind"] is True
    assert told["loop_wait"] + 2 * told["retry_timeout"] <= told["ttl"]


def test_nothing_goes_over_the_network_without_tls(whole):
    server = whole["postgresql"]
    for rule in server["pg_hba"]:
        assert rule.split()[0] in ("local", "hostssl"), rule
    assert {part["sslmode"] for part in server["authentication"].values()} == {"verify-full"}


def test_no_password_is_shipped(whole):
    """Each is a word that says what to write there."""
    parts = [whole["restapi"]["authentication"], *whole["postgresql"]["authentication"].values()]
    words = [part["password"] for part in parts]
    assert all(word.startswith("WRITE-A-PASSWORD-") for word in words) and len(set(words)) == len(words)
