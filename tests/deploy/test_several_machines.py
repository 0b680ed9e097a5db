"""deploy/nginx-two.conf: whichever machine is asked, one whose platform answers is found, over TLS."""

import json
import os
import re
import ssl
import subprocess

import pytest

import config
from elearn.server.static import prepare_static_files
from tests.deploy.fronts import DEPLOY, NAME, Echo, Nginx, missing
from tests.serving import free_port

ADDRESSES = ("127.0.0.1", "127.0.0.2")
TEXT = (config.ROOT / "docs" / "server.md").read_text()


class Machine(Nginx):
    """One of two machines: nginx as docs/server.md says."""

    def __init__(self, place, instance, platform, number, inner):
        super().__init__(place, instance, platform)
        self.number, self.inner = number, inner

    def site(self):
        """Return both files, changed as the documentation says, with the addresses of this machine."""
        [words] = re.findall(r"sed -i '(s#.*#)' /etc/nginx/sites-enabled/elearn$", TEXT, re.MULTILINE)
        site, beside = super().site(), (DEPLOY / "nginx-two.conf").read_text()
        site = site.replace(f"127.0.0.1:{self.platform}", "127.0.0.1:8000")
        for change in words.split("; "):
            _, old, new, _ = change.split("#")
            assert site.count(old) == 1, old
            site = site.replace(old, new)
        for old, new in {
            "listen 10.0.0.21:8443": f"listen {ADDRESSES[self.number]}:{self.inner}",
            "10.0.0.21:8443": f"{ADDRESSES[0]}:{self.inner}",
            "10.0.0.22:8443": f"{ADDRESSES[1]}:{self.inner}",
            "127.0.0.1:8000": f"127.0.0.1:{self.platform}",
            "/etc/elearn-web": str(self.place.parent),
            "/var/log/nginx": str(self.place),
        }.items():
            assert old in beside, old
            beside = beside.replace(old, new)
        return site + beside


@pytest.fixture
def machines(tmp_path):
    """Two machines with an echo in the place of each platform."""
    if sentence := missing("nginx"):
        pytest.fail(sentence) if os.environ.get("CI") == "true" else pytest.skip(sentence)
    make_certificates(tmp_path)
    (tmp_path / "instance").mkdir()
    prepare_static_files(tmp_path / "instance")
    inner = free_port()
    with Echo() as one, Echo() as other:
        found = [
            Machine(tmp_path / f"machine-{number}", tmp_path / "instance", echo.port, number, inner)
            for number, echo in enumerate((one, other))
        ]
        for machine, echo in zip(found, (one, other), strict=True):
            machine.echo = echo
        with found[0], found[1]:
            yield found


def make_certificates(folder):
    (folder / "names").write_text("subjectAltName=DNS:elearn.internal\n")
    new = "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    for command in (
        f"{new} -x509 -days 2 -subj /CN=authority -keyout ca.key -out ca.pem",
        f"{new} -subj /CN=machine -keyout machine.key -out machine.csr",
        "x509 -req -in machine.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names "
        "-out machine.pem",
    ):
        subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)


def test_each_machine_hands_on_to_both_and_says_who_asks(machines):
    for machine in machines:
        assert machine.check().returncode == 0
        for _ in range(4):
            answer, body = machine.ask("/khoa-hoc", X_Forwarded_For="1.2.3.4")
            told = json.loads(body)["headers"]
            assert answer.status == 200
            assert told["x-forwarded-for"] == "127.0.0.1" and told["x-forwarded-proto"] == "https"
            assert told["x-forwarded-host"] == told["host"] == NAME
    assert all(len(machine.echo.heard) >= 2 for machine in machines)


def test_when_a_platform_is_gone_the_other_answers_whichever_machine_is_asked(machines):
    gone, left = machines
    gone.echo.server.shutdown()
    gone.echo.server.server_close()
    for machine in machines * 4:
        assert machine.ask("/khoa-hoc")[0].status == 200
    left.echo.server.shutdown()
    left.echo.server.server_close()
    answer, body = left.ask("/khoa-hoc")
    assert answer.status == 503 and answer.headers["Retry-After"] == "20" and "Bác chờ" in body.decode()


def test_nobody_without_a_certificate_of_the_ward_reaches_the_inner_door(machines):
    machine = machines[0]
    outside, machine.port = machine.port, machine.inner
    try:
        answer, body = machine.ask("/khoa-hoc")
        assert answer.status == 400 and b"khoa-hoc" not in body
    except ssl.SSLError:
        pass
    finally:
        machine.port = outside
    assert machine.echo.heard == []
