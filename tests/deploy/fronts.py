"""The shipped proxies on ports of their own: nginx and Caddy as deploy/ configures them."""

import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import config
from tests.serving import free_port

DEPLOY = config.ROOT / "deploy"
NAME = "hoc.example.vn"
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
AROUND = """
load_module {brotli};
{user}
daemon off;
worker_processes 1;
pid {place}/nginx.pid;
error_log {place}/nginx-error.log warn;
events {{ worker_connections 4096; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    client_body_temp_path {place}/body;
    proxy_temp_path {place}/proxy;
    fastcgi_temp_path {place}/fastcgi;
    uwsgi_temp_path {place}/uwsgi;
    scgi_temp_path {place}/scgi;
    {site}
}}
"""


def missing(name: str) -> str:
    """Return what this machine lacks to run the proxy, as a sentence; empty when it lacks nothing."""
    if shutil.which(name) is None:
        return f"{name} is not installed (apt-get install {name})"
    if name == "nginx" and not BROTLI.exists():
        return "nginx lacks libnginx-mod-http-brotli-static"
    if name == "nginx" and shutil.which("openssl") is None:
        return "openssl is not installed"
    return ""


class Front:
    """A proxy as a phone meets it. Everything that it writes lies in `place`."""

    secure = False

    def __init__(self, place: Path, instance: Path, platform: int) -> None:
        self.place, self.instance, self.platform = place, instance, platform
        self.port, self.plain_port = free_port(), free_port()
        place.mkdir()

    def __enter__(self) -> "Front":
        with (self.place / "said").open("w") as said:
            self.process = subprocess.Popen(
                self.command(), env=os.environ | self.settings(), cwd=self.place,
                stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            )  # fmt: skip
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return self
            assert self.process.poll() is None, (self.place / "said").read_text()
            time.sleep(0.05)
        raise AssertionError((self.place / "said").read_text())

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)

    def settings(self) -> dict[str, str]:
        return {}

    def command(self) -> list[str]:
        raise NotImplementedError

    def check(self) -> subprocess.CompletedProcess[str]:
        """Ask the proxy itself whether it understands its configuration."""
        raise NotImplementedError

    def line(self, timeout: float = 20) -> socket.socket:
        """Return an open line to it, below HTTP."""
        line = socket.create_connection(("127.0.0.1", self.port), timeout)
        return trusting().wrap_socket(line, server_hostname=NAME) if self.secure else line

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Send one request and return the answer with its body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.sock = self.line()
        sent = {"Host": NAME} | {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def written(self) -> str:
        """Return everything that it has written down anywhere."""
        files = [file for file in self.place.rglob("*") if file.is_file() and file.suffix != ".pem"]
        return "\n".join(file.read_text(errors="replace") for file in files if file.name not in ("conf",))


class Nginx(Front):
    """deploy/nginx.conf with a certificate of its own, on free ports."""

    secure = True

    def command(self) -> list[str]:
        self.write()
        return ["nginx", "-p", str(self.place), "-c", str(self.place / "conf")]

    def check(self) -> subprocess.CompletedProcess[str]:
        self.write()
        return run("nginx", "-t", "-p", str(self.place), "-c", str(self.place / "conf"))

    def write(self) -> None:
        """Write the shipped site into a whole configuration; only names of places and ports change."""
        key, certificate = self.place / "key.pem", self.place / "certificate.pem"
        if not key.exists():
            run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes", "-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", f"/CN={NAME}",
                "-addext", f"subjectAltName=DNS:{NAME}")  # fmt: skip
        user = "user root;" if os.geteuid() == 0 else ""
        whole = AROUND.format(brotli=BROTLI, user=user, place=self.place, site=self.site())
        (self.place / "conf").write_text(whole)

    def site(self) -> str:
        """Return the shipped site, for this machine."""
        key, certificate = self.place / "key.pem", self.place / "certificate.pem"
        site = (DEPLOY / "nginx.conf").read_text()
        for pattern, place in {
            r"listen \[::\]:.*": "",
            r"listen 80\b": f"listen 127.0.0.1:{self.plain_port}",
            r"listen 443\b": f"listen 127.0.0.1:{self.port}",
            r"\S+/fullchain\.pem": str(certificate),
            r"\S+/privkey\.pem": str(key),
            r"/var/log/nginx/": f"{self.place}/",
            r"/var/lib/elearn\b": str(self.instance),
            r"127\.0\.0\.1:8000\b": f"127.0.0.1:{self.platform}",
        }.items():
            site, count = re.subn(pattern, place, site)
            assert count, pattern
        return site


class Caddy(Front):
    """deploy/Caddyfile with what compose.yaml may set, over plain http: certificates need the internet."""

    def settings(self) -> dict[str, str]:
        return {
            "ELEARN_SITE": f"http://:{self.port}",
            "ELEARN_PLAIN": f"http://:{self.plain_port}",
            "ELEARN_PLATFORM": f"127.0.0.1:{self.platform}",
            "ELEARN_INSTANCE": str(self.instance),
            "ELEARN_ACCESS_LOG": f"file {self.place}/access.log",
            "ELEARN_BUFFER": "buffer_requests" if self.is_old() else "request_buffers 5MB",
            "XDG_DATA_HOME": str(self.place),
            "XDG_CONFIG_HOME": str(self.place),
        }

    def command(self) -> list[str]:
        (self.place / "conf").write_text(self.without_admin())
        return ["caddy", "run", "--adapter", "caddyfile", "--config", str(self.place / "conf")]

    def check(self) -> subprocess.CompletedProcess[str]:
        return run("caddy", "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile"),
                   env=os.environ | self.settings())  # fmt: skip

    def without_admin(self) -> str:
        """Return the shipped file; several may run side by side, so none opens its port of administration."""
        shipped = (DEPLOY / "Caddyfile").read_text()
        assert shipped.count("\n{\n") == 1
        return shipped.replace("\n{\n", "\n{\n\tadmin off\n", 1)

    @staticmethod
    def is_old() -> bool:
        found = re.search(r"v?(\d+)\.(\d+)", run("caddy", "version").stdout)
        return found is not None and (int(found[1]), int(found[2])) < (2, 7)


FRONTS: dict[str, type[Front]] = {"nginx": Nginx, "caddy": Caddy}


class Echo:
    """In place of the platform: says what reached it, in what words."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        heard = self.heard

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                heard.append(self.path)
                size = int(self.headers.get("Content-Length") or 0)
                told = {"path": self.path, "body": len(self.rfile.read(size)),
                        "headers": {name.lower(): value for name, value in self.headers.items()}}  # fmt: skip
                body = json.dumps(told).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Type", "application/json")
                self.send_header("X-Request-ID", "0123456789ab")
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *_: Any) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                pass  # the proxy may hang up

        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]

    def __enter__(self) -> "Echo":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def run(*command: str, env: Any = None) -> subprocess.CompletedProcess[str]:
    """Run a program without a keyboard and return what it said."""
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=env, stdin=subprocess.DEVNULL, timeout=60
    )


def trusting() -> ssl.SSLContext:
    """Return what accepts the certificate that the test has made."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
