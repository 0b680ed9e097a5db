"""A ward with life in it: the shipped courses and one of everything, for tests that open every address."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyotp
from flask import Flask
from sqlalchemy import select

import config
from elearn.app import create_app
from elearn.kit.clock import now, today
from elearn.kit.db import db
from elearn.kit.secrets import digest
from elearn.learning.actions import keep_results
from elearn.learning.attempts import submit_attempt
from elearn.learning.contest_queries import find_contest
from elearn.learning.contests import begin_entry
from elearn.learning.groups import merge_groups
from elearn.learning.help_queries import last_request_of
from elearn.learning.helping import ask_for_help
from elearn.learning.models import Certificate
from elearn.learning.own import award_certificate
from elearn.library.actions import new_course, new_lesson
from elearn.library.document.parts import part_of
from elearn.library.folder import read_shelf
from elearn.library.models import SpokenPart
from elearn.library.queries import find_course
from elearn.library.quiz_queries import answer_key, find_quiz
from elearn.library.revisions import new_draft
from elearn.library.shelf import load_shelf
from elearn.library.sounds import speech
from elearn.library.speaking import keep_recording
from elearn.movement.activities import Done, note_activity
from elearn.movement.campaign_rules import Terms
from elearn.movement.campaigns import freeze_campaign, make_campaign
from elearn.movement.contest_running import seal_contest
from elearn.movement.difficulties import Told, tell_difficulty
from elearn.outreach.actions import make_poster
from elearn.outreach.models import Poster
from elearn.people import entry, second_keys
from elearn.people.consents import KEEP_RESULTS, SEEN_BY_HELPER
from elearn.people.contacts import add_contact
from elearn.people.kiosks import set_up_kiosk
from elearn.people.models import Grant, ReadLink
from elearn.privacy.actions import ask
from elearn.progress.actions import give_read_link, read_link_token, set_target
from elearn.progress.rules import Filter, Period
from elearn.report.actions import keep_report, note_sending
from elearn.report.queries import sendings_of
from elearn.upkeep.migrate import migrate
from tests import ward
from tests.builders import make_contest
from tests.voicefiles import ogg

SETTINGS = config._settings(
    {"ELEARN_VOICE": "0"}, config.ROOT / "instance", "for the tests only, forty characters long", "sqlite://"
) | {"TESTING": True, "DEMO": False, "SECURE_COOKIES": False, "FRESH_SECONDS": 0.0}
COURSE, LESSON = "thanh-toan-so", "quet-ma-qr"


def lively_app(url: str) -> Flask:
    """Build the app over a database with the cast and the shipped courses."""
    app = create_app(SETTINGS | {"SQLALCHEMY_DATABASE_URI": url})
    with app.app_context():
        migrate(db.engine, app.config["MIGRATIONS"])
        ward.settle()
        load_shelf(read_shelf(Path(app.config["COURSES"])))
        db.session.remove()
    return app


def finish_course(person_id: int, slug: str = COURSE, ward_id: int = 1) -> str:
    """Let somebody answer every question of a course rightly; return the id of the last attempt."""
    course = find_course(slug, ward_id)
    assert course is not None
    last = ""
    for lesson in course.lessons:
        last = answer(person_id, slug, lesson.slug, ward_id=ward_id)
    return last


def answer(person_id: int, course: str, lesson: str, *, wrong: int = 0, ward_id: int = 1, **more: Any) -> str:
    """Let somebody answer the questions of a lesson, the first so many wrongly; return the attempt's id."""
    quiz = find_quiz(course, lesson, ward_id, today())
    assert quiz is not None
    key = answer_key(quiz.revision_id, ward_id, today())
    asked = [question["key"] for question in quiz.questions]
    answers = {
        one: ["wrong"]
        if place < wrong
        else list(key[one]["right"])[: 1 if key[one]["kind"] == "type" else None]
        for place, one in enumerate(asked)
    }
    shown = {one["key"]: [offered["id"] for offered in one.get("choices", ())] for one in quiz.questions}
    return submit_attempt(
        person_id, uuid4().hex, quiz.revision_id, ward_id=ward_id, asked=asked, questions=asked, shown=shown,
        answers=answers, opened_at=now(), **more,
    ).attempt_id  # fmt: skip


def furnish(app: Flask) -> dict[str, dict[str, Any]]:
    """Put one of everything into the ward; return what addresses need, for all, by blueprint, by endpoint."""
    with app.test_request_context():
        lan, thu = ward.person("lan").id, ward.person("thu").id
        hoa, quan = ward.viewer("hoa"), ward.viewer("quan")
        group = ward.group("DG05").id
        keep_results(
            lan,
            keeping="name",
            name=ward.CAST["lan"].full_name,
            group_id=group,
            consents=[KEEP_RESULTS, SEEN_BY_HELPER],
        )
        finish_course(lan)
        attempt_id = answer(lan, "thuong-mai-dien-tu", "chon-nguoi-ban", wrong=2)
        answer(lan, COURSE, LESSON, recall="on-lai-mot-lan")
        course = find_course(COURSE, 1)
        assert course is not None
        paper = award_certificate(lan, course.id, full_name="Nguyễn Thị Lan", name_shown="initials")
        draft = new_draft(next(one.id for one in course.lessons if one.slug == LESSON), thu)
        own = new_course(1, "Khóa của phường", "e-commerce", "Người dân", "Học xong, bác mua được hàng.", thu)
        written = new_lesson(own.id, "Bài của phường", thu)
        poster = make_poster(hoa, 1, group_id=group, course_id=course.id, place="Nhà văn hóa tổ 5")
        ticket = entry.issue_class_ticket(group, 30, hoa)
        card, link = entry.issue_card_for(lan, hoa), entry.issue_return_link(lan)
        target = set_target(quan, 1, None, "Kế hoạch năm", "coverage", 80, today() + timedelta(days=30))
        read_link = give_read_link(quan, 1, "Chủ tịch", 30, app.config["SECRET_KEY"])
        set_up_kiosk(1, group, "Nhà văn hóa tổ 5", hoa)
        secret = second_keys.fresh_secret()
        second_keys.add_app(ward.viewer("duc"), secret, pyotp.TOTP(secret).now(), "Điện thoại của Đức")
        second_keys.make_recovery_codes(ward.viewer("duc"))
        nonce = db.session.scalar(select(ReadLink.nonce).where(ReadLink.id == read_link))
        code = db.session.scalar(select(Certificate.confirm_code).where(Certificate.number == paper))
        poster_code = db.session.scalar(select(Poster.code).where(Poster.id == poster))
        month = Filter(Period("khoang", today().replace(day=1), today()))
        report = keep_report(ward.viewer("duc"), ward.card(), "ubnd", month) or 0
        note_sending(
            ward.viewer("duc"), 1, report, to_whom="UBND thành phố", sent_on=today(), registered_as=""
        )
        (sending,) = sendings_of(report)
        merge_groups([ward.group("LT03").id], ward.group("DG07").id, actor=quan)
        ask_for_help(lan, about="phone")
        helped = last_request_of(lan)
        assert helped is not None
        add_contact(quan, group, role="leader", name="Ông Tổ Trưởng", phone="+84900000009")
        told = tell_difficulty(hoa, 1, "f", Told("equipment", "Nhà văn hóa không có mạng.", group_id=group))
        campaign = make_campaign(
            quan, 1, Terms("Tuần lễ số", date(2026, 9, 1), date(2026, 9, 30), "finished", 50, (course.id,))
        )
        freeze_campaign(quan, 1, campaign)
        noted = note_activity(hoa, 1, "f", Done(today(), "group_meeting", 1, 30, group_id=group))
        make_contest("cong-dan-so", [course.id])
        begin_entry(lan, find_contest(1, "cong-dan-so"), how="alone")
        over = make_contest("da-qua", [course.id], begins=-9, ends=-2, name="Mùa hè số")
        seal_contest(quan, 1, over)
        number = draft.number
        desk = {"course": own.slug, "lesson": "bai-cua-phuong", "number": written.number}
        twin = ward.person("tai").id
        title = str(getattr(part_of("Bài của phường"), "key", ""))
        keep_recording(title, 1, speech(ogg()), actor_id=thu, speaker="Bác Hạnh", own_voice=True)
        heard = str(db.session.scalar(select(SpokenPart.part).where(SpokenPart.place == 0)))
        keep_recording(heard, None, speech(ogg()), actor_id=thu)
        asked = ask(1, "correction", "Tên con tôi ghi sai dấu.", form_id="x", person_id=lan)
        grant = db.session.scalar(select(Grant.id).where(Grant.person_id == ward.person("minh").id))
        db.session.remove()
    return {
        "*": {
            "course": COURSE, "lesson": LESSON, "code": "DG05", "person_id": lan, "number": number,
            "fact_id": "F-LINK", "name": "khong-co.svg", "poster_id": poster, "kind": "csv", "ending": "csv",
            "twin_id": twin, "grant_id": grant, "kiosk_id": 1, "key_id": 1, "request_id": asked,
            "campaign_id": campaign, "difficulty_id": told, "activity_id": noted, "contact_id": 1,
        },
        "authoring.first_check": {"name": "trial"},
        "city": {"ward_code": "GV"},
        "courses": desk, "drafts": desk, "review": desk, "voices": desk | {"part": title},
        "listening": {"part": heard},
        "certificates": {"number": paper, "code": code},
        "neighbour_desk.act": {"_act": "the"},
        "help_desk": {"request_id": helped.id},
        "class_desk": {"token": ticket, "mark": digest(ticket)[:16]},
        "learning.result": {
            "course": "thuong-mai-dien-tu", "lesson": "chon-nguoi-ban", "attempt_id": attempt_id
        },
        "learning.short": {"code": "1303"},
        "contests": {"slug": "cong-dan-so"}, "results": {"slug": "da-qua"},
        "contest_desk": {"contest_id": over, "number": 1, "kind": "nguoi"},
        "drills.drill": {"key": "khoa-tai-khoan"},
        "campaign_desk": {"number": 1}, "campaigns": {"slug": "tuan-le-so"},
        "practice": {"name": "tu-lam"},
        "drafts.practice": {"course": COURSE, "lesson": LESSON, "number": number, "name": "tu-lam"},
        "lists_desk.pattern": {"kind": "to"},
        "recall": {"slip_id": "on-lai-mot-lan"},
        "outreach": {"code": poster_code, "_capital": "P"},
        "people.card": {"token": card}, "people.card_use": {"token": card},
        "people.link": {"token": link}, "people.link_use": {"token": link},
        "people": {"token": ticket},
        "report": {"report_id": report, "sending_id": sending.id},
        "targets_desk": {"target_id": target},
        "progress": {
            "token": read_link_token(app.config["SECRET_KEY"], str(nonce)), "link_id": read_link,
        },
    }  # fmt: skip
