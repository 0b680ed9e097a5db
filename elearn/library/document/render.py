"""The text of a lesson as HTML, with the facts of today in it."""

from collections.abc import Iterator, Mapping

from markupsafe import Markup

from elearn.kit.markup import TooHeavy, WayOut, render, render_inline
from elearn.kit.words import slug
from elearn.library.document.model import HELPER_TITLE, KNOWN_TITLES, LessonDocument, Section, printed_facts

MOST_SECTIONS, MOST_QUESTIONS, MOST_ANSWERS = 40, 40, 20
MOST_SCREENS, MOST_THINGS, MOST_ON_A_SCREEN = 30, 8, 600
MOST_LETTERS = 20_000  # in the reading part: ten times a lesson of four minutes; a page of it is 60 kB


def render_page(document: LessonDocument, shown: Mapping[str, str], way_out: WayOut | None = None) -> str:
    """Return the sections as safe HTML; `shown` says for each fact the words to print. May raise TooHeavy.

    Links to other sites lead where `way_out` says. Each section carries a class for its look (`mo-bai`,
    `cac-buoc`, …); the helper's card is folded away.
    """
    for _line, sentence in too_many(document):
        raise TooHeavy(sentence)
    return "\n".join(_section(section, shown, way_out) for section in document.sections)


def too_many(document: LessonDocument) -> Iterator[tuple[int, str]]:
    """Yield the line and the sentence for each kind of part of which a lesson has more than it may."""
    if len(document.sections) > MOST_SECTIONS:
        line = document.sections[MOST_SECTIONS].line
        yield line, f"Bài có hơn {MOST_SECTIONS} phần. Gộp các phần lại, hoặc chia thành nhiều bài."
    letters = sum(len(section.body) for section in document.sections)
    if letters > MOST_LETTERS:
        line = document.sections[0].line
        yield line, "Phần đọc dài quá 20.000 chữ cái, quá nặng cho điện thoại. Hãy chia thành nhiều bài ngắn."
    if len(document.questions) > MOST_QUESTIONS:
        line = document.questions[MOST_QUESTIONS].line
        yield line, f"Bài có hơn {MOST_QUESTIONS} câu hỏi. Bỏ bớt câu hỏi, hoặc chia thành nhiều bài."
    yield from _too_many_screens(document)
    for question in document.questions[:MOST_QUESTIONS]:
        if len(question.answer_lines) > MOST_ANSWERS:
            yield question.line, f"Câu hỏi có hơn {MOST_ANSWERS} phương án. Bỏ bớt, còn 3 hoặc 4 phương án."


def _too_many_screens(document: LessonDocument) -> Iterator[tuple[int, str]]:
    practice = document.practice
    if practice is None:
        return
    if len(practice.title + practice.goal + practice.character) > MOST_ON_A_SCREEN:
        yield practice.line, "Tên, mục tiêu và nhân vật dài quá. Viết mỗi thứ một câu."
    if len(practice.screens) > MOST_SCREENS:
        line = practice.screens[MOST_SCREENS].line
        yield line, f"Bài thực hành có hơn {MOST_SCREENS} màn. Bỏ bớt màn, hoặc chia thành hai bài."
    for screen in practice.screens[:MOST_SCREENS]:
        if any(len(text) > MOST_ON_A_SCREEN for _, text in screen.lines()):
            yield screen.line, "Màn này có dòng dài quá. Viết ngắn lại, điện thoại không đủ chỗ."
        if len(screen.things) > MOST_THINGS:
            yield screen.line, f"Màn này có hơn {MOST_THINGS} chỗ chạm. Bỏ bớt, điện thoại không đủ chỗ."
        if len(screen.body) > MOST_ON_A_SCREEN or len(screen.messages) > MOST_THINGS:
            yield screen.line, "Màn này có quá nhiều chữ. Bỏ bớt, hoặc chia thành hai màn."


def facts_in(document: LessonDocument) -> frozenset[str]:
    """Return the ids of the facts that the sections and the practice print."""
    texts = [text for one in document.sections for text in (one.title, one.body)]
    played = [text for _, text in document.practice.lines()] if document.practice else []
    return frozenset(printed_facts([*texts, *played]))


def tokens(shown: Mapping[str, str], text: str) -> dict[str, str]:
    """Return for each fact that the text prints the mark in the text and the words to put there."""
    return {f"{{{name}}}": shown[name] for name in printed_facts([text]) if name in shown}


def _section(section: Section, shown: Mapping[str, str], way_out: WayOut | None) -> str:
    title = render_inline(section.title, tokens(shown, section.title), way_out)
    body = render(section.body, tokens(shown, section.body), way_out)
    look = slug(section.title) if section.title in KNOWN_TITLES else "phan"
    if section.title == HELPER_TITLE:
        form = '<details class="section {}">\n<summary>{}</summary>\n{}\n</details>'
    else:
        form = '<section class="section {}">\n<h2>{}</h2>\n{}\n</section>'
    return str(Markup(form).format(look, title, body))  # noqa: S704 - the form stands above, the rest is escaped
