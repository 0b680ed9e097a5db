"""Only pictures go into a course, small ones, and nothing hides in them (T-upload)."""

import struct
import zlib

import pytest

from elearn.library.pictures import HEAVIEST, type_of, why_not

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><style>.a{fill:red}</style><g class="a"/></svg>'


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width=2, height=2, more=b""):
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 6)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + more + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def segment(mark, data):
    return bytes([0xFF, mark]) + struct.pack(">H", len(data) + 2) + data


def jpeg(width=2, height=2, first=b"JFIF\0", mark=0xE0, size=0xC2):
    frame = struct.pack(">BHHB", 8, height, width, 1)
    return b"\xff\xd8" + segment(mark, first) + segment(size, frame) + segment(0xDA, b"x") + b"\xff\xd9"


def webp(kind, body, more=b""):
    part = kind + struct.pack("<I", len(body)) + body + more
    return b"RIFF" + struct.pack("<I", len(part) + 4) + b"WEBP" + part


def wide_webp(width, height, more=b""):
    return webp(
        b"VP8X", b"\0" * 4 + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little"), more
    )


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.svg", DRAWING, "image/svg+xml"),
        ("a.svg", b'<?xml version="1.0"?>\n<!-- v\xe1\xba\xbd -->\n' + DRAWING, "image/svg+xml"),
        ("a.svg", b'<svg><use href="#b"/><g fill="url(#c)"/></svg>', "image/svg+xml"),
        ("a.png", png(4000, 4000), "image/png"),
        ("a.jpg", jpeg(4000, 1), "image/jpeg"),
        ("a.jpeg", jpeg(), "image/jpeg"),
        ("a.webp", wide_webp(4000, 4000), "image/webp"),
        ("a.webp", webp(b"VP8L", b"\x2f" + struct.pack("<I", 99 | 49 << 14)), "image/webp"),
        ("a.webp", webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 100, 50)), "image/webp"),
    ],
)
def test_a_picture_is_taken_and_sent_as_what_its_name_says(name, content, kind):
    assert why_not(name, content) is None and type_of(name) == kind


REFUSED = [
    ("a.html", b"<html>", "không dùng được"),
    ("a.svg.html", DRAWING, "không dùng được"),
    ("../a.svg", DRAWING, "không dùng được"),
    ("a.gif", b"GIF89a=1;alert(1)//", "không dùng được"),
    ("a.png", b"GIF89a=1;alert(1)//", "không phải là ảnh như tên"),
    ("a.png", b"<html><script>alert(1)</script>", "không phải là ảnh như tên"),
    ("a.jpg", png(), "không phải là ảnh như tên"),
    ("a.webp", b"RIFF", "không phải là ảnh như tên"),
    ("a.svg", b"<html><svg>", "không phải là ảnh như tên"),
    ("a.svg", b"<!DOCTYPE svg [<!ENTITY a 'x'>]><svg/>", "không phải là ảnh như tên"),
    ("a.png", b"x" * (HEAVIEST + 1), "quá nặng"),
    ("a.png", png(30_000, 30_000), "30000 × 30000"),
    ("a.jpg", jpeg(30_000, 2), "30000 × 2"),
    ("a.webp", wide_webp(2, 30_000), "2 × 30000"),
    ("a.png", png()[:20], "0 × 0"),
    ("a.jpg", b"\xff\xd8\xff\xe0\0\0\0", "0 × 0"),
    ("a.webp", webp(b"VP8L", b""), "0 × 0"),
    ("a.jpg", jpeg(first=b"Exif\0\0II*\0 20.86N 106.68E", mark=0xE1), "nơi chụp"),
    ("a.jpg", jpeg(first=b"http://ns.adobe.com/xap/1.0/\0", mark=0xE1), "nơi chụp"),
    ("a.png", png(more=chunk(b"eXIf", b"II*\0")), "nơi chụp"),
    ("a.webp", wide_webp(2, 2, b"EXIF\4\0\0\0II*\0"), "nơi chụp"),
    ("a.svg", b"<svg>\xff</svg>", "UTF-8"),
]


@pytest.mark.parametrize(("name", "content", "words"), REFUSED)
def test_what_is_none_or_hides_something_is_refused_with_what_to_do(name, content, words):
    message, remedy = why_not(name, content)
    assert words in message and remedy.endswith((".", ")."))


ALIVE = [
    *("<script>alert(1)</script>", "<SCRIPT href='x'/>", "<svg:script/>", "<a onload = 'x'/>"),
    *("<foreignObject><p/></foreignObject>", "<image href='https://evil.test/a.png'/>"),
    *("<a xlink:href='javascript:alert(1)'/>", "<a href='&#106;avascript:x'/>"),
    "<use href='//evil.test#a'/>",
    *("<style>@import 'https://evil.test'</style>", "<g fill='url(https://evil.test#a)'/>"),
    *("<!DOCTYPE svg>", "<?xml-stylesheet href='x'?>", "<set attributeName='href' to='x'/>"),
    *("<animate attributeName='href'/>", "<iframe/>", "<image href=\"data:text/html,x\"/>"),
]  # fmt: skip


@pytest.mark.parametrize("inside", ALIVE)
def test_a_drawing_that_runs_or_calls_out_is_refused(inside):
    message, remedy = why_not("a.svg", f"<svg>{inside}</svg>".encode())
    assert "chạy được hoặc gọi ra ngoài" in message and ".png" in remedy
