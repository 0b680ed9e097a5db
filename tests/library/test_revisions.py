"""Drafts are saved once, two writers are told, nothing that was typed is lost."""

import pytest
from sqlalchemy import func, select

from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.library import revisions
from elearn.library.models import (
    Revision,
    RevisionSource,
    State,
)
from elearn.library.rules import Conflict
from tests.library.small import lesson_id, published, text_of


def test_a_draft_is_saved_once_and_a_second_writer_is_told(loaded, who):
    author, editor = who
    draft = revisions.new_draft(lesson_id(), author)
    assert revisions.new_draft(lesson_id(), editor).id == draft.id, "the open draft, not a second one"
    mine = text_of(draft.id).replace("35 nghìn", "45 nghìn")
    opened = draft.saves
    revisions.save_draft(draft.id, mine, opened, author)
    revisions.save_draft(draft.id, mine, opened, author)
    theirs = text_of(draft.id).replace("45 nghìn", "55 nghìn")
    with pytest.raises(Conflict) as conflict:
        revisions.save_draft(draft.id, theirs, opened, editor)
    assert (conflict.value.mine, conflict.value.theirs, conflict.value.saved_by_id) == (theirs, mine, author)
    assert text_of(draft.id) == mine
    revisions.take_mine(draft.id, theirs, conflict.value.saves, editor)
    assert text_of(draft.id) == theirs
    history = db.session.scalars(
        select(RevisionSource.text).join(Revision).where(Revision.state == State.RETIRED)
    ).all()
    assert mine in history, "nothing is lost"


def test_a_text_written_elsewhere_is_one_draft_however_often_it_is_brought(loaded, who):
    brought = text_of(published().id).replace("35 nghìn", "45 nghìn")
    begun = revisions.new_draft(lesson_id(), who[0])
    one = revisions.bring_draft(lesson_id(), brought, who[0])
    assert one.id != begun.id and text_of(one.id) == brought
    assert revisions.bring_draft(lesson_id(), brought.replace("\n", "\r\n"), who[1]).id == one.id


def test_giving_way_twice_keeps_the_own_text_once(loaded, who):
    draft = revisions.new_draft(lesson_id(), who[0])
    mine = text_of(draft.id).replace("35 nghìn", "45 nghìn")
    kept = select(func.count()).select_from(RevisionSource).where(RevisionSource.text == mine)
    for _ in range(2):
        revisions.take_theirs(draft.id, mine, who[1])
    assert db.session.scalar(kept) == 1 and text_of(draft.id) != mine


def test_typing_stays_and_questions_get_keys(loaded, who):
    draft = revisions.new_draft(lesson_id(), who[0])
    typed = (
        text_of(draft.id).replace("\n", "\r\n")
        + "\r\n### Câu mới?\r\n- [x] a\r\n- [ ] b\r\n- [ ] c\r\n> Vì.\r\n"
    )
    revisions.save_draft(draft.id, typed, draft.saves, who[0])
    assert "### Câu mới? {#cau-moi}\n" in text_of(draft.id)


def test_a_published_text_never_changes(loaded, who):
    revision = published()
    before = text_of(revision.id)
    with pytest.raises(Refused):
        revisions.save_draft(revision.id, before + "\nthêm", revision.saves, who[0])
    assert text_of(revision.id) == before
    revisions.save_draft(revision.id, before, revision.saves, who[0])


def test_what_was_put_away_can_be_restored(loaded, who):
    draft = revisions.new_draft(lesson_id(), who[0])
    revisions.save_draft(draft.id, text_of(draft.id).replace("35 nghìn", "45 nghìn"), draft.saves, who[0])
    kept = text_of(draft.id)
    for _ in range(2):
        revisions.drop_draft(draft.id, who[0])
    assert db.session.get(Revision, draft.id).state == State.RETIRED
    again = revisions.restore(draft.id, who[1])
    assert again.id != draft.id and text_of(again.id) == kept and again.state == State.DRAFT
