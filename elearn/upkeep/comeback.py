"""What happens in a database that comes back from a backup before anybody is let in."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import delete, text, update

from elearn.app import create_app
from elearn.kit import audit
from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.people.key_models import SecondStep
from elearn.people.models import ClassTicket, ReturnLink, Session, SessionKind, SignInCode
from elearn.upkeep.forgotten import Again, Wish, forget_again
from elearn.upkeep.manifest import Manifest
from elearn.upkeep.migrate import migrate

# The phone of a resident stays; everybody else signs in anew: their session may have been ended since
STAY = (SessionKind.OWN, SessionKind.NAMELESS)


def make_ready(settings: Mapping[str, Any], url: str, told: Manifest, wishes: Iterable[Wish]) -> Again:
    """Bring the database at that address up to date, forget again whom it had not forgotten yet, end what
    may have been ended since, and write the restore into its audit."""
    app = create_app(dict(settings) | {"SQLALCHEMY_DATABASE_URI": url})
    with app.app_context():
        try:
            migrate(db.engine, Path(app.config["MIGRATIONS"]))
            again = forget_again(wishes, told.made_at)
            _end_what_may_have_ended()
            day = f"{told.made_at:%Y-%m-%d}"
            audit.record("restore backup", "backup", day, actor_id=None, erased=again.done)
            if db.engine.dialect.name == "sqlite":
                db.session.commit()
                with db.engine.connect() as connection:
                    connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        finally:
            db.session.remove()
            db.engine.dispose()
    return again


def _end_what_may_have_ended() -> None:
    with transaction():
        db.session.execute(delete(Session).where(Session.kind.not_in(STAY)))
        db.session.execute(delete(SecondStep))
        for way_in in (SignInCode, ReturnLink, ClassTicket):
            db.session.execute(update(way_in).where(way_in.expires_at > now()).values(expires_at=now()))
