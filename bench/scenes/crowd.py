"""Lets many people do what they do at the same time, and notes whose fault it was when something broke."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from random import Random

from bench.scenes.phone import Notes, Phone, WrongAnswerError

MOST_FAULTS = 200  # who stops the crowd: more of the same tells nothing new

Act = Callable[[], Awaitable[None]]


def arrivals(people: int, seconds: float, *, first_part: float = 0.2) -> list[float]:
    """Return when each comes: half of them in the first part of the time, evenly by chance."""
    chance = Random(people)
    soon = [chance.uniform(0, seconds * first_part) for _ in range(people // 2)]
    later = [chance.uniform(seconds * first_part, seconds) for _ in range(people - people // 2)]
    return sorted(soon + later)


def at_once(people: int) -> list[float]:
    """Return when each comes: now."""
    return [0.0] * people


def let_come(moments: Sequence[float], acts: Sequence[Act], phones: Sequence[Phone], notes: Notes) -> float:
    """Let each act begin at its moment (seconds from now); return what processor time it took us."""
    spent = time.process_time()
    asyncio.run(_together(moments, acts, phones, notes))
    return time.process_time() - spent


async def _together(
    moments: Sequence[float], acts: Sequence[Act], phones: Sequence[Phone], notes: Notes
) -> None:
    began = time.monotonic()
    tasks = []
    for moment, act, phone in sorted(zip(moments, acts, phones, strict=True), key=lambda one: one[0]):
        if (wait := began + moment - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        if len(notes.faults) > MOST_FAULTS:
            break
        tasks.append(asyncio.create_task(do(act, phone, notes)))
    await asyncio.gather(*tasks)


async def do(act: Act, phone: Phone, notes: Notes) -> None:
    """Do one person's part; what goes wrong is noted, and the line is given back."""
    try:
        await act()
    except (WrongAnswerError, OSError, TimeoutError) as fault:
        notes.faults.append(f"{type(fault).__name__}: {fault}")
    finally:
        phone.hang_up()
