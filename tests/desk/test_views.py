"""The helper's desk: who learns in the own group, and nobody else's business."""

from sqlalchemy import select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import Base, db
from elearn.learning.actions import keep_results, move_to_group
from elearn.learning.groups import Part, merge_groups, split_group
from elearn.people.models import Consent
from tests.builders import attempt, make_course, nameless
from tests.desk.doing import also_helps, figures, neighbour, noted, of, with_code
from tests.ward import group, person

# -- the roster --------------------------------------------------------------------------------------


def test_a_helper_of_one_group_goes_straight_to_it(at_desk):
    answer = at_desk("hoa").open("/to", expect=302)
    assert answer.headers["Location"] == "/to/DG05"


def test_the_administrator_finds_every_group_of_the_ward_and_no_other(at_desk):
    page = at_desk("quan").open("/to")
    assert page.says("Tổ dân phố số 7") and page.says("Chưa rõ tổ") and "BC01" not in page.html
    assert "DG05" not in at_desk("quan").open("/to?tim=lach+tray").html


def test_the_roster_names_who_agreed_and_counts_the_others(at_desk, agree):
    agree("lan")
    neighbour("Bà Kín", agrees=False)
    keep_results(nameless(), keeping="group", group_id=group("DG05").id)
    page = at_desk("hoa").open("/to/DG05")
    assert page.says("Nguyễn Thị Lan") and page.says("Trần Thị Hoa") and "Bà Kín" not in page.html
    assert page.says("Không hiện tên: 2 người")


def test_who_withdraws_the_consent_is_named_no_longer(at_desk, agree):
    agree("lan")
    consent = db.session.scalar(select(Consent).where(Consent.purpose == "seen_by_helper"))
    consent.withdrawn_at = consent.given_at
    db.session.commit()
    assert "Nguyễn Thị Lan" not in at_desk("hoa").open("/to/DG05").html


def test_the_administrator_sees_every_name(at_desk):
    neighbour("Bà Kín", agrees=False)
    assert at_desk("quan").open("/to/DG05").says("Bà Kín")


def test_neighbours_stand_in_vietnamese_order(at_desk):
    for name in ("Lê Thị Đào", "Phạm Văn Ân", "Vũ Thị Dung", "Bùi An"):
        neighbour(name, "LT03")
    html = at_desk("quan").open("/to/LT03").html
    names = ("Bùi An", "Phạm Văn Ân", "Vũ Thị Dung", "Lê Thị Đào")
    assert [html.index(name) for name in names] == sorted(html.index(name) for name in names)


def test_a_name_is_found_without_marks(at_desk):
    neighbour("Đặng Thị Thọ", household="Nhà ngõ 12")
    neighbour("Phạm Văn Bình")
    browser = at_desk("hoa")
    for asked in ("tho", "DANG", "ngo 12", "Thọ"):
        page = browser.open(f"/to/DG05?tim={asked}")
        assert page.says("Đặng Thị Thọ") and "Phạm Văn Bình" not in page.html, asked
    assert browser.open("/to/DG05?tim=khong+ai").says("Không có ai khớp")


def test_the_list_is_filtered_by_how_far_each_has_come(at_desk):
    course = make_course(lessons=2)
    neighbour("Bà Chưa")
    half, whole = neighbour("Ông Dở"), neighbour("Cô Xong")
    attempt(half, course["revisions"][0])
    for revision in course["revisions"]:
        attempt(whole, revision)
    browser = at_desk("hoa")
    for state, name in {"chua-bat-dau": "Bà Chưa", "do-dang": "Ông Dở", "da-xong": "Cô Xong"}.items():
        page = browser.open(f"/to/DG05?loc={state}")
        shown = {one for one in ("Bà Chưa", "Ông Dở", "Cô Xong") if page.says(one)}
        assert shown == {name}
        assert browser.open(f"/to/DG05/in?loc={state}").says(name)


def test_a_phone_number_is_masked_in_the_list(at_desk, agree):
    agree("lan")
    html = at_desk("hoa").open("/to/DG05").html
    assert "••• ••• 001" in html and "900000001" not in html and "900 000 001" not in html


def test_the_figures_of_the_roster_are_those_of_the_board(at_desk):
    course = make_course(lessons=1)
    attempt(neighbour("Cô Xong", "LT03"), course["revisions"][0], right=5)
    neighbour("Bà Kín", "LT03", agrees=False)
    keep_results(nameless(), keeping="group", group_id=group("LT03").id)
    also_helps("hoa", "LT03")
    browser = at_desk("hoa")
    assert browser.open("/to").says("Tổ dân phố số 3 (phường cũ Lạch Tray): 3 người")
    seen = figures(browser.open("/to/LT03"))
    board = figures(browser.open("/tien-do/LT03"))
    assert [seen[name] for name in ("Có tên trong danh sách", "Đã xong", "Không hiện tên")] == ["1", "1", "2"]
    assert int(seen["Có tên trong danh sách"]) + int(seen["Không hiện tên"]) == int(
        board["Người học hiện nay"]
    )


def test_a_long_list_comes_in_pages(at_desk):
    for number in range(51):
        neighbour(f"Người Thứ {number}")
    browser = at_desk("hoa")
    assert browser.open("/to/DG05").says("Trang 1 trên 2")
    assert browser.open("/to/DG05?trang=99").says("Trang 2 trên 2")
    assert browser.open("/to/DG05?trang=x").says("Trang 1 trên 2")


def test_an_empty_group_says_how_to_begin(at_desk):
    page = at_desk("quan").open("/to/LT03")
    assert page.says("Tổ chưa có ai học") and page.says("áp phích")


def test_each_reading_of_names_is_noted_once_and_nothing_else_is_written(at_desk, agree):
    agree("lan")
    browser = at_desk("hoa")
    browser.open("/to/DG05")
    (entry,) = noted("view roster")
    assert (entry.actor_id, entry.object_id, entry.detail) == (
        person("hoa").id, str(group("DG05").id), {"names": 2}
    )  # fmt: skip
    browser.open("/to/DG05/in")
    assert len(noted("print roster")) == 1
    browser.open("/to/DG05?tim=khong+ai")
    actions = {one.action for one in db.session.scalars(select(AuditEntry))} - {"sign in"}
    assert actions == {"view roster", "print roster"}
    assert len(noted("view roster")) == 1


# -- out of reach ------------------------------------------------------------------------------------


def test_the_neighbouring_group_is_not_found_and_a_resident_finds_the_door_closed(at_desk):
    helper = at_desk("hoa")
    for path in ("/to/DG07", "/to/GV-KR", "/to/BC01", "/to/KHONG", "/to/DG07/in"):
        helper.open(path, expect=404)
    for name in ("lan", "minh", "thu"):
        at_desk(name).open("/to/DG05", expect=403)
        at_desk(name).open("/to", expect=403)
    at_desk("xa").open("/to/DG05", expect=404)


def test_a_merged_group_leads_to_the_one_it_has_become_part_of(at_desk):
    merge_groups([group("DG05").id], group("DG07").id, actor=None)
    answer = at_desk("hoa").open("/to/DG05", expect=302)
    assert answer.headers["Location"] == "/to/DG07"
    assert at_desk("hoa").open("/to/DG07").says("Trần Thị Hoa")


def test_a_group_that_was_split_keeps_its_people_and_takes_no_more(at_desk):
    new = split_group(group("DG05").id, [Part("DG05A", "Tổ dân phố số 5A")], actor=None)[0]
    browser = at_desk("hoa")
    page = browser.open("/to/DG05")
    assert page.says("Tổ này đã chia") and page.says("Nguyễn Thị Lan") and "dang-ky" not in page.html
    browser.open("/to/DG05/dang-ky", expect=404)
    who = person("lan").id
    browser.open(of(who, "/chuyen-to"))
    browser.send(of(who, "/chuyen-to"), expect=303, group=new)
    merge_groups([group("LT03").id], group("DG07").id, actor=None)
    page = at_desk("quan").open("/to")
    assert page.says("Tổ dân phố số 5A") and page.says("Tổ dân phố số 5 ") and not page.says("số 3")


def test_somebody_who_moved_away_is_on_the_other_list(at_desk, agree):
    move_to_group(agree("lan"), group("DG07").id)
    assert "Nguyễn Thị Lan" not in at_desk("hoa").open("/to/DG05").html


# -- nothing is written by reading -------------------------------------------------------------------


def test_reading_writes_nothing_but_the_audit_of_names(at_desk):
    who = with_code(neighbour("Bà Mận"))
    browser = at_desk("hoa")
    before = contents()
    desk = ("/to", "/to/DG05", "/to/DG05/in", "/to/DG05/dang-ky", "/to/DG05/ma-ca-nhan", "/to/DG05/lop")
    doors = (
        "",
        "/sua",
        "/chuyen-to",
        "/ma-hoc",
        "/thu-the",
        "/rut-dong-y",
        "/the",
        "/dua-may",
        "/ma-mot-lan",
    )
    for path in (*desk, *(of(who, door) for door in doors)):
        browser.client.get(path)
    assert contents() == before


def contents():
    """Everything in the database but the audit."""
    db.session.commit()
    with db.engine.connect() as connection:
        return {
            table.name: sorted(map(str, connection.execute(table.select()).all()))
            for table in Base.metadata.sorted_tables
            if not table.name.startswith("audit")
        }
