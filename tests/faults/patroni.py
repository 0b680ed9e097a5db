"""Two PostgreSQL servers on two addresses of this machine, as deploy/patroni.yml sets them up.

Only addresses, folders and the address of etcd are changed. One etcd keeps who leads, where the shipped file
wants three: that etcd itself fails is not tried here.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import config
from tests.postgres import find_postgres
from tests.serving import free_port

SHIPPED = config.ROOT / "deploy" / "patroni.yml"
ADDRESSES = ("127.0.0.2", "127.0.0.3")  # Patroni takes 127.0.0.1 for no address of a machine
PROGRAMS = {"patroni": "patroni", "etcd": "etcd-server", "openssl": "openssl"}
LONGEST = 180  # seconds that anything may take on a busy machine


def missing(*programs):
    """Return what this machine lacks to run the pair, as a sentence; empty when it lacks nothing."""
    if find_postgres() is None:
        return "no PostgreSQL server is installed (apt-get install postgresql)"
    for program, package in PROGRAMS.items():
        if program in (programs or PROGRAMS) and shutil.which(program) is None:
            return f"{program} is not installed (apt-get install {package})"
    if (
        not programs
        and subprocess.run(["/usr/bin/python3", "-c", "import etcd"], stderr=subprocess.DEVNULL).returncode
    ):
        return "Patroni cannot speak with etcd (apt-get install python3-etcd)"
    return ""


def until(true, what):
    """Wait until it is true."""
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > LONGEST:
            raise AssertionError(f"it does not come to this: {what}")
        time.sleep(0.2)


class Pair:
    """Two servers with all that is around them; all lies in `folder` and ends with the `with` block."""

    def __init__(self):
        self.user = "postgres" if os.geteuid() == 0 else None
        self.port, self.etcd_port, self.rest_port = (free_port(ADDRESSES[0]) for _ in range(3))
        self.processes = []

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="elearn-pair-"))
        make_certificates(self.folder)
        if self.user:
            self.run("chown", "-R", self.user, str(self.folder))
        self.log = (self.folder / "log").open("w")
        self.members = [Member(self, number) for number in range(len(ADDRESSES))]
        try:
            self.start_etcd()
            for member in self.members:
                member.start()
            until(lambda: self.standby() is not None, "a leader and a synchronous standby")
            self.make_database()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for member in self.members:
            member.kill()
        for process in self.processes:
            process.kill()
            process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def url(self):
        """Where the platform finds it: both addresses, and the certificate of who may speak for them."""
        hosts = ",".join(f"{address}:{self.port}" for address in ADDRESSES)
        return f"postgresql://elearn:a-password@{hosts}/elearn?sslmode=verify-full&sslrootcert={self.folder}/ca.pem"

    def start_etcd(self):
        (self.folder / "etcd").mkdir(mode=0o700)
        here, peers = (f"http://127.0.0.1:{port}" for port in (self.etcd_port, free_port()))
        command = ["etcd", "--name", "one", "--data-dir", str(self.folder / "etcd"),
                   "--listen-client-urls", here, "--advertise-client-urls", here,
                   "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers,
                   "--initial-cluster", f"one={peers}", "--logger", "zap",
                   "--log-level", "error"]  # fmt: skip
        self.processes.append(subprocess.Popen(command, cwd=self.folder, stdout=self.log, stderr=self.log))
        until(lambda: reachable("127.0.0.1", self.etcd_port), "etcd answers")

    def make_database(self):
        """Do what docs/server.md says after the first start."""
        for statement in (
            "CREATE ROLE elearn LOGIN PASSWORD 'a-password'",
            "GRANT pg_monitor TO elearn",
            "CREATE DATABASE elearn OWNER elearn",
        ):
            self.ask(self.leader(), statement, "postgres")

    def ask(self, member, statement, database="elearn"):
        """Let the owner of the server itself say something; return the answer as text."""
        psql = ["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-U", "postgres",
                "-h", str(member.folder), "-p", str(self.port), "-d", database, "-c", statement]  # fmt: skip
        return self.run(*psql).strip()

    def run(self, *command):
        user = None if command[0] == "chown" else self.user
        done = subprocess.run(command, cwd=self.folder, user=user, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def seen(self):
        """Return what Patroni says of each member: {name: (role, state)}; what any of them says will do."""
        for member in self.members:
            with contextlib.suppress(OSError, ValueError):
                address = f"http://{member.address}:{self.rest_port}/cluster"
                with urllib.request.urlopen(address, timeout=3) as answer:
                    return {one["name"]: (one["role"], one["state"]) for one in json.load(answer)["members"]}
        return {}

    def leader(self):
        """Return the member that takes writes, or None."""
        return self.whose_role("leader")

    def standby(self):
        """Return the member that has every confirmed answer and may take over, or None."""
        return self.whose_role("sync_standby")

    def whose_role(self, role):
        for name, (its_role, state) in self.seen().items():
            if its_role == role and state in ("running", "streaming"):
                return next(member for member in self.members if member.name == name)
        return None


class Member:
    """A machine of the pair: its Patroni and its PostgreSQL."""

    def __init__(self, pair, number):
        self.pair, self.name, self.address = pair, f"db{number + 1}", ADDRESSES[number]
        self.folder = pair.folder / self.name
        self.folder.mkdir(mode=0o700)
        self.file, self.process = self.folder / "patroni.yml", None
        if pair.user:
            shutil.chown(self.folder, pair.user)
        self.file.write_text(
            as_here(
                self.name, self.address, self.folder, pair.folder, pair.port, pair.rest_port, pair.etcd_port
            )
        )

    def start(self):
        """Start Patroni, which starts PostgreSQL."""
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                ["patroni", str(self.file)], cwd=self.folder, user=self.pair.user, start_new_session=True,
                env=os.environ | {"HOME": str(self.folder)},  # where it keeps the passwords for libpq
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def kill(self):
        """End everything that runs here at once, as when the machine loses its power."""
        doomed = [*self.postgres(), *([self.process.pid] if self.process is not None else [])]
        for pid in doomed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.process is not None:
            self.process.wait()
        self.process = None

    def kill_backend(self):
        """End one process that works for the platform; PostgreSQL then starts all of them anew."""
        found = self.pair.ask(self, "SELECT min(pid) FROM pg_stat_activity WHERE application_name = 'elearn'")
        if found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(found), signal.SIGKILL)

    def postgres(self):
        """Return the processes of PostgreSQL, the first of them first."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            main = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
            children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
            return [main, *(int(one) for one in children)]
        return []


def as_here(name, address, folder, certificates, port, rest_port, etcd_port):
    """Return the shipped file for one of the two, with the addresses and folders of this machine."""
    text = SHIPPED.read_text()
    for pattern, place in {
        r"^name: db1": f"name: {name}",
        r"10\.0\.0\.11:8008": f"{address}:{rest_port}",
        r"10\.0\.0\.11:5432": f"{address}:{port}",
        r"    - 10\.0\.0\.(11|12):2379\n": "",
        r"10\.0\.0\.21:2379": f"127.0.0.1:{etcd_port}",
        r"10\.0\.0\.0/24": "127.0.0.0/8",
        r"/var/lib/postgresql/elearn": f"{folder}/data",
        r"/usr/lib/postgresql/17/bin": str(find_postgres()),
        r"/run/postgresql": str(folder),
        r"/etc/elearn-db": str(certificates),
        r"local all postgres peer": "local all postgres trust",  # whoever runs the test
    }.items():
        text, count = re.subn(pattern, place, text, flags=re.MULTILINE)
        assert count, pattern
    return text


def make_certificates(folder):
    """Make an authority, and a certificate of it for both addresses."""
    names = ",".join(f"IP:{address}" for address in ADDRESSES)
    (folder / "names").write_text(f"subjectAltName={names}\n")
    for command in (
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=authority "
        "-keyout ca.key -out ca.pem",
        "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=database "
        "-keyout server.key -out server.csr",
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names "
        "-out server.pem",
    ):
        subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)
    (folder / "server.key").chmod(0o600)


def reachable(address, port):
    with contextlib.suppress(OSError), socket.create_connection((address, port), 1):
        return True
    return False
