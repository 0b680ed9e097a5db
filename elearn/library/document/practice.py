"""A practice: screens of an invented phone, what can be tapped on them, and where each tap leads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

PRACTICE_TITLE = "Thực hành"
END = "xong"  # where the last right tap leads

# How a screen looks: the word an author writes, and the name of the look. None is anybody's brand.
LOOKS = {
    "điện thoại": "phone",
    "ngân hàng": "bank",
    "ví điện tử": "wallet",
    "cửa hàng": "shop",
    "dịch vụ công": "portal",
    "tin nhắn": "messages",
    "cuộc gọi": "call",
    "ngoài đời": "place",
}
PHONE = "phone"

TOGETHER, HINTS, ALONE = "together", "hints", "alone"
# How a round is called in addresses; the first is shown at the bare address.
ROUNDS = {"cung-lam": TOGETHER, "co-goi-y": HINTS, "tu-lam": ALONE}
ROUND_NAMES = {TOGETHER: "Cùng làm", HINTS: "Có gợi ý", ALONE: "Tự làm"}


@dataclass(frozen=True)
class Message:
    """Something that came: a message, a voice, a notice. The sender may be unsaid."""

    text: str
    sender: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Tap:
    """Something to tap. A right one leads on, a wrong one stays with a kind word or leads astray."""

    label: str
    right: bool
    target: str = ""  # key of a screen, END, or "": the next screen in the text
    word: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Blank:
    """Something that fills or opens when tapped; until then the right way answers with its word."""

    label: str
    after: str
    before: str = ""
    word: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Screen:
    """What is seen at one time."""

    key: str
    title: str
    look: str = PHONE
    body: str = ""
    messages: tuple[Message, ...] = ()
    hint: str = ""
    things: tuple[Tap | Blank, ...] = ()
    line: int = field(default=0, compare=False)
    body_line: int = field(default=0, compare=False)

    @property
    def taps(self) -> tuple[Tap, ...]:
        """Return what leads somewhere or answers, in the order of the text."""
        return tuple(thing for thing in self.things if isinstance(thing, Tap))

    @property
    def blanks(self) -> tuple[Blank, ...]:
        """Return what must be filled or opened before the right way is open."""
        return tuple(thing for thing in self.things if isinstance(thing, Blank))

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield every text of the screen and where it stands."""
        yield self.line, self.title
        yield from enumerate(self.body.split("\n"), self.body_line)
        for message in self.messages:
            yield message.line, f"{message.sender} {message.text}".strip()
        yield self.line, self.hint
        for thing in self.things:
            yield thing.line, thing.label
            yield thing.line, thing.word
            if isinstance(thing, Blank):
                yield thing.line, f"{thing.before} {thing.after}".strip()


@dataclass(frozen=True)
class Practice:
    """One thing to do from beginning to end, with an invented person's data."""

    title: str
    goal: str = ""
    character: str = ""
    screens: tuple[Screen, ...] = ()
    line: int = field(default=0, compare=False)
    goal_line: int = field(default=0, compare=False)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield every text of the practice and where it stands."""
        yield self.line, self.title
        yield self.goal_line, self.goal
        yield self.goal_line, self.character
        for screen in self.screens:
            yield from screen.lines()

    def leads_to(self, screen: Screen, tap: Tap) -> str | None:
        """Return the key of the screen that a tap opens, END, or None when one stays where one is."""
        if tap.target or not tap.right:
            return tap.target or None
        place = self.screens.index(screen)
        return self.screens[place + 1].key if place + 1 < len(self.screens) else END

    def ways(self) -> Mapping[str, frozenset[str]]:
        """Return for each screen where its taps lead, END among them."""
        return {
            one.key: frozenset(to for tap in one.taps if (to := self.leads_to(one, tap)) is not None)
            for one in self.screens
        }


def reached(ways: Mapping[str, frozenset[str]], start: str) -> frozenset[str]:
    """Return everything that can be come to from a screen, itself included."""
    found, open_ = {start}, [start]
    while open_:
        following = ways.get(open_.pop(), frozenset()) - found
        found |= following
        open_.extend(following)
    return frozenset(found)
