"""What a first visit costs a phone: real Chromium, over its own protocol (P7).

Cold and warm; at the speed of this machine, and as "slow 3G" with a processor four times slower. Times of the
slow visits are of one visit, the others medians of three.

python3 -m bench pages [--systems floor sqlite kolibri now-lms] [--quick]
"""

import argparse
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from statistics import median
from typing import Any

from bench import report, systems
from bench.addresses import Page, pages_of

SLOW = {"latency": 2000, "downloadThroughput": 50_000, "uploadThroughput": 50_000, "offline": False}
SLOWER_PROCESSOR = 4
PHONE = {"width": 360, "height": 740}
LONGEST = 90_000  # milliseconds
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PAINTS = """
window.paints = {};
const note = (kind, name) => new PerformanceObserver(list => {
  for (const one of list.getEntries()) window.paints[name || one.name] = one.startTime;
}).observe({type: kind, buffered: true});
note("paint");
note("largest-contentful-paint", "lcp");
"""
TABLE = """| system | page | visit | requests | kB | of it script kB | FCP s | LCP s | idle s |
|---|---|---|---|---|---|---|---|---|"""
Visit = dict[str, float]


def main() -> None:
    """Measure, print the table, and keep it."""
    parser = argparse.ArgumentParser(prog="python3 -m bench pages", description=__doc__)
    wanted = ["floor", "sqlite", "kolibri", "now-lms"]
    parser.add_argument("--systems", nargs="+", choices=systems.EVERY, default=wanted)
    parser.add_argument("--quick", action="store_true", help="no slow visits")
    asked = parser.parse_args()
    lines: list[dict[str, Any]] = []
    with systems.running(asked.systems, "S") as started, _chromium() as browser:
        for name, (server, _) in started.items():
            for page in pages_of(name, server):
                for line in _lines(browser, page, slow=not asked.quick):
                    lines.append({"system": server.name, "page": page.name} | line)
                    print(f"  {_row(lines[-1])}", flush=True)
        version = browser.version
    table = "\n".join([TABLE, *(_row(one) for one in lines)])
    report.keep("pages", table, {"lines": lines, "chromium": version})
    print(table)


def _lines(browser: Any, page: Page, *, slow: bool) -> Iterator[dict[str, Any]]:
    fast = [_visits(browser, page, 2, slow=False) for _ in range(3)]
    for number, words in enumerate(("cold", "warm")):
        yield {"visit": words} | {key: median(one[number][key] for one in fast) for key in fast[0][number]}
    slowly = _visits(browser, page, page.slow_visits, slow=True) if slow and page.slow_visits else []
    for words, visit in zip(("cold, slow 3G", "warm, slow 3G"), slowly, strict=False):
        yield {"visit": words} | visit


def _visits(browser: Any, page: Page, times: int, *, slow: bool) -> list[Visit]:
    """Visit a page in a browser that was never here: cold, then with what it has kept."""
    context = browser.new_context(viewport=PHONE, locale="vi-VN", is_mobile=True, has_touch=True)
    context.set_default_timeout(LONGEST)
    context.add_cookies(
        [{"name": name, "value": value, "url": page.root} for name, value in page.cookies.items()]
    )
    try:
        return [_visit(context, page, slow=slow) for _ in range(times)]
    finally:
        context.close()


def _visit(context: Any, page: Page, *, slow: bool) -> Visit:
    window = context.new_page()
    window.add_init_script(PAINTS)
    protocol = context.new_cdp_session(window)
    protocol.send("Network.enable")
    if slow:
        protocol.send("Network.emulateNetworkConditions", SLOW)
        protocol.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})
    seen = _Seen(protocol)
    window.goto(page.root + page.path, wait_until="load")
    _until_idle(window)
    paints = json.loads(window.evaluate("JSON.stringify(window.paints)"))
    window.close()
    return {
        "requests": seen.requests, "kB": seen.bytes / 1000, "script_kB": seen.script / 1000,
        "fcp": paints.get("first-contentful-paint", 0) / 1000, "lcp": paints.get("lcp", 0) / 1000,
        "idle": seen.last - seen.first,
    }  # fmt: skip


def _until_idle(window: Any) -> None:
    """Wait until nothing is under way for half a second; a page that never rests is given its time."""
    from playwright.sync_api import TimeoutError as Waited

    with suppress(Waited):
        window.wait_for_load_state("networkidle", timeout=LONGEST)
        window.wait_for_function("window.paints['first-contentful-paint']", timeout=10_000)


class _Seen:
    """What came over the line, as the browser's own protocol tells it."""

    def __init__(self, protocol: Any) -> None:
        self.requests, self.bytes, self.script = 0, 0.0, 0.0
        self.first = self.last = 0.0
        self.kinds: dict[str, str] = {}
        protocol.on("Network.requestWillBeSent", self._asked)
        protocol.on("Network.responseReceived", self._answered)
        protocol.on("Network.loadingFinished", self._finished)

    def _asked(self, told: dict[str, Any]) -> None:
        self.first = self.first or told["timestamp"]
        self.kinds[told["requestId"]] = told.get("type", "")

    def _answered(self, told: dict[str, Any]) -> None:
        answer = told["response"]
        self.kinds[told["requestId"]] = told.get("type", "")
        kept = answer.get("fromDiskCache") or answer.get("fromServiceWorker")
        if kept or not answer["url"].startswith("http"):
            self.kinds[told["requestId"]] = "kept"

    def _finished(self, told: dict[str, Any]) -> None:
        kind = self.kinds.get(told["requestId"], "")
        self.last = max(self.last, told["timestamp"])
        if kind == "kept" or told["encodedDataLength"] <= 0:
            return
        self.requests += 1
        self.bytes += told["encodedDataLength"]
        self.script += told["encodedDataLength"] if kind == "Script" else 0


@contextmanager
def _chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise SystemExit("No Chromium or Chrome on this machine (Debian: apt-get install chromium).")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=OPTIONS)
        yield browser
        browser.close()


def _row(one: dict[str, Any]) -> str:
    times = " | ".join(f"{one[name]:.1f}" for name in ("fcp", "lcp", "idle"))
    return (
        f"| {one['system']} | {one['page']} | {one['visit']} | {one['requests']:.0f} | {one['kB']:.0f} "
        f"| {one['script_kB']:.0f} | {times} |"
    )


if __name__ == "__main__":
    main()
