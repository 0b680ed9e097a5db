"""Questions from the first tap to the result: five kinds, kept ticks, second goes, and nothing to peek at."""

import json
import re
import unicodedata
from datetime import timedelta

import pytest
from itsdangerous import URLSafeSerializer
from sqlalchemy import func, select, update

from elearn.kit.clock import now, today
from elearn.kit.db import db, transaction
from elearn.learning import quiz
from elearn.learning.actions import merge_people
from elearn.learning.models import Attempt, CourseCompletion, LessonCompletion
from elearn.library.actions import retire_course, retire_lesson
from elearn.library.document.course import CourseDocument, LessonFile
from elearn.library.document.read import parse
from elearn.library.folder import Shelf
from elearn.library.models import Course, Lesson, RevisionPage
from elearn.library.publishing import publish
from elearn.library.queries import find_course, published_courses
from elearn.library.quiz_queries import answer_key, find_quiz, quiz_of
from elearn.library.revisions import new_draft
from elearn.library.shelf import load_shelf
from elearn.people.models import Person, Session
from tests.browser import Browser, Page
from tests.life import answer, finish_course
from tests.ward import CAST

PLACE = "/khoa-hoc/nam-kieu/quet-ma"
SECOND = "/khoa-hoc/nam-kieu/bai-hai"
ASK, SEND = f"{PLACE}/cau-hoi", f"{PLACE}/luot-lam"
TEXT = """---
code: NK-01
title: Quét mã QR
minutes: 4
short: 9001
objective: Trả tiền bằng mã QR.
---
## Mở bài
Bác Hạnh mua rau hết 45 nghìn.

## Câu hỏi

### Quét xong, việc **đầu tiên** bác làm là gì? {#soat-ten}
- [ ] Nhập tiền rồi chuyển ngay
  > Nhập tiền là bước sau.
- [x] Soát tên người nhận
- [ ] Đọc mã OTP cho cô bán rau
> Tên phải đúng là cô bán rau.

### Dấu hiệu nào là tin giả? (chọn nhiều) {#tin-gia}
- [x] Có đường link lạ
- [x] Giục làm ngay
- [ ] Gửi vào buổi tối
> Đường link và lời giục là hai dấu hiệu.

### Sắp xếp các việc khi quét mã QR. {#thu-tu}
1. Mở ứng dụng ngân hàng
2. Quét mã
3. Soát tên người nhận
> Soát tên xong mới nhập tiền.

### Nối dấu hiệu với câu nói. {#noi}
- Giục => Làm ngay, không thì khóa
- Gửi => Bác ấn đường link này
- Giấu => Đừng nói với ai
> Giục, gửi, giấu.

### Kẻ gian xưng là ai? Bác gõ tên cơ quan. {#co-quan}
= Công an phường
= công an
> Công an không gọi điện đòi tiền.
"""


@pytest.fixture
def five(app, made_once):
    """A course of two lessons; the first asks a question of each kind."""
    made_once(load_five)
    return app


def load_five():
    second = TEXT.replace("NK-01", "NK-02").replace("9001", "9002").replace("Quét mã QR\n", "Bài hai\n", 1)
    files = tuple(
        LessonFile(slug, text, parse(text).document)
        for slug, text in (("quet-ma", TEXT), ("bai-hai", second))
    )
    course = CourseDocument(
        code="NK", title="Năm kiểu câu hỏi", topic="other", short="9000", audience="Người dân", goal="Thử.",
        character="", loudspeaker="", placement=(), confidence=(), slug="nam-kieu", lessons=files, images=(),
    )  # fmt: skip
    load_shelf(Shelf((course,), ()))


def slip_on(page):
    """Read the slip that a page carries, as only the server can."""
    sealed = next(a["value"] for a in page.every("input") if a.get("name") == "phieu")
    return sealed, quiz.unseal(sealed, "for the tests only, forty characters long", now())


def right_fields(page, place=PLACE, wrong=()):
    """Fill in the form on the page rightly, except for the questions named."""
    sealed, slip = slip_on(page)
    key = answer_key(slip.revision_id, 1, today())
    fields = {"phieu": sealed}
    for one in slip.asked:
        right = key[one]["right"]
        kind = key[one]["kind"]
        if kind in ("one", "several"):
            fields[slip.field(one)] = (
                [next(other for other in slip.shown[one] if other not in right)] if one in wrong else right
            )
        elif kind == "order":
            steps = right[::-1] if one in wrong else right
            fields |= {slip.field(one, step): str(number) for number, step in enumerate(steps, start=1)}
        elif kind == "match":
            pairs = [pair.split("=") for pair in right]
            rights = [pair[1] for pair in pairs]
            for place_, (left, _) in enumerate(pairs):
                fields[slip.field(one, left)] = rights[place_ - 1 if one in wrong else place_]
        else:
            fields[slip.field(one)] = "sai rồi" if one in wrong else right[0]
    return fields


def go(browser, wrong=(), place=PLACE, **more):
    """Answer the questions of a lesson; return the page of the result."""
    page = browser.open(f"{place}/cau-hoi")
    return browser.follow(
        browser.send(f"{place}/luot-lam", expect=303, **right_fields(page, place, wrong) | more)
    )


def attempts():
    return db.session.scalars(select(Attempt).order_by(Attempt.sent_at)).all()


# -- the happy way -------------------------------------------------------------------------------


def test_five_kinds_are_asked_answered_and_explained(five, browser):
    page = browser.open(ASK)
    assert page.text["h1"] == "Câu hỏi: Quét mã QR" and page.says("5 câu, làm thong thả")
    assert page.response.headers["Cache-Control"] == "no-store"
    assert len(page.every("fieldset")) == 5
    assert page.says("(chọn nhiều)") and page.says("Chọn số 1 cho việc làm trước tiên")
    shown = go(browser)
    assert shown.text["h1"] == "Bác đúng 5 trên 5 câu" and shown.says("Bác đã xong bài này")
    assert shown.says("Đã lưu") and shown.says("Học tiếp bài 2: Bài hai")
    assert shown.says("Tên phải đúng là cô bán rau") and shown.says("Giữ kết quả này")
    assert db.session.scalar(select(func.count()).select_from(LessonCompletion)) == 1


def test_what_was_wrong_is_told_kindly_with_the_word_for_the_choice(five, browser):
    shown = go(browser, wrong=("soat-ten", "tin-gia", "thu-tu", "noi", "co-quan"))
    assert shown.text["h1"] == "Bác đúng 0 trên 5 câu" and shown.says("Đúng từ 4 câu là xong bài")
    assert shown.says("Gần được rồi") and shown.says("Làm lại 5 câu chưa đúng")
    assert shown.says("Câu trả lời đúng: Soát tên người nhận")
    assert shown.says("Bác trả lời: sai rồi") and shown.says("Giục → Làm ngay, không thì khóa")
    chosen_first = attempts()[0].answers["soat-ten"]
    noted = answer_key(attempts()[0].revision_id, 1, today())["soat-ten"]["notes"]
    assert shown.says("Nhập tiền là bước sau") == (chosen_first[0] in noted)


def test_a_second_go_asks_only_what_was_wrong_and_adds_up(five, browser):
    go(browser, wrong=("soat-ten", "noi"))
    first = attempts()[0]
    page = browser.open(f"{ASK}?lai={first.id}")
    assert page.says("Bác làm lại 2 câu chưa đúng") and len(page.every("fieldset")) == 2
    shown = browser.follow(browser.send(SEND, expect=303, **right_fields(page, wrong=("noi",))))
    assert shown.text["h1"] == "Bác đúng 4 trên 5 câu" and shown.says("Bác đã xong bài này")
    assert shown.says("Lần này bác làm 2 câu, đúng 1 câu") and shown.says("Còn 1 câu chưa đúng")
    old = browser.open(f"{PLACE}/ket-qua/{first.id}")
    assert old.text["h1"] == "Bác đúng 3 trên 5 câu" and old.says("Bài này bác đã xong từ trước")


def test_the_course_is_finished_with_its_last_lesson(five, browser):
    go(browser)
    shown = go(browser, place=SECOND)
    assert shown.says("Chúc mừng bác, bác đã học xong khóa Năm kiểu câu hỏi")
    assert shown.says("Nhận giấy hoàn thành khóa học")
    assert db.session.scalar(select(func.count()).select_from(CourseCompletion)) == 1
    assert browser.open("/khoa-hoc/nam-kieu").says("Bác đã học xong khóa này")


@pytest.mark.parametrize(
    "typed",
    [
        unicodedata.normalize("NFD", "Công an phường"),
        "cong an phuong",
        "  CÔNG   AN phường. ",
        "“công an”",
        "Công an",
    ],
)
def test_a_word_is_right_however_the_keyboard_made_it(five, browser, typed):
    page = browser.open(ASK)
    _, slip = slip_on(page)
    fields = right_fields(page) | {slip.field("co-quan"): typed}
    assert browser.follow(browser.send(SEND, expect=303, **fields)).says("Bác đúng 5 trên 5 câu")
    kept = attempts()[0].answers["co-quan"][0]
    assert kept == unicodedata.normalize("NFC", kept)


def test_a_typed_answer_is_shown_as_text(five, browser):
    page = browser.open(ASK)
    _, slip = slip_on(page)
    fields = right_fields(page) | {slip.field("co-quan"): '<b>ai</b> & "họ"'}
    shown = browser.follow(browser.send(SEND, expect=303, **fields))
    assert "<b>ai</b>" not in shown.html and shown.says('<b>ai</b> & "họ"')


# -- what is missing -----------------------------------------------------------------------------


def test_what_is_open_is_pointed_out_and_what_was_ticked_is_kept(five, browser):
    page = browser.open(ASK)
    _, slip = slip_on(page)
    whole = right_fields(page)
    steps = [slip.field("thu-tu", step) for step in slip.shown["thu-tu"]]
    fields = whole | {steps[0]: "", slip.field("co-quan"): " "}
    again = browser.send(SEND, expect=422, **fields)
    assert again.says("Còn 2 câu chưa trả lời xong") and again.says("Còn bước chưa có số")
    assert again.says("Câu này bác chưa gõ gì")
    ticked = {attrs["value"] for attrs in again.every("input") if "checked" in attrs}
    assert ticked == {*whole[slip.field("soat-ten")], *whole[slip.field("tin-gia")]}
    assert sum("selected" in attrs for attrs in again.every("option")) == 2 + 3
    assert slip_on(again)[1] == slip and not attempts()
    browser.send(SEND, expect=303, **fields | {"bo-trong": "1"})
    assert sorted(attempts()[0].answers) == ["noi", "soat-ten", "tin-gia"]
    assert attempts()[0].asked == list(slip.asked) and not attempts()[0].passed


def test_nothing_at_all_is_not_an_attempt(five, browser):
    page = browser.open(ASK)
    again = browser.send(SEND, expect=422, phieu=slip_on(page)[0])
    assert again.says("Còn 5 câu chưa trả lời xong") and "Gửi luôn" not in again.html
    browser.send(SEND, expect=422, phieu=slip_on(page)[0], **{"bo-trong": "1"})
    assert not attempts() and db.session.scalar(select(func.count(Session.token_digest))) == 0


def test_two_steps_with_one_number_are_told_apart(five, browser):
    page = browser.open(ASK)
    _, slip = slip_on(page)
    fields = right_fields(page) | {slip.field("thu-tu", step): "1" for step in slip.shown["thu-tu"]}
    assert browser.send(SEND, expect=422, **fields).says("Hai bước đang mang cùng một số")


def test_a_very_long_answer_is_refused_and_kept(five, browser):
    page = browser.open(ASK)
    _, slip = slip_on(page)
    again = browser.send(SEND, expect=422, **right_fields(page) | {slip.field("co-quan"): "á" * 300})
    assert again.says("Câu trả lời dài quá") and "á" * 300 in again.html


# -- once is once --------------------------------------------------------------------------------


def test_a_double_tap_is_one_attempt(five, browser):
    page = browser.open(ASK)
    fields = right_fields(page)
    one = browser.send(SEND, expect=303, **fields)
    two = browser.send(SEND, expect=303, **fields)
    assert one.headers["Location"] == two.headers["Location"] and len(attempts()) == 1


def test_the_form_stays_good_after_the_first_answer_in_another_tab(five, browser):
    first, second = browser.open(ASK), browser.open(f"{SECOND}/cau-hoi")
    browser.send(f"{SECOND}/luot-lam", expect=303, **right_fields(second, SECOND))
    browser.send(SEND, expect=303, csrf_token=first.csrf_token, **right_fields(first))
    assert len(attempts()) == 2 and len({one.person_id for one in attempts()}) == 1


def test_two_tabs_with_other_answers_are_two_attempts(five, browser):
    page = browser.open(ASK)
    browser.send(SEND, expect=303, **right_fields(page, wrong=("noi", "soat-ten")))
    browser.send(SEND, expect=303, **right_fields(page))
    assert [one.passed for one in attempts()] == [False, True]
    assert db.session.scalar(select(func.count()).select_from(LessonCompletion)) == 1


def test_opening_again_gives_the_same_slip_until_something_is_sent(five, browser):
    before, again = slip_on(browser.open(ASK))[1], slip_on(browser.open(ASK))[1]
    assert before.shown == again.shown and before.attempt_id == again.attempt_id
    go(browser)
    after = slip_on(browser.open(ASK))[1]
    assert after.attempt_id != before.attempt_id and after.field("noi") != before.field("noi")
    other = slip_on(Browser(five).open(ASK))[1]
    assert other.attempt_id not in (before.attempt_id, after.attempt_id)


def test_a_get_changes_nothing(five, browser, person):
    browser.come_as("lan")
    count = [db.session.scalar(select(func.count()).select_from(one)) for one in (Person, Session, Attempt)]
    browser.open(PLACE)
    browser.open(ASK)
    browser.open(SEND, expect=302)
    assert count == [
        db.session.scalar(select(func.count()).select_from(one)) for one in (Person, Session, Attempt)
    ]


# -- who, and how --------------------------------------------------------------------------------


def test_a_visitor_becomes_a_nameless_learner_with_the_first_answer(five, browser):
    go(browser)
    learner = db.session.get(Person, attempts()[0].person_id)
    assert learner.display_name is None and learner.registered_at is None
    assert attempts()[0].how == "alone" and attempts()[0].opened_at <= attempts()[0].sent_at


def test_a_named_learner_is_not_asked_to_keep(five, browser, person):
    shown = go(browser.come_as("lan"))
    assert not shown.says("Giữ kết quả này") and attempts()[0].person_id == person("lan").id


@pytest.mark.parametrize(
    ("more", "how"),
    [({"assisted": True}, "assisted"), ({"class_group": True}, "meeting")],
)
def test_who_helped_is_kept(five, browser, person, more, how):
    browser.come_as("lan")
    values = {"assisted": {"kind": "handed", "assisted_by_id": person("hoa").id}}
    values["class_group"] = {"class_group_id": person("lan").group_id}
    with transaction():
        db.session.execute(update(Session).values(**values[next(iter(more))]))
    go(browser)
    assert attempts()[0].how == how
    assert attempts()[0].assisted_by_id == (person("hoa").id if how == "assisted" else None)


def test_a_result_is_its_owners_alone(five, browser):
    go(browser.come_as("lan"))
    path = f"{PLACE}/ket-qua/{attempts()[0].id}"
    browser.open(path)
    browser.open(path.replace("quet-ma", "bai-hai"), expect=404)
    for other in (Browser(five), Browser(five).come_as("tai"), Browser(five).come_as("hoa")):
        other.open(path, expect=404)
    nameless = Browser(five)
    go(nameless)
    nameless.open(path, expect=404)


def test_who_was_merged_into_somebody_finds_both_halves(five, browser, person):
    """The same neighbour was written down twice; the results of both add up in the account that is left."""
    go(Browser(five).come_as("tai"), wrong=("noi", "soat-ten"))
    first = attempts()[0]
    merge_people(person("tai").id, person("lan").id, actor=person("quan").id)
    browser.come_as("lan")
    page = browser.open(f"{ASK}?lai={first.id}")
    browser.send(SEND, expect=303, **right_fields(page))
    assert browser.open(f"{PLACE}/ket-qua/{first.id}").says("Bài này bác đã xong từ trước")
    last = browser.open(f"{PLACE}/ket-qua/{attempts()[1].id}")
    assert last.text["h1"] == "Bác đúng 5 trên 5 câu"


def test_a_form_opened_by_another_is_not_taken_for_the_next_one(five, browser, person):
    page = browser.come_as("lan").open(ASK)
    fields = right_fields(page)
    browser.come_as("tai")
    browser.send(SEND, expect=400, **fields)  # the token was the first one's
    fresh = browser.open(ASK)
    again = browser.send(SEND, expect=422, csrf_token=fresh.csrf_token, **fields)
    assert again.says("Trang này mở lúc người khác đang học") and not attempts()
    assert not any("checked" in attrs for attrs in again.every("input"))


# -- what changed since the form was opened ------------------------------------------------------


def test_a_lesson_retired_meanwhile_is_still_marked(five, browser, person):
    page = browser.open(ASK)
    lesson = db.session.scalar(select(Lesson).where(Lesson.slug == "quet-ma"))
    retire_lesson(lesson.id, "Nội dung đã cũ rồi", person("duc").id)
    shown = browser.follow(browser.send(SEND, expect=303, **right_fields(page)))
    assert shown.says("Bác đúng 5 trên 5 câu") and shown.says("Bài này nay không còn trong khóa học")
    browser.open(ASK, expect=404)


def test_a_new_text_meanwhile_does_not_touch_what_was_asked(five, browser, person):
    page = browser.open(ASK)
    old = slip_on(page)[1].revision_id
    lesson = db.session.scalar(select(Lesson).where(Lesson.slug == "quet-ma"))
    draft = new_draft(
        lesson.id, person("thu").id, TEXT.replace("Soát tên người nhận\n- [ ]", "Soát kỹ tên\n- [ ]")
    )
    publish(draft.id, person("duc").id, draft.saves, warnings_read=True)
    shown = browser.follow(browser.send(SEND, expect=303, **right_fields(page)))
    assert attempts()[0].revision_id == old and shown.says("Bác đúng 5 trên 5 câu")
    assert shown.says("Bài này nay đã có bản mới")
    assert len(browser.open(f"{ASK}?lai={attempts()[0].id}").every("fieldset")) == 5


def test_a_course_that_another_ward_took_over_takes_no_answers_here(five, browser):
    page = browser.open(ASK)
    with transaction():
        db.session.execute(update(Course).values(ward_id=2))
    browser.send(SEND, expect=404, **right_fields(page))
    assert not attempts()


def test_a_question_held_meanwhile_is_still_marked(five, browser):
    page = browser.open(ASK)
    with transaction():
        db.session.execute(update(RevisionPage).values(held=["noi", "tin-gia"]))
    shown = browser.follow(browser.send(SEND, expect=303, **right_fields(page, wrong=("soat-ten",))))
    assert shown.says("Bác đúng 4 trên 5 câu")
    assert len(browser.open(ASK).every("fieldset")) == 3


def test_a_lesson_that_asks_nothing_says_so(five, browser):
    with transaction():
        db.session.execute(
            update(RevisionPage).values(held=["soat-ten", "tin-gia", "thu-tu", "noi", "co-quan"])
        )
    assert browser.open(ASK).says("hôm nay chưa hỏi") and browser.open(PLACE).says("chỉ để đọc")


# -- T-quiz: forging, and peeking ----------------------------------------------------------------


def forged(slip, **changes):
    """Seal a changed slip with another secret."""
    return quiz.seal(slip._replace(**changes), "not the secret of this installation")


def test_a_forged_or_spoilt_slip_is_answered_kindly_and_keeps_the_ticks(five, browser):
    page = browser.open(ASK)
    sealed, slip = slip_on(page)
    fields = right_fields(page)
    open_text = URLSafeSerializer("x").dumps([slip.attempt_id, slip.revision_id])
    for bad in ("", "x" * 50_000, sealed[:-3], forged(slip), open_text, sealed + "A", "."):
        again = browser.send(SEND, expect=422, **fields | {"phieu": bad})
        assert again.says("mở đã lâu nên chưa lưu được")
        ticked = {attrs["value"] for attrs in again.every("input") if "checked" in attrs}
        assert ticked == {*fields[slip.field("soat-ten")], *fields[slip.field("tin-gia")]}
    assert not attempts()


def test_a_slip_asks_for_what_it_was_signed_for(five, browser):
    page = browser.open(ASK)
    sealed, slip = slip_on(page)
    key = answer_key(slip.revision_id, 1, today())
    only = {slip.field("soat-ten"): key["soat-ten"]["right"]}
    browser.send(SEND, expect=303, phieu=sealed, **only, **{"bo-trong": "1"})
    kept = attempts()[0]
    assert (kept.right, kept.passed, len(kept.asked)) == (1, False, 5)  # leaving out is not skipping
    there = browser.send(f"{SECOND}/luot-lam", expect=422, **right_fields(page))  # another lesson's slip
    assert there.says("mở đã lâu nên chưa lưu được") and len(attempts()) == 1


def test_a_choice_that_was_not_offered_is_no_answer(five, browser):
    page = browser.open(ASK)
    _, slip = slip_on(page)
    fields = right_fields(page) | {slip.field("soat-ten"): "đúng", slip.field("noi", "x"): "y"}
    assert browser.send(SEND, expect=422, **fields).says("Câu này bác chưa chọn")
    foreign = right_fields(page) | {slip.field("tin-gia"): ["lạ", "khác"]}
    assert browser.send(SEND, expect=422, **foreign).says("Bác chạm vào mọi ô bác thấy đúng")
    every = right_fields(page) | {slip.field("soat-ten"): slip.shown["soat-ten"]}
    browser.send(SEND, expect=303, **every)
    assert len(attempts()[0].answers["soat-ten"]) == 1


def test_an_old_slip_is_drawn_up_anew(five, browser, monkeypatch):
    page = browser.open(ASK)
    fields = right_fields(page)
    monkeypatch.setattr("elearn.learning.views.now", lambda: now() + timedelta(days=31))
    assert browser.send(SEND, expect=422, **fields).says("mở đã lâu")


def test_without_the_token_nothing_is_kept_and_no_answer_is_lost(five, browser):
    page = browser.open(ASK)
    fields = right_fields(page) | {"csrf_token": page.csrf_token}
    browser.client.delete_cookie("elearn-s")
    browser.send(SEND, expect=400, **fields)  # it does not say where it stood
    held = browser.client.post(SEND, data=fields, headers={"Origin": "http://localhost"})
    assert held.status_code == 409 and not attempts()
    again = Page(held.text, held)
    carried = {}
    for attrs in again.every("input"):
        carried.setdefault(attrs["name"], []).append(attrs["value"])
    assert browser.follow(browser.send(SEND, expect=303, **carried)).says("Bác đúng 5 trên 5 câu")


def test_nothing_shown_before_sending_tells_what_is_right(shelf, browser):
    """Crawl every lesson and quiz that is shipped: no key, no explanation, no mark on the right choice."""
    asked = 0
    for card in published_courses(1):
        for line in find_course(card.slug, 1).lessons:
            path = f"/khoa-hoc/{card.slug}/{line.slug}"
            found = find_quiz(card.slug, line.slug, 1, today())
            key = answer_key(found.revision_id, 1, today())
            page = browser.open(f"{path}/cau-hoi")
            both = browser.open(path).html + page.html
            slip = slip_on(page)[1]
            payload = json.dumps([*slip._replace(opened_at="")])
            for question in found.questions:
                one = key[question["key"]]
                asked += 1
                assert one["explanation"] and one["explanation"] not in both
                assert not any(note in both for note in one["notes"].values())
                marks = without_words(page, slip, question)
                assert len(set(marks)) == 1, f"{path}: a choice looks unlike the others"
            assert "right" not in payload and "explanation" not in payload
    assert asked > 100, "the crawl found few of the questions"


def without_words(page, slip, question):
    """Return the markup of everything that a question offers, with its id and its words taken out."""
    offered, field = slip.shown[question["key"]], re.escape(slip.field(question["key"]))
    if question["kind"] in ("one", "several"):
        found = re.findall(rf'<label class="choice" for="{field}\..*?</label>', page.html)
    elif question["kind"] == "match":
        found = re.findall(rf'<option value="(?:{"|".join(offered)})">.*?</option>', page.html)
    else:
        found = re.findall(rf'<label for="{field}\..*?</label>', page.html) or [""]
    assert len(found) >= max(1, len(offered))
    found = [re.sub(r' data-part="\w+"', "", one) for one in found]  # comes from the words alone
    return [re.sub(r">[^<>]+<", "><", re.sub("|".join(offered) or "$^", "id", one)) for one in found]


def test_the_right_choice_stands_anywhere(shelf):
    """Over many slips every place is as good as another, whatever the question."""
    places = {}
    for card in published_courses(1):
        for line in find_course(card.slug, 1).lessons:
            found = find_quiz(card.slug, line.slug, 1, today())
            key = answer_key(found.revision_id, 1, today())
            for number in range(12):
                slip = quiz.draw_up(found.questions, found.revision_id, f"{number:032x}", now())
                for question, order in slip.shown.items():
                    if key[question]["kind"] not in ("one", "several"):
                        continue
                    for right in key[question]["right"]:
                        place = order.index(right) / (len(order) - 1)
                        places[place] = places.get(place, 0) + 1
    first, last = places[0.0], places[1.0]
    assert 0.8 < first / last < 1.25


def test_a_slip_that_goes_from_hand_to_hand_is_one_more_answer_and_no_third(five, app):
    """A script signs one slip and sends it as ten visitors; a phone that lost its cookie sends it once."""
    owner = Browser(app)
    page = owner.open(ASK)
    fields = right_fields(page)
    found = []
    for _ in range(4):
        other = Browser(app)
        other.open("/dang-ky")
        found.append(other.client.post(SEND, data=fields | {"csrf_token": other.page.csrf_token}))
    assert [one.status_code for one in found] == [303, 422, 422, 422] and len(attempts()) == 1
    again = Page(found[1].text, found[1])
    assert again.says("đã gửi ở máy khác") and "checked" in found[1].text, "what was ticked stays"
    assert owner.follow(owner.send(SEND, expect=303, **fields)).says("Bác đúng 5 trên 5 câu")
    assert len(attempts()) == 2


def test_a_slip_may_be_sent_again_after_one_has_kept_a_name_or_come_in_anew(five, app):
    """The session is a new one by then; the answers are the same, and count once."""
    browser = Browser(app)
    page = browser.open(ASK)
    fields = right_fields(page)
    browser.send(SEND, expect=303, **fields)
    browser.open("/dang-ky")
    agreed = {"cach": "ten", "name": "Bà Mận", "group": "DG05", "adult": "y", "keep_results": "y"}
    browser.send("/dang-ky", expect=303, **agreed)
    browser.open("/cua-toi/du-lieu")
    browser.send(SEND, expect=303, **fields)
    assert len(attempts()) == 1


def test_each_slip_has_an_order_of_its_own(five):
    found = find_quiz("nam-kieu", "quet-ma", 1, today())
    slips = [quiz.draw_up(found.questions, 1, f"{number:032x}", now()) for number in range(40)]
    for key in ("soat-ten", "tin-gia", "thu-tu", "noi"):
        assert len({tuple(slip.shown[key]) for slip in slips}) == 6


def test_ids_are_the_same_whatever_stands_first(shelf):
    """Sorted by id, the right choice is not in any one place either: ids come from the words alone."""
    places = [0, 0, 0]
    for card in published_courses(1):
        for line in find_course(card.slug, 1).lessons:
            found = find_quiz(card.slug, line.slug, 1, today())
            key = answer_key(found.revision_id, 1, today())
            for question in found.questions:
                if question["kind"] == "one" and len(question["choices"]) == 3:
                    ids = sorted(one["id"] for one in question["choices"])
                    places[ids.index(key[question["key"]]["right"][0])] += 1
    assert min(places) > sum(places) / 6


def test_every_shipped_quiz_can_be_passed_and_failed(shelf, browser, person):
    browser.come_as("lan")
    for card in published_courses(1):
        finish_course(person("lan").id, card.slug)
        for line in find_course(card.slug, 1).lessons:
            attempt_id = answer(person("lan").id, card.slug, line.slug, wrong=2)
            page = browser.open(f"/khoa-hoc/{card.slug}/{line.slug}/ket-qua/{attempt_id}")
            assert page.says("Đúng rồi.") and page.says("Câu trả lời đúng:")
    assert CAST["lan"].full_name in browser.open("/").html


def test_a_course_retired_since_leaves_its_results_readable(five, browser, person):
    go(browser)
    retire_course(find_course("nam-kieu", 1).id, "Nội dung đã cũ rồi", person("duc").id)
    page = browser.open(f"{PLACE}/ket-qua/{attempts()[0].id}")
    assert page.says("Bài này nay không còn trong khóa học")
    assert quiz_of(attempts()[0].revision_id, 1, today())
