"""The registry of dated facts: what is urgent, what was checked, a ward's own value."""

from datetime import timedelta

import pytest

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.library import lesson_queries
from elearn.library.models import FactRow
from elearn.people.permissions import Role
from tests.authoring.conftest import LESSON, make_lesson, save

FACTS = "/soan-bai/du-kien"
NEW = {
    "value": "1900 1234", "status": "verified", "fallback": "hỏi phường", "source": "Gọi thử ngày hôm nay",
    "review_months": "3",
}  # fmt: skip


@pytest.fixture
def facts(app):
    """Three facts: one good, one overdue, one that nobody has verified."""
    with transaction():
        for place, name, days, status in (
            (1, "F-TOT", 10, "verified"),
            (2, "F-NGHI", 1, "one-source"),
            (3, "F-CU", 400, "verified"),
        ):
            db.session.add(
                FactRow(
                    id=name, label=f"Số {name}", value=f"giá trị {name}", status=status,
                    fallback="hỏi phường", source="nguồn", position=place,
                    checked_on=today() - timedelta(days=days), review_months=6,
                )
            )  # fmt: skip


@pytest.fixture
def cited(desk, facts):
    """A public lesson that prints the overdue fact, and asks a question that rests on it."""
    duc = desk("duc")
    draft = make_lesson(duc)
    save(
        duc, draft, LESSON.replace("gõ dấu sau.", "gõ dấu sau: {F-CU}.").replace("> Chữ s", "> [F-CU] Chữ s")
    )
    duc.open(draft)
    duc.send(f"{draft}/cong-bo", expect=303, saves="2", reason="Chưa có ai khác đọc.", warnings_read="y")
    return duc


def lesson():
    return lesson_queries.find_lesson_page("hoc-go-dau", "go-dau-sac", 1)


def acts():
    return [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]


def row(fact_id: str, ward_id: int = 0) -> FactRow | None:
    return db.session.get(FactRow, (fact_id, ward_id))


def test_the_most_urgent_fact_comes_first_with_the_lessons_that_cite_it(cited):
    page = cited.open(FACTS)
    cards = [a["id"] for a in page.every("li") if "id" in a]
    assert cards == ["F-CU", "F-NGHI", "F-TOT"]
    assert page.says("quá hạn từ")
    assert page.says("Bài đang in: hỏi phường")
    assert page.says("1 bài dùng: K1-01 Gõ dấu sắc")
    assert cited.open("/soan-bai").says("2 dữ kiện đang không in ra bài")


def test_a_fact_checked_today_is_printed_and_asked_about_again(cited, everywhere):
    everywhere("duc", Role.EDITOR)
    assert "hỏi phường" in lesson().html and lesson().asked == 0
    cited.open(FACTS)
    for _ in range(2):
        cited.send(f"{FACTS}/F-CU/da-kiem", expect=303)
    assert "giá trị F-CU" in lesson().html and lesson().asked == 1
    assert row("F-CU").checked_on == today()
    assert acts().count("check fact") == 1
    assert "quá hạn" not in cited.open(FACTS).text["main"].replace("Dữ kiện quá hạn", "")


def test_one_tap_does_not_make_an_unverified_fact_certain(cited, everywhere):
    everywhere("duc", Role.EDITOR)
    page = cited.open(FACTS)
    assert f"{FACTS}/F-NGHI/da-kiem" not in [form["action"] for form in page.every("form")]
    answer = cited.send(f"{FACTS}/F-NGHI/da-kiem", expect=303)
    assert answer.headers["Location"] == f"{FACTS}/F-NGHI"
    assert row("F-NGHI").status == "one-source"


def test_a_new_value_is_printed_at_once_in_every_ward(cited, everywhere):
    everywhere("duc", Role.EDITOR)
    page = cited.open(f"{FACTS}/F-CU")
    assert "giá trị F-CU" in page.html
    cited.send(f"{FACTS}/F-CU", expect=303, **NEW)
    assert "1900 1234" in lesson().html
    fact = row("F-CU")
    assert (fact.value, fact.source, fact.review_months, fact.checked_on) == (
        "1900 1234", "Gọi thử ngày hôm nay", 3, today(),
    )  # fmt: skip
    assert acts()[-1] == "change fact"


def test_a_fact_without_a_source_is_refused_beside_the_field_and_kept_as_typed(cited, everywhere):
    everywhere("duc", Role.EDITOR)
    cited.open(f"{FACTS}/F-CU")
    page = cited.send(f"{FACTS}/F-CU", expect=422, **(NEW | {"source": "", "review_months": "0"}))
    assert page.says("Xin ghi nguồn: tên trang hoặc số văn bản, ngày.")
    assert page.says("Xin điền một số từ 1 đến 99.")
    assert "1900 1234" in page.html
    assert row("F-CU").value == "giá trị F-CU"


def test_a_ward_has_a_value_of_its_own_and_lets_it_go(cited):
    page = cited.open(FACTS)
    assert page.says("Đặt giá trị riêng")
    assert f"{FACTS}/F-CU/da-kiem" not in [form["action"] for form in page.every("form")]
    cited.open(f"{FACTS}/F-CU")
    cited.send(f"{FACTS}/F-CU", expect=403, **NEW)  # the common value is not this ward's to change
    cited.send(f"{FACTS}/F-CU", expect=303, **NEW, own="y")
    assert row("F-CU").value == "giá trị F-CU"
    assert row("F-CU", 1).value == "1900 1234"
    assert "1900 1234" in lesson().html
    page = cited.open(FACTS)
    assert page.says("giá trị riêng của phường")
    assert cited.open(f"{FACTS}/F-CU").says("Giá trị chung: giá trị F-CU")
    for _ in range(2):
        cited.send(f"{FACTS}/F-CU/bo-gia-tri-rieng", expect=303)
    assert row("F-CU", 1) is None
    assert "hỏi phường" in lesson().html
    assert acts().count("drop own fact") == 1


def test_the_ward_next_door_keeps_its_own_value_to_itself(cited, desk, beside):
    beside("quan", Role.EDITOR)
    cited.open(f"{FACTS}/F-CU")
    cited.send(f"{FACTS}/F-CU", expect=303, **NEW, own="y")
    quan = desk("quan")
    assert not quan.open(FACTS).says("1900 1234")
    quan.open(f"{FACTS}/F-CU")
    quan.send(f"{FACTS}/F-CU", expect=303, **(NEW | {"value": "1900 9999"}), own="y")
    assert row("F-CU", 1).value == "1900 1234"
    assert row("F-CU", 2).value == "1900 9999"


def test_an_author_does_not_check_facts(desk, facts):
    thu = desk("thu")
    assert not thu.open("/soan-bai").says("Dữ kiện có hạn")
    thu.open(f"{FACTS}/F-CU", expect=403)
    thu.open("/soan-bai/khoa-moi")
    for act in ("", "/da-kiem", "/bo-gia-tri-rieng"):
        thu.send(f"{FACTS}/F-CU{act}", expect=403, **NEW)


def test_an_unknown_fact_is_not_found(desk, facts):
    duc = desk("duc")
    duc.open(f"{FACTS}/F-KHONG", expect=404)
    duc.open(f"{FACTS}/F-CU")
    for act in ("", "/da-kiem", "/bo-gia-tri-rieng"):
        duc.send(f"{FACTS}/F-KHONG{act}", expect=404, **NEW)


def test_reading_facts_writes_nothing(cited):
    before = [(fact.id, fact.checked_on, fact.value) for fact in db.session.query(FactRow)]
    entries = len(acts())
    cited.open(FACTS)
    cited.open(f"{FACTS}/F-CU")
    cited.open(f"{FACTS}/F-CU/da-kiem", expect=405)
    assert [(fact.id, fact.checked_on, fact.value) for fact in db.session.query(FactRow)] == before
    assert len(acts()) == entries


def test_a_registry_without_facts_says_where_they_come_from(desk):
    assert desk("duc").open(FACTS).says("Chưa có dữ kiện nào")


def test_a_new_fact_is_made_once_and_can_be_cited(desk, everywhere, facts):
    everywhere("duc", Role.EDITOR)
    duc = desk("duc")
    duc.open("/soan-bai/du-kien-moi")
    page = duc.send("/soan-bai/du-kien-moi", expect=422, **NEW, label="")
    assert page.says("Xin đặt tên, ví dụ: Giờ làm việc của Trung tâm.")
    assert "1900 1234" in page.html
    for _ in range(2):
        answer = duc.send("/soan-bai/du-kien-moi", expect=303, **NEW, label="Giờ làm việc của Trung tâm")
    assert answer.headers["Location"] == f"{FACTS}#F-GIO-LAM-VIEC-CUA-TRUNG"
    assert row("F-GIO-LAM-VIEC-CUA-TRUNG").value == "1900 1234"
    assert acts() == ["make fact"]
    assert duc.open(FACTS).says("Giờ làm việc của Trung tâm")


def test_a_new_fact_for_every_ward_is_not_one_wards_to_make(desk, facts):
    duc = desk("duc")
    assert not duc.open(FACTS).says("Dữ kiện mới")
    duc.open("/soan-bai/du-kien-moi", expect=403)
    duc.open(f"{FACTS}/F-CU")
    duc.send("/soan-bai/du-kien-moi", expect=403, **NEW, label="Giờ làm việc")


def test_what_to_do_before_the_ward_begins_is_shown_until_it_is_done(desk):
    duc, checks = desk("duc"), "/soan-bai/truoc-khi-mo"
    assert duc.open("/soan-bai").says("phường còn 6 việc phải làm")
    page = duc.open(checks)
    todo = [form["action"] for form in page.every("form") if form["action"].startswith(checks)]
    assert len(todo) == 6
    for action in todo:
        for _ in range(2):
            duc.send(action, expect=303, done="yes")
    assert acts() == ["do first check"] * 6
    assert not duc.open("/soan-bai").says("việc phải làm")
    assert duc.open(checks).says("Vũ Minh Đức")
    for _ in range(2):
        duc.send(todo[0], expect=303, done="no")
    assert acts().count("undo first check") == 1
    assert duc.open("/soan-bai").says("phường còn 1 việc phải làm")
    duc.send(f"{checks}/khac", expect=404, done="yes")


def test_each_ward_does_its_own_checks_and_an_author_none(desk, beside):
    beside("quan", Role.EDITOR)
    quan, checks = desk("quan"), "/soan-bai/truoc-khi-mo"
    quan.open(checks)
    quan.send(f"{checks}/trial", expect=303, done="yes")
    assert desk("duc").open("/soan-bai").says("phường còn 6 việc phải làm")
    thu = desk("thu")
    assert not thu.open("/soan-bai").says("việc phải làm")
    thu.open(checks, expect=403)


def test_a_trial_ward_is_not_asked_to_check_anything(desk, app, monkeypatch):
    monkeypatch.setitem(app.config, "DEMO", True)
    assert not desk("duc").open("/soan-bai").says("việc phải làm")
