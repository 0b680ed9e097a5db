"""What goes public has been read: reviewed, published, confirmed."""

import pytest
from sqlalchemy import select

from elearn.kit.audit import broken_links
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.library import lesson_queries, publishing, revisions
from elearn.library.models import (
    Revision,
    RevisionKey,
    RevisionPage,
    State,
)
from elearn.library.publishing import Faulty
from tests.library.small import (
    COURSE,
    LESSON,
    REASON,
    WARD,
    acts,
    lesson_id,
    published,
    text_of,
)


def make_draft(author, change=("35 nghìn", "45 nghìn")):
    draft = revisions.new_draft(lesson_id(), author)
    revisions.save_draft(draft.id, text_of(draft.id).replace(*change), draft.saves, author)
    return db.session.get(Revision, draft.id)


def test_review_and_publication(loaded, who):
    author, editor = who
    draft = make_draft(author)
    for _ in range(2):
        revisions.submit_for_review(draft.id, author)
    with pytest.raises(Refused):
        revisions.return_to_author(draft.id, "sửa", editor)
    revisions.return_to_author(draft.id, "Xin sửa số tiền cho đúng.", editor)
    assert draft.state == State.DRAFT and draft.returned_because
    revisions.submit_for_review(draft.id, author)
    revisions.take_back(draft.id, author)
    revisions.submit_for_review(draft.id, author)
    for _ in range(2):
        publishing.publish(draft.id, editor, draft.saves, warnings_read=True)
    page = lesson_queries.find_lesson_page(COURSE, LESSON, WARD)
    assert "45 nghìn" in page.html and not page.read_by_one
    assert (page.author_id, page.reviewer_id) == (author, editor)
    assert acts().count("publish") == 1 and list(broken_links()) == []
    states = db.session.scalars(select(Revision.state).where(Revision.lesson_id == lesson_id())).all()
    assert states.count(State.PUBLISHED) == 1


def test_one_alone_gives_a_reason_and_the_page_says_so_until_another_confirms(loaded, who):
    author, editor = who
    draft = make_draft(editor)
    with pytest.raises(Refused, match="người đọc thứ hai"):
        publishing.publish(draft.id, editor, draft.saves, warnings_read=True)
    publishing.publish(draft.id, editor, draft.saves, reason=REASON, warnings_read=True)
    assert lesson_queries.find_lesson_page(COURSE, LESSON, WARD).read_by_one
    with pytest.raises(Refused, match="người khác"):
        publishing.confirm(draft.id, editor)
    publishing.confirm(draft.id, author)
    assert not lesson_queries.find_lesson_page(COURSE, LESSON, WARD).read_by_one
    with pytest.raises(Refused, match="đã có người đọc"):
        publishing.confirm(draft.id, author)


def test_a_text_with_an_error_is_not_published_and_warnings_are_read_first(loaded, who):
    author, editor = who
    broken = make_draft(author, ("- [x] Dừng lại", "- [ ] Dừng lại"))
    with pytest.raises(Faulty) as faulty:
        publishing.publish(broken.id, editor, broken.saves, reason=REASON, warnings_read=True)
    assert [one.severity for one in faulty.value.remarks] == ["error"]
    revisions.save_draft(
        broken.id, text_of(published().id).replace("35 nghìn", "35 nghìn. Một. Hai. Ba"), broken.saves, author
    )
    draft = db.session.get(Revision, broken.id)
    with pytest.raises(Faulty, match="nên xem lại"):
        publishing.publish(draft.id, editor, draft.saves)
    publishing.publish(draft.id, editor, draft.saves, warnings_read=True)
    assert published().id == draft.id


def test_what_was_changed_since_it_was_read_is_not_published(loaded, who):
    author, editor = who
    draft = make_draft(author)
    read = draft.saves
    revisions.save_draft(draft.id, text_of(draft.id).replace("45 nghìn", "55 nghìn"), read, author)
    with pytest.raises(Refused, match="đọc lại bản mới"):
        publishing.publish(draft.id, editor, read, warnings_read=True)


def test_the_key_stands_apart_from_the_page(loaded):
    revision = published()
    page = db.session.scalar(select(RevisionPage).where(RevisionPage.revision_id == revision.id))
    key = db.session.scalar(select(RevisionKey.key).where(RevisionKey.revision_id == revision.id))
    assert set(key) == {one["key"] for one in page.quiz}
    quiz = str(page.quiz) + page.html
    assert not [
        one["explanation"] for one in key.values() if one["explanation"] and one["explanation"] in quiz
    ]
