"""The real server in a process of its own, started as the ward starts it."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import config

WORKERS = 2
HAND_OVER = """import os
os.dup2({}, 3)  # as systemd hands a socket over
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
"""
MAIN = "import sys; from elearn.cli import main; sys.exit(main())"


class Server:
    """The real server, started as the ward starts it, and started again when it is gone."""

    def __init__(self, log, *, held=False, host="127.0.0.1", **settings):
        self.log, self.host, self.settings = log, host, {"ELEARN_WITHOUT_TLS": "1"} | settings
        self.gave_up = 0  # how often it ended while it started
        self.outages = []  # seconds from the death of the whole server to its next answer
        self.socket = socket.create_server((host, 0), backlog=1024) if held else None
        self.port = self.socket.getsockname()[1] if held else free_port(host)
        self.start()

    def start(self):
        """Start it and wait until it answers; return how many seconds that took. One that gives up while
        it starts is started again a moment later, as systemd would (Restart=, RestartSec=)."""
        began = time.monotonic()
        self.launch()
        while not self.answers():
            assert time.monotonic() - began < 60, f"the server does not come back: {self.last_words()}"
            if self.process.poll() is not None:
                self.gave_up += 1
                time.sleep(0.5)
                self.launch()
            time.sleep(0.02)
        return time.monotonic() - began

    def launch(self):
        before = "" if self.socket is None else HAND_OVER.format(self.socket.fileno())
        command = [
            sys.executable,
            "-c",
            before + MAIN,
            "serve",
            "--host",
            self.host,
            "--port",
            str(self.port),
        ]
        self.process = subprocess.Popen(
            [*command, "--workers", str(WORKERS)], env=os.environ | self.settings, cwd=config.ROOT,
            start_new_session=True, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            pass_fds=[] if self.socket is None else [self.socket.fileno()],
        )  # fmt: skip

    def last_words(self):
        """Return what the server said last that is no line about a request, and who is alive."""
        said = [line for line in Path(self.log.name).read_text().splitlines() if '"request"' not in line]
        state = "it runs" if self.process.poll() is None else f"it ended with {self.process.returncode}"
        return f"{state}, gave up {self.gave_up} times; {said[-6:]}"

    def answers(self):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def kill_worker(self):
        """Kill the worker that has lived longest; granian puts another in its place."""
        if workers := self.workers():
            os.kill(workers[0], signal.SIGKILL)

    def workers(self):
        """Return the processes that answer, the oldest first."""
        main = self.process.pid
        return [int(one) for one in Path(f"/proc/{main}/task/{main}/children").read_text().split()]

    def kill_whole(self):
        """Kill everything at once, as a power cut does, and start it again."""
        self.kill()
        self.outages.append(self.start())

    def kill(self):
        """Kill everything at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def keep_up(self):
        """Start it again when it has given up, as systemd would."""
        if self.process.poll() is not None:
            self.outages.append(self.start())

    def stop(self):
        """Ask it to stop, as systemd does, and wait until it has."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    def close(self):
        """Stop it, and give back the port."""
        self.stop()
        if self.socket is not None:
            self.socket.close()


def free_port(host="127.0.0.1"):
    with socket.socket() as listener:
        listener.bind((host, 0))
        return listener.getsockname()[1]
