"""What people do on a phone: they open the link, read, answer until they have passed, and keep the result.

Every step is held to what it must say; whatever else comes back is a fault. What the server has
acknowledged goes into the resident's own ledger.
"""

import asyncio
import html
import re
from dataclasses import dataclass, field
from random import Random

from bench.scenes.phone import Phone, WrongAnswerError
from bench.scenes.place import LINK, Account, Place, Right

FIELD = re.compile(r'name="(c[0-9a-f]{6}\.([^".]+)(?:\.([^"]+))?)"(?: value="([^"]+)")?')
ASSET = re.compile(r'(?:href|src)="(/static/[^"]+\.(?:css|js)[^"]*)"')
MOST_GOES = 4

Fields = list[tuple[str, str]]


@dataclass
class Pauses:
    """How long people look at a page, in seconds: least and most; `haste` divides them."""

    haste: float = 1.0
    read: tuple[float, float] = (20, 60)
    think: tuple[float, float] = (15, 45)
    look: tuple[float, float] = (5, 15)
    fill_in: tuple[float, float] = (20, 50)

    async def take(self, chance: Random, what: str) -> None:
        """Look at the page."""
        least, most = getattr(self, what)
        await asyncio.sleep(chance.uniform(least, most) / self.haste)


@dataclass
class Kept:
    """What the server has acknowledged to one resident."""

    attempts: list[str] = field(default_factory=list)
    passed: bool = False
    is_new: bool = True  # nobody the ward knew before
    way: str = ""  # "name", "group" or "nothing"
    group: str = ""
    code: str = ""  # the personal code that was shown


class Resident:
    """Somebody who scans the poster of their group, or taps the link that was sent round in it."""

    def __init__(self, number: int, place: Place, phone: Phone, pauses: Pauses) -> None:
        self.number, self.place, self.phone, self.pauses = number, place, phone, pauses
        self.chance, self.kept = Random(number), Kept()
        self.group = place.groups[number % len(place.groups)]

    async def come(self) -> None:
        """Open the link and do everything."""
        await self.open_link()
        await answer_until_passed(self.phone, self.place, LINK, self.pauses, self.chance, self.kept)
        await self.pauses.take(self.chance, "look")
        await self.keep()

    async def open_link(self) -> None:
        """Come by the poster, or by the link in a message; read."""
        if self.number % 2:
            way = f"/p/{self.place.posters[self.number % len(self.place.posters)]}"
        else:
            way = f"{LINK}?to={self.group}"
        await self.read((await self.phone.get(way, status=303)).leads_to)

    async def read(self, lesson: str) -> None:
        """Open a lesson with what belongs to it, and read it."""
        page = await self.phone.get(lesson)
        for file in ASSET.findall(page.text):
            if file not in self.phone.seen:
                self.phone.seen.add(file)
                await self.phone.get(html.unescape(file))
        await self.pauses.take(self.chance, "read")

    async def keep(self) -> None:
        """Keep the result: four of ten with a name, four for the group alone, two not at all."""
        page = await self.phone.get(f"/dang-ky?ve={LINK}")
        await self.pauses.take(self.chance, "fill_in")
        way = ("name", "group", "name", "group", "nothing")[self.number // 2 % 5]
        fields = hidden(page.text)
        if way == "nothing":
            await self.phone.post("/hoc-an-danh", [*fields, ("ve", LINK)])
        elif way == "group":
            told = [("cach", "to"), ("group", self.group), ("adult", "y"), ("keep_results", "y")]
            await self.phone.post(f"/dang-ky?ve={LINK}", [*fields, *told])
        else:
            await self._keep_with_name(fields)
        self.kept.way, self.kept.group = way, self.group

    async def _keep_with_name(self, fields: Fields) -> None:
        told = [("cach", "ten"), ("name", self.name), ("group", self.group)]
        agreed = [("adult", "y"), ("keep_results", "y"), ("seen_by_helper", "y")]
        sent = await self.phone.post(f"/dang-ky?ve={LINK}", [*fields, *told, *agreed])
        shown = re.findall(r'class="secret">([^<]+)<', (await self.phone.get(sent.leads_to)).text)
        if len(shown) != 2:
            raise WrongAnswerError(f"/dang-ky/xong shows {len(shown)} codes")
        self.kept.code = re.sub(r"\D", "", shown[0])

    @property
    def name(self) -> str:
        """A name that nobody else in the ward has."""
        return f"Người {letters(self.number)} đến tối nay"


def letters(number: int) -> str:
    """Return a number as a word of its own, unlike that of the next one: names hold no figures."""
    word, number = "", number * 7_368_787 % 26**5
    for _ in range(5):
        number, one = divmod(number, 26)
        word = chr(97 + one) + word
    return word


async def answer_until_passed(
    phone: Phone, place: Place, lesson: str, pauses: Pauses, chance: Random, kept: Kept
) -> None:
    """Answer a lesson's questions; a third of the people have to go over some of them again."""
    asked = await phone.get(f"{lesson}/cau-hoi")
    wrong = 2 if chance.random() < 1 / 3 else 0
    for _ in range(MOST_GOES):
        await pauses.take(chance, "think")
        sent = await phone.post(f"{lesson}/luot-lam", filled_in(asked.text, place.right[lesson], wrong))
        kept.attempts.append(sent.leads_to.rpartition("/")[2])
        result = (await phone.get(sent.leads_to)).text
        if "Bác đã xong bài này" in result or "đã xong từ trước" in result:
            kept.passed = True
            return
        await pauses.take(chance, "look")
        again = re.search(r'href="([^"]+\?lai=[^"]+)"', result)
        if again is None:
            break
        asked, wrong = await phone.get(html.unescape(again[1])), 0
    raise WrongAnswerError(f"{lesson}: not passed")


async def register_neighbour(phone: Phone, group: str, name: str) -> None:
    """As a helper, register somebody of the group; the page then shows what they come in with."""
    page = await phone.get(f"{group}/dang-ky")
    told = [("name", name), ("over_16", "y"), ("keep_results", "y"), ("seen_by_helper", "y")]
    told += [("audience", "unsaid")]
    sent = [*hidden(page.text), *told]
    shown = await phone.post(f"{group}/dang-ky", sent, status=200, also=422)
    if shown.status == 422 and 'name="van_ghi"' in shown.text:  # somebody with a name like it is there
        shown = await phone.post(f"{group}/dang-ky", [*sent, ("van_ghi", "1")], status=200)
    if shown.text.count('class="secret"') != 2:
        raise WrongAnswerError(f"{group}/dang-ky does not show the codes")


async def sign_in(phone: Phone, account: Account) -> None:
    """Come in with the personal code and the mã học; the page then shows whose it is."""
    page = await phone.get("/dang-nhap")
    fields = [*hidden(page.text), ("who", account.code), ("secret", account.pin)]
    await phone.post("/dang-nhap", fields)


def hidden(page: str) -> Fields:
    """Return the token and the hidden fields of the form in the main part of a page, each once."""
    main = page.partition("<main")[2]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]+>", main):
        if 'type="hidden"' in tag and (name := re.search(r'name="([^"]+)"', tag)):
            value = re.search(r'value="([^"]*)"', tag)
            found.setdefault(name[1], html.unescape(value[1]) if value else "")
    return list(found.items())


def filled_in(page: str, right: Right, wrong: int) -> Fields:
    """Return the form with the right answers, but so many wrong ones (of questions with one choice)."""
    offered: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    parts: dict[str, list[tuple[str, str]]] = {}
    for name, question, part, value in FIELD.findall(page):
        if part:
            parts.setdefault(question, []).append((name, part))
        else:
            names[question] = name
            offered.setdefault(question, []).append(value)
    fields = hidden(page)
    for question, name in names.items():
        kind, true = right[question]
        chosen = [value for value in offered[question] if value in true]
        if kind == "one" and wrong > 0:
            chosen, wrong = [value for value in offered[question] if value not in true][:1], wrong - 1
        fields += [(name, value) for value in (chosen or list(true)[:1])]
    for question, those in parts.items():
        fields += _placed(those, *right[question])
    return fields


def _placed(parts: list[tuple[str, str]], kind: str, true: set[str]) -> Fields:
    """Fill in what is matched ("left=right")."""
    pairs = dict(one.split("=") for one in true) if kind == "match" else {}
    return [(name, pairs.get(part, "")) for name, part in parts]
