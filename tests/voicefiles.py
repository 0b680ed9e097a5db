"""Small files as browsers and encoders make them: Opus in Ogg and in WebM, with nothing to hear in them."""

import struct


def ogg(seconds: float = 2.0, size: int = 2_000, *, head: bytes = b"OpusHead", stream: int = 7) -> bytes:
    """Return an Ogg file of one stream that says it lasts so long; `size`: how heavy it is."""
    first = head + struct.pack("<BBHIhB", 1, 1, 312, 48_000, 0, 0)
    last = int(seconds * 48_000) + 312
    body = b"".join(_page(b"\x00" * min(size - at, 60_000), last, stream) for at in range(0, size, 60_000))
    return _page(first, 0, stream) + _page(b"OpusTags" + b"\0" * 8, 0, stream) + body


def _page(body: bytes, granule: int, stream: int) -> bytes:
    lacing = b"\xff" * (len(body) // 255) + bytes([len(body) % 255])
    head = struct.pack("<4sBBqIII", b"OggS", 0, 0, granule, stream, 0, 0)
    return head + bytes([len(lacing)]) + lacing + body


def webm(seconds: float = 2.0, size: int = 2_000, *, codec: bytes = b"A_OPUS", doc: bytes = b"webm") -> bytes:
    """Return a WebM file as a browser's recorder writes it: no lengths of what is still growing."""
    track = element(b"\xae", element(b"\xd7", b"\1") + element(b"\x83", b"\2") + element(b"\x86", codec))
    at = struct.pack(">I", int(seconds * 1000) // 2)
    inner = element(b"\xe7", b"\0") + element(b"\xa3", b"\x81\0\0\x80" + b"\0" * (size // 2))
    later = element(b"\xe7", at) + element(
        b"\xa3", b"\x81" + struct.pack(">h", int(seconds * 1000) // 2) + b"\x80" + b"\0" * (size // 2)
    )
    unknown = b"\x01" + b"\xff" * 7
    segment = b"\x18\x53\x80\x67" + unknown + element(b"\x16\x54\xae\x6b", track)
    clusters = b"".join(b"\x1f\x43\xb6\x75" + unknown + one for one in (inner, later))
    return element(b"\x1a\x45\xdf\xa3", element(b"\x42\x82", doc)) + segment + clusters


def element(name: bytes, value: bytes) -> bytes:
    """Return an element of EBML."""
    return name + _size(len(value)) + value


def _size(length: int) -> bytes:
    return (length | 1 << 28).to_bytes(4)
