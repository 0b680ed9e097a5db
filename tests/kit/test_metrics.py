"""Counters: nothing without a token, shared by processes, and no trace of who has ended."""

import os
import subprocess
import sys
import threading

import pytest

from elearn.kit import metrics, secrets


@pytest.fixture
def measures(monkeypatch):
    monkeypatch.setattr(metrics, "_kept", [])
    return metrics.keep_metrics(None)


def value(measures, name, **labels):
    return measures.registry.get_sample_value(name, labels)


def test_nothing_is_counted_before_somebody_asks_for_it(monkeypatch):
    monkeypatch.setattr(metrics, "_kept", [])
    metrics.count_request("/x", 200, "read", 0.1)
    metrics.count_refusal("OperationalError")
    secrets.slow_hash("a", "00" * 16, "pepper")
    assert metrics._kept == []


def test_a_second_app_in_the_process_counts_on(measures):
    assert metrics.keep_metrics(None) is measures


def test_slow_hashes_that_wait_are_seen(measures):
    turns, inside, leave = threading.Semaphore(1), threading.Event(), threading.Event()

    def hold():
        with metrics.slow_hash_turn(turns):
            inside.set()
            leave.wait(10)

    first = threading.Thread(target=hold)
    first.start()
    assert inside.wait(10) and value(measures, "elearn_slow_hashes") == 1
    leave.set()
    first.join(10)
    assert value(measures, "elearn_slow_hashes") == 0
    assert value(measures, "elearn_slow_hash_wait_seconds_count") == 1
    secrets.slow_hash("a", "00" * 16, "pepper")
    assert value(measures, "elearn_slow_hash_wait_seconds_count") == 2


def test_what_the_database_refused_is_counted_by_kind(measures):
    metrics.count_refusal("OperationalError")
    assert value(measures, "elearn_database_refusals_total", kind="OperationalError") == 1


ANOTHER = """
import sys
from pathlib import Path
from elearn.kit import metrics
kept = metrics.keep_metrics(Path(sys.argv[1]))
metrics.count_request("/x", 200, "read", 0.1)
kept.hashes.inc()
if len(sys.argv) > 2:
    print(kept.told({"ready": 1.0, "tick_age_seconds": None}).decode())
"""


def test_several_processes_count_together_and_what_has_ended_waits_no_more(tmp_path):
    def another(*more):
        environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
        command = [sys.executable, "-c", ANOTHER, str(tmp_path), *more]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    another()
    another()
    told = another("tell").splitlines()
    assert 'elearn_requests_total{rule="/x",status="2xx"} 3.0' in told
    assert 'elearn_request_seconds_count{how="read"} 3.0' in told
    assert "elearn_slow_hashes 1.0" in told  # of the one that is alive
    assert "elearn_ready 1.0" in told and not any(line.startswith("elearn_tick_age") for line in told)
    assert not [line for line in told if "pid=" in line]
