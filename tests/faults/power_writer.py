"""Writes as people do who learn, and says of each answer that it is kept: test_power.py runs it."""

import os
import sys

import config
from elearn.app import create_app
from elearn.kit import db as kit_db
from elearn.kit.throttle import note_try
from elearn.learning.actions import keep_results
from tests.builders import attempt, nameless


def main(ledger: str, people: int, revision_id: int, group_id: int, synchronous: str) -> None:
    kit_db.DURABLE = f"PRAGMA synchronous = {synchronous}"
    acknowledged = os.open(ledger, os.O_WRONLY | os.O_APPEND)
    with create_app(config.from_environment()).app_context():
        for number in range(people):
            person = nameless()
            os.write(acknowledged, f"person {person}\n".encode())
            note_try(f"pin:{person}")  # it need not be there afterwards, and takes nothing with it
            keep_results(person, keeping="group", group_id=group_id)
            attempt(person, revision_id, attempt_id=f"attempt-{number}")
            os.write(acknowledged, f"attempt attempt-{number}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5])
