"""A browser of few words, for signing in and for fetching forms: it keeps cookies and follows nothing."""

import http.client
import re
import urllib.parse
from http.cookies import SimpleCookie

from bench.load import Answer


class Browser:
    """Asks one server, with the cookies that it gave."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.port, self.host = port, host
        self.cookies: dict[str, str] = {}

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", path, None, headers)

    def send(self, path: str, body: str, method: str = "POST", **headers: str) -> Answer:
        """Send a body."""
        return self._ask(method, path, body, headers)

    def send_form(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        """Send a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urllib.parse.urlencode(fields), kind | headers)

    @property
    def cookie(self) -> tuple[str, str]:
        """Return the header with all cookies."""
        return "Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        whole = {"Host": self.host, **headers}
        if self.cookies:
            whole["Cookie"] = self.cookie[1]
        connection.request(method, path, body.encode() if body is not None else None, whole)
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        content = answer.read()
        connection.close()
        head = f"HTTP/1.1 {answer.status} \r\n" + "\r\n".join(f"{k}: {v}" for k, v in answer.getheaders())
        return Answer(answer.status, head, content, closes=True)


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of a page, by name."""
    return {
        name: value
        for field in re.findall(r"<input[^>]*>", page)
        if 'type="hidden"' in field
        for name in re.findall(r'name="([^"]+)"', field)
        for value in re.findall(r'value="([^"]*)"', field) or [""]
    }
