"""Lists come in: what is shown is what is written, twice is once, and different people stay different."""

import random
from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlalchemy import event, func, select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db, transaction
from elearn.kit.refused import Refused
from elearn.kit.sheets import SheetProblem
from elearn.learning.models import Standing
from elearn.learning.recount import recount
from elearn.office.imports import carry_out, plan_of
from elearn.people.models import Consent, Person, ResidentialGroup
from elearn.privacy.guardians import Guardian, record_guardian
from tests.ward import CAST, group

HEAD = "Họ và tên,Tổ,Số điện thoại,Năm sinh,Ngày đồng ý giữ kết quả\n"
AGREED = "24/11/2025"


def csv(*rows, head=HEAD):
    return (head + "".join(",".join(row) + "\n" for row in rows)).encode()


def xlsx(*rows):
    book, file = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def ward_id():
    return group("DG05").ward_id


def told(plan):
    return [(verdict.row, verdict.what) for verdict in plan.in_order]


def bring(content, viewer):
    return carry_out(content, ward_id(), by=viewer("quan"))


def find(name):
    return db.session.scalars(select(Person).where(Person.display_name == name)).all()


def everything():
    return [
        db.session.scalar(select(func.count()).select_from(model))
        for model in (Person, ResidentialGroup, Consent, AuditEntry)
    ]


def test_residents_are_registered_counted_and_have_agreed(app, viewer):
    recount(repair=True)
    before = everything()
    content = csv(("Bùi Thị Mận", "DG05", "0912345678", "1954", AGREED), ("Cao Văn Ổi", "7", "", "", AGREED))
    plan = plan_of(content, ward_id())
    assert told(plan) == [(2, "taken"), (3, "taken")] and everything() == before
    assert carry_out(content, ward_id(), by=viewer("quan"), agreed=plan.digest).verdicts == plan.verdicts
    (man,), (oi,) = find("Bùi Thị Mận"), find("Cao Văn Ổi")
    assert (man.group_id, man.phone, man.birth_year) == (group("DG05").id, "+84912345678", 1954)
    assert oi.group_id == group("DG07").id and oi.search == "cao van oi"
    assert man.pin_hash is None and man.personal_code is None  # given when a helper prints the card
    consent = db.session.scalar(select(Consent).where(Consent.person_id == man.id))
    assert (consent.purpose, consent.channel, consent.given_at.date()) == (
        "keep_results", "list", date(2025, 11, 24)
    )  # fmt: skip
    assert db.session.scalar(select(func.sum(Standing.registered))) >= 2
    assert recount() == []


def test_the_same_list_a_second_time_changes_nothing(app, viewer):
    content = csv(("Bùi Thị Mận", "DG05", "0912345678", "1954", AGREED), ("Cao Văn Ổi", "7", "", "", AGREED))
    plan = bring(content, viewer)
    before = everything()
    again = bring(content, viewer)
    assert told(again) == [(2, "same"), (3, "same")] and everything() == before
    assert carry_out(content, ward_id(), by=viewer("quan"), agreed=plan.digest).taken == []  # a second tap
    assert everything() == before


def test_namesakes_are_never_taken_for_one_another(app, viewer):
    bring(csv(("Bùi Thị Mận", "DG05", "0912345678", "1954", AGREED)), viewer)
    rows = [
        ("Bùi Thị Mận", "DG05", "0912345679", "1960", AGREED),  # another phone and year: somebody else
        ("Bùi Thị Mận", "DG05", "", "1954", AGREED),  # the first one
        ("Bùi Thị Mận", "DG05", "0912345677", "1966", AGREED),  # contradicts both phones: a third
        ("bui thi man", "DG05", "", "", AGREED),  # could be any of them
        ("Bùi Thị Mận", "DG07", "0912345678", "", AGREED),  # the first, but in another group
    ]
    plan = bring(csv(*rows), viewer)
    assert told(plan) == [(2, "taken"), (3, "same"), (4, "taken"), (5, "skipped"), (6, "skipped")]
    assert "Dòng 2 có người cùng tên" in plan.skipped[0].why
    assert "đổi tổ ở trang của người ấy" in plan.skipped[1].why
    assert len(find("Bùi Thị Mận")) == 3
    alone = plan_of(csv(rows[3]), ward_id())
    assert "chưa rõ có phải một người không" in alone.skipped[0].why


def test_father_and_son_of_one_name_on_one_phone_stay_two(app, viewer):
    rows = [("Cao Văn Ổi", "DG05", "0912345678", year, AGREED) for year in ("1950", "1980")]
    assert told(bring(csv(*rows), viewer)) == [(2, "taken"), (3, "taken")]
    assert told(plan_of(csv(*rows), ward_id())) == [(2, "same"), (3, "same")]
    which = plan_of(csv(("Cao Văn Ổi", "DG05", "0912345678", "", AGREED)), ward_id())
    assert "chưa rõ có phải một người không" in which.skipped[0].why


def test_a_personal_code_says_who_is_meant(app, person, viewer):
    recount(repair=True)
    lan = person("lan")
    head = "Họ và tên,Tổ,Số điện thoại,Mã cá nhân\n"
    rows = [
        ("NGUYEN THI LAN", "DG07", "0912 345 678", lan.personal_code),
        ("Ai Đó Khác", "DG07", "", person("tai").personal_code),
        (CAST["hoa"].full_name, "DG07", "", person("hoa").personal_code),
    ]
    plan = bring(csv(*rows, head=head), viewer)
    assert told(plan) == [(2, "changed"), (3, "skipped"), (4, "skipped")]
    assert "lệch dòng" in plan.skipped[0].why and "nhiệm vụ" in plan.skipped[1].why
    db.session.expire_all()
    assert (lan.display_name, lan.phone, lan.group_id) == ("Nguyễn Thị Lan", "+84912345678", group("DG07").id)
    assert recount() == []


def test_a_list_puts_no_number_back_for_a_minor(app, person, viewer):
    recount(repair=True)
    lan = person("lan")
    with transaction():
        lan.phone = lan.birth_year = None
        record_guardian(lan.id, Guardian("Trần Thị Mẹ", "parent", "device"))
    head = "Họ và tên,Tổ,Số điện thoại,Mã cá nhân\n"
    plan = bring(csv(("Nguyễn Thị Lan", "DG07", "0912 345 678", lan.personal_code), head=head), viewer)
    db.session.expire_all()
    assert told(plan) == [(2, "changed")]
    assert (lan.phone, lan.birth_year, lan.group_id) == (None, None, group("DG07").id)


def test_who_has_not_agreed_is_not_taken(app, viewer):
    plan = bring(csv(("Bùi Thị Mận", "DG05", "", "", "")), viewer)
    assert told(plan) == [(2, "skipped")] and "Thiếu ngày đồng ý" in plan.skipped[0].why
    assert "không ghi được người mới" in plan_of(b"Ho ten,To\nBui Man,DG05\n", ward_id()).warnings[0]
    assert find("Bùi Thị Mận") == []


@pytest.mark.parametrize(
    ("row", "because"),
    [
        (("Bùi Mận", "Tổ 99", "", "", AGREED), "chưa có tổ"),
        (("Bùi Mận", "BC01", "", "", AGREED), "chưa có tổ"),  # the ward next door
        (("Bùi Mận", "DG05", "12", "", AGREED), "điện thoại"),
        (("Bùi Mận", "DG05", "", "2020", AGREED), "16 tuổi"),
    ],
)
def test_a_bad_row_is_skipped_with_the_reason(app, row, because):
    plan = plan_of(csv(row, ("Cao Ổi", "DG05", "", "", AGREED)), ward_id())
    assert told(plan) == [(2, "skipped"), (3, "taken")]
    assert because in plan.skipped[0].why


def test_without_a_group_they_wait_in_the_place_for_those(app, viewer):
    plan = bring(csv(("Bùi Thị Mận", "", "", "", AGREED)), viewer)
    assert "Chưa ghi tổ" in plan.taken[0].why
    assert find("Bùi Thị Mận")[0].group_id == group("GV-KR").id


def test_two_groups_of_one_number_are_told_apart_by_the_old_ward(app, viewer):
    head = "Tên tổ,Phường cũ\n"
    bring(csv(("5", "Lạch Tray"), head=head), viewer)
    people = "Họ tên,Tổ,Phường cũ,Đã đồng ý\n"
    plan = plan_of(
        csv(("Bùi Mận", "5", "", AGREED), ("Cao Ổi", "Tổ 5", "lach tray", AGREED), head=people), ward_id()
    )
    assert told(plan) == [(2, "skipped"), (3, "taken")]
    assert "Đằng Giang, Lạch Tray" in plan.skipped[0].why
    assert dict(plan.taken[0].values)["group_id"] == group("LT05").id


def test_at_most_five_share_a_phone(app):
    rows = [(f"Người Thứ{number}", "DG05", "0912345678", "", AGREED) for number in range(6)]
    plan = plan_of(csv(*rows), ward_id())
    assert [what for _, what in told(plan)] == ["taken"] * 5 + ["skipped"]


def test_letters_in_pieces_and_excel_days_are_read(app, viewer):
    content = xlsx(
        ["Danh sách người học"],
        ["Họ và tên", "Tổ dân phố", "Di động", "Ngày sinh", "Đã đồng ý"],
        ["Bu\u0300i Thi\u0323 Ma\u0323\u0302n", 5, 912345678, date(1954, 3, 12), date(2025, 11, 24)],
    )
    plan = bring(content, viewer)
    assert told(plan) == [(3, "taken")]
    (man,) = find("Bùi Thị Mận")
    assert (man.phone, man.birth_year) == ("+84912345678", 1954)
    same = csv(("Bùi Thị Mận", "5", "0912345678", "1954", AGREED)).decode()
    for other in (same.replace(",", ";").replace("\n", "\r\n").encode("utf-8-sig"), same.encode("utf-16")):
        assert [what for _, what in told(plan_of(other, ward_id()))] == ["same"]


def test_groups_are_made_renamed_and_corrected(app, viewer):
    head = "Mã tổ,Tên tổ,Phường cũ,Số hộ,Số người lớn\n"
    rows = [
        ("dg05", "Tổ dân phố Hoa Sen", "Đằng Giang", "190", ""),
        ("DG07", "Tổ dân phố số 7", "", "150", "390"),
        ("", "Tổ dân phố số 9", "Đằng Giang", "100", "250"),
        ("BC01", "Tổ lạ", "", "", ""),
        ("GV-KR", "Tổ lạ", "", "", ""),
        ("MOI1", "Tổ dân phố số 3", "Lạch Tray", "", ""),
        ("dg05", "Lại nó", "", "", ""),
        ("LT03", "Tổ dân phố số 3", "Lạch Tray", "chừng 9", ""),
    ]
    content = csv(*rows, head=head)
    plan = plan_of(content, ward_id())
    assert [what for _, what in told(plan)] == ["changed", "same", "taken"] + ["skipped"] * 5
    assert "190" in plan.changed[0].why and "DG09" in plan.taken[0].shown
    because = ("nơi khác", "chưa rõ tổ", "LT03", "dòng 2", "Số hộ")
    assert [word in verdict.why for word, verdict in zip(because, plan.skipped, strict=True)] == [True] * 5
    bring(content, viewer)
    assert (group("DG05").name, group("DG05").households, group("DG05").adults) == (
        "Tổ dân phố Hoa Sen", 190, 420
    )  # fmt: skip
    assert group("DG09").adults == 250
    assert [what for _, what in told(bring(content, viewer))] == ["same"] * 3 + ["skipped"] * 5


def test_what_is_written_is_what_was_shown(app, viewer):
    content = csv(("Bùi Thị Mận", "DG05", "", "", AGREED), ("Cao Ổi", "DG05", "", "", AGREED))
    agreed = plan_of(content, ward_id()).digest
    bring(csv(("Cao Ổi", "DG05", "", "", AGREED)), viewer)
    before = everything()
    with pytest.raises(Refused, match="Chưa nhập gì"):
        carry_out(content, ward_id(), by=viewer("quan"), agreed=agreed)
    assert everything() == before


def test_who_waits_for_a_group_is_given_the_one_of_the_list(app, viewer):
    recount(repair=True)
    bring(csv(("Bùi Thị Mận", "", "0912345678", "", AGREED)), viewer)
    plan = bring(csv(("Bùi Thị Mận", "DG05", "0912345678", "1954", "")), viewer)
    assert told(plan) == [(2, "changed")] and "Chưa rõ tổ → Tổ dân phố số 5" in plan.changed[0].why
    (man,) = find("Bùi Thị Mận")
    assert (man.group_id, man.birth_year) == (group("DG05").id, 1954)
    assert recount() == []


@pytest.mark.parametrize("seed", range(6))
def test_whatever_a_list_holds_twice_is_once_and_the_counts_agree(app, viewer, person, seed):
    chance = random.Random(seed)
    recount(repair=True)
    codes = [person(name).personal_code for name in ("lan", "tai")]
    head = "Họ tên,Tổ,SĐT,Năm sinh,Đối tượng,Hộ,Mã cá nhân,Đã đồng ý\n"

    def row():
        return (
            chance.choice(["Nguyễn Thị Lan", "nguyen thi lan", "ĐỖ VĂN TÀI", "Bùi Mận"]),
            chance.choice(["DG05", "7", "LT03", "", "Tổ 99"]),
            chance.choice(["", "0912345678", "0912345679", "0900000001"]),
            chance.choice(["", "1950", "1960"]),
            chance.choice(["", "người dân", "đoàn viên"]),
            chance.choice(["", "nhà A"]),
            chance.choice(["", "", "", *codes]),
            chance.choice([AGREED, AGREED, AGREED, ""]),
        )

    for _ in range(3):
        content = csv(*(row() for _ in range(25)), head=head)
        plan = plan_of(content, ward_id())
        assert bring(content, viewer).verdicts == plan.verdicts
        again = plan_of(content, ward_id())
        assert not again.does_something, [(one.row, one.what, one.why) for one in again.verdicts]
        assert recount() == []


def test_all_or_nothing(app, viewer, monkeypatch):
    from elearn.learning import registration

    monkeypatch.setattr(registration.Ledger, "post", lambda self: 1 / 0)
    before = everything()
    with pytest.raises(ZeroDivisionError):
        bring(csv(("Bùi Thị Mận", "DG05", "", "", AGREED)), viewer)
    assert everything() == before


@pytest.mark.parametrize(
    ("content", "because"),
    [
        (b"Ghi chu,Xem\n1,2\n", "Không thấy cột"),
        ("Mã tổ,Số hộ\nDG05,9\n".encode(), "Tên tổ"),
        ("Họ và tên,Họ tên\na,b\n".encode(), "hai cột"),
        (HEAD.encode(), "tiêu đề"),
        (b"%PDF-1.4", "PDF"),
    ],
)
def test_a_file_that_is_no_list_is_refused(app, content, because):
    with pytest.raises(SheetProblem, match=because):
        plan_of(content, ward_id())


def test_five_thousand_come_in_few_statements(app, viewer):
    rows = [(f"Người {n:05d} Lê", "DG05", "", str(1940 + n % 60), AGREED) for n in range(5000)]
    counted = []
    note = lambda *told: counted.append(told[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", note)
    plan = bring(csv(*rows), viewer)
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(plan.taken) == 5000
    assert len([one for one in counted if not one.startswith("INSERT INTO person")]) < 40
    standing = select(func.sum(Standing.registered)).where(Standing.group_id == group("DG05").id)
    assert db.session.scalar(standing) >= 5000
