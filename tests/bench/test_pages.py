"""What a page's visit has cost, as the browser's protocol tells it."""

from bench.pages import _Seen


class Protocol:
    """Stands for the browser: what is told goes to who listens."""

    def __init__(self):
        self.listening = {}

    def on(self, event, heard):
        self.listening[event] = heard

    def tell(self, event, **told):
        self.listening[f"Network.{event}"](told)


def loaded(protocol, number, kind, size, *, kept=False, url="http://127.0.0.1/", at=1.0):
    name = str(number)
    protocol.tell("requestWillBeSent", requestId=name, timestamp=at, type=kind)
    protocol.tell("responseReceived", requestId=name, type=kind, response={"url": url, "fromDiskCache": kept})
    protocol.tell("loadingFinished", requestId=name, timestamp=at + 1, encodedDataLength=size)


def test_bytes_and_scripts_are_added_up():
    protocol = Protocol()
    seen = _Seen(protocol)
    loaded(protocol, 1, "Document", 7_000)
    loaded(protocol, 2, "Script", 2_000, at=3.0)
    assert (seen.requests, seen.bytes, seen.script) == (2, 9_000, 2_000)
    assert seen.last - seen.first == 3.0


def test_what_the_browser_had_kept_is_no_request():
    protocol = Protocol()
    seen = _Seen(protocol)
    loaded(protocol, 1, "Stylesheet", 5_000, kept=True)
    loaded(protocol, 2, "Image", 500, url="data:image/svg+xml,")
    assert (seen.requests, seen.bytes) == (0, 0)
