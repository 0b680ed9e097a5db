"""Pictures of a course: which files are pictures, what they are sent as, and what may not be in them."""

import re
import struct
from collections.abc import Iterator

TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
}
NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*\.(?:svg|png|jpe?g|webp)")
HEAVIEST = 300_000  # bytes
WIDEST = 4_000  # points, either way

STARTS = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "image/svg+xml": re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<svg[\s/>]", re.DOTALL),
}
ALIVE = re.compile(
    r"<\s*(?:[\w-]+:)?(?:script|foreignObject|iframe|embed|object|handler|set|animate\w*)\b"
    r"|<!(?:DOCTYPE|ENTITY)|<\?xml-stylesheet|\bon\w+\s*=|javascript:|@import"
    r"|\bhref\s*=\s*[\"'](?!#|data:image/(?:png|jpeg|webp);base64,)|url\(\s*[\"']?(?!#)|&#",
    re.IGNORECASE,
)
SIZED = frozenset((*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)))


def type_of(name: str) -> str:
    """Return as what a picture is sent, by the ending of its name alone; anything else is a download."""
    return TYPES.get(name.rpartition(".")[2], "application/octet-stream")


def why_not(name: str, content: bytes) -> tuple[str, str] | None:
    """Return what is wrong with a picture and what to do about it, or None."""
    if not NAME.fullmatch(name) or not content:
        return (
            "Ảnh này không dùng được.",
            "Dùng ảnh .svg, .png, .jpg hoặc .webp, tên không dấu, không có dấu cách.",
        )
    if len(content) > HEAVIEST:
        return (
            f"Ảnh nặng {len(content) // 1000} kB, quá nặng cho mạng chậm.",
            "Thu nhỏ ảnh xuống dưới 300 kB.",
        )
    kind = type_of(name)
    if not STARTS[kind].match(content):
        return (
            "Trong tệp không phải là ảnh như tên của nó.",
            "Mở ảnh rồi lưu lại đúng kiểu .svg, .png, .jpg hoặc .webp.",
        )
    if kind == "image/svg+xml":
        return _why_not_drawing(content)
    width, height = _size(kind, content)
    if not (0 < width <= WIDEST and 0 < height <= WIDEST):
        return f"Ảnh rộng {width} × {height} điểm.", f"Thu nhỏ ảnh xuống dưới {WIDEST} điểm mỗi chiều."
    if _tells_who_took_it(kind, content):
        return (
            "Ảnh còn ghi máy chụp, ngày chụp, có thể cả nơi chụp.",
            "Lưu lại ảnh, bỏ thông tin kèm theo (EXIF).",
        )
    return None


def _why_not_drawing(content: bytes) -> tuple[str, str] | None:
    try:
        found = ALIVE.search(content.decode())
    except UnicodeDecodeError:
        return "Ảnh .svg không phải là chữ UTF-8.", "Lưu lại ảnh với bảng mã UTF-8."
    if found is None:
        return None
    return (
        f"Ảnh .svg có phần chạy được hoặc gọi ra ngoài: “{found[0][:30]}”.",
        "Vẽ lại không có phần đó, hoặc lưu thành .png.",
    )


def _size(kind: str, content: bytes) -> tuple[int, int]:
    """Return the width and height that the file says, in points; nothing where it says none."""
    try:
        if kind == "image/png":
            return struct.unpack_from(">II", content, 16)
        return _size_of_webp(content) if kind == "image/webp" else _size_of_jpeg(content)
    except struct.error:
        return 0, 0


def _size_of_jpeg(content: bytes) -> tuple[int, int]:
    for mark, start, _end in _segments(content):
        if mark in SIZED:
            height, width = struct.unpack_from(">HH", content, start + 1)
            return width, height
    return 0, 0


def _size_of_webp(content: bytes) -> tuple[int, int]:
    kind = content[12:16]
    if kind == b"VP8X":
        low, high = (
            struct.unpack_from("<I", content, 24)[0],
            struct.unpack_from("<I", content[:30] + b"\0", 27)[0],
        )
        return (low & 0xFFFFFF) + 1, (high & 0xFFFFFF) + 1
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", content, 21)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", content, 26)
    return width & 0x3FFF, height & 0x3FFF


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield each part of a JPEG before its pixels: its mark, where it starts, where it ends."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] != 0xDA:
        length = struct.unpack_from(">H", content, at + 2)[0]
        yield content[at + 1], at + 4, at + 2 + length
        at += 2 + max(length, 2)


def _tells_who_took_it(kind: str, content: bytes) -> bool:
    """Return whether a photograph carries notes of its camera: when, with what, often where."""
    if kind == "image/jpeg":
        return any(
            mark == 0xE1 and content[start : start + 4] in (b"Exif", b"http")
            for mark, start, _ in _segments(content)
        )
    return (b"eXIf" if kind == "image/png" else b"EXIF") in content
