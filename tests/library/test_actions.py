"""Courses in the library: loaded, written, published, retired; their facts lapse; all comes out again."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from elearn.kit.audit import AuditEntry, broken_links
from elearn.kit.clock import today
from elearn.kit.db import Base, db
from elearn.kit.refused import Refused
from elearn.library import actions, queries
from elearn.library.actions import Faulty, load_shelf
from elearn.library.document.course import LessonFile
from elearn.library.document.read import parse
from elearn.library.facts import Fact
from elearn.library.folder import read_shelf, write_shelf
from elearn.library.models import (
    EVERYWHERE,
    Course,
    FactRow,
    Lesson,
    Revision,
    RevisionKey,
    RevisionPage,
    RevisionSource,
    State,
)
from elearn.library.rules import Conflict
from tests.library.document.made import SHELF

WARD = 1
COURSE, LESSON = "thanh-toan-so", "quet-ma-qr"
REASON = "Phường chỉ có một người soạn bài."


@pytest.fixture(scope="module")
def shipped():
    return read_shelf(SHELF)


@pytest.fixture
def small(shipped):
    """One shipped course, cut to two lessons, with all facts."""
    (course,) = [one for one in shipped.courses if one.slug == COURSE]
    lessons = tuple(one for one in course.lessons if one.slug in (LESSON, "lo-bi-lua"))
    return replace(shipped, courses=(replace(course, lessons=lessons, placement=(f"{LESSON}#ten-la",)),))


@pytest.fixture
def loaded(app, small):
    load_shelf(small)
    return small


@pytest.fixture
def who(app, person):
    """Ids of the author and of the editor."""
    return person("thu").id, person("duc").id


def lesson_id(slug=LESSON):
    return db.session.scalar(select(Lesson.id).where(Lesson.slug == slug))


def published(slug=LESSON):
    return db.session.scalar(
        select(Revision).where(Revision.lesson_id == lesson_id(slug), Revision.state == State.PUBLISHED)
    )


def text_of(revision_id):
    return db.session.scalar(select(RevisionSource.text).where(RevisionSource.revision_id == revision_id))


def everything():
    """Every row of every table but the audit, to see that nothing changed."""
    db.session.rollback()
    return {
        table.name: sorted(map(str, db.session.execute(table.select())))
        for table in Base.metadata.sorted_tables
        if not table.name.startswith("audit")
    }


def with_text(shelf, slug, change):
    """The shelf with the text of one lesson changed."""
    (course,) = shelf.courses
    lessons = tuple(
        replace(one, text=change(one.text), document=parse(change(one.text)).document)
        if one.slug == slug
        else one
        for one in course.lessons
    )
    return replace(shelf, courses=(replace(course, lessons=lessons),))


def acts():
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


# -- loading a shelf


def test_loading_twice_is_loading_once(app, small):
    first = load_shelf(small)
    assert (first.courses, first.lessons, first.revisions, first.drafts) == (1, 2, 2, 0)
    assert first.facts == len(small.facts)
    before, told = everything(), acts()
    again = load_shelf(small)
    assert not again.changed and everything() == before and acts() == told


def test_a_shelf_with_one_faulty_lesson_changes_nothing(app, small):
    before = everything()
    broken = with_text(small, "lo-bi-lua", lambda text: text.replace("[x]", "[ ]", 1))
    with pytest.raises(Faulty, match="thanh-toan-so/lo-bi-lua: dòng"):
        load_shelf(broken)
    assert everything() == before


def test_a_short_number_that_is_taken_stops_the_whole_shelf(app, small):
    load_shelf(small)
    before = everything()
    (course,) = small.courses
    with pytest.raises(Refused, match="1300"):
        load_shelf(replace(small, courses=(replace(course, slug="khac", code="K9"),)))
    assert everything() == before


def test_a_shelf_that_fails_at_its_end_leaves_nothing_behind(app, small, monkeypatch):
    before = everything()

    def fail(*_, **__):
        raise RuntimeError("the lights went out")

    monkeypatch.setattr(actions.audit, "record", fail)
    with pytest.raises(RuntimeError):
        load_shelf(small)
    assert everything() == before


def test_what_was_loaded_comes_out_byte_for_byte(app, shipped, tmp_path):
    load_shelf(shipped)
    write_shelf(actions.export_shelf(), tmp_path)
    for path in SHELF.rglob("*"):
        if path.is_file() and path.name != "README.md":
            assert (tmp_path / path.relative_to(SHELF)).read_bytes() == path.read_bytes(), path.name
    assert actions.export_shelf() == shipped


def test_a_new_text_of_the_project_takes_the_place_of_its_old_one(loaded):
    old = published()
    newer = with_text(loaded, LESSON, lambda text: text.replace("35 nghìn", "36 nghìn"))
    found = load_shelf(newer)
    assert (found.revisions, found.drafts, found.lessons) == (1, 0, 0)
    assert "36 nghìn" in queries.find_lesson_page(COURSE, LESSON, WARD).html
    db.session.refresh(old)
    assert old.state == State.RETIRED and "35 nghìn" in text_of(old.id), "people have answered it: it stays"
    assert load_shelf(loaded).revisions == 1, "going back is a new text again"


def test_the_wards_own_text_is_kept_and_the_projects_laid_beside_it(loaded, who):
    author, editor = who
    draft = actions.new_draft(lesson_id(), author)
    actions.save_draft(draft.id, text_of(draft.id).replace("35 nghìn", "45 nghìn"), draft.saves, author)
    actions.publish(draft.id, editor, draft.saves, warnings_read=True)
    newer = with_text(loaded, LESSON, lambda text: text.replace("35 nghìn", "36 nghìn"))
    found = load_shelf(newer)
    assert (found.revisions, found.drafts) == (0, 1) and "bản nháp" in " ".join(found.told)
    assert "45 nghìn" in queries.find_lesson_page(COURSE, LESSON, WARD).html
    beside = db.session.scalars(
        select(RevisionSource.text).join(Revision).where(Revision.state == State.DRAFT)
    ).all()
    assert len(beside) == 1 and "36 nghìn" in beside[0]
    assert load_shelf(newer).drafts == 0, "twice is once"


def test_a_draft_that_the_ward_has_begun_is_not_passed_over(loaded, who):
    draft = actions.new_draft(lesson_id(), who[0])
    actions.save_draft(draft.id, text_of(draft.id) + "\n", draft.saves, who[0])
    found = load_shelf(with_text(loaded, LESSON, lambda text: text.replace("35 nghìn", "36 nghìn")))
    assert (found.revisions, found.drafts) == (0, 1)


def test_what_the_ward_says_of_a_course_is_kept(loaded, who):
    course = db.session.scalar(select(Course).where(Course.slug == COURSE))
    actions.save_course(course.id, who[1], title="Thanh toán ở phường ta")
    (file,) = loaded.courses
    found = load_shelf(replace(loaded, courses=(replace(file, goal="Mục tiêu mới"),)))
    db.session.refresh(course)
    assert course.title == "Thanh toán ở phường ta" and course.goal != "Mục tiêu mới"
    assert "giữ nguyên" in " ".join(found.told)


def test_an_approved_course_with_a_new_text_must_be_approved_again(loaded, who):
    course = db.session.scalar(select(Course).where(Course.slug == COURSE))
    assert queries.find_lesson_page(COURSE, LESSON, WARD).unapproved
    for _ in range(2):
        actions.approve_course(course.id, who[1])
    assert not queries.find_lesson_page(COURSE, LESSON, WARD).unapproved
    assert acts().count("approve course") == 1
    load_shelf(with_text(loaded, LESSON, lambda text: text.replace("35 nghìn", "36 nghìn")))
    assert queries.find_lesson_page(COURSE, LESSON, WARD).unapproved


def test_an_editors_check_of_a_fact_is_not_undone_by_an_older_shelf(loaded, who):
    fact = loaded.facts[0]
    actions.save_fact(fact.id, EVERYWHERE, who[1], value="giá trị mới")
    load_shelf(loaded)
    assert queries.facts_of(WARD)[fact.id].value == "giá trị mới"
    newer = replace(fact, value="mới hơn nữa", checked_on=today() + timedelta(days=1))
    load_shelf(replace(loaded, facts=(newer, *loaded.facts[1:])))
    assert queries.facts_of(WARD)[fact.id].value == "mới hơn nữa"


def test_the_wards_order_of_lessons_is_kept(loaded, who):
    course = db.session.scalar(select(Course).where(Course.slug == COURSE))
    order = [one.id for one in queries.outline(course.id)]
    actions.reorder_lessons(course.id, order[::-1], who[1])
    load_shelf(with_text(loaded, LESSON, lambda text: text.replace("35 nghìn", "36 nghìn")))
    assert [one.id for one in queries.outline(course.id)] == order[::-1]


# -- drafts


def test_a_draft_is_saved_once_and_a_second_writer_is_told(loaded, who):
    author, editor = who
    draft = actions.new_draft(lesson_id(), author)
    assert actions.new_draft(lesson_id(), editor).id == draft.id, "the open draft, not a second one"
    mine = text_of(draft.id).replace("35 nghìn", "45 nghìn")
    opened = draft.saves
    actions.save_draft(draft.id, mine, opened, author)
    actions.save_draft(draft.id, mine, opened, author)
    theirs = text_of(draft.id).replace("45 nghìn", "55 nghìn")
    with pytest.raises(Conflict) as conflict:
        actions.save_draft(draft.id, theirs, opened, editor)
    assert (conflict.value.mine, conflict.value.theirs, conflict.value.saved_by_id) == (theirs, mine, author)
    assert text_of(draft.id) == mine
    actions.take_mine(draft.id, theirs, conflict.value.saves, editor)
    assert text_of(draft.id) == theirs
    history = db.session.scalars(
        select(RevisionSource.text).join(Revision).where(Revision.state == State.RETIRED)
    ).all()
    assert mine in history, "nothing is lost"


def test_a_text_written_elsewhere_is_one_draft_however_often_it_is_brought(loaded, who):
    brought = text_of(published().id).replace("35 nghìn", "45 nghìn")
    begun = actions.new_draft(lesson_id(), who[0])
    one = actions.bring_draft(lesson_id(), brought, who[0])
    assert one.id != begun.id and text_of(one.id) == brought
    assert actions.bring_draft(lesson_id(), brought.replace("\n", "\r\n"), who[1]).id == one.id


def test_giving_way_twice_keeps_the_own_text_once(loaded, who):
    draft = actions.new_draft(lesson_id(), who[0])
    mine = text_of(draft.id).replace("35 nghìn", "45 nghìn")
    kept = select(func.count()).select_from(RevisionSource).where(RevisionSource.text == mine)
    for _ in range(2):
        actions.take_theirs(draft.id, mine, who[1])
    assert db.session.scalar(kept) == 1 and text_of(draft.id) != mine


def test_typing_stays_and_questions_get_keys(loaded, who):
    draft = actions.new_draft(lesson_id(), who[0])
    typed = (
        text_of(draft.id).replace("\n", "\r\n")
        + "\r\n### Câu mới?\r\n- [x] a\r\n- [ ] b\r\n- [ ] c\r\n> Vì.\r\n"
    )
    actions.save_draft(draft.id, typed, draft.saves, who[0])
    assert "### Câu mới? {#cau-moi}\n" in text_of(draft.id)


def test_a_published_text_never_changes(loaded, who):
    revision = published()
    before = text_of(revision.id)
    with pytest.raises(Refused):
        actions.save_draft(revision.id, before + "\nthêm", revision.saves, who[0])
    assert text_of(revision.id) == before
    actions.save_draft(revision.id, before, revision.saves, who[0])


def test_what_was_put_away_can_be_restored(loaded, who):
    draft = actions.new_draft(lesson_id(), who[0])
    actions.save_draft(draft.id, text_of(draft.id).replace("35 nghìn", "45 nghìn"), draft.saves, who[0])
    kept = text_of(draft.id)
    for _ in range(2):
        actions.drop_draft(draft.id, who[0])
    assert db.session.get(Revision, draft.id).state == State.RETIRED
    again = actions.restore(draft.id, who[1])
    assert again.id != draft.id and text_of(again.id) == kept and again.state == State.DRAFT


# -- publication


def make_draft(author, change=("35 nghìn", "45 nghìn")):
    draft = actions.new_draft(lesson_id(), author)
    actions.save_draft(draft.id, text_of(draft.id).replace(*change), draft.saves, author)
    return db.session.get(Revision, draft.id)


def test_review_and_publication(loaded, who):
    author, editor = who
    draft = make_draft(author)
    for _ in range(2):
        actions.submit_for_review(draft.id, author)
    with pytest.raises(Refused):
        actions.return_to_author(draft.id, "sửa", editor)
    actions.return_to_author(draft.id, "Xin sửa số tiền cho đúng.", editor)
    assert draft.state == State.DRAFT and draft.returned_because
    actions.submit_for_review(draft.id, author)
    actions.take_back(draft.id, author)
    actions.submit_for_review(draft.id, author)
    for _ in range(2):
        actions.publish(draft.id, editor, draft.saves, warnings_read=True)
    page = queries.find_lesson_page(COURSE, LESSON, WARD)
    assert "45 nghìn" in page.html and not page.read_by_one
    assert (page.author_id, page.reviewer_id) == (author, editor)
    assert acts().count("publish") == 1 and list(broken_links()) == []
    states = db.session.scalars(select(Revision.state).where(Revision.lesson_id == lesson_id())).all()
    assert states.count(State.PUBLISHED) == 1


def test_one_alone_gives_a_reason_and_the_page_says_so_until_another_confirms(loaded, who):
    author, editor = who
    draft = make_draft(editor)
    with pytest.raises(Refused, match="người đọc thứ hai"):
        actions.publish(draft.id, editor, draft.saves, warnings_read=True)
    actions.publish(draft.id, editor, draft.saves, reason=REASON, warnings_read=True)
    assert queries.find_lesson_page(COURSE, LESSON, WARD).read_by_one
    with pytest.raises(Refused, match="người khác"):
        actions.confirm(draft.id, editor)
    actions.confirm(draft.id, author)
    assert not queries.find_lesson_page(COURSE, LESSON, WARD).read_by_one
    with pytest.raises(Refused, match="đã có người đọc"):
        actions.confirm(draft.id, author)


def test_a_text_with_an_error_is_not_published_and_warnings_are_read_first(loaded, who):
    author, editor = who
    broken = make_draft(author, ("- [x] Dừng lại", "- [ ] Dừng lại"))
    with pytest.raises(Faulty) as faulty:
        actions.publish(broken.id, editor, broken.saves, reason=REASON, warnings_read=True)
    assert [one.severity for one in faulty.value.remarks] == ["error"]
    actions.save_draft(
        broken.id, text_of(published().id).replace("35 nghìn", "35 nghìn. Một. Hai. Ba"), broken.saves, author
    )
    draft = db.session.get(Revision, broken.id)
    with pytest.raises(Faulty, match="nên xem lại"):
        actions.publish(draft.id, editor, draft.saves)
    actions.publish(draft.id, editor, draft.saves, warnings_read=True)
    assert published().id == draft.id


def test_what_was_changed_since_it_was_read_is_not_published(loaded, who):
    author, editor = who
    draft = make_draft(author)
    read = draft.saves
    actions.save_draft(draft.id, text_of(draft.id).replace("45 nghìn", "55 nghìn"), read, author)
    with pytest.raises(Refused, match="đọc lại bản mới"):
        actions.publish(draft.id, editor, read, warnings_read=True)


def test_the_key_stands_apart_from_the_page(loaded):
    revision = published()
    page = db.session.scalar(select(RevisionPage).where(RevisionPage.revision_id == revision.id))
    key = db.session.scalar(select(RevisionKey.key).where(RevisionKey.revision_id == revision.id))
    assert set(key) == {one["key"] for one in page.quiz}
    quiz = str(page.quiz) + page.html
    assert not [
        one["explanation"] for one in key.values() if one["explanation"] and one["explanation"] in quiz
    ]


# -- retiring


def test_what_is_retired_is_not_offered_and_can_be_offered_again(loaded, who):
    editor = who[1]
    with pytest.raises(Refused, match="lý do"):
        actions.retire_lesson(lesson_id(), "cũ", editor)
    for _ in range(2):
        actions.retire_lesson(lesson_id(), "Bài này đã cũ rồi.", editor)
    assert queries.find_lesson_page(COURSE, LESSON, WARD) is None
    assert queries.find_quiz(COURSE, LESSON, WARD, today()) is None
    assert queries.find_by_short("1303", WARD) is None
    assert [one.slug for one in queries.find_course(COURSE, WARD).lessons] == ["lo-bi-lua"]
    assert [one.slug for one in actions.export_shelf().courses[0].lessons] == ["lo-bi-lua"]
    assert queries.answer_key(published().id, WARD, today()), "who has answered it may still read why"
    for _ in range(2):
        actions.offer_lesson_again(lesson_id(), editor)
    assert queries.find_lesson_page(COURSE, LESSON, WARD) is not None
    assert (acts().count("retire lesson"), acts().count("offer lesson again")) == (1, 1)


def test_a_retired_course_is_gone_from_every_list(loaded, who):
    course = db.session.scalar(select(Course.id).where(Course.slug == COURSE))
    actions.retire_course(course, "Khóa này đã cũ rồi.", who[1])
    assert queries.published_courses(WARD) == [] and queries.find_course(COURSE, WARD) is None
    assert (
        queries.find_lesson_page(COURSE, LESSON, WARD) is None and queries.find_by_short("1300", WARD) is None
    )
    assert actions.export_shelf().courses == ()
    actions.offer_course_again(course, who[1])
    assert [one.slug for one in queries.published_courses(WARD)] == [COURSE]


# -- facts


FACT_LESSON = """---
code: {code}
title: Gọi tổng đài
minutes: 3
short: 1399
objective: Biết số cần gọi.
---
## Mở bài
Bác gọi {{F-THU}} khi cần.

## Câu hỏi

### Bác gọi số nào? {{#so-nao}}
- [x] Số của phường
- [ ] Số lạ
- [ ] Số cũ
> Số này có người trực. [F-THU]

### Bác gọi lúc nào? {{#luc-nao}}
- [x] Giờ hành chính
- [ ] Nửa đêm
- [ ] Sáng sớm
> Lúc đó có người.
"""


@pytest.fixture
def dated(small):
    """The shelf with a lesson that prints a fact of its own, checked today, good for six months."""
    fact = Fact("F-THU", "Số", "1900 0000", "verified", "hỏi phường", "TTXVN", today(), 6)
    text = FACT_LESSON.format(code="TTS-99")
    (course,) = small.courses
    file = LessonFile("goi-tong-dai", text, parse(text).document)
    return replace(
        small, facts=(*small.facts, fact), courses=(replace(course, lessons=(*course.lessons, file)),)
    )


def page_of(day, ward_id=WARD):
    page = queries.find_lesson_page(COURSE, "goi-tong-dai", ward_id)
    return queries.page_html(page, day)


def asked_on(day, ward_id=WARD):
    quiz = queries.find_quiz(COURSE, "goi-tong-dai", ward_id, day)
    return [one["key"] for one in quiz.questions], quiz.held


def test_an_overdue_fact_gives_way_to_its_fallback_and_its_question_waits(app, dated, who):
    load_shelf(dated)
    last = queries.facts_of(WARD)["F-THU"].review_by
    assert "1900 0000" in page_of(last) and asked_on(last) == (["so-nao", "luc-nao"], 0)
    late = last + timedelta(days=1)
    assert "1900 0000" not in page_of(late) and "hỏi phường" in page_of(late)
    assert asked_on(late) == (["luc-nao"], 1)
    assert [one.question["key"] for one in queries.find_placement(COURSE, WARD, late)] in ([], ["ten-la"])


def test_the_regular_work_keeps_what_reading_would_make_anew(app, dated):
    load_shelf(dated)
    late = queries.facts_of(WARD)["F-THU"].review_by + timedelta(days=1)
    assert actions.refresh_pages(late) >= 1
    assert actions.refresh_pages(late) == 0, "twice is once"
    kept = queries.find_lesson_page(COURSE, "goi-tong-dai", WARD)
    assert "hỏi phường" in kept.html and kept.asked == 1


def test_a_check_brings_the_value_back_and_never_touches_the_text(app, dated, who, monkeypatch):
    load_shelf(dated)
    late = queries.facts_of(WARD)["F-THU"].review_by + timedelta(days=1)
    before = text_of(published("goi-tong-dai").id)
    actions.refresh_pages(late)
    monkeypatch.setattr(actions, "today", lambda: late)
    for _ in range(2):
        actions.check_fact("F-THU", EVERYWHERE, who[1])
    assert "1900 0000" in queries.find_lesson_page(COURSE, "goi-tong-dai", WARD).html
    assert acts().count("check fact") == 1
    assert text_of(published("goi-tong-dai").id) == before


def test_a_new_value_is_on_every_page_at_once_also_on_old_ones(app, dated, who):
    load_shelf(dated)
    actions.save_fact("F-THU", EVERYWHERE, who[1], value="1900 9999", source="Công văn phường")
    assert "1900 9999" in page_of(today())
    with pytest.raises(Refused):
        actions.save_fact("F-KHONG", EVERYWHERE, who[1], value="x")


def test_a_ward_may_have_its_own_value_and_go_back(app, dated, who):
    load_shelf(dated)
    actions.save_fact("F-THU", WARD, who[1], value="0225 111")
    assert "0225 111" in page_of(today()) and "1900 0000" in page_of(today(), ward_id=2)
    assert asked_on(today())[0] == ["so-nao", "luc-nao"]
    for _ in range(2):
        actions.drop_own_fact("F-THU", WARD, who[1])
    assert "1900 0000" in page_of(today())
    assert (
        db.session.scalar(select(func.count()).select_from(FactRow).where(FactRow.ward_id != EVERYWHERE)) == 0
    )
    assert (
        db.session.scalar(
            select(func.count()).select_from(RevisionPage).where(RevisionPage.ward_id != EVERYWHERE)
        )
        == 0
    )


def test_a_lesson_all_of_whose_questions_wait_can_be_read(app, dated):
    one_question = re.sub(r"\n### Bác gọi lúc nào.*", "", dated.courses[0].lessons[-1].text, flags=re.DOTALL)
    load_shelf(with_text(dated, "goi-tong-dai", lambda _: one_question))
    late = queries.facts_of(WARD)["F-THU"].review_by + timedelta(days=1)
    assert asked_on(late) == ([], 1) and "hỏi phường" in page_of(late)
    actions.refresh_pages(late)
    assert queries.find_lesson_page(COURSE, "goi-tong-dai", WARD).asked == 0


# -- own courses


def test_the_same_course_and_lesson_are_made_once(app, who):
    one = actions.new_course(WARD, "Khóa của phường", "other", "", "", who[0])
    assert actions.new_course(WARD, "Khóa của phường", "other", "", "", who[0]).id == one.id
    first = actions.new_lesson(one.id, "Bài: một", who[0])
    assert actions.new_lesson(one.id, "Bài: một", who[0]).id == first.id
    document = parse(text_of(first.id)).document
    assert document.title == "Bài: một" and document.short not in ("", one.short)
    assert queries.find_course(one.slug, WARD) is None, "nothing of it is published yet"


def test_a_wards_course_is_not_offered_next_door(app, who):
    course = actions.new_course(WARD, "Khóa của phường", "other", "", "", who[0])
    draft = actions.new_lesson(course.id, "Bài một", who[0])
    actions.publish(draft.id, who[0], draft.saves, reason=REASON, warnings_read=True)
    assert [one.slug for one in queries.published_courses(WARD)] == [course.slug]
    assert queries.published_courses(2) == []
    slug = queries.find_course(course.slug, WARD).lessons[0].slug
    assert queries.find_lesson_page(course.slug, slug, WARD) and not queries.find_lesson_page(
        course.slug, slug, 2
    )


def test_order_names_each_lesson_once(loaded, who):
    course = db.session.scalar(select(Course).where(Course.slug == COURSE))
    order = [one.id for one in queries.outline(course.id)]
    for wrong in (order[:1], [*order, order[0]], [*order, 99999]):
        with pytest.raises(Refused):
            actions.reorder_lessons(course.id, wrong, who[1])
    for _ in range(2):
        actions.reorder_lessons(course.id, order[::-1], who[1])
    assert acts().count("reorder lessons") == 1
    assert [one.id for one in queries.outline(course.id)] == order[::-1]
