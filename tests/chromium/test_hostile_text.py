"""Hostile text, stored wherever somebody may type, runs nowhere (THREATS T-xss): by the sanitiser alone,
and by the policy of our pages alone."""

import itertools

from elearn.kit.markup import render, render_inline
from tests.kit import hostile
from tests.sizes import size

STARTS = (
    "<script>{}</script>",
    "<img src=x onerror={}>",
    "<svg onload={}>",
    "<svg><script>{}</script></svg>",
    "<body onload={}>",
    "<iframe srcdoc='<script>{}</script>'>",
    "<details open ontoggle={}>",
    "<a href=javascript:{}>x</a>",
    "[x](javascript:{})",
    "[x](JaVaScRiPt:{})",
    "[x](java\tscript:{})",
    '![x](x" onerror="{})',
    "![x](javascript:{})",
    "<math><mtext></p><img src=x onerror={}>",
    "[x](data:text/html,<script>{}</script>)",
    '<https://x" onmouseover="{}>',
    "`<img src=x onerror={}>`",
    "<input autofocus onfocus={}>",
    "<style>@import 'javascript:{}'</style>",
    "<a href='&#106;avascript:{}'>x</a>",
    "<form action=javascript:{}><button>x</button></form>",
    "<object data=javascript:{}></object>",
    "<embed src=javascript:{}>",
    "<base href=javascript:{}//>",
    "<link rel=stylesheet href=javascript:{}>",
)
WRAPS = (
    *("{}", "> {}", "- {}", "1. {}", "**{}**", "[{}](/x)", "{}\n{}", "a{}b", "\\{}", "&lt;{}", "<!-- -->{}"),
    *(
        "[x]: {}",
        "    {}",
        "```\n{}\n```",
        "| {} |",
        "</p>{}",
        "<p>{}",
        "\"'>{}",
        "{}\x00",
        "%3C{}",
        "<<{}>>",
    ),
    *("]]>{}", "-->{}", "</textarea>{}"),
)
ATTACK = "window.hurt=1"
AT_NIGHT = 13_185
ALLOWED = {
    *("DIV", "P", "BR", "HR", "STRONG", "EM", "CODE", "BLOCKQUOTE", "UL", "OL", "LI", "A", "IMG", "SPAN"),
    *("A href", "A rel", "IMG src", "IMG alt", "IMG loading", "OL start", "SPAN class"),
}
PROVOKE = """() => document.querySelectorAll('*').forEach(e => {
    for (const kind of ['mouseover', 'focus', 'toggle', 'error', 'load'])
        e.dispatchEvent(new Event(kind));
    if (e.tagName === 'A' && /^\\s*javascript/i.test(e.href)) window.hurt = e.href;
})"""
PARTS = """() => [...new Set([...document.body.querySelectorAll('*')].flatMap(e =>
    [e.tagName, ...e.getAttributeNames().map(a => e.tagName + ' ' + a)]))]"""
INJECT = """payloads => { for (const one of payloads) {
    const box = document.createElement('div');
    box.innerHTML = one;
    document.body.append(box);
    for (const old of box.querySelectorAll('script')) {
        const fresh = document.createElement('script');
        fresh.textContent = old.textContent;
        old.replaceWith(fresh);
    } } }"""


def payloads() -> list[str]:
    """Return 600 hostile texts, each start in each wrapping; at night more, by chance."""
    known = [
        wrap.replace("{}", start.replace("{}", ATTACK)) for start, wrap in itertools.product(STARTS, WRAPS)
    ]
    more = hostile.payloads(481, size(len(known), AT_NIGHT) - len(known))
    return known + [one.replace("alert(1)", ATTACK).replace("eval(name)", ATTACK) for one in more]


def test_nothing_that_an_author_types_runs_even_without_a_policy(chromium):
    """The sanitiser alone: its output in a bare page that would run any script that got through."""
    every = payloads()
    assert len(every) == size(600, AT_NIGHT)
    page = chromium.new_context().new_page()
    page.route("**/*", lambda route: route.abort())
    for start in range(0, len(every), 100):
        part = every[start : start + 100]
        body = "\n".join(f"<div>{render(one)}</div><div>{render_inline(one)}</div>" for one in part)
        page.set_content(f"<!doctype html><meta charset=utf-8><body>{body}</body>")
        page.evaluate(PROVOKE)
        assert page.evaluate("window.hurt") is None
        strange = set(page.evaluate(PARTS)) - ALLOWED
        assert not strange
    page.context.close()


def test_a_bare_page_would_run_them(chromium):
    """The test above can fail: without sanitiser and policy the same texts do run."""
    page = chromium.new_context().new_page()
    page.route("**/*", lambda route: route.abort())
    page.set_content("<!doctype html><body></body>")
    page.evaluate(INJECT, payloads()[:600])
    page.evaluate(PROVOKE)
    assert page.evaluate("window.hurt") is not None
    page.context.close()


def test_the_policy_alone_lets_nothing_run(site, visit):
    """The same texts put raw into one of our pages: the policy stops what the sanitiser would remove."""
    page, every = visit(), payloads()
    for start in range(0, len(every), 600):
        page.goto("/giup-do")
        page.evaluate(INJECT, every[start : start + 600])
        page.wait_for_timeout(300)
        assert page.evaluate("window.hurt") is None
    page.faults.clear()  # the console names each thing that the policy stopped: that is what was asked for
