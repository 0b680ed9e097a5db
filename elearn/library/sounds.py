"""Sounds of a lesson: which files are speech in Opus, how long they last, and what may not be in them."""

import hashlib
import struct
from collections.abc import Iterator
from typing import NamedTuple

HEAVIEST = 400_000  # bytes of a part
MOST_BITS = 24_000  # a second
FRAME = 6_000  # bytes that the container itself may weigh
LONGEST = 180.0  # seconds of a part
SAMPLES = 48_000  # a second: Opus counts so, whatever was recorded
EBML, SEGMENT, CLUSTER, TRACKS, TRACK = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0x1654AE6B, 0xAE
DOC_TYPE, CODEC, TIMECODE, SCALE, INFO = 0x4282, 0x86, 0xE7, 0x2AD7B1, 0x1549A966
SIMPLE, BLOCK, GROUP, KIND = 0xA3, 0xA1, 0xA0, 0x83
OPENED = {SEGMENT, CLUSTER, TRACKS, TRACK, INFO, GROUP}
REMEDY = "Thu lại ngay trên trang này, hoặc lưu tệp thành Opus (.opus, .ogg, .webm), một kênh, 16 kbit/s."


class Speech(NamedTuple):
    """A file that may be heard."""

    data: bytes
    mime: str
    seconds: float

    @property
    def mark(self) -> str:
        """Return eight signs of the content, for its address."""
        return hashlib.blake2s(self.data, digest_size=4).hexdigest()


class NotSpeech(ValueError):
    """A file that is not taken; the message says why and what to do."""


def speech(data: bytes) -> Speech:
    """Return the file as speech in Opus, in Ogg or WebM; or raise NotSpeech.

    What the file is called and what the browser says of it does not count.
    """
    if len(data) > HEAVIEST:
        size = f"Tệp nặng {len(data) // 1000} kB; mỗi đoạn nhiều nhất {HEAVIEST // 1000} kB."
        raise NotSpeech(f"{size} {REMEDY}")
    try:
        mime, seconds = _read(data)
    except (struct.error, IndexError, ValueError):
        raise NotSpeech(f"Tệp này không phải là giọng đọc Opus mở được. {REMEDY}") from None
    if not 0.2 <= seconds <= LONGEST:
        raise NotSpeech(f"Giọng đọc dài {seconds:.1f} giây; mỗi đoạn từ 0,2 đến {LONGEST:.0f} giây.")
    if (len(data) - FRAME) * 8 > seconds * MOST_BITS:
        raise NotSpeech(f"Tệp nặng quá so với {seconds:.0f} giây: hơn 24 kbit/s. {REMEDY}")
    return Speech(data, mime, seconds)


def _read(data: bytes) -> tuple[str, float]:
    if data[:4] == b"OggS":
        return "audio/ogg", _seconds_of_ogg(data)
    if data[:4] == EBML.to_bytes(4):
        return "audio/webm", _seconds_of_webm(data)
    raise ValueError("neither Ogg nor WebM")


def _seconds_of_ogg(data: bytes) -> float:
    """Return how long one stream of Opus lasts; ValueError for anything else in an Ogg file."""
    at, last, streams, heads = 0, 0, set(), b""
    while at < len(data):
        if data[at : at + 4] != b"OggS":
            raise ValueError("not whole pages")
        granule, stream = struct.unpack_from("<qI", data, at + 6)
        lacing = data[at + 27 : at + 27 + data[at + 26]]
        body = at + 27 + data[at + 26]
        heads = heads or data[body : body + 19]
        streams.add(stream)
        last = max(last, granule)
        at = body + sum(lacing)
    if at != len(data) or len(streams) != 1 or heads[:8] != b"OpusHead" or heads[9] not in (1, 2):
        raise ValueError("not one stream of Opus")
    (skipped,) = struct.unpack_from("<H", heads, 10)
    return (last - skipped) / SAMPLES


def _seconds_of_webm(data: bytes) -> float:
    """Return when the last block begins, as a browser's recorder writes no length; ValueError as above."""
    kind, codecs, tracks, scale, cluster, last = b"", [], 0, 1_000_000, 0, 0
    for name, value in _elements(data):
        if name == DOC_TYPE:
            kind = value.rstrip(b"\0")
        elif name == CODEC:
            codecs.append(value)
        elif name == KIND:
            tracks += 1
            if value != b"\x02":
                raise ValueError("a track that is not heard")
        elif name == SCALE:
            scale = int.from_bytes(value)
        elif name == TIMECODE:
            cluster = int.from_bytes(value)
        elif name in (SIMPLE, BLOCK):
            _, length = _number(value, 0, keep=False)
            last = max(last, cluster + struct.unpack_from(">h", value, length)[0])
    if kind != b"webm" or codecs != [b"A_OPUS"] or tracks != 1:
        raise ValueError("not one track of Opus")
    return last * scale / 1e9 + 0.02


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each element of an EBML file that holds no others; what holds others is walked through."""
    at = 0
    while at < len(data):
        name, length = _number(data, at, keep=True)
        size, more = _number(data, at + length, keep=False)
        at += length + more
        if name in OPENED or name == EBML:
            continue
        if at + size > len(data):
            raise ValueError("cut off")
        yield name, data[at : at + size]
        at += size


def _number(data: bytes, at: int, *, keep: bool) -> tuple[int, int]:
    """Return a number of EBML and in how many bytes it stands; `keep` its mark of length, as names do."""
    length = 9 - data[at].bit_length()
    if length > 8 or at + length > len(data):
        raise ValueError("no number")
    value = int.from_bytes(data[at : at + length])
    return value if keep else value - (1 << 7 * length), length
