"""A PostgreSQL server of the benchmark's own. It keeps what it has confirmed (fsync), as a ward's does."""

from pathlib import Path

from tests.postgres import Cluster, find_postgres


class Durable(Cluster):
    """The cluster of the tests, but safe against a power cut."""

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} "
            "-c max_wal_size=4GB"
        )
        self._run(
            "pg_ctl", "start", "-w", "-D", str(self.data), "-l", str(self.folder / "log"), "-o", options
        )

    @property
    def pid(self) -> int:
        """Return the process under which all others of the server stand."""
        return int((self.data / "postmaster.pid").read_text().split()[0])


def durable() -> Durable | None:
    """Return a server to be started, or None where PostgreSQL is not installed."""
    binaries: Path | None = find_postgres()
    return Durable(binaries) if binaries else None
