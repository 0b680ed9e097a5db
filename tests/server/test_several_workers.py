"""The real server: whichever worker is asked tells what all of them have counted."""

import re
import urllib.request

import pytest

from tests.serving import Server

pytestmark = pytest.mark.faults
ASKED = 40


def ask(server, path, **headers):
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read().decode()


def test_whichever_worker_is_asked_tells_what_all_have_counted(installed, tmp_path):
    (installed / "metrics").mkdir()
    (installed / "metrics" / "counter_1.db").write_bytes(b"of a start long ago")
    with (tmp_path / "log").open("w") as log:
        server = Server(log, ELEARN_METRICS_TOKEN="token of the test")
        try:
            for _ in range(ASKED):
                ask(server, "/khoa-hoc/thanh-toan-so/tien-trong-dien-thoai")
            for _ in range(6):
                told = ask(server, "/metrics", Authorization="Bearer token of the test")
                counted = re.search(r'_total\{rule="/khoa-hoc/<course>/<lesson>",status="2xx"\} (\d+)', told)
                assert counted and int(counted[1]) == ASKED, told
            assert len(list((installed / "metrics").glob("counter_*.db"))) >= 2
        finally:
            server.close()
