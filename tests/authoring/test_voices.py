"""A volunteer's voice for one part of a text: recorded or sent, heard, replaced, deleted; and who may."""

from io import BytesIO

import pytest
from sqlalchemy import func, select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db
from elearn.library.document.parts import part_of
from elearn.library.models import Sound
from elearn.people.permissions import Role
from tests import ward
from tests.authoring.conftest import make_lesson, save
from tests.authoring.test_review import publish
from tests.voicefiles import ogg, webm

PART = part_of("Gõ chữ trước, gõ dấu sau.").key


@pytest.fixture
def desk_with_lesson(desk):
    """Chị Thu at her desk, and the address of the voices of a text she wrote."""
    thu = desk("thu")
    draft = make_lesson(thu)
    save(thu, draft)
    return thu, f"{draft}/giong-doc"


def send(browser, address, data, expect=303, **more):
    browser.open(address)
    fields = {"whose": "others", "speaker": "Bác Hạnh"} | more
    return browser.send(address, expect=expect, sound=(BytesIO(data), "giong.webm"), **fields)


def kept():
    return db.session.scalars(select(Sound).where(Sound.part == PART)).all()


def test_every_part_is_listed_as_it_is_said_with_its_voice(desk_with_lesson):
    thu, voices = desk_with_lesson
    page = thu.open(voices)
    assert page.says("Gõ chữ trước, gõ dấu sau.") and page.says("Bác muốn gõ chữ")
    assert page.says("0 có người đọc, 0 máy đọc") and page.says("chưa có")
    assert not page.says("Chữ s cho dấu sắc."), "the word after marking is not read"
    send(thu, f"{voices}/{PART}", webm())
    page = thu.open(voices)
    assert page.says("0 có người đọc, 1 chờ người duyệt nghe") and page.says("chờ duyệt: Bác Hạnh")
    assert voices in [a.get("href") for a in thu.open(voices.removesuffix("/giong-doc")).every("a")]


def test_a_recording_is_kept_heard_replaced_and_deleted(desk_with_lesson):
    thu, voices = desk_with_lesson
    address = f"{voices}/{PART}"
    send(thu, address, webm())
    heard = thu.open(f"{address}.opus")
    assert heard.mimetype == "audio/webm" and heard.get_data() == webm()
    assert "sandbox" in heard.headers["Content-Security-Policy"]
    send(thu, address, ogg(), whose="mine", speaker="")
    (row,) = kept()
    assert (row.data, row.speaker, row.speaker_id) == (ogg(), "", ward.person("thu").id)
    for _ in range(2):  # twice is once
        thu.open(address)
        thu.send(f"{address}/xoa", expect=303)
    assert kept() == []
    thu.open(f"{address}.opus", expect=404)
    mine = AuditEntry.object_kind == "part"
    acts = db.session.scalars(select(AuditEntry.action).where(mine).order_by(AuditEntry.id)).all()
    assert acts == ["record a part", "record a part", "delete a recording"]


@pytest.mark.parametrize(
    ("data", "more", "sentence"),
    [
        (b"not a sound at all", {}, "không phải là giọng đọc Opus"),
        (ogg(1.0, 30_000), {}, "hơn 24 kbit/s"),
        (b"", {}, "Tệp này trống"),
        (b"\0" * 400_001, {}, "Tệp lớn quá"),
        (ogg(), {"whose": ""}, "Xin chọn giọng của ai"),
    ],
)
def test_what_is_no_speech_or_has_no_consent_is_refused_beside_the_field(
    desk_with_lesson, data, more, sentence
):
    thu, voices = desk_with_lesson
    page = send(thu, f"{voices}/{PART}", data, expect=422, **more)
    assert page.says(sentence) and kept() == []
    assert "Bác Hạnh" in page.html, "what was typed is kept"


def test_a_part_that_does_not_stand_in_the_text_has_no_page(desk_with_lesson):
    thu, voices = desk_with_lesson
    thu.open(f"{voices}/aaaaaaaa", expect=404)
    thu.open(voices)
    thu.send(f"{voices}/aaaaaaaa", expect=404, whose="mine")
    thu.send(f"{voices}/aaaaaaaa/xoa", expect=404)


def test_only_here_a_page_may_ask_for_the_microphone(desk_with_lesson):
    thu, voices = desk_with_lesson
    headers = thu.open(f"{voices}/{PART}").response.headers
    assert "microphone=(self)" in headers["Permissions-Policy"]
    assert "media-src 'self' blob:" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert "microphone=()" in thu.open(voices).response.headers["Permissions-Policy"]


def test_staff_of_the_next_ward_find_nothing_and_looking_changes_nothing(desk_with_lesson, desk, beside):
    thu, voices = desk_with_lesson
    send(thu, f"{voices}/{PART}", webm())
    count = db.session.scalar(select(func.count(AuditEntry.id)))
    for address in (voices, f"{voices}/{PART}", f"{voices}/{PART}.opus"):
        thu.open(address)
    assert db.session.scalar(select(func.count(AuditEntry.id))) == count
    beside("duc", Role.EDITOR)
    duc = desk("duc")
    for address in (voices, f"{voices}/{PART}", f"{voices}/{PART}.opus"):
        duc.open(address, expect=404)
    assert len(kept()) == 1


def test_a_recording_is_heard_by_residents_once_it_was_listened_to_and_the_text_is_public(
    desk_with_lesson, desk
):
    thu, voices = desk_with_lesson
    send(thu, f"{voices}/{PART}", webm())
    visitor = desk("lan")
    thu.open(voices.removesuffix("/giong-doc"))
    thu.send(voices.replace("/giong-doc", "/gui-duyet"), expect=303)
    duc = desk("duc")
    publish(duc, voices.removesuffix("/giong-doc"))
    visitor.open(f"/nghe/{PART}.opus", expect=404)
    thu.open(voices)
    thu.send(f"{voices}/duyet", expect=403)
    assert not thu.open("/soan-bai").says("Giọng đọc chờ anh chị nghe")
    shelf = duc.open("/soan-bai")
    assert shelf.says("Giọng đọc chờ anh chị nghe") and shelf.says("1 đoạn")
    assert voices in [a.get("href") for a in shelf.every("a")]
    page = duc.open(voices)
    (asked,) = [one["value"] for one in page.every("input") if one.get("name") == "da-nghe"]
    assert page.says("Chờ anh chị nghe (1)") and asked.startswith(f"{PART}:")
    for _ in range(2):  # twice is once
        duc.open(voices)
        duc.send(f"{voices}/duyet", expect=303, **{"da-nghe": f"{asked} x y:z"})
    assert visitor.open(f"/nghe/{PART}.opus").get_data() == webm()
    assert f"{PART}:" in visitor.open("/khoa-hoc/hoc-go-dau/go-dau-sac").html
    assert [row.voice for row in kept()] == ["recorded"]


def test_who_publishes_is_heard_at_once_and_a_volunteer_takes_every_part_back(desk_with_lesson, desk):
    thu, voices = desk_with_lesson
    duc = desk("duc")
    send(duc, f"{voices}/{PART}", webm())
    assert [row.voice for row in kept()] == ["recorded"]
    assert thu.open(voices).says("thu âm: Bác Hạnh")
    for _ in range(2):
        thu.open(voices)
        thu.send(f"{voices}/thoi-dung", expect=303, speaker=" Bác  Hạnh ")
    assert kept() == [] and not thu.open(voices).says("không muốn dùng giọng của mình nữa")
