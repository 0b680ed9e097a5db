"""A machine reads aloud: what this machine has is found, bounded in time, and its faults are told."""

import shutil

import pytest

from elearn.kit import speech as kit
from elearn.kit.speech import Engine, Missing, Mute, engine, made
from elearn.library.sounds import speech

ON = {"PIPER_VOICE": "", "MACHINE_VOICE": True}
installed = pytest.mark.skipif(
    not (shutil.which("espeak-ng") and shutil.which("opusenc")),
    reason="no voice on this machine (apt-get install espeak-ng opus-tools)",
)


def programs(monkeypatch, *there):
    monkeypatch.setattr(kit.shutil, "which", lambda name: f"/x/{name}" if name in there else None)


def test_what_is_missing_is_said(monkeypatch, tmp_path):
    programs(monkeypatch, "espeak-ng")
    assert "opus-tools" in engine(ON).sentence
    programs(monkeypatch, "opusenc")
    assert "espeak-ng" in engine(ON).sentence
    assert "PIPER_VOICE" in engine(ON | {"PIPER_VOICE": str(tmp_path / "vi.onnx")}).sentence
    assert "ELEARN_VOICE=0" in engine(ON | {"MACHINE_VOICE": False}).sentence


def test_a_piper_voice_goes_before_espeak_and_ffmpeg_stands_in_for_opusenc(monkeypatch, tmp_path):
    voice = tmp_path / "vi-giong-ba.onnx"
    voice.touch()
    programs(monkeypatch, "espeak-ng", "piper", "ffmpeg", "nice")
    found = engine(ON | {"PIPER_VOICE": str(voice)})
    assert found.name == "piper vi-giong-ba"
    assert found.speak == ("/x/nice", "-n", "15", "/x/piper", "--model", str(voice), "--output_file", "-")
    assert found.encode[3] == "/x/ffmpeg"
    assert engine(ON).name == "espeak-ng vi"


@installed
def test_a_sentence_becomes_a_small_file_that_may_be_heard():
    by = engine(ON)
    assert not isinstance(by, Missing)
    found = speech(made("Bác chạm vào ô tê pê, rồi gọi một chín không không.", by))
    assert found.mime == "audio/ogg" and 2 < found.seconds < 10
    assert len(found.data) * 8 < 24_000 * found.seconds


@installed
def test_the_text_goes_in_as_text_and_is_no_option_of_the_program():
    assert speech(made("--help -f /etc/passwd `id` $(id)", engine(ON))).seconds > 0.5


def test_a_program_that_takes_too_long_or_fails_is_told():
    slow = Engine("slow", ("sleep", "9"), ("cat",))
    with pytest.raises(Mute, match="TimeoutExpired"):
        made("a", slow, seconds=0.1)
    with pytest.raises(Mute, match="cat"):
        made("a", Engine("broken", ("cat", "/nowhere"), ("cat",)))
    with pytest.raises(Mute, match="FileNotFoundError"):
        made("a", Engine("gone", ("/nowhere/at/all",), ("cat",)))
