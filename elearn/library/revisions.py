"""Drafts: opened, saved, settled between two writers, handed in, returned, put away; all of it audited."""

from sqlalchemy import func, select, true

from elearn.kit.clock import now
from elearn.kit.db import db, lock, transaction
from elearn.kit.words import nfc
from elearn.library import ready, rules
from elearn.library.document.read import parse, with_keys
from elearn.library.models import Lesson, Revision, RevisionSource, State
from elearn.library.recorded import record, refuse_if
from elearn.library.rules import Conflict
from elearn.library.writing_queries import text_of


def new_draft(lesson_id: int, actor_id: int, text: str | None = None) -> Revision:
    """Open a draft of a lesson: of the text given, else the one open already, else of the published text.

    A draft with the very text given is that draft: twice is once.
    """
    with transaction():
        lesson = lock(Lesson, lesson_id)
        opened = db.session.scalar(
            select(Revision)
            .join(RevisionSource, RevisionSource.revision_id == Revision.id)
            .where(
                Revision.lesson_id == lesson_id,
                Revision.state.in_(rules.OPEN),
                true() if text is None else RevisionSource.text == text,
            )
            .order_by(Revision.number.desc())
            .limit(1)
        )
        if opened is not None:
            return opened
        if text is None:
            text = db.session.scalar(
                select(RevisionSource.text)
                .join(Revision, Revision.id == RevisionSource.revision_id)
                .where(Revision.lesson_id == lesson_id)
                .order_by((Revision.state == State.PUBLISHED).desc(), Revision.number.desc())
                .limit(1)
            )
        revision = add_revision(lesson, text or "", actor_id)
        record("open draft", "revision", revision.id, actor_id=actor_id, lesson=lesson_id)
    return revision


def bring_draft(lesson_id: int, text: str, actor_id: int) -> Revision:
    """Open a draft with a text that was written elsewhere; the same text twice is one draft."""
    return new_draft(lesson_id, actor_id, _as_kept(text))


def restore(revision_id: int, actor_id: int) -> Revision:
    """Open a draft with the text of an old revision; the old one stays as it is."""
    with transaction():
        revision, text = lock(Revision, revision_id), text_of(revision_id)
        return new_draft(revision.lesson_id, actor_id, text)


def save_draft(revision_id: int, text: str, saves: int, actor_id: int) -> Revision:
    """Keep the text of a draft, letters in one piece and a key for each question; or raise Conflict, Refused.

    `saves` is the count of the text that the writer had opened. The same text again changes nothing.
    """
    text = _as_kept(text)
    with transaction():
        revision = lock(Revision, revision_id)
        kept = text_of(revision_id)
        if text == kept:
            return revision  # type: ignore[no-any-return]
        refuse_if(rules.why_not_save(revision.state))
        if saves != revision.saves:
            raise Conflict(text, kept, revision.saves, revision.saved_by_id)
        _keep_text(revision, text, actor_id)
        record("save draft", "revision", revision_id, actor_id=actor_id, saves=revision.saves)
    return revision  # type: ignore[no-any-return]


def take_mine(revision_id: int, text: str, saves: int, actor_id: int) -> None:
    """End a conflict with one's own text in the draft; the colleague's stays in the history."""
    with transaction():
        revision = lock(Revision, revision_id)
        kept, colleague = text_of(revision_id), revision.saved_by_id
        before = revision.saves
        save_draft(revision_id, text, saves, actor_id)
        if revision.saves != before:
            _lay_aside(revision.lesson_id, kept, colleague, actor_id)


def take_theirs(revision_id: int, text: str, actor_id: int) -> None:
    """End a conflict with the colleague's text in the draft; one's own stays in the history."""
    with transaction():
        text = _as_kept(text)
        if text != text_of(revision_id):
            _lay_aside(lock(Revision, revision_id).lesson_id, text, actor_id, actor_id)


def submit_for_review(revision_id: int, actor_id: int) -> None:
    """Hand a draft in for review; twice is once."""
    with transaction():
        revision = lock(Revision, revision_id)
        if revision.state == State.IN_REVIEW:
            return
        refuse_if(rules.why_not_submit(revision.state))
        revision.state, revision.submitted_at, revision.returned_because = State.IN_REVIEW, now(), None
        record("submit for review", "revision", revision_id, actor_id=actor_id)


def take_back(revision_id: int, actor_id: int) -> None:
    """Take a draft back from review to go on writing."""
    with transaction():
        revision = lock(Revision, revision_id)
        if revision.state == State.IN_REVIEW:
            revision.state, revision.submitted_at = State.DRAFT, None
            record("take back from review", "revision", revision_id, actor_id=actor_id)


def return_to_author(revision_id: int, reason: str, actor_id: int) -> None:
    """Send a draft back with a word on what to mend."""
    with transaction():
        revision = lock(Revision, revision_id)
        refuse_if(rules.why_not_return(revision.state, reason))
        revision.state, revision.returned_because = State.DRAFT, reason.strip()
        record("return to author", "revision", revision_id, actor_id=actor_id)


def drop_draft(revision_id: int, actor_id: int) -> None:
    """Put a draft away; it stays readable in the history and can be restored from there."""
    with transaction():
        revision = lock(Revision, revision_id)
        if revision.state in rules.OPEN:
            revision.state, revision.retired_at = State.RETIRED, now()
            record("drop draft", "revision", revision_id, actor_id=actor_id)


# -- what the above is made of ---------------------------------------------------------------------


def _as_kept(text: str) -> str:
    """Return a text as it is kept: letters in one piece, lines ended alike, a key for each question."""
    return with_keys(nfc(text.replace("\r\n", "\n").replace("\r", "\n")))


def _lay_aside(lesson_id: int, text: str, author_id: int | None, actor_id: int) -> None:
    """Keep a text in the history of a lesson as a draft that was put away; the same text only once."""
    known = db.session.scalar(
        select(func.count(Revision.id))
        .join(RevisionSource, RevisionSource.revision_id == Revision.id)
        .where(Revision.lesson_id == lesson_id, RevisionSource.text == text)
    )
    if not known:
        revision = add_revision(lock(Lesson, lesson_id), text, author_id)
        revision.state, revision.retired_at = State.RETIRED, now()
        record("lay draft aside", "revision", revision.id, actor_id=actor_id, lesson=lesson_id)


def add_revision(lesson: Lesson, text: str, author_id: int | None) -> Revision:
    highest = db.session.scalar(select(func.max(Revision.number)).where(Revision.lesson_id == lesson.id))
    revision = Revision(
        lesson_id=lesson.id,
        number=(highest or 0) + 1,
        state=State.DRAFT,
        title=lesson.title,
        minutes=lesson.minutes,
        saves=0,
        author_id=author_id,
        facts=[],
    )
    db.session.add(revision)
    db.session.flush()
    db.session.add(RevisionSource(revision_id=revision.id, text=""))
    db.session.flush()
    _keep_text(revision, text, author_id)
    return revision


def _keep_text(revision: Revision, text: str, who: int | None) -> None:
    document = parse(text).document
    source = db.session.get(RevisionSource, revision.id)
    assert source is not None
    source.text = text
    revision.title = document.title or revision.title
    revision.minutes = document.minutes or revision.minutes
    revision.objective, revision.facts = document.objective, ready.cited(document)
    revision.saves, revision.saved_at, revision.saved_by_id = revision.saves + 1, now(), who
    db.session.flush()
