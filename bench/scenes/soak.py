"""L6, the soak: for an hour everything at once, three times as much of it as in the evening.

Residents come by the link, others only read, others come back with their mã học; helpers register
neighbours, the youth union looks at the boards and takes them home as files, somebody prints a paper, the
administrator looks after the machine, and every quarter of an hour a backup is made.
"""

import asyncio
import os
import sqlite3
import statistics
import sys
import time
from pathlib import Path
from random import Random

from sqlalchemy import select

from bench.scenes import ledger
from bench.scenes.crowd import MOST_FAULTS, do
from bench.scenes.figures import Figures
from bench.scenes.people import (
    Kept,
    Pauses,
    Resident,
    answer_until_passed,
    letters,
    register_neighbour,
    sign_in,
)
from bench.scenes.phone import Notes, Phone
from bench.scenes.place import COURSE, Place, spread
from bench.scenes.served import SERVE, Look, Served
from bench.servers import ROOT
from elearn.kit.clock import now
from elearn.kit.db import db
from elearn.learning.models import Certificate
from elearn.people.permissions import Role

MOST_GROWTH = 1.10  # of memory, from when everything has been used for a while to the end
MOST_WAL = 64  # MB
WARM = 1 / 6  # of the time: until then the processes take what they need
EVERY = 10.0  # seconds between two looks
PROVE_AGAIN = 300.0  # seconds; staff give their password again before ten minutes are over
BACK_UP = 900.0
PATIENCE = 300.0  # seconds: the hour is about what is lost or grows, not about who waits
LONGEST_QUEUE = 240.0  # seconds; who is inside so long, on average, keeps others from coming
REST = 20.0  # seconds without anybody, before open files are counted

# How often a second somebody comes: together they ask a hundred times a second, three times as often as the
# 2,000 of the evening who ask five times each within five minutes.
RATES = {
    "resident": 4.2, "reader": 8.0, "returner": 1.6, "helper": 0.15, "youth": 0.4, "paper": 0.1, "chief": 0.15
}  # fmt: skip


class Soak:
    """Everybody who comes, at so many times the rate that is meant."""

    def __init__(self, place: Place, port: int, pace: float, pauses: Pauses) -> None:
        self.place, self.port, self.pace, self.pauses = place, port, pace, pauses
        self.notes, self.chance = Notes(patience=PATIENCE), Random(1)
        self.kept: list[Kept] = []
        self.registered = self.turned_back = 0
        self.backups: list[str] = []
        self.accounts = place.accounts(120)
        self.helpers = place.cookies_of(Role.HELPER, 20)
        (self.youth_cookies,) = place.cookies_of(Role.YOUTH_UNION)
        (self.chief_cookies,) = place.cookies_of(Role.ADMINISTRATOR)
        self.paper_of, self.paper_cookies = _somebody_with_a_paper(place)
        self.lessons = [
            path for path, right in place.right.items() if "order" not in {kind for kind, _ in right.values()}
        ]

    async def run(self, seconds: float) -> None:
        """Let everybody come for so long."""
        self.until = time.monotonic() + seconds
        coming = [self._come(name, rate * self.pace) for name, rate in RATES.items()]
        await asyncio.gather(*coming, self._prove_again(), self._back_up())

    async def _come(self, who: str, rate: float) -> None:
        """Let somebody of this kind come again and again, at moments of chance."""
        number, inside = 0, set()
        while time.monotonic() < self.until and len(self.notes.faults) <= MOST_FAULTS:
            await asyncio.sleep(self.chance.expovariate(rate))
            if len(inside) > rate * LONGEST_QUEUE:  # the machine is busy with something else: fewer come
                self.turned_back += 1
                continue
            phone = Phone(self.port, self.notes)
            task = asyncio.create_task(
                do(
                    lambda who=who, phone=phone, number=number: getattr(self, who)(phone, number),
                    phone,
                    self.notes,
                )
            )
            inside.add(task)
            task.add_done_callback(inside.discard)
            number += 1
        await asyncio.gather(*inside)

    # -- who comes

    async def resident(self, phone: Phone, number: int) -> None:
        """Come by the link and do everything."""
        one = Resident(number, self.place, phone, self.pauses)
        self.kept.append(one.kept)
        await one.come()

    async def reader(self, phone: Phone, number: int) -> None:
        """Look around and read."""
        await self._open(phone, "/", f"/khoa-hoc/{COURSE}", spread(self.lessons, number), "/tien-do")

    async def returner(self, phone: Phone, number: int) -> None:
        """Come in with the mã học and do a lesson."""
        kept = Kept(is_new=False)
        self.kept.append(kept)
        await sign_in(phone, spread(self.accounts, number))
        await self._open(phone, "/cua-toi", spread(self.lessons, number))
        await answer_until_passed(
            phone, self.place, spread(self.lessons, number), self.pauses, self.chance, kept
        )
        await self._open(phone, "/cua-toi", "/cua-toi/du-lieu")

    async def helper(self, phone: Phone, number: int) -> None:
        """Look at the roster and register a neighbour."""
        phone.cookies = dict(spread(self.helpers, number))
        group = (await phone.get("/to", status=302, also=303)).leads_to
        await self._open(phone, group)
        await register_neighbour(phone, group, f"Bác {letters(number)} do tổ ghi tên")
        self.registered += 1

    async def youth(self, phone: Phone, number: int) -> None:
        """Look at the boards, at one group, and take the board home as a file."""
        phone.cookies = dict(self.youth_cookies)
        group = spread(self.place.groups, number)
        await self._open(
            phone, "/tien-do?ky=30", f"/tien-do/{group}", f"/tien-do.{spread(('csv', 'xlsx'), number)}"
        )

    async def paper(self, phone: Phone, _number: int) -> None:
        """Print the paper of a course once more."""
        phone.cookies = dict(self.paper_cookies)
        await self._open(phone, f"/cua-toi/giay/so/{self.paper_of}", f"/cua-toi/giay/so/{self.paper_of}.pdf")

    async def chief(self, phone: Phone, number: int) -> None:
        """Look after the machine, the people, the groups and the audit."""
        phone.cookies = dict(self.chief_cookies)
        pages = ("/quan-tri/suc-khoe", "/quan-tri/nguoi", "/quan-tri/to", "/quan-tri/nhat-ky")
        await self._open(phone, spread(pages, number))

    async def _open(self, phone: Phone, *paths: str) -> None:
        for path in paths:
            await phone.get(path)
            await self.pauses.take(self.chance, "look")

    # -- what happens beside

    async def _prove_again(self) -> None:
        """Let those who register give their password again."""
        while time.monotonic() < self.until:
            with sqlite3.connect(self.place.file, timeout=15) as connection:
                connection.execute(
                    "UPDATE session SET proved_at = ? WHERE kind IN ('helper', 'staff')", [str(now())]
                )
            connection.close()
            await asyncio.sleep(min(PROVE_AGAIN, max(0.1, self.until - time.monotonic())))

    async def _back_up(self) -> None:
        """Do the regular work now and then, a backup with it."""
        while time.monotonic() + BACK_UP / 10 < self.until:
            await asyncio.sleep(min(BACK_UP, (self.until - time.monotonic()) / 3))
            kept_in = {"ELEARN_BACKUPS": str(self.place.folder / "backups")}
            done = await asyncio.create_subprocess_exec(
                sys.executable, "-c", SERVE, "tick", cwd=ROOT,
                env=os.environ | self.place.environment | kept_in,
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            )  # fmt: skip
            said = (await done.communicate())[0].decode()
            self.backups.append(said.strip().splitlines()[-1] if said.strip() else "")
            if done.returncode:
                self.notes.faults.append(f"tick: {said[-300:]}")


def _somebody_with_a_paper(place: Place) -> tuple[str, dict[str, str]]:
    with place.opened():
        number, person_id = db.session.execute(
            select(Certificate.number, Certificate.person_id).limit(1)
        ).one()
    return number, place.cookies_for(person_id)


def soak(
    place: Place, seconds: float, pace: float, pauses: Pauses, notes_into: Path | None = None
) -> Figures:
    """Let everybody come for so long, and look at what the server takes."""
    before, looks = ledger.Before(place), []
    with Served(place) as server:
        crowd = Soak(place, server.port, pace, pauses)
        asyncio.run(_a_little(crowd, server, seconds, looks, notes_into))
        rest = server.look()
    return _figures(place, before, crowd, server, looks, rest, seconds)


async def _a_little(
    crowd: Soak, server: Served, seconds: float, looks: list[Look], into: Path | None
) -> None:
    """Warm up, rest, look; then the whole time; then rest again."""
    rest = min(REST, seconds / 5)
    await crowd.run(seconds * WARM)
    await asyncio.sleep(rest)
    looks.append(server.look())
    watching = asyncio.create_task(_watch(server, looks, min(EVERY, seconds / 20), into))
    await crowd.run(seconds * (1 - WARM))
    watching.cancel()
    await asyncio.sleep(rest)


async def _watch(server: Served, looks: list[Look], every: float, into: Path | None) -> None:
    while True:
        await asyncio.sleep(every)
        looks.append(server.look())
        if into is not None:
            with into.open("a") as file:
                file.write(" ".join(f"{one:.1f}" for one in looks[-1]) + "\n")


def _figures(
    place: Place,
    before: ledger.Before,
    crowd: Soak,
    server: Served,
    looks: list[Look],
    rest: Look,
    seconds: float,
) -> Figures:
    notes, first = crowd.notes, looks[0]
    tenth = max(1, len(looks) // 10)
    memory = [
        statistics.median(one.memory for one in part) for part in (looks[1 : 1 + tenth], looks[-tenth:])
    ]
    wal, files = max(one.wal for one in looks), (first.files, rest.files)
    sockets, cores = (first.sockets, rest.sockets), (rest.processor - first.processor) / (rest.at - first.at)
    return Figures(
        f"soak, {seconds / 60:.0f} minutes",
        f"{notes.requests} requests, {notes.requests / seconds:.0f} a second; p95 "
        f"{notes.percentile(0.95) * 1000:.0f} ms; {sum(len(one.attempts) for one in crowd.kept)} answers and "
        f"{crowd.registered} neighbours acknowledged; memory {memory[0]:.0f} → {memory[1]:.0f} MB; "
        f"WAL at most {wal:.1f} MB; open files {files[0]} → {files[1]}, sockets {sockets[0]} → {sockets[1]}; "
        f"{cores:.2f} cores; {len(crowd.backups)} times the regular work; {crowd.turned_back} did not come",
        notes.faults + server.faults() + ledger.hold(place, before, crowd.kept, others=crowd.registered),
        {
            f"memory grows by less than 10 % ({(memory[1] / memory[0] - 1) * 100:+.1f} %)": memory[1]
            < memory[0] * MOST_GROWTH,
            "WAL under 64 MB": wal < MOST_WAL,
            "as many open files as before": files[1] <= files[0],
            "as many lines as before": sockets[1] <= sockets[0] + 2,
        },
        notes.table(),
    )
