"""The people and lessons that the tests tell their stories with.

bà Lan      a resident of tổ 5, seventy two, learning on an old phone
chị Hoa     helper of tổ 5 (tổ công nghệ số cộng đồng)
anh Minh    the youth union's officer, who follows every group
chị Thu     ward staff, who writes lessons
anh Đức     ward staff, who publishes them
ông Quản    the ward's administrator
ông Tài     a resident of tổ 7: what tổ 5 must not see
cô Xa       administrator of the ward next door: what Gia Viên must not see
"""

from typing import NamedTuple

from sqlalchemy import select

from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.kit.secrets import digest
from elearn.kit.words import fold, sort_key, title_key
from elearn.people.credentials import proof_of
from elearn.people.models import Audience, Grant, GroupKind, Keeping, Person, ResidentialGroup, Ward
from elearn.people.permissions import Role, Viewer
from elearn.people.queries import WardCard, wards
from elearn.people.rules import with_check_digit
from elearn.people.session_queries import find_viewer


class Part(NamedTuple):
    """One of the cast."""

    full_name: str
    group: str | None
    role: Role | None
    phone: str
    secret: str  # a PIN, or a password for staff


CAST = {
    "lan": Part("Nguyễn Thị Lan", "DG05", None, "+84900000001", "482915"),
    "hoa": Part("Trần Thị Hoa", "DG05", Role.HELPER, "+84900000002", "739164"),
    "minh": Part("Lê Quang Minh", None, Role.YOUTH_UNION, "+84900000003", "minh theo phong trao"),
    "thu": Part("Phạm Thị Thu", None, Role.AUTHOR, "+84900000004", "thu viet bai hoc hay"),
    "duc": Part("Vũ Minh Đức", None, Role.EDITOR, "+84900000006", "duc duyet bai can than"),
    "quan": Part("Ngô Văn Quản", None, Role.ADMINISTRATOR, "+84900000007", "quan tri vien cua phuong"),
    "tai": Part("Đỗ Văn Tài", "DG07", None, "+84900000005", "285037"),
    "xa": Part("Hồ Thị Xa", None, Role.ADMINISTRATOR, "+84900000008", "quan tri phuong ben canh"),
}
GROUPS = (
    ("DG05", "Tổ dân phố số 5", "Đằng Giang", GroupKind.REGULAR, 180, 420),
    ("DG07", "Tổ dân phố số 7", "Đằng Giang", GroupKind.REGULAR, 150, 390),
    ("LT03", "Tổ dân phố số 3", "Lạch Tray", GroupKind.REGULAR, None, None),
    ("GV-KR", "Chưa rõ tổ", "", GroupKind.UNKNOWN, None, None),
    ("GV-NK", "Ở nơi khác", "", GroupKind.ELSEWHERE, None, None),
)


def settle() -> None:
    """Fill an empty database with the ward."""
    with transaction():
        here = Ward(
            code="GV",
            name="phường Gia Viên",
            city="thành phố Hải Phòng",
            office_name="Phòng Văn hóa - Xã hội phường Gia Viên",
            office_phone="0225 000 0000",
        )
        beside = Ward(code="LV", name="phường Bên Cạnh", city="thành phố Hải Phòng", host="ben-canh.test")
        db.session.add_all([here, beside])
        db.session.flush()
        for code, name, former, kind, households, adults in GROUPS:
            db.session.add(
                ResidentialGroup(
                    ward_id=here.id, code=code, name=name, former_ward=former, kind=kind,
                    households=households, adults=adults, search=fold(f"{name} {former} {code}"),
                    sort_key=title_key(f"{name} {former}"),
                )
            )  # fmt: skip
        db.session.add(
            ResidentialGroup(ward_id=beside.id, code="BC01", name="Tổ dân phố số 1", sort_key="BC01")
        )
        db.session.flush()
        for number, (name, part) in enumerate(CAST.items(), start=1):
            _settle_person(number, part, beside.id if name == "xa" else here.id)


def person(name: str) -> Person:
    """Return the person of the cast; the first of them, where a test lets others share the number."""
    found = db.session.scalar(select(Person).where(Person.phone == CAST[name].phone).order_by(Person.id))
    assert found is not None
    return found


def group(code: str) -> ResidentialGroup:
    """Return the residential group with the code."""
    found = db.session.scalar(select(ResidentialGroup).where(ResidentialGroup.code == code))
    assert found is not None
    return found


def card() -> WardCard:
    """Return the ward as its pages know it."""
    return next(one for one in wards() if one.code == "GV")


def viewer(name: str) -> Viewer:
    """Return the Viewer that a request of this person would have."""
    from elearn.people import actions
    from elearn.people.models import SessionKind

    token = digest(f"a session of {name}")
    actions.close_session(token)
    actions.open_session(token, person(name).id, SessionKind.SHARED)
    found = find_viewer(token, now())
    assert found is not None
    return found


def _settle_person(number: int, part: Part, ward_id: int) -> None:
    group = db.session.scalar(select(ResidentialGroup).where(ResidentialGroup.code == part.group))
    staff = part.role not in (None, Role.HELPER)
    hashed, salt = proof_of(part.secret)
    person = Person(
        ward_id=ward_id,
        group_id=group.id if group else None,
        keeping=Keeping.NAME,
        display_name=part.full_name,
        search=fold(part.full_name),
        sort_key=sort_key(part.full_name),
        audience=Audience.UNSAID,
        phone=part.phone,
        personal_code=with_check_digit(f"{number:07d}"),
        registered_at=now() if group else None,
        **(
            {"password_hash": hashed, "password_salt": salt}
            if staff
            else {"pin_hash": hashed, "pin_salt": salt}
        ),
    )
    db.session.add(person)
    db.session.flush()
    if part.role:
        scoped = group.id if part.role == Role.HELPER and group else None
        db.session.add(Grant(person_id=person.id, role=part.role, ward_id=ward_id, group_id=scoped))
