"""Which files may be heard: speech in Opus, not too heavy for how long it lasts, and nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elearn.library.sounds import HEAVIEST, NotSpeech, speech
from tests.sizes import size
from tests.voicefiles import element, ogg, webm


def test_speech_is_taken_as_recorders_and_encoders_write_it():
    assert speech(ogg(3.0, 5_000))[1:] == ("audio/ogg", 3.0)
    made = speech(webm(3.0, 5_000))
    assert made.mime == "audio/webm" and made.seconds == pytest.approx(3.0, abs=0.1)
    assert len(made.mark) == 8 and made.mark != speech(webm(3.0, 5_002)).mark


TOO_LOUD = ogg(1.0, 20_000)
REFUSED = {
    "nothing": b"",
    "words": b"Xin ch\xc3\xa0o " * 50,
    "an mp3": b"ID3\x04" + b"\0" * 900,
    "an mp4": b"\0\0\0\x20ftypM4A " + b"\0" * 900,
    "a wave file": b"RIFF\0\0\0\0WAVEfmt " + b"\0" * 900,
    "ogg with vorbis": ogg(head=b"\x01vorbis\0"),
    "two streams": ogg() + ogg(stream=8),
    "ogg cut off": ogg()[:-7],
    "ogg and a page behind it": ogg() + b"<script>alert(1)</script>",
    "webm with vorbis": webm(codec=b"A_VORBIS"),
    "webm with a picture": webm(codec=b"V_VP8"),
    "matroska": webm(doc=b"matroska"),
    "webm cut off": webm()[:-7],
    "two tracks": webm() + element(b"\xae", element(b"\x83", b"\2") + element(b"\x86", b"A_OPUS")),
    "a film beside the sound": webm() + element(b"\xae", element(b"\x83", b"\1")),
    "no time at all": ogg(0.0),
    "an hour": ogg(3_600.0),
    "before it began": ogg(-5.0),
    "heavy for its time": TOO_LOUD,
    "heavy for its time, webm": webm(1.0, 20_000),
    "too heavy": ogg(170.0, HEAVIEST),
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_speech_is_refused_in_a_sentence(data):
    with pytest.raises(NotSpeech, match=r"[.:]"):
        speech(data)


@given(st.binary(max_size=400), st.sampled_from([b"", ogg(), webm()]), st.integers(0, 3_000))
@settings(max_examples=size(300, 3_000))
def test_any_bytes_are_taken_or_refused_never_a_fault(junk, whole, at):
    data = whole[:at] + junk + whole[at + len(junk) :]
    try:
        found = speech(data)
    except NotSpeech:
        return
    assert 0 < found.seconds <= 180
