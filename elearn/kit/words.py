"""Vietnamese words: compared, ordered, counted, and made into addresses."""

import re
import unicodedata
from collections.abc import Sequence

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: the order of the dictionary
SHAPES = "\u0306\u0302\u031b"  # ă, â ê ô, ơ ư: with these marks a letter is another letter
SPOKEN = re.compile(r"[^\W_]+(?:[.,:@][^\W_]+)*")

# Some phones and old fonts write the Icelandic eth where the Vietnamese đ is meant; they look the same.
ETH = str.maketrans({"Ð": "Đ", "ð": "đ"})


def nfc(text: str) -> str:
    """Return the text with every letter in one piece, however the keyboard made it."""
    return unicodedata.normalize("NFC", text).translate(ETH)


def fold(text: str) -> str:
    """Return the text in lower case without its marks, for searching: "Đào Thị Lụa" -> "dao thi lua"."""
    parts = unicodedata.normalize("NFD", nfc(text).lower().replace("đ", "d"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def matches(typed: str, text: str) -> bool:
    """Does every word typed begin some word of the text, marks aside? A number has to be the same number.

    `app.js` filters lists in the same way while one types.
    """
    asked = re.findall(r"[a-z0-9]+", fold(typed))
    words = re.findall(r"[a-z0-9]+", fold(text)) if asked else []
    return all(
        any(word.lstrip("0") == one.lstrip("0") if one.isdigit() else word.startswith(one) for word in words)
        for one in asked
    )


def slug(text: str) -> str:
    """Return the text as part of an address: "Nộp hồ sơ" -> "nop-ho-so"."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")


def syllables(text: str) -> int:
    """Return how many syllables (tiếng) the text has; a number or an address counts as one."""
    return len(SPOKEN.findall(text))


def sort_key(name: str) -> str:
    """Return the key that puts people in Vietnamese order: by given name (the last word), then the rest."""
    words = nfc(name).split()
    return _key(words[-1:] + words[:-1])


def title_key(text: str) -> str:
    """Return the key that puts titles and places in Vietnamese order, "Tổ 9" before "Tổ 10"."""
    return _key(nfc(text).split())


def _key(words: Sequence[str]) -> str:
    """Return letters first, then tones, in digits only, so that every database orders the keys alike."""
    places = [_places(word) for word in words]
    letters = "01".join("".join(letter for letter, _ in word) for word in places if word)
    tones = "".join(tone for word in places for _, tone in word)
    return f"{letters}00{tones}"


def _places(word: str) -> list[tuple[str, str]]:
    """Return for each number and letter of a word its place in the alphabet and its tone."""
    found = []
    for part in re.findall(r"\d+|[^\W\d_]", nfc(word).lower()):
        if part.isdigit():
            found.append((f"02{int(part):012d}"[:14], "0"))
        else:
            found.extend(_letter(part))
    return found


def _letter(letter: str) -> list[tuple[str, str]]:
    marks = unicodedata.normalize("NFD", letter)
    base = unicodedata.normalize("NFC", marks[0] + "".join(m for m in marks[1:] if m in SHAPES))
    base = base if base in ALPHABET else fold(letter)[:1]
    if not base or base not in ALPHABET:
        return []
    tone = next((TONES.index(mark) + 1 for mark in marks[1:] if mark in TONES), 0)
    return [(f"{ALPHABET.index(base) + 3:02d}", str(tone))]
