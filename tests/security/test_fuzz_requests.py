"""Every name and part of every address, cookies, heads and bodies, given what hurts (THREATS T-fuzz).

Nothing answers 500. See tests/security/test_fuzz.py, which does the same to the boxes of every form.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from tests.security.doors import STRANGER
from tests.security.fields import LIKELY, Listener, as_sent
from tests.security.figures import tell, told
from tests.security.naughty import some
from tests.sizes import NIGHTLY

EVERYWHERE = {"to", "v"}  # names that every page asks its address for


def test_no_name_in_an_address_breaks_its_door(listener, request):
    """Each name that a page asks its address for, and the names of all together, given what hurts."""
    faults, sent, names = [], 0, set()
    for place, (door, who) in enumerate(readable(listener)):
        answer = listener.ask(who, "GET", door.path)
        for name in sorted(answer.asked["args"] | {"v"}):
            names.add(name)
            for text in some(place + len(name), 1 if name in EVERYWHERE else 4):
                path = f"{door.path}?{urlencode([(name, as_sent(text)), (name, as_sent(text))])}"
                answer, sent = listener.ask(who, "GET", path), sent + 1
                if answer.status >= 500:
                    faults.append(f"GET {door.path} as {who}, {name}={text[:60]!r}\n{answer.page[-600:]}")
        listener.put_back()
    tell(request, "T-fuzz", f"{len(names)} names of addresses, {sent} asked: {', '.join(sorted(names))}")
    assert not faults, told(faults)
    assert len(names) > 12


def readable(listener: Listener) -> Iterator[tuple[Any, str]]:
    """Yield each page with the first of those who may read it, in the order of tests/security/fields.py."""
    for door in listener.doors:
        if door.method == "GET":
            for who in LIKELY:
                if listener.ask(who, "GET", door.path).status == 200:
                    yield door, who
                    break
            listener.put_back()


def test_no_part_of_an_address_breaks_its_door(listener, request):
    """Each part of each address that is no number, given what hurts: as a stranger, and as who may knock."""
    faults, sent, place = [], 0, 0
    places = listener.app.extensions["places"]
    for door in listener.doors:
        rule = next(
            one for one in listener.app.url_map.iter_rules(door.endpoint) if door.method in one.methods
        )
        known = places["*"] | places.get(door.endpoint.partition(".")[0], {}) | places.get(door.endpoint, {})
        for name in sorted(rule.arguments):
            place += 1
            for text in some(place, 2):
                before, _, after = door.path.rpartition(str(known[name]))
                path = before + quote(as_sent(text), safe="") + after
                for who in ("quan", STRANGER):
                    answer, sent = listener.ask(who, door.method, path), sent + 1
                    if answer.status >= 500:
                        faults.append(
                            f"{door.method} {rule} as {who}, {name}={text[:60]!r}\n{answer.page[-600:]}"
                        )
        listener.put_back()
    tell(request, "T-fuzz", f"{place} parts of addresses, {sent} asked")
    assert not faults, told(faults)


HEADS = (
    *("Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Cache-Control", "Content-Type"),
    *("If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "Origin", "Purpose", "Range", "Referer"),
    *("Sec-Fetch-Site", "Sec-Purpose", "User-Agent", "X-Forwarded-For", "X-Forwarded-Proto", "X-Request-ID"),
    *("X-HTTP-Method-Override", "Forwarded", "Cookie", "Content-Encoding", "Expect", "Host"),
)  # fmt: skip
PATHS = (
    "/",
    "/dang-nhap",
    "/khoa-hoc/thanh-toan-so/quet-ma-qr",
    "/static/app.css",
    "/tien-do",
    "/tien-do.csv",
    "/metrics",
)


def test_no_cookie_and_no_head_of_a_request_breaks_a_page(listener, request):
    faults, sent = [], 0
    for place, path in enumerate((*PATHS, "/cua-toi", "/khong-co")):
        cookies = sorted(listener.ask("lan", "GET", path).asked["cookies"])
        for number, text in enumerate(some(place, 20)):
            plain = as_sent(text).decode("latin-1").translate({10: " ", 13: " ", 0: " "})[:400]
            asked = [{"cookies": {name: plain}} for name in cookies]
            asked += [{"headers": {head: plain}} for head in (HEADS if NIGHTLY else HEADS[number % 5 :: 5])]
            for more in asked:
                for who in ("lan", STRANGER):
                    answer, sent = listener.ask(who, "GET", path, **more), sent + 1
                    if answer.status >= 500:
                        faults.append(f"GET {path} as {who}, {str(more)[:120]}\n{answer.page[-600:]}")
            listener.put_back()
    tell(request, "T-fuzz", f"{sent} cookies and heads")
    assert not faults, told(faults)


BODIES = (
    *(b"", b"\xff\xfe", b"a=%ff&b=%", b"&" * 5_000, b"=" * 5_000, b"a=1&" * 999, b"\0" * 999, b"--x" * 999),
    *(b"{", b"[1]", b"[" * 5_000, b'{"a":"\\ud800"}', b'{"name":{"a":1}}', b"--x\r\n\r\n\r\n--x--"),
    b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1",
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="\xff\0../a"\r\n\r\n1\r\n--x--\r\n',
)  # fmt: skip
KINDS = (
    *(
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "text/plain",
    ),
    *(
        "application/json",
        "application/json; charset=utf-16",
        "application/x-www-form-urlencoded; charset=x",
        "",
    ),
    *("multipart/form-data; boundary=" + "x" * 300, "multipart/form-data; boundary=\xff", "a", "/;=;"),
)


def test_no_body_that_is_no_form_breaks_a_door(listener, request):
    """Bodies that are cut, empty, of another kind than they say; with and without a good token."""
    faults, sent = [], 0
    for place, form in enumerate(listener.forms()):
        pairs = [(body, kind) for body in BODIES for kind in KINDS]
        for body, kind in pairs if NIGHTLY else pairs[place % 37 :: 37]:
            for head in ({}, {"X-CSRFToken": listener.token_of(form.who)}):
                answer = listener.ask(
                    form.who, "POST", form.door.path, data=body, content_type=kind, headers=head
                )
                sent += 1
                if answer.status >= 500:
                    faults.append(
                        f"POST {form.door.path} as {form.who}, {kind}: {body[:60]!r}\n{answer.page[-600:]}"
                    )
                listener.put_back()
    tell(request, "T-fuzz", f"{sent} bodies that are no form")
    assert not faults, told(faults)
