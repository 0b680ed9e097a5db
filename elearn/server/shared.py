"""Granian on Linux with one listening socket for all workers.

By itself each worker there has a queue of its own, and what waits in it is refused when the worker ends
(unless the administrator has set net.ipv4.tcp_migrate_req). One queue outlives them all: a worker that is
killed or replaced refuses nobody, and systemd may hold the queue while the whole platform restarts.
"""

import os
import socket
from typing import Any

from granian.net import SocketHolder
from granian.server import Server


class SharingServer(Server):  # type: ignore[misc, valid-type]
    """A server whose workers share the socket that they are given."""

    def __init__(self, target: str, *, listener: socket.socket, backlog: int, **settings: Any) -> None:
        super().__init__(target, backlog=backlog, **settings)
        self._listener = listener

    def _init_shared_socket(self) -> None:
        self._listener.setblocking(False)
        self._sso, self._sfd = self._listener, self._listener.fileno()
        self._shd = SocketHolder(os.dup(self._sfd), False, self.backlog)
