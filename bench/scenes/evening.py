"""L1, the evening: so many residents open the same link, half of them in the first fifth of the time."""

import time

from bench.scenes import ledger
from bench.scenes.crowd import arrivals, let_come
from bench.scenes.figures import Figures
from bench.scenes.people import Pauses, Resident
from bench.scenes.phone import Notes, Phone
from bench.scenes.place import Place
from bench.scenes.served import Served

PASS_LINE = 0.3  # seconds within which 95 of 100 pages come


def evening(place: Place, residents: int, seconds: float, pauses: Pauses) -> Figures:
    """Let them come; hold what they were told against the database."""
    notes, before = Notes(), ledger.Before(place)
    with Served(place) as server:
        phones = [Phone(server.port, notes) for _ in range(residents)]
        everybody = [Resident(number, place, phone, pauses) for number, phone in enumerate(phones)]
        moments, began = arrivals(residents, seconds), time.monotonic()
        spent = let_come(moments, [one.come for one in everybody], phones, notes)
        took, look = time.monotonic() - began, server.look()
    kept = [one.kept for one in everybody]
    return Figures(
        f"evening, {residents} residents in {seconds:.0f} s",
        f"{notes.requests} requests in {took:.0f} s, {notes.busiest} in the busiest second; "
        f"pages p50 {notes.within(0.5, 'GET /')}, p95 {notes.within(0.95, 'GET /')}, "
        f"p99 {notes.within(0.99, 'GET /')}; "
        f"forms p50 {notes.within(0.5, 'POST')}, p95 {notes.within(0.95, 'POST')}; "
        f"{sum(len(one.attempts) for one in kept)} answers acknowledged; the server took "
        f"{look.processor:.0f} s of processor, the phones {spent:.0f} s; {look.memory:.0f} MB; "
        f"{notes.opened_again} lines opened again",
        notes.faults + server.faults() + ledger.hold(place, before, kept),
        {"p95 of pages under 300 ms": notes.percentile(0.95, "GET /") < PASS_LINE},
        notes.table(),
    )
