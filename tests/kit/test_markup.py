"""Text to HTML: what authors may write, what nobody can smuggle in (T-xss), what is too much (T-redos)."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

import config
from elearn.kit import markup
from elearn.kit.markup import TooHeavy, is_image, is_link, render, render_inline, sanitise
from tests.kit.hostile import larger_collections, payloads

# -- what authors may write


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Bác **mở** máy.", "<p>Bác <strong>mở</strong> máy.</p>"),
        ("Một\n\nHai", "<p>Một</p>\n<p>Hai</p>"),
        ("1. Mở\n2. Chạm", "<ol>\n<li>Mở</li>\n<li>Chạm</li>\n</ol>"),
        ("1) Mở\n2) Chạm", "<ol>\n<li>Mở</li>\n<li>Chạm</li>\n</ol>"),
        ("Nhớ:\n- một\n- hai", "<p>Nhớ:</p>\n<ul>\n<li>một</li>\n<li>hai</li>\n</ul>"),
        ("• một\n• hai", "<ul>\n<li>một</li>\n<li>hai</li>\n</ul>"),
        ("> Lời cô Lan", "<blockquote>\n<p>Lời cô Lan</p>\n</blockquote>"),
        ("35 < 40 & 2 > 1", "<p>35 &lt; 40 &amp; 2 &gt; 1</p>"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("Hết 185.000 đ, nợ 3 đồng", "<p>Hết 185.000\u00a0đ, nợ 3 đồng</p>"),
        ("# Không phải tên phần", "<p># Không phải tên phần</p>"),
        ("[bài sau](/khoa-hoc/a/b)", '<p><a href="/khoa-hoc/a/b" rel="nofollow noopener">bài sau</a></p>'),
        ("![rau](images/rau.svg)", '<p><img alt="rau" src="images/rau.svg" loading="lazy"></p>'),
    ],
)
def test_what_is_typed_is_laid_out(text, html):
    assert _attributes_in_order(render(text)) == _attributes_in_order(html)


def test_one_line_holds_no_paragraph_and_no_list():
    assert render_inline("1. **Mở**\nmáy") == "1. <strong>Mở</strong> máy"
    assert render_inline("- a") == "- a"
    assert render_inline("") == ""


def test_words_are_filled_in_as_text():
    assert render("Gọi {F-A}.", {"{F-A}": "<b>&"}) == "<p>Gọi &lt;b&gt;&amp;.</p>"
    assert render_inline("{F-A}{F-B}", {"{F-A}": "{F-B}", "{F-B}": "x"}) == "{F-B}x"


def test_a_link_outwards_shows_where_it_leads():
    html = render("[ngân hàng](https://lua-dao.example/a) [x.vn](https://x.vn)")
    assert 'ngân hàng <span class="domain">(lua-dao.example)</span></a>' in html
    assert html.count("domain") == 1, "a link that shows its domain already"


def test_a_link_outwards_leads_where_its_way_out_says_and_no_other_does():
    way = "[a](https://x.vn/?a=1&b=2) [b](tel:113) [c](mailto:a@x.vn) [d](/khoa-hoc) [e](http://y.vn)"
    seen = []

    def way_out(address):
        seen.append(address)
        return "/roi?" + address.replace("&", "%26")

    for layer in (render, render_inline):
        html = layer(way, None, way_out)
        assert 'href="/roi?https://x.vn/?a=1%26b=2" rel="nofollow noopener"' in html
        assert 'a <span class="domain">(x.vn)</span></a>' in html
        for direct in ("tel:113", "mailto:a@x.vn", "/khoa-hoc"):
            assert f'href="{direct}"' in html
    assert seen == ["https://x.vn/?a=1&b=2", "http://y.vn"] * 2
    assert 'href="/&#34;&gt;&lt;x&gt;"' in render("[a](https://x.vn)", None, lambda _: '/"><x>')


@pytest.mark.parametrize(
    "address",
    [
        *(
            "https://x.vn",
            "http://x.vn:80/a?b=1#c",
            "/khoa-hoc/a/b",
            "/",
            "mailto:a.b@x.vn",
            "tel:+84225000000",
        ),
        *("tel:0225.000.000", "https://xn--a.vn/đường-dẫn"),
    ],
)
def test_these_are_links(address):
    assert is_link(address)


@pytest.mark.parametrize(
    "address",
    [
        *("", "javascript:alert(1)", "data:text/html,x", "//evil.test", "/\\evil.test", "https:evil.test"),
        *("https://a@evil.test", "https://evil.test\\@x.vn", "https://-x.vn", "x.vn", "tel:", "tel:abc"),
        *("https://x.vn/ b", "https://x.vn/\"onclick=", "mailto:a@b.c?cc=d", "/a b", "/a\\b", "ftp://x.vn", "https://x.vn\n"),
    ],
)  # fmt: skip
def test_these_are_none(address):
    assert not is_link(address)
    assert "href" not in render(f"[x](<{address}>)")


def test_only_own_pictures_are_shown():
    assert is_image("images/a.svg") and is_image("/media/2026/a.webp")
    for other in (
        "images/../a.svg",
        "images/.a",
        "https://x.vn/a.png",
        "data:image/svg+xml,x",
        "/media/",
        "/media/a//b",
    ):
        assert not is_image(other), other
        assert "src" not in render(f"![x]({other})")


# -- T-xss at the sanitiser

ALLOWED = {
    "p": set(), "br": set(), "hr": set(), "strong": set(), "em": set(), "code": set(), "blockquote": set(),
    "ul": set(), "li": set(), "ol": {"start"}, "a": {"href", "rel"}, "img": {"src", "alt", "loading"},
    "span": {"class"},
}  # fmt: skip
VOID = {"br", "hr", "img"}


class Audit(HTMLParser):
    """Reads HTML as it is, and tells what of it is not on the list above; knows nothing of nh3."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.strange, self.open = [], []
        self.feed(html)
        self.close()
        if self.open:
            self.strange.append(f"left open: {self.open}")

    def handle_starttag(self, tag, attrs):
        if tag not in ALLOWED:
            self.strange.append(f"<{tag}>")
            return
        for name, value in attrs:
            if name not in ALLOWED[tag]:
                self.strange.append(f"<{tag} {name}>")
            self._look_at(tag, name, value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID or not self.open or self.open.pop() != tag:
            self.strange.append(f"</{tag}>")

    def handle_comment(self, data):
        self.strange.append(f"<!--{data}-->")

    def handle_decl(self, decl):
        self.strange.append(f"<!{decl}>")

    unknown_decl = handle_decl

    def handle_pi(self, data):
        self.strange.append(f"<?{data}>")

    def _look_at(self, tag, name, value):
        """Browsers drop blanks and control signs in an address, and read a backslash as a slash."""
        seen = re.sub(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e]", "", value).replace("\\", "/").lower()
        if name == "href":
            scheme = re.match(r"([a-z][a-z0-9+.-]*):", seen)
            if scheme and scheme[1] not in ("http", "https", "mailto", "tel"):
                self.strange.append(f"href {value!r}")
            if seen.startswith("//") or (
                "@" in seen.split("//")[-1].split("/")[0] and not seen.startswith("mailto:")
            ):
                self.strange.append(f"href {value!r}")
        if name == "src" and (":" in seen or not seen.startswith(("images/", "/media/")) or ".." in seen):
            self.strange.append(f"src {value!r}")
        if (name, value) in {("rel", ""), ("class", "")} or (name == "class" and value != "domain"):
            self.strange.append(f"{name} {value!r}")


def audit(text):
    for html in (_laid_out(render, text), _laid_out(render_inline, text)):
        assert Audit(html).strange == [], (text, html)
    assert [one for one in Audit(sanitise(text)).strange if "left open" not in one] == [], text


def _laid_out(layer, text):
    try:
        return str(layer(text, {"{F-A}": text}))
    except TooHeavy:
        return ""


@pytest.mark.parametrize("seed", range(6))
def test_nothing_hostile_leaves_the_sanitiser(seed):
    for text in payloads(seed, 250):
        audit(text)
        audit(f"{{F-A}} [x](https://{{F-A}}) {text}")


def test_nothing_of_larger_collections_leaves_the_sanitiser():
    texts = larger_collections()
    if not texts:
        pytest.skip("no collections beside the project (../shared/corpora)")
    for text in texts:
        audit(text)


def test_the_audit_itself_sees_what_is_hostile():
    for html in (
        *(
            "<script>x</script>",
            "<p onclick='x'>a</p>",
            "<a href='java\tscript:x'>a</a>",
            "<!-- x -->",
            "<p>a",
        ),
        *("<a href='//evil'>a</a>", "<img src='https://x/a.png'>", "<svg></svg>", "<span class=x></span>"),
        *("<a href='https://a@evil.test'>a</a>", "<a href='&#106;avascript:x'>a</a>", "<b>x</b>", "</p>"),
    ):
        assert Audit(html).strange, html


SIGNS = [*"<>\"'&[]()!*_`\\/:;#=- \n\tjavscript{}|~@.%0\x00\u2028", "](", "![", "<img ", "onx=", "&#"]


@given(st.lists(st.sampled_from(SIGNS), max_size=60).map("".join))
def test_no_heap_of_signs_leaves_the_sanitiser_either(text):
    audit(text)


def test_what_was_laid_out_before_leaves_no_trace():
    texts = [
        *payloads(7, 60),
        "- a\n- b",
        "1. a\n\n   b",
        "**a** [b](/c)",
        "> a\n> - b",
        "`a` ![b](images/c.png)",
    ]
    both = [(layer, text) for text in texts for layer in (render, render_inline)]
    alone = [in_a_new_thread(tried, layer, text) for layer, text in both]
    for text in (*payloads(8, 60), SHAPES["references"], SHAPES["quotations deepening"]):
        tried(render, text), tried(render_inline, text)
    assert [tried(layer, text) for layer, text in both] == alone


def test_a_parser_that_stopped_half_way_is_not_used_again(monkeypatch):
    before = render("- a\n- b")
    with monkeypatch.context() as patch:
        patch.setattr("markdown.Markdown.convert", recurse)
        with pytest.raises(TooHeavy, match="quá nhiều lớp"):
            render("- a")
        assert "_engine" not in vars(markup._kept)
    assert render("- a\n- b") == before


def in_a_new_thread(act, *given):
    """Do it where nothing was laid out before: each thread has parsers of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(act, *given).result()


def recurse(*_):
    raise RecursionError


def tried(layer, text):
    """Return the HTML, or why there is none."""
    try:
        return layer(text)
    except TooHeavy as heavy:
        return str(heavy)


# -- T-redos

SHAPES = {
    "brackets": "[" * 20_000,
    "closed brackets": "]" * 20_000,
    "brackets within brackets": "[" * 100 + "]" * 100,
    "pictures": "![" * 20_000,
    "links without end": "[a](" * 15_000,
    "links with blanks": "[a](" + " " * 50_000,
    "stars": "*" * 50_000,
    "stars and letters": "*a" * 25_000,
    "stars, few a block": ("*a " * 199 + "\n\n") * 90,
    "underscores": "_" * 50_000,
    "a star too few": "**a*" * 15_000,
    "backticks": "`" * 50_000,
    "backticks growing": "".join("`" * n + " " for n in range(1, 300)),
    "quotations": "> " * 25_000,
    "quotations deepening": "\n".join(">" * n + " a" for n in range(1, 300)),
    "numbers": "1. " * 20_000,
    "bullets": "- " * 25_000,
    "bullets deepening": "\n".join("    " * n + "- a" for n in range(200)),
    "indents": "\n".join(" " * n + "a" for n in range(300)),
    "one long line": "a" * 59_000,
    "blank lines": "\n" * 59_000,
    "blank lines with blanks": " \n" * 29_000,
    "entities": "&#" * 29_000,
    "less than": "<" * 59_000,
    "tags": "<a " * 19_000,
    "comments": "<!--" * 14_000,
    "backslashes": "\\" * 59_000,
    "references": "[a]: b\n" * 8_000,
    "a name that is nearly a picture": "![x](/media/" + "a" * 7_000 + "!)",
    "a name that is nearly a host": "[x](https://" + "a-" * 3_500 + "!)",
    "many small lists": "- a\n\n" * 11_000,
    "many quotations": "> a\n\n" * 11_000,
    "tabs": "\t" * 59_000,
    "mixed": "".join(f"{'>' * (n % 12)} {'*' * (n % 5)}[{n}](" for n in range(3_000)),
}
ALARM = 20  # seconds for what takes a few hundredths; what was not bounded took minutes
CHILD = f"""
import random, signal
from elearn.kit.markup import TooHeavy, render, render_inline
from tests.kit.test_markup import SHAPES

chance = random.Random(11)
tokens = ["[", "](", ")", "!", "*", "**", "_", "`", "> ", "- ", "1. ", "    ", "\\n", "\\n\\n", "a", "<", "&"]
heaps = {{f"heap {{n}}": "".join(chance.choices(tokens, k=chance.randint(200, 6000))) for n in range(60)}}
for name, text in (SHAPES | heaps).items():
    for layer in (render, render_inline):
        print(name, end=" ", flush=True)
        signal.alarm({ALARM})  # nobody handles it: the process is ended wherever it stands
        try:
            layer(text)
            print("laid out")
        except TooHeavy as heavy:
            assert ". " in str(heavy), heavy
            print("refused")
        signal.alarm(0)
"""


def test_every_bomb_is_laid_out_or_refused_before_anybody_waits():
    """A child process does it, so that one that never ends is seen and ended."""
    run = subprocess.run(
        [sys.executable, "-c", CHILD], cwd=config.ROOT, capture_output=True, text=True, timeout=ALARM * 6
    )
    assert run.returncode == 0, run.stdout[-60:] + run.stderr[-2000:]
    told = run.stdout.splitlines()
    assert len(told) == 2 * (len(SHAPES) + 60)
    assert len(SHAPES) >= 21 and sum("refused" in line for line in told) > 20


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a" * 60_001, "60.000"),
        ("a" * 8_001, "8.000"),
        ("[" * 121, "ngoặc vuông"),
        ("]" * 121, "ngoặc vuông"),
        ("*" * 401, "400 dấu"),
        (" " * 49 + "a", "thụt vào"),
        ("> " * 13 + "a", "12 lớp"),
    ],
)
def test_what_is_too_much_is_refused_with_what_to_do(text, words):
    with pytest.raises(TooHeavy) as heavy:
        render(text)
    sentence, _, remedy = str(heavy.value).partition(". ")
    assert words in sentence and len(remedy) > 10


@pytest.mark.parametrize(
    "text", ["a" * 8_000, "[" * 120, "*" * 400, " " * 48 + "a", "> " * 12 + "a", ("a" * 7_000 + "\n\n") * 8]
)
def test_what_is_just_not_too_much_is_laid_out(text):
    assert render(text)


def _attributes_in_order(html):
    return re.sub(r"<(\w+) ([^>]*)>", lambda tag: f"<{tag[1]} {' '.join(sorted(tag[2].split()))}>", html)
