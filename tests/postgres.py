"""A PostgreSQL server of the tests' own: made in a temporary folder, on a free port, gone afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path


def find_postgres() -> Path | None:
    """Return the folder of the newest server binaries, or None."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: int(place.parent.name))
    if found := shutil.which("initdb"):
        places.insert(0, Path(found).resolve().parent)
    return next((place for place in reversed(places) if (place / "postgres").exists()), None)


class Cluster:
    """A server that ends with its `with` block. It refuses root, so root runs it as `postgres`.

    `options` are settings of its own, such as "ssl=on".
    """

    def __init__(self, binaries: Path, *options: str) -> None:
        self.binaries, self.options = binaries, options
        self.user = "postgres" if os.geteuid() == 0 else None
        self.port = _free_port()
        self.url = f"postgresql+psycopg://elearn@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> "Cluster":
        self.folder = Path(tempfile.mkdtemp(prefix="elearn-pg-"))
        if self.user:
            shutil.chown(self.folder, self.user)
        self.make()
        self.start()
        return self

    def make(self) -> None:
        """Make the files of an empty server."""
        options = "-U elearn -A trust -E UTF8 --no-sync --locale=C.UTF-8"
        self._run("initdb", "-D", str(self.data), *options.split())

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c fsync=off "
            f"-c unix_socket_directories={self.folder} " + " ".join(f"-c {one}" for one in self.options)
        )
        self._run(
            "pg_ctl", "start", "-w", "-D", str(self.data), "-l", str(self.folder / "log"), "-o", options
        )

    def stop(self) -> None:
        """Stop the server at once, as when it is killed."""
        self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "immediate", check=False)

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        subprocess.run(
            [self.binaries / program, *arguments],
            check=check,
            user=self.user,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Follower(Cluster):
    """A server that follows another, and holds what that one confirms if it is asked for ("follower")."""

    def __init__(self, binaries: Path, leader: Cluster, *options: str) -> None:
        super().__init__(binaries, *options)
        self.leader = leader

    def make(self) -> None:
        """Copy the files of the other server."""
        address = f"host=127.0.0.1 port={self.leader.port} user=elearn application_name=follower"
        options = "-R -X stream -c fast --no-sync"
        self._run("pg_basebackup", "-D", str(self.data), "-d", address, *options.split())
