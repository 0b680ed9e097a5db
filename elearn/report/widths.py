"""How wide a line in bold Times New Roman is, so that the rule below it has the length that is asked for."""

import unicodedata

# Thousandths of the size of the letters (Times Bold); a letter is as wide with marks as without
_WIDTHS = {
    "I": 389, "J": 500, "M": 944, "O": 778, "Q": 778, "G": 778, "H": 778, "K": 778, "W": 1000, "S": 556,
    "B": 667, "E": 667, "L": 667, "T": 667, "Z": 667, "F": 611, "P": 611,
    "a": 500, "b": 556, "c": 444, "d": 556, "e": 444, "f": 333, "g": 500, "h": 556, "i": 278, "j": 333,
    "k": 556, "l": 278, "m": 833, "n": 556, "o": 500, "p": 556, "q": 556, "r": 444, "s": 389, "t": 333,
    "u": 556, "v": 500, "w": 722, "x": 500, "y": 500, "z": 444, "đ": 556,
    " ": 250, ",": 250, ".": 250, "-": 333, "–": 500, ":": 333, ";": 333, "(": 333, ")": 333, "/": 278,
}  # fmt: skip
_CAPITAL, _OTHER = 722, 500
POINTS_IN_MM = 72 / 25.4


def width_of(text: str, points: float) -> float:
    """Return the width in millimetres of a line in bold letters of this size."""
    letters = [one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one)]
    thousandths = sum(_WIDTHS.get(one, _CAPITAL if one.isupper() else _OTHER) for one in letters)
    return thousandths * points / 1000 / POINTS_IN_MM
