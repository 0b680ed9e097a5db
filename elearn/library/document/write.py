"""A document to its one canonical text."""

from collections.abc import Iterator

from elearn.library.document.header import write_header
from elearn.library.document.model import QUESTIONS_TITLE, Kind, LessonDocument, Question
from elearn.library.document.practice import LOOKS, PRACTICE_TITLE, Blank, Practice, Screen, Tap
from elearn.library.document.read import REQUIRED, parse

WORD_FOR = {look: word for word, look in LOOKS.items()}


def write(document: LessonDocument) -> str:
    """Return the text that reads back as this very document; raise ValueError when no text can."""
    blocks = [f"## {one.title}\n" + (f"{one.body}\n" if one.body else "") for one in document.sections]
    if document.practice:
        blocks.append("".join(f"{line}\n" for line in _practice(document.practice)))
    if document.questions:
        blocks.append(f"## {QUESTIONS_TITLE}\n")
        blocks.extend("".join(f"{line}\n" for line in _lines(one)) for one in document.questions)
    text = _header(document) + "\n".join(blocks)
    reading = parse(text)
    if reading.remarks or reading.document != document:
        raise ValueError("Nội dung này không viết lại được thành văn bản bài học.")
    return text


def _header(document: LessonDocument) -> str:
    values = {name: str(getattr(document, name)) for name in REQUIRED}
    extras = ("reviewed_by", "reviewed_on", "next_review")
    values.update({name: getattr(document, name) for name in extras if getattr(document, name)})
    return write_header(values)


def _practice(practice: Practice) -> Iterator[str]:
    yield f"## {PRACTICE_TITLE}: {practice.title}" if practice.title else f"## {PRACTICE_TITLE}"
    if practice.goal:
        yield f"Mục tiêu: {practice.goal}"
    if practice.character:
        yield f"Nhân vật: {practice.character}"
    for screen in practice.screens:
        yield ""
        yield f"### {screen.title} ({WORD_FOR[screen.look]}) {{#{screen.key}}}"
        yield from _screen(screen)


def _screen(screen: Screen) -> Iterator[str]:
    if screen.body:
        yield from screen.body.split("\n")
    for message in screen.messages:
        yield ""
        yield f"> {message.sender}: {message.text}" if message.sender else f"> {message.text}"
    if screen.hint:
        yield f"? {screen.hint}"
    for thing in screen.things:
        yield _thing(thing)
        if thing.word:
            yield f"  > {thing.word}"


def _thing(thing: Tap | Blank) -> str:
    if isinstance(thing, Tap):
        leads = f" => {thing.target}" if thing.target else ""
        return f"- [{'x' if thing.right else ' '}] {thing.label}{leads}".rstrip()
    before = f": {thing.before}" if thing.before else ""
    return f"- [.] {thing.label}{before} = {thing.after}".rstrip()


def _lines(question: Question) -> Iterator[str]:
    marker = " (chọn nhiều)" if question.kind is Kind.SEVERAL else ""
    yield f"### {question.prompt}{marker} {{#{question.key}}}"
    for choice in question.choices:
        yield f"- [{'x' if choice.right else ' '}] {choice.text}".rstrip()
        if choice.note:
            yield f"  > {choice.note}"
    for number, step in enumerate(question.steps, 1):
        yield f"{number}. {step}"
    for pair in question.pairs:
        yield f"- {pair.left} => {pair.right}".rstrip()
    for text in question.accepted:
        yield f"= {text}".rstrip()
    last = " ".join([question.explanation, *(f"[{fact}]" for fact in question.facts)]).strip()
    if last:
        yield f"> {last}"
