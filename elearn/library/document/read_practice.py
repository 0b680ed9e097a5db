"""The lines of a practice to its screens."""

import re
from collections.abc import Iterator, Sequence

from elearn.kit.words import fold
from elearn.library.document.lines import (
    ARROW,
    QUOTE,
    TICK,
    TICKS,
    Block,
    error,
    key_of,
    new_key,
    odd_key,
    tidy,
    under_headings,
)
from elearn.library.document.model import Remark
from elearn.library.document.practice import (
    LOOKS,
    PHONE,
    PRACTICE_TITLE,
    Blank,
    Message,
    Practice,
    Screen,
    Tap,
)

TITLE = re.compile(r"(?P<name>[^:]*)(?::\s*(?P<title>.*))?")
LOOK = re.compile(r"(.*?)\s*\(([^()]*)\)")
ABOUT = re.compile(r"(Mục tiêu|Nhân vật)\s*:\s*(.*)", re.IGNORECASE)
HINT = re.compile(r"\?\s+(.*)")
SENDER = re.compile(r"([^:.!?]{1,40}):\s+(.+)")
FILLED = re.compile(r"(?:^|\s)=\s+")
BY_FOLD = {fold(word): look for word, look in LOOKS.items()}
BLANK = "."
ODD_HEADING = (
    "Trong phần thực hành, tên màn bắt đầu bằng ###.",
    "Viết ### trước tên màn, hoặc bỏ dấu # ở đầu dòng.",
)
UNDER_NO_SCREEN = (
    "Dòng này chưa thuộc màn nào của bài thực hành.",
    "Viết “Mục tiêu: …” và “Nhân vật: …”, rồi màn đầu tiên, bắt đầu bằng ###.",
)
TARGET = re.compile(r"[#{]*([^{}#]*)\}*")


def is_practice(title: str) -> bool:
    """Return whether the heading of a part begins a practice."""
    return fold(TITLE.fullmatch(title)["name"]).strip() == fold(PRACTICE_TITLE)  # type: ignore[index]  # always matches


def read_practice(block: Block, remarks: list[Remark]) -> Practice:
    """Return the practice that the lines tell; what cannot be understood is added to the remarks."""
    about: dict[str, tuple[int, str]] = {}
    screens = list(_screens(block, about, remarks))
    taken = {key for one in screens if (key := key_of(one.title)[1])}
    numbers: dict[str, int] = {}
    read = []
    for one in screens:
        screen = _screen(one, taken, numbers, remarks)
        taken.add(screen.key)
        read.append(screen)
    goal_line, goal = about.get("mục tiêu", (block.line, ""))
    title = TITLE.fullmatch(block.title)["title"] or ""  # type: ignore[index]
    character = about.get("nhân vật", (0, ""))[1]
    return Practice(title, goal, character, tuple(read), line=block.line, goal_line=goal_line)


def _screens(block: Block, about: dict[str, tuple[int, str]], remarks: list[Remark]) -> Iterator[Block]:
    """Yield each screen: its heading and the lines under it; what stands above the first tells the goal."""

    def tell(number: int, line: str) -> None:
        if said := ABOUT.fullmatch(line.strip()):
            about[said[1].lower()] = (number, tidy(said[2]))
        else:
            remarks.append(error(number, *UNDER_NO_SCREEN))

    return under_headings(block, ODD_HEADING, tell, remarks)


def _screen(block: Block, taken: set[str], numbers: dict[str, int], remarks: list[Remark]) -> Screen:
    title, key = key_of(block.title)
    title, look = _look_of(title, block.line, remarks)
    if not title:
        remarks.append(error(block.line, "Tên màn còn trống.", "Viết tên màn sau dấu ###."))
    remarks.extend(odd_key(key, title, block.line, "màn", "man"))
    lines = _Lines(remarks)
    for number, line in enumerate(block.lines, block.line + 1):
        lines.take(number, line)
    return lines.screen(key or new_key(title, taken, numbers, "man"), title, look, block.line)


def _look_of(title: str, line: int, remarks: list[Remark]) -> tuple[str, str]:
    found = LOOK.fullmatch(title)
    if found is None:
        return title, PHONE
    look = BY_FOLD.get(" ".join(fold(found[2]).split()))
    if look is None:
        remedy = f"Chọn một trong: {', '.join(LOOKS)}; hoặc bỏ ngoặc."
        remarks.append(error(line, f"Không có kiểu màn “{found[2]}”.", remedy))
    return found[1], look or PHONE


class _Lines:
    """What the lines under a screen's name are, taken one after the other."""

    def __init__(self, remarks: list[Remark]) -> None:
        self.remarks = remarks
        self.body: list[str] = []
        self.body_line = 0
        self.messages: list[tuple[int, list[str]]] = []
        self.hint: list[str] = []
        self.things: list[tuple[Tap | Blank, list[str]]] = []
        self.open: list[str] | None = None  # what a lazy line goes on with

    def take(self, number: int, line: str) -> None:
        """Take the next line, whatever it is."""
        quote, hint = QUOTE.fullmatch(line), HINT.fullmatch(line.strip())
        tick = None if quote else TICK.fullmatch(line.strip())
        if not line.strip():
            self._blank()
        elif quote:
            self._quote(number, quote[2])
        elif hint:
            self.open = self.hint
            self.hint.append(hint[1])
        elif tick:
            self._thing(number, tick[1].strip(), tidy(tick[2]))
        elif self.open is not None:
            self.open.append(line.strip())
        elif self.things or self.messages or self.hint:
            remedy = "Đưa đoạn chữ lên ngay dưới tên màn, hoặc viết “- [ ]”, “>”, “?” ở đầu dòng."
            self.remarks.append(error(number, "Đoạn chữ này đứng sau tin nhắn hoặc nút của màn.", remedy))
        else:
            self.body_line = self.body_line or number
            self.body.append(line)

    def _blank(self) -> None:
        self.open = None
        if self.body:
            self.body.append("")

    def _quote(self, number: int, text: str) -> None:
        if self.things:  # a word under something to tap is about it, indented or not
            self.open = self.things[-1][1]
        elif not (self.messages and self.open is self.messages[-1][1]):
            self.open = []
            self.messages.append((number, self.open))
        self.open.append(text)

    def _thing(self, number: int, sign: str, text: str) -> None:
        self.open = None
        if sign == BLANK:
            self.things.append((self._filled(number, text), []))
        elif sign in TICKS:
            arrow = ARROW.search(text)
            label, target = (text[: arrow.start()], text[arrow.end() :]) if arrow else (text, "")
            target = TARGET.sub(r"\1", tidy(target)).strip()
            if arrow and not target:
                self.remarks.append(
                    error(number, "Sau dấu => chưa có tên màn.", "Viết mã của màn, hoặc bỏ dấu =>.")
                )
            self.things.append((Tap(tidy(label), TICKS[sign], target, line=number), []))
        else:
            message = f"Ô đánh dấu “[{sign}]” không rõ là gì."
            remedy = "Viết [x] cho chỗ chạm đúng, [ ] cho chỗ chạm sai, [.] cho ô chạm để điền."
            self.remarks.append(error(number, message, remedy))

    def _filled(self, number: int, text: str) -> Blank:
        equals = FILLED.search(text)
        left, after = (text[: equals.start()], text[equals.end() :]) if equals else (text, "")
        label, _, before = left.partition(": ")
        if not after:
            remedy = "Viết “- [.] Tên ô = chữ sẽ điền”, ví dụ “- [.] Lý do = Làm thủ tục cho cháu”."
            self.remarks.append(error(number, "Ô chạm để điền chưa có chữ để điền.", remedy))
        return Blank(tidy(label), tidy(after), tidy(before), line=number)

    def screen(self, key: str, title: str, look: str, line: int) -> Screen:
        """Return the screen that the lines made."""
        while self.body and not self.body[-1]:
            self.body.pop()
        return Screen(
            key,
            title,
            look,
            body="\n".join(self.body),
            messages=tuple(_message(number, lines) for number, lines in self.messages),
            hint=tidy(" ".join(self.hint)),
            things=tuple(_with_word(thing, lines) for thing, lines in self.things),
            line=line,
            body_line=self.body_line or line,
        )


def _message(number: int, lines: Sequence[str]) -> Message:
    text = tidy(" ".join(lines))
    said = SENDER.fullmatch(text)
    return Message(said[2], said[1].strip(), line=number) if said else Message(text, line=number)


def _with_word(thing: Tap | Blank, lines: Sequence[str]) -> Tap | Blank:
    word = tidy(" ".join(lines))
    if isinstance(thing, Tap):
        return Tap(thing.label, thing.right, thing.target, word, line=thing.line)
    return Blank(thing.label, thing.after, thing.before, word, line=thing.line)
