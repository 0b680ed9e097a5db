"""Markdown, as authors write it, to HTML that is safe to show: when a text is saved, not when it is read."""

import html as entities
import re
import threading
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import urlsplit

import markdown
import nh3
from markupsafe import Markup, escape

LONGEST_TEXT = 60_000
LONGEST_BLOCK = 8_000
MOST_BRACKETS = 120
MOST_STARS = 400
MOST_LEVELS = 12
DEEPEST_INDENT = 48

TAGS = {
    *("p", "br", "hr", "strong", "em", "code", "blockquote"),
    *("ul", "ol", "li", "a", "img"),
}  # fmt: skip
ATTRIBUTES = {"*": set[str](), "a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}

# Only plain host names: a backslash or a name before @ makes browsers go elsewhere than the reader thinks.
WEB_LINK = re.compile(
    r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?(?:[/?#][^\s\\<>\"]*)?"
)
OWN_LINK = re.compile(r"/(?![/\\])[^\s\\<>\"]*")
MAIL_LINK = re.compile(r"mailto:[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")
PHONE_LINK = re.compile(r"tel:\+?[0-9][0-9.\-]{2,19}")
FILE = r"[A-Za-z0-9_-][A-Za-z0-9._-]*"
IMAGE = re.compile(rf"images/{FILE}|/media/{FILE}(?:/{FILE})*")

BLANK_LINE = re.compile(r"\n[ \t]*\n")
MARKERS = re.compile(r"(?:[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t]))*")
MARKER = re.compile(r">|[-*+][ \t]|\d{1,9}[.)][ \t]")
LIST_START = re.compile(r" {0,3}(?:[-*+]|1\.)[ \t]+\S")
LIST_LINE = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}\.)[ \t]+\S")
TYPED_BULLET = re.compile(r"^([ \t]*)•[ \t]*", re.MULTILINE)
TYPED_NUMBER = re.compile(r"^([ \t]*\d{1,3})\)[ \t]+", re.MULTILINE)
A_SUM = re.compile(r"(?<=\d) (?=đ(?!\w))")  # the gap within 185.000 đ, where no line may end
SAFE_LINK = re.compile(r'(<a href="(https?://[^"]*)"[^>]*>)(.*?)(</a>)', re.DOTALL)

NOT_OURS = ("code", "hashheader", "setextheader", "reference")
NOT_OURS_INLINE = (
    *("html", "reference", "image_reference", "short_reference", "short_image_ref"),
    *("autolink", "automail"),
)  # fmt: skip


WayOut = Callable[[str], str]  # from an address on another site to ours that first says where it leads


class TooHeavy(ValueError):
    """A text that would take too long to lay out; the message says in Vietnamese what to shorten."""


def render(text: str, words: Mapping[str, str] | None = None, way_out: WayOut | None = None) -> Markup:
    """Return the HTML of a text; each key of `words` found in it gives way to its value.

    A link to another site shows its domain, and leads where `way_out` says; without it, straight there.

    Raw HTML in the text is shown as it was typed, not obeyed. Raise TooHeavy when the text is too much.
    """
    _weigh(text)
    return _finish(_convert(_engine, _as_markdown(text)), words or {}, way_out)


def render_inline(text: str, words: Mapping[str, str] | None = None, way_out: WayOut | None = None) -> Markup:
    """Return the HTML of one line: bold, italic and links, no paragraph, no list; or raise TooHeavy."""
    line = " ".join(text.split())
    _weigh(line)
    html = _finish(_convert(_engine_for_a_line, line), words or {}, way_out)
    return Markup(html.removeprefix("<p>").removesuffix("</p>"))  # noqa: S704 - it comes from the sanitiser


def sanitise(html: str) -> str:
    """Return the HTML with nothing in it but what the lists above allow; safe whatever is put in."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_allowed_value,
        url_schemes=SCHEMES,
        link_rel="nofollow noopener",
        clean_content_tags={"script", "style"},
        generic_attribute_prefixes=set(),
        set_tag_attribute_values={"img": {"loading": "lazy"}},
        strip_comments=True,
    )


def is_link(address: str) -> bool:
    """Return whether a link to the address would be shown as a link."""
    return any(form.fullmatch(address) for form in (WEB_LINK, OWN_LINK, MAIL_LINK, PHONE_LINK))


def is_image(address: str) -> bool:
    """Return whether a picture at the address would be shown."""
    return bool(IMAGE.fullmatch(address))


def _weigh(text: str) -> None:
    """Raise TooHeavy before the parser sees a text that could hold it for long."""
    if len(text) > LONGEST_TEXT:
        raise TooHeavy("Bài dài quá 60.000 chữ cái. Hãy chia thành nhiều bài ngắn.")
    for block in BLANK_LINE.split(text):
        if len(block) > LONGEST_BLOCK:
            raise TooHeavy("Có đoạn dài quá 8.000 chữ cái. Hãy tách đoạn bằng một dòng trống.")
        if block.count("[") > MOST_BRACKETS or block.count("]") > MOST_BRACKETS:
            raise TooHeavy("Có đoạn dùng quá 120 dấu ngoặc vuông. Hãy bỏ bớt hoặc tách đoạn.")
        if sum(block.count(sign) for sign in "*_`") > MOST_STARS:
            raise TooHeavy("Có đoạn dùng quá 400 dấu * hoặc _. Hãy bỏ bớt chữ đậm, chữ nghiêng.")
    for line in text.split("\n"):
        indent = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
        if indent > DEEPEST_INDENT:
            raise TooHeavy("Có dòng thụt vào quá sâu. Hãy bỏ bớt dấu cách ở đầu dòng.")
        found = MARKERS.match(line)
        if found and len(MARKER.findall(found[0])) > MOST_LEVELS:
            raise TooHeavy("Có dòng lồng quá 12 lớp dấu > hoặc dấu đầu dòng. Hãy bỏ bớt.")


def _engine() -> markdown.Markdown:
    """Return a parser that knows no raw HTML, no headings and no far-away references."""
    engine = markdown.Markdown(extensions=["sane_lists"], output_format="html")
    engine.preprocessors.deregister("html_block")
    for name in NOT_OURS:
        engine.parser.blockprocessors.deregister(name)
    for name in NOT_OURS_INLINE:
        engine.inlinePatterns.deregister(name)
    return engine


def _engine_for_a_line() -> markdown.Markdown:
    """Return a parser that also knows no lists and no quotations."""
    engine = _engine()
    for name in [item.name for item in engine.parser.blockprocessors._priority]:  # type: ignore[attr-defined]
        if name not in ("paragraph", "empty"):
            engine.parser.blockprocessors.deregister(name)
    return engine


def _as_markdown(text: str) -> str:
    """Return the text with the lists that people type made into the lists that the parser knows."""
    text = TYPED_NUMBER.sub(r"\1. ", TYPED_BULLET.sub(r"\1- ", text))
    lines: list[str] = []
    for line in text.split("\n"):
        before = lines[-1] if lines else ""
        goes_on = not before.strip() or before.startswith((" ", ">")) or LIST_LINE.match(before)
        if LIST_START.match(line) and not goes_on:
            lines.append("")
        lines.append(line)
    return "\n".join(lines)


_kept = threading.local()  # parsers that this thread has made: making one costs more than most texts


def _convert(make: Callable[[], markdown.Markdown], text: str) -> str:
    """Return what the parser makes of the text; one that stopped half way is not used again."""
    engine = vars(_kept).pop(make.__name__, None) or make()
    try:
        html: str = engine.reset().convert(text)
    except RecursionError:
        raise TooHeavy("Đoạn chữ lồng vào nhau quá nhiều lớp. Hãy viết đơn giản hơn.") from None
    setattr(_kept, make.__name__, engine)
    return html


def _finish(html: str, words: Mapping[str, str], way_out: WayOut | None) -> Markup:
    """Return the HTML with the words filled in, then made safe, then each link outwards by its way out."""
    if words:
        wanted = re.compile("|".join(re.escape(word) for word in words))
        html = wanted.sub(lambda found: str(escape(words[found[0]])), html)
    outwards = partial(_outwards, way_out=way_out or str)
    html = A_SUM.sub("\u00a0", sanitise(html))
    return Markup(SAFE_LINK.sub(outwards, html))  # noqa: S704 - made safe on the line above


def _outwards(found: re.Match[str], way_out: WayOut) -> str:
    opening, address, inner, closing = found.groups()
    host = urlsplit(address).hostname or ""
    leads_to = escape(way_out(entities.unescape(address)))
    shown = inner if inner == host else f'{inner} <span class="domain">({escape(host)})</span>'
    return f"{opening.replace(address, leads_to, 1)}{shown}{closing}"


def _allowed_value(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href" and not is_link(value):
        return None
    if attribute == "src" and not is_image(value):
        return None
    if attribute == "start" and not re.fullmatch(r"\d{1,3}", value):
        return None
    return value
