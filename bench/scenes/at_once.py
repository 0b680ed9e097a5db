"""L2 to L4: two hundred answers, two hundred sign-ins, fifty helpers with a class each, all at once."""

import re

from bench.scenes import ledger
from bench.scenes.crowd import at_once, let_come
from bench.scenes.figures import Figures
from bench.scenes.people import Kept, Pauses, filled_in, letters, register_neighbour, sign_in
from bench.scenes.phone import Notes, Phone, WrongAnswerError
from bench.scenes.place import LINK, Place, spread
from bench.scenes.served import Served
from elearn.people.permissions import Role

ANSWERS_WITHIN = 1.5  # seconds of p95
SIGN_INS_WITHIN = 5.0  # seconds of the last one
HELPERS_WITHIN = 30.0  # seconds a neighbour, form and answer, at p95
NO_PAUSE = Pauses(haste=1_000)


def answers(place: Place, people: int) -> Figures:
    """Everybody has filled in the questions; they are sent in the same moment."""
    before, opened, sent = ledger.Before(place), Notes(), Notes()
    with Served(place) as server:
        phones = [Phone(server.port, opened) for _ in range(people)]
        forms: dict[int, list[tuple[str, str]]] = {}
        kept = [Kept() for _ in phones]

        async def open_questions(number: int) -> None:
            page = await phones[number].get(f"{LINK}/cau-hoi")
            forms[number] = filled_in(page.text, place.right[LINK], 0)

        async def send(number: int) -> None:
            phones[number].notes = sent
            answer = await phones[number].post(f"{LINK}/luot-lam", forms[number])
            kept[number].attempts.append(answer.leads_to.rpartition("/")[2])
            kept[number].passed = True

        for act, notes in ((open_questions, opened), (send, sent)):
            acts = [lambda number=number, act=act: act(number) for number in range(people)]
            let_come(at_once(people), acts, phones, notes)
            opened.faults += notes.faults if notes is sent else []
    p95 = sent.percentile(0.95, "POST")
    return Figures(
        f"L2, {people} answers at once",
        _told(sent, "POST"),
        opened.faults + server.faults() + ledger.hold(place, before, kept),
        {"p95 under 1.5 s": p95 < ANSWERS_WITHIN},
    )


def sign_ins(place: Place, people: int) -> Figures:
    """As many residents come in with their mã học, each on a phone that nobody knows."""
    accounts, notes = place.accounts(people), Notes()
    with Served(place) as server:
        phones = [Phone(server.port, notes) for _ in accounts]

        async def come_in(number: int) -> None:
            await sign_in(phones[number], accounts[number])
            page = await phones[number].get("/cua-toi")
            if accounts[number].name not in re.sub(r"<[^>]+>", "", page.text):
                raise WrongAnswerError("/cua-toi is somebody else's")

        acts = [lambda number=number: come_in(number) for number in range(len(phones))]
        let_come(at_once(len(phones)), acts, phones, notes)
    longest = notes.percentile(1, "POST")
    return Figures(
        f"L3, {len(accounts)} sign-ins at once",
        _told(notes, "POST"),
        notes.faults + server.faults(),
        {"all within 5 s": longest <= SIGN_INS_WITHIN},
    )


def helpers(place: Place, people: int, neighbours: int) -> Figures:
    """So many helpers begin a class, and register each of those who have come to it."""
    before, notes = ledger.Before(place), Notes()
    cookies = place.cookies_of(Role.HELPER, people)
    registered = [0] * people
    with Served(place) as server:
        phones = [Phone(server.port, notes, spread(cookies, number)) for number in range(people)]

        async def hold_class(number: int) -> None:
            phone = phones[number]
            group = (await phone.get("/to", status=302, also=303)).leads_to
            page = await phone.get(f"{group}/lop")
            token = re.search(r'name="csrf_token" [^>]*value="([^"]+)"', page.text.partition("<main")[2])
            begun = await phone.post(
                f"{group}/lop", [("csrf_token", token[1] if token else ""), ("attendance", str(neighbours))]
            )
            await phone.get(begun.leads_to)
            for one in range(neighbours):
                await register_neighbour(phone, group, f"Bác {letters(number * 1_000 + one)} dự lớp")
                registered[number] += 1
            await phone.get(group)

        acts = [lambda number=number: hold_class(number) for number in range(people)]
        let_come(at_once(people), acts, phones, notes)
    p95 = notes.percentile(0.95, "POST /to/…/dang-ky")
    return Figures(
        f"L4, {people} helpers with a class of {neighbours} each",
        f"{sum(registered)} neighbours registered; " + _told(notes, "POST /to/…/dang-ky"),
        notes.faults + server.faults() + ledger.hold(place, before, [], others=sum(registered)),
        {"nobody waits longer than 30 s for one": p95 < HELPERS_WITHIN},
    )


def _told(notes: Notes, kind: str) -> str:
    times = [notes.percentile(share, kind) for share in (0.5, 0.95, 1)]
    return "p50 {:.2f} s, p95 {:.2f} s, the last {:.2f} s".format(*times)
