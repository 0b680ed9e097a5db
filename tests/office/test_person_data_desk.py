"""What the office does for somebody who asked: takes a consent back at once, prints a copy; all noted."""

import pytest
from sqlalchemy import select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db, transaction
from elearn.learning.actions import keep_results
from elearn.learning.contest_queries import find_contest
from elearn.learning.contests import begin_entry
from elearn.learning.copy_queries import facts_of
from elearn.learning.models import Certificate, MasteredQuestion
from elearn.learning.own import award_certificate, show_to_helper
from elearn.learning.placing import keep_confidence, keep_placement, skip_lessons
from elearn.learning.practised import keep_practice
from elearn.library.models import Lesson, Sound
from elearn.people.consents import KEEP_RESULTS, SEEN_BY_HELPER, TEXT_VERSION
from elearn.people.models import Person
from elearn.people.queries import people_seen_by
from elearn.privacy.guardians import Guardian, record_guardian
from tests.browser import Browser
from tests.builders import attempt, make_contest, make_course
from tests.ward import group


@pytest.fixture
def quan(app):
    return Browser(app).come_as("quan")


def place(person_id, what="rut-dong-y"):
    return f"/quan-tri/nguoi/{person_id}/{what}"


def acts(action):
    return db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    ).all()


def test_what_follows_is_said_before_a_consent_is_taken_back(quan, person):
    show_to_helper(person("lan").id)
    page = quan.open(place(person("lan").id))
    assert page.says("tên bác không hiện với họ nữa") and page.says("mã học, thẻ và giấy ghi nhận mất ngay")
    assert page.says("Chỉ làm khi người ấy tự nói") and acts("withdraw for person") == []


def test_the_helper_sees_the_name_no_longer_and_the_act_is_noted(quan, person, viewer):
    who = person("lan").id
    quan.open(place(who))
    for _ in range(2):
        quan.send(place(who), 303, dieu=SEEN_BY_HELPER)
    assert db.session.scalar(people_seen_by(viewer("hoa")).where(Person.id == who)) is None
    assert acts("withdraw for person")[0].detail == {"purpose": SEEN_BY_HELPER}


def test_papers_and_name_go_when_that_is_taken_back(quan, person):
    who, course = person("lan").id, make_course(lessons=1)
    attempt(who, course["revisions"][0])
    award_certificate(who, course["course"], full_name="Nguyễn Thị Lan", name_shown="full")
    quan.open(place(who))
    quan.send(place(who), 303, dieu="paper_name")
    assert db.session.scalars(select(Certificate.full_name)).all() == [None]
    quan.send(place(who), 303, dieu=KEEP_RESULTS)
    row = db.session.get(Person, who, populate_existing=True)
    assert (row.display_name, row.phone, row.keeping) == (None, None, "nothing")
    quan.open(place(who), expect=404)


def test_what_is_no_consent_is_refused(quan, person):
    quan.open(place(person("lan").id))
    assert quan.send(place(person("lan").id), 422, dieu="x").says("Xin chạm một trong các nút")


@pytest.mark.parametrize("name", ["hoa", "minh"])
def test_who_has_a_role_hands_it_back_first(quan, person, name):
    who = person(name).id
    quan.open(place(person("lan").id))
    page = quan.send(place(who), 422, dieu=KEEP_RESULTS)
    assert page.says("nhiệm vụ") or page.says("ngoài quyền")
    assert db.session.get(Person, who, populate_existing=True).display_name


def test_the_copy_tells_everything_and_is_noted(quan, person):
    who, course = person("lan").id, make_course()
    keep_results(
        who, keeping="name", group_id=group("DG05").id, name="Nguyễn Thị Lan", consents=[KEEP_RESULTS],
        text_version=TEXT_VERSION,
    )  # fmt: skip
    attempt(who, course["revisions"][0])
    make_contest("thi", [course["course"]])
    begin_entry(who, find_contest(1, "thi"), how="alone")
    page = quan.open(place(who, "ban-sao"))
    assert page.says("Công dân số Gia Viên: bắt đầu") and page.says("chưa nộp")
    for said in ("Tổ dân phố số 5", "+84900000001", "Xong bài Bài 1", "giữ: tên bác ghi ở trên", "5 trên 5"):
        assert page.says(said), said
    assert "hash" not in page.html and page.response.headers["Cache-Control"] == "no-store"
    assert [entry.object_id for entry in acts("copy person")] == [str(who)]


def test_the_copy_leaves_out_nothing_that_the_owner_takes_along(quan, person, app):
    """It says "everything", so whatever facts_of tells stands in it, what is new as well."""
    template = app.jinja_env.loader.get_source(app.jinja_env, "office/person_copy.html")[0]
    assert {key for key in facts_of(person("lan").id) if f"facts.{key}" not in template} == set()


def test_the_copy_tells_which_recordings_somebody_made_and_not_the_sound(quan, person):
    who, other = person("lan").id, person("tai").id
    with transaction():
        db.session.add_all(
            Sound(part=part, ward_id=1, voice="human", mark="m", mime="audio/ogg", data=b"giong", seconds=7,
                  speaker="Bà Lan", speaker_id=reader)
            for part, reader in (("a" * 8, who), ("b" * 8, other))
        )  # fmt: skip
    (told,) = facts_of(who)["recordings"]
    assert (told["part"], told["seconds"], told["named_as"]) == ("a" * 8, 7, "Bà Lan")
    page = quan.open(f"/quan-tri/nguoi/{who}/ban-sao")
    assert page.says("Đoạn aaaaaaaa, 7 giây, ghi tên Bà Lan") and "bbbbbbbb" not in page.html


def test_the_copy_tells_what_was_practised_placed_felt_and_mastered(quan, person):
    who, course = person("lan").id, make_course(lessons=2)
    one, other = db.session.scalars(select(Lesson.id).where(Lesson.course_id == course["course"])).all()
    keep_practice(who, one, "alone", 2, "alone")
    keep_placement(who, {other: True})
    skip_lessons(who, course["course"], [other])
    keep_confidence(who, course["course"], "after", {0: 4})
    record_guardian(who, Guardian("Trần Thị Bé", "parent", "paper"))
    with transaction():
        db.session.add(MasteredQuestion(person_id=who, lesson_id=one, question="cau-1", how="alone"))
    page = quan.open(place(who, "ban-sao"))
    for said in (
        "Thực hành bài Bài 1, cách tự làm, vấp 2 lần", "Nắm vững một câu của bài",
        "trả lời đúng, chọn bỏ qua",
        "Mức tự tin sau khóa", "4 trên 5", "cha hoặc mẹ, Trần Thị Bé, trên giấy",
    ):  # fmt: skip
        assert page.says(said), said
    assert not page.says("số 1:") and page.says("Bài 2"), "what was not answered has its name too"


def test_people_of_another_ward_and_visitors_are_out_of_reach(quan, app, person):
    for what in ("ban-sao", "rut-dong-y"):
        quan.open(place(person("xa").id, what), expect=404)
        Browser(app).come_as("hoa").open(place(person("lan").id, what), expect=403)
