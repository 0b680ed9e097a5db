"""The administrator's desk: what needs attention, and what the ward says of itself."""

from datetime import timedelta
from typing import Any, NamedTuple

from flask import Blueprint, current_app, flash, redirect, render_template, url_for

from elearn.authoring.registry_queries import overdue_facts
from elearn.kit.access import needs
from elearn.kit.clock import monday_of, now, today
from elearn.kit.findings import disks, upkeep
from elearn.kit.formats import as_day, as_moment, as_number
from elearn.kit.refused import Refused
from elearn.kit.upkeep_notes import BACKUP, last_good
from elearn.learning.confidence import confidence_by_course
from elearn.learning.crowd import count_waiting
from elearn.library.queries import published_courses
from elearn.office import queries
from elearn.office.audit_queries import resets_of_administrators, was_noted
from elearn.office.code_queries import count_codes, has_looked, objections_unseen
from elearn.office.forms import WardForm
from elearn.office.here import looks_after_all, viewer_here, ward_id_for
from elearn.office.queries import GroupLine
from elearn.office.standouts import A_WEEK
from elearn.people import actions as people
from elearn.people.colleagues import ANNOUNCED, LASTS, OBJECTED
from elearn.people.models import GroupKind
from elearn.people.permissions import Permission
from elearn.people.queries import find_name
from elearn.people.session import forget_wards, ward_here
from elearn.privacy.queries import count_requests

pages = Blueprint("office", __name__)


class Need(NamedTuple):
    """Something that needs attention: a sentence, and where it is mended, if that is a page."""

    said: str
    link: str = ""
    words: str = ""


@pages.get("/quan-tri")
@needs(Permission.MANAGE_PEOPLE)
def home() -> Any:
    """Say what needs attention; in a new ward, what to do next."""
    ward_id = ward_id_for(Permission.MANAGE_PEOPLE)
    lines = queries.groups_of(ward_id)
    groups = [line for line in lines if line.kind == GroupKind.REGULAR and not line.has_ended(today())]
    learners = sum(line.people for line in lines)
    begun = [bool(groups), any(line.helpers for line in groups), learners > 0]
    return render_template(
        "office/home.html",
        begun=begun,
        needs=_needs(ward_id, lines, groups) if all(begun) else _of_colleagues(ward_id),
        backup=last_good(BACKUP),
        looks_after_all=looks_after_all(),
        confidence=confidence_by_course(ward_id),
        figures=[
            ("Tổ dân phố", len(groups), url_for("groups_desk.groups")),
            ("Người học", learners, url_for("people_desk.people")),
            ("Vai trò đã giao", queries.count_roles(ward_id), url_for("roles_desk.roles")),
        ],
    )


def _needs(ward_id: int, lines: list[GroupLine], groups: list[GroupLine]) -> list[Need]:
    return [
        *_of_requests(ward_id),
        *_of_colleagues(ward_id),
        *_of_codes(ward_id),
        *_of_the_waiting(ward_id),
        *_of_doors(ward_id),
        *_of_groups(lines, groups),
        *_of_lessons(ward_id),
        *_of_the_machine(),
    ]


SAID = {
    ANNOUNCED: "{who} báo trước sẽ đặt lại mật khẩu hoặc gỡ lớp khóa thứ hai của {whose}, lúc {at}.",
    OBJECTED: "{whose} nói không nhờ ai đặt lại mật khẩu hay gỡ khóa, lúc {at}.",
    "set password": "{who} đã đặt lại mật khẩu của {whose}, lúc {at}.",
    "remove second keys": "{who} đã gỡ lớp khóa thứ hai của {whose}, lúc {at}.",
}


def _of_colleagues(ward_id: int) -> list[Need]:
    """Tell every administrator what another did, or will do, to what an administrator comes in by."""
    needs = []
    for one in resets_of_administrators(ward_id, now() - LASTS):
        said = SAID[one.action].format(
            who=find_name(one.actor_id) or "Người trông máy chủ", whose=find_name(one.object_id),
            at=as_moment(one.at),
        )  # fmt: skip
        if one.action == ANNOUNCED and one.object_id == viewer_here().person_id:
            needs.append(Need(said, url_for("keys_desk.objection"), "Tôi không nhờ"))
        else:
            needs.append(Need(said, url_for("audit_desk.entries", viec=one.action), "Xem nhật ký"))
    return needs


def _of_codes(ward_id: int) -> list[Need]:
    """Ask to look at last week's one-time codes until this viewer has, and at any that was objected to."""
    viewer_id, page = viewer_here().person_id, "codes_desk.codes"
    found = [
        Need(
            "Có người nói không nhờ cấp mã một lần mà vẫn có mã cấp cho họ.", url_for(page, tuan=monday),
            f"Xem tuần từ {as_day(monday)}",
        )
        for monday in objections_unseen(ward_id, viewer_id, now())
    ]  # fmt: skip
    last = monday_of(today()) - A_WEEK
    count = count_codes(ward_id, last)
    if count and not has_looked(viewer_id, last):
        said = f"Tuần từ {as_day(last)} đã cấp {as_number(count)} mã một lần, anh chị chưa xem."
        found.append(Need(said, url_for(page, tuan=last), "Xem danh sách"))
    return found


def _of_requests(ward_id: int) -> list[Need]:
    """Say how many requests about data wait, and that some are late."""
    late, waiting = (count_requests(today(), which, ward_id) for which in ("late", "open"))
    here = "requests_desk.requests"
    if late:
        said = f"{as_number(late)} yêu cầu về dữ liệu quá hạn."
        return [Need(said, url_for(here, xem="qua-han"), "Trả lời ngay")]
    said = f"{as_number(waiting)} yêu cầu về dữ liệu chưa xong."
    return [Need(said, url_for(here), "Xem hạn")] if waiting else []


def _of_the_machine() -> list[Need]:
    """Warn when a disk is full, or a backup or its rehearsal failed or is older than a day and a bit."""
    bad = [] if current_app.config["DEMO"] else [one for one in (*disks(), *upkeep()) if not one.good]
    if not bad:
        return []
    if looks_after_all():
        said = f"Máy chủ có {len(bad)} điều cần xem: {', '.join(one.what for one in bad)}."
        return [Need(said, url_for("health_desk.health"), "Xem sức khỏe hệ thống")]
    return [Need(f"{one.what}: {one.seen}. Nhờ người trông nom máy chủ xem lại.") for one in bad]


def _of_the_waiting(ward_id: int) -> list[Need]:
    """Say how many came without a name beyond what a group has in a day."""
    count = count_waiting(ward_id)
    said = f"{as_number(count)} lượt tự ghi chờ xem lại, chưa tính vào số của tổ nào."
    return [Need(said, url_for("waiting_desk.waiting"), "Xem lại")] if count else []


def _of_doors(ward_id: int) -> list[Need]:
    """Warn of the pause that begins when strangers' devices try too many wrong mã học (RULINGS 17)."""
    if not was_noted("pause pins", ward_id, now() - timedelta(days=1)):
        return []
    said = "Từ hôm qua có lúc quá nhiều mã học sai từ máy lạ, nên máy lạ tạm không vào được bằng mã học."
    return [Need(said, url_for("audit_desk.entries", viec="pause pins"), "Xem nhật ký")]


def _of_groups(lines: list[GroupLine], groups: list[GroupLine]) -> list[Need]:
    people, here = "people_desk.people", "groups_desk.groups"
    unknown = sum(line.people for line in lines if line.kind == GroupKind.UNKNOWN)
    left = sum(line.people for line in lines if line.has_ended(today()) and line.successor_id is None)
    unhelped = sum(not line.helpers for line in groups)
    uncounted = sum(line.adults is None for line in groups)
    found = (
        (unknown, "người chưa rõ tổ.", url_for(people, xem="chua-ro-to"), "Xếp vào tổ"),
        (left, "người còn ở tổ đã tách.", url_for(people, xem="to-cu"), "Chuyển sang tổ mới"),
        (unhelped, "tổ chưa có người hướng dẫn.", url_for(here, xem="thieu-nguoi-huong-dan"), "Xem các tổ"),
        (
            uncounted, "tổ chưa có số người từ đủ 18 tuổi nên chưa tính được độ phủ.",
            url_for(here, xem="thieu-nguoi-lon"), "Điền số",
        ),
    )  # fmt: skip
    return [Need(f"{as_number(count)} {said}", link, words) for count, said, link, words in found if count]


def _of_lessons(ward_id: int) -> list[Need]:
    facts = overdue_facts(ward_id, today())
    unapproved = [course.title for course in published_courses(ward_id) if course.unapproved]
    found = []
    if facts:
        said = f"{facts} dữ kiện quá hạn kiểm hoặc chưa kiểm: câu hỏi dựa vào đó đang tạm ẩn."
        found.append(Need(said, url_for("authoring.facts"), "Xem dữ kiện"))
    if unapproved:
        said = f"{len(unapproved)} khóa học phường chưa duyệt: {', '.join(unapproved)}."
        found.append(Need(said, url_for("authoring.shelf"), "Xem khóa học"))
    return found


# -- the ward ------------------------------------------------------------------------------------


@pages.get("/quan-tri/phuong")
@needs(Permission.MANAGE_GROUPS, fresh=True)
def ward() -> Any:
    """Show what the ward says of itself in a form."""
    ward_id_for(Permission.MANAGE_GROUPS)
    return render_template(
        "office/ward.html", form=WardForm(formdata=None, data=ward_here()._asdict()), refusal=""
    )


@pages.post("/quan-tri/phuong")
@needs(Permission.MANAGE_GROUPS, fresh=True)
def save_ward() -> Any:
    """Keep what the ward says of itself."""
    ward_id, form = ward_id_for(Permission.MANAGE_GROUPS), WardForm()
    if not form.validate():
        return render_template("office/ward.html", form=form, refusal=""), 422
    try:
        people.save_ward(
            ward_id, viewer_here(), name=form.name.data, city=form.city.data or "",
            office_name=form.office_name.data or "", office_phone=form.office_phone.data or "",
            office_address=form.office_address.data or "",
        )  # fmt: skip
    except Refused as refused:
        return render_template("office/ward.html", form=form, refusal=str(refused)), 422
    forget_wards()
    flash("Đã lưu. Mọi trang hiện thông tin mới trong vòng nửa phút.")
    return redirect(url_for("office.ward"), 303)
