"""What one try to come in is held against: budgets of the account, the device, the ward, the class."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app

from elearn.kit import audit, secrets, throttle
from elearn.kit.db import transaction
from elearn.people import rules
from elearn.people.entry_queries import ClassHere

QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
DAY, MONTH = timedelta(days=1), timedelta(days=30)


@dataclass(frozen=True)
class Place:
    """Where a try comes from: which ward, which device and whom it knows, which class."""

    ward_id: int
    nonce: str | None = None
    knows: frozenset[int] = frozenset()
    class_here: ClassHere | None = None
    network: str = ""  # the address without its last part


class Tally:
    """The counters that one try is held against. It is counted first and taken back when it was right,
    so that many tries at once cannot outrun the budget."""

    def __init__(
        self, what: str, identity: str, place: Place, *, known: bool, strangers: bool = False
    ) -> None:
        """Of a device that knows one of a phone's people, `strangers` says that there are others."""
        self.what, self.place, self.known, self.strangers = what, place, known, strangers
        key = current_app.config["SECRET_KEY"]
        self.account = f"{what}:{secrets.keyed(key, 'tries', identity)[:32]}"
        self.device = f"{what}-device:{place.nonce}"
        self.ward = f"ward:{place.ward_id}"
        self.class_key = f"class:{place.class_here.token_digest[:32]}" if place.class_here else ""
        self.at: datetime | None = None
        self.as_stranger_at: datetime | None = None  # when it was reserved as a stranger's too

    @property
    def key(self) -> str:
        return self.device if self.known else self.account

    def reserve(self) -> str | None:
        """Count the try; return why it is refused (and then it was not counted), or None.

        It is counted before it is judged: the counter is locked by then, so of many tries at once each
        sees those before it. On a device that knows one of a phone's people, it is a try at the others
        too, and takes of their budget as a stranger's does: else each of many such devices would have a
        free one while the first is still being hashed.
        """
        with transaction(durable=False):
            self.at = throttle.note_try(self.key)
            refusal = self.refusal(reserved=1)
            if refusal is not None:
                throttle.take_back(self.key, self.at)
            elif self.known and self.strangers:
                self._reserve_as_stranger()
        return refusal

    def _reserve_as_stranger(self) -> None:
        stranger = copy(self)
        stranger.known = stranger.strangers = False
        if stranger.reserve() is None:
            self.as_stranger_at = stranger.at

    def refusal(self, *, reserved: int = 0) -> str | None:
        """Return why a try would be refused now, or None; so many have been counted for the try itself."""

        def within(key: str, span: timedelta) -> int:
            return throttle.tries_within(key, span) - (reserved if key == self.key else 0)

        by_device = within(self.device, QUARTER) if self.known else 0
        if self.what == "password":
            by_unknown = 0 if self.known else within(self.account, HOUR)
            return rules.password_refusal(
                known_device=self.known, by_this_device=by_device, by_unknown_this_hour=by_unknown
            )
        if self.known:
            return rules.refusal(rules.Budget(True, by_this_device=by_device))
        here = self.place.class_here
        return rules.refusal(
            rules.Budget(
                False,
                by_unknown_today=within(self.account, DAY),
                by_unknown_this_month=within(self.account, MONTH),
                in_ward_this_hour=0 if here else within(self.ward, HOUR),
                in_class=here is not None,
                by_class=within(self.class_key, DAY) if here else 0,
                class_budget=here.budget if here else 0,
            )
        )

    def strangers_may(self) -> bool:
        """On a device that knows one of a phone's people: may another of them come in by it?"""
        return self.as_stranger_at is not None

    def wrong(self) -> None:
        """Let what was reserved stand, and count it where else it belongs."""
        if self.what == "pin" and not self.known:
            with transaction():
                throttle.note_try(self.class_key or self.ward)
                self._tell_of_pause()

    def _tell_of_pause(self) -> None:
        """Put it into the audit, for the ward's administrator, when strangers' PINs begin to be refused."""
        if not self.class_key and throttle.tries_within(self.ward, HOUR) == rules.WARD_WRONG_AN_HOUR:
            audit.record("pause pins", "ward", self.place.ward_id, actor_id=None, ward_id=self.place.ward_id)

    def right(self) -> None:
        """Take back what was reserved."""
        assert self.at is not None
        with transaction(durable=False):
            throttle.take_back(self.key, self.at)
            if self.as_stranger_at is not None:
                throttle.take_back(self.account, self.as_stranger_at)
