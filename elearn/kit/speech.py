"""Text to speech with what this machine has: piper with a voice, or espeak-ng; kept small as Opus."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from flask import current_app

SECONDS = 60.0  # for one text; espeak-ng needs hundredths of one, piper about a tenth of what it says
MOST_LETTERS = 5_000
ENCODERS = {
    "opusenc": (
        *("--quiet", "--bitrate", "12", "--framesize", "60", "--padding", "0", "--downmix-mono"),
        *("-", "-"),
    ),
    "ffmpeg": (
        *("-loglevel", "error", "-i", "-", "-ac", "1", "-c:a", "libopus", "-b:a", "12k"),
        *("-frame_duration", "60", "-application", "voip", "-f", "ogg", "-"),
    ),
}


SOON = "speak soon"  # the event, among the app's extensions, for which the voice beside its requests waits


class Engine(NamedTuple):
    """What speaks here, and what makes it small."""

    name: str  # as the sounds made by it are marked
    speak: tuple[str, ...]  # reads text, writes WAV
    encode: tuple[str, ...]  # reads WAV, writes Ogg Opus


class Missing(NamedTuple):
    """Why nothing speaks here: a sentence for whoever looks after the machine."""

    sentence: str


class Mute(RuntimeError):
    """The engine did not speak: it took too long, or failed."""


def engine(settings: Mapping[str, Any]) -> Engine | Missing:
    """Return what speaks on this machine: the piper voice that is set, else espeak-ng, unless it is off."""
    piper_voice = str(settings["PIPER_VOICE"])
    if not settings["MACHINE_VOICE"]:
        return Missing("đã tắt (ELEARN_VOICE=0)")
    encoder = next((name for name in ENCODERS if shutil.which(name)), None)
    if encoder is None:
        return Missing("chưa có opusenc hay ffmpeg; cài gói opus-tools")
    nice = shutil.which("nice")
    gently = (nice, "-n", "15") if nice else ()  # who answers people goes first
    encode = (*gently, str(shutil.which(encoder)), *ENCODERS[encoder])
    if piper_voice:
        piper, voice = shutil.which("piper"), Path(piper_voice)
        if piper is None or not voice.is_file():
            what = "lệnh piper" if piper is None else f"tệp {voice}"
            return Missing(f"PIPER_VOICE đã đặt mà không thấy {what}")
        return Engine(
            f"piper {voice.stem}", (*gently, piper, "--model", str(voice), "--output_file", "-"), encode
        )
    espeak = shutil.which("espeak-ng")
    if espeak is None:
        return Missing("chưa có máy đọc; cài gói espeak-ng, hoặc đặt PIPER_VOICE")
    return Engine("espeak-ng vi", (*gently, espeak, "-v", "vi", "-s", "140", "--stdin", "--stdout"), encode)


def speak_soon() -> None:
    """Let the voice that reads beside this process's requests, where there is one, look what is new."""
    if (soon := current_app.extensions.get(SOON)) is not None:
        soon.set()


def made(text: str, by: Engine, seconds: float = SECONDS) -> bytes:
    """Return the text as Ogg Opus, spoken in processes of their own that end with the time; or raise Mute."""
    wave = _run(by.speak, " ".join(text[:MOST_LETTERS].split()).encode() + b"\n", seconds)
    return _run(by.encode, wave, seconds)


def _run(command: tuple[str, ...], given: bytes, seconds: float) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - a program named above; the text goes in by its input alone
            command, input=given, capture_output=True, timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise Mute(f"{command[0]}: {type(fault).__name__}") from None
    if done.returncode or not done.stdout:
        raise Mute(f"{command[0]}: {done.stderr[-200:].decode(errors='replace')}")
    return done.stdout
