"""The ready-made pages of revisions: made at publication, and anew when a fact changes or lapses."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, select

from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.kit.markup import TooHeavy
from elearn.kit.speech import speak_soon
from elearn.library import ready
from elearn.library.fact_queries import facts_of
from elearn.library.laying import HERE, Layout
from elearn.library.leaving import way_out_of
from elearn.library.models import EVERYWHERE, FactRow, Revision, RevisionKey, RevisionPage, SpokenPart
from elearn.library.writing_queries import text_of, whole


def refresh_pages(day: date, by: Layout = HERE) -> int:
    """Make every page anew in which a fact is overdue by this day, or that was made by an older program.

    Return of how many revisions. A text that is too heavy by today's limits keeps the page it has.
    """
    old = (RevisionPage.good_until <= day) | (RevisionPage.renderer < ready.RENDERER)
    with transaction():
        stale = db.session.scalars(select(RevisionPage.revision_id).where(old).distinct()).all()
        return sum(_renew(revision_id, day, by) for revision_id in stale)


def make_pages_anew(facts: Sequence[str], by: Layout = HERE) -> None:
    """Make the pages anew of every revision, also an old one that people answered, that cites a fact."""
    rows = db.session.execute(select(Revision.id, Revision.facts).where(Revision.published_at.is_not(None)))
    for revision_id, cited in rows.all():
        if not set(facts).isdisjoint(cited):
            _renew(revision_id, today(), by)


def _renew(revision_id: int, day: date, by: Layout) -> bool:
    """Make the pages of a revision anew; return whether they were: its text may be too heavy by now."""
    try:
        render_pages(revision_id, day, by)
    except TooHeavy:
        return False
    return True


def render_pages(revision_id: int, day: date | None = None, by: Layout = HERE) -> None:
    """Make the page, the questions and the key of a revision: for all, and for each ward with own facts."""
    day = day or today()
    with transaction():
        revision, lesson, course = whole(revision_id)
        text = text_of(revision_id)
        own = _wards_with_own(revision.facts, course.ward_id)
        way_out = way_out_of(course.slug, lesson.slug)
        pages = {
            ward_id: by.make_ready(text, facts_of(ward_id), day, course.slug, way_out)
            for ward_id in (EVERYWHERE, *own)
        }
        for table in (RevisionPage, RevisionKey, SpokenPart):
            db.session.execute(delete(table).where(table.revision_id == revision_id))
        for ward_id, made in pages.items():
            db.session.add(
                RevisionPage(
                    revision_id=revision_id,
                    ward_id=ward_id,
                    html=made.html,
                    quiz=made.quiz,
                    held=made.held,
                    good_until=made.good_until,
                    links=made.links,
                    practice=made.practice,
                    renderer=ready.RENDERER,
                )
            )
            db.session.add(RevisionKey(revision_id=revision_id, ward_id=ward_id, key=made.key))
            db.session.add_all(
                SpokenPart(revision_id=revision_id, ward_id=ward_id, place=place, part=part, said=said)
                for place, (part, said) in enumerate(made.parts)
            )
        db.session.flush()
    speak_soon()


def _wards_with_own(facts: Sequence[str], ward_id: int | None) -> Sequence[int]:
    """Return the wards that read these facts with a value of their own."""
    own = select(FactRow.ward_id).where(FactRow.ward_id != EVERYWHERE, FactRow.id.in_(facts)).distinct()
    if ward_id is not None:
        own = own.where(FactRow.ward_id == ward_id)
    return db.session.scalars(own.order_by(FactRow.ward_id)).all()
