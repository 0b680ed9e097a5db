"""Sets a real installation up (`elearn init`) and makes accounts for those with a part in it (`user add`)."""

import argparse
import getpass
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select

import config
from elearn.app import create_app
from elearn.commands.chores import bring_up_to_date, opened_and_current, shelf_in, tell_loaded, the_ward
from elearn.kit.db import db, transaction
from elearn.kit.refused import Refused
from elearn.kit.sheets import SheetProblem
from elearn.kit.typed import line, mobile_number, why_not_mobile
from elearn.kit.words import fold
from elearn.library.shelf import load_shelf
from elearn.office.imports import Plan, carry_out, plan_of
from elearn.office.rules import COLUMNS
from elearn.people.actions import add_staff, give_credentials, make_ward
from elearn.people.models import Person, ResidentialGroup, Ward
from elearn.people.permissions import Role
from elearn.people.queries import demo_wards
from elearn.people.rules import spaced, why_weak_password
from elearn.people.wards import CODE
from elearn.upkeep import doctor
from elearn.upkeep.migrate import is_current
from elearn.upkeep.private_files import keep_private, keep_secret

ROLES = {
    "quan-tri": Role.ADMINISTRATOR,
    "duyet-bai": Role.EDITOR,
    "soan-bai": Role.AUTHOR,
    "xem-so-lieu": Role.VIEWER,
    "doan-thanh-nien": Role.YOUTH_UNION,
    "huong-dan": Role.HELPER,
}
GROUP_COLUMNS = ("code", "group", "former_ward", "households", "adults")
WORDS = "hoa mai sen lúa tre sông xuân sao nắng gió mưa biển núi trăng chim bưởi cau thuyền đê chợ".split()  # noqa: SIM905
WARDS_OWN_NAME = ("phường ", "xã ", "đặc khu ", "thị trấn ")


# --- asking


class Asker:
    """Asks one question after the other; what was given as an option is not asked."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.is_person = sys.stdin.isatty()

    def text(
        self,
        option: str,
        question: str,
        *,
        otherwise: str | None = None,
        check: Callable[[str], str | None] = lambda _: None,
    ) -> str:
        """Return an answer that passes the check; `otherwise` is taken when nothing is typed."""
        given = getattr(self.options, option.replace("-", "_"))
        if given is not None:
            answer = line(given)
            if reason := check(answer):
                raise Refused(f"--{option}: {reason}")
            return answer
        if not self.is_person:
            if otherwise is not None:
                return otherwise
            raise Refused(f"Còn thiếu --{option}. ({question})")
        hint = f" [{otherwise}]" if otherwise else " (Enter để bỏ qua)" if otherwise == "" else ""
        while True:
            answer = line(input(f"{question}{hint}: ")) or otherwise
            reason = "Xin điền." if answer is None else check(answer) if answer else None
            if answer is not None and not reason:
                return answer
            print(f"  {reason}")

    def password(self, name: str, phone: str | None) -> str:
        """Return a password that is long enough, typed twice, or from a file."""
        if self.options.password_file:
            return self._from_file(name, phone)
        if not self.is_person:
            raise Refused("Còn thiếu --password-file (dòng đầu của tệp là mật khẩu; - là đọc từ bàn phím).")
        print(
            "Mật khẩu: ít nhất 12 ký tự, ví dụ bốn từ tiếng Việt không liên quan. Chữ gõ vào không hiện ra."
        )
        while True:
            first = getpass.getpass("Mật khẩu: ")
            if reason := why_weak_password(first, name, phone):
                print(f"  {reason}")
            elif getpass.getpass("Gõ lại mật khẩu: ") != first:
                print("  Hai lần gõ khác nhau. Xin gõ lại.")
            else:
                return first

    def _from_file(self, name: str, phone: str | None) -> str:
        file = self.options.password_file
        try:
            content = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        except OSError:
            raise Refused(f"Không đọc được tệp {file}.") from None
        password = (content.splitlines() or [""])[0]
        if reason := why_weak_password(password, name, phone):
            raise Refused(reason)
        return password


# --- init


def init(options: argparse.Namespace) -> int:
    """Set up a ward; what stands already stays. The ward is written once every answer is in, whole."""
    if options.template:
        return _write_template(Path(options.template))
    place, asker = config.instance(), Asker(options)
    _make_private(place)
    app = create_app(config.from_environment())
    with app.app_context():
        try:
            if not is_current(db.engine, Path(app.config["MIGRATIONS"])):
                bring_up_to_date()
            if demo_wards():
                raise Refused(doctor.invented().remedy)
            if not db.session.scalar(select(func.count()).select_from(Ward)) or options.ward_code:
                _set_up(asker)
            else:
                print(f"Đã có {doctor.wards().seen}, mọi thứ được giữ nguyên.")
                if not doctor.administrator().good:
                    _add_administrator(asker, the_ward(options))
        finally:
            db.session.remove()
            db.engine.dispose()
    _tell_next_steps(place)
    return 0


def _make_private(place: Path) -> None:
    """Make the folder, the secret and the empty database, all for the owner's eyes alone."""
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not config.has_secret():
        keep_secret(place / config.SECRET)
        print(f"Đã tạo khóa bí mật: {place / config.SECRET}")
    keep_private(str(config.from_environment()["SQLALCHEMY_DATABASE_URI"]))


def _set_up(asker: Asker) -> None:
    """Ask for everything, then write all of it or nothing."""
    print("Thiết lập phường. Mỗi câu hỏi, gõ trả lời rồi Enter; chữ trong ngoặc vuông là câu trả lời sẵn.\n")
    name = asker.text("ward-name", "Tên phường, ví dụ: phường Gia Viên", check=_why_not_name)
    city = asker.text("city", "Tỉnh hoặc thành phố", otherwise="thành phố Hải Phòng")
    code = asker.text(
        "ward-code", "Mã phường, viết tắt không dấu", otherwise=_short(name), check=_why_not_code
    )
    office = asker.text("office-name", "Bộ phận phụ trách", otherwise=f"Phòng Văn hóa - Xã hội {name}")
    phone = asker.text("office-phone", "Điện thoại của bộ phận, in ở cuối mỗi trang", otherwise="")
    address = asker.text("office-address", "Địa chỉ của bộ phận", otherwise="")
    groups = _ask_groups(asker)
    person, number, password = _ask_administrator(asker)
    with transaction():
        ward_id = make_ward(code, name, city, office_name=office, office_phone=phone, office_address=address)
        plan = _take_groups(groups, ward_id)
        loaded = load_shelf(shelf_in(Path(current_app.config["COURSES"])))
        made = add_staff(ward_id, person, Role.ADMINISTRATOR, password, phone=number)
    print(f"\nĐã lập {name}.")
    if plan is not None:
        print(f"Tổ dân phố: {plan.summary}")
    tell_loaded(loaded)
    _tell_entrance(made)


def _ask_groups(asker: Asker) -> bytes | None:
    """Return the list of residential groups, or None for later."""
    question = "Tệp danh sách tổ dân phố, .xlsx hoặc .csv (mẫu: elearn init --template TỆP.csv)"
    file = asker.text("groups", question, otherwise="", check=_why_not_file)
    return Path(file).read_bytes() if file else None


def _take_groups(content: bytes | None, ward_id: int) -> Plan | None:
    """Take the groups; refuse a list of which a row would be left out, since nobody would notice."""
    if content is None:
        return None
    try:
        plan = plan_of(content, ward_id)
    except SheetProblem as problem:
        raise Refused(f"Danh sách tổ: {problem}") from None
    if plan.of_residents:
        raise Refused("Tệp này là danh sách người dân. Ở đây cần danh sách tổ; người dân nhập sau.")
    if plan.skipped:
        rows = "\n".join(f"  Dòng {one.row}: {one.why}" for one in plan.skipped)
        raise Refused(f"Danh sách tổ có dòng chưa dùng được, chưa lập gì:\n{rows}")
    return carry_out(content, ward_id, by=None)


def _ask_administrator(asker: Asker) -> tuple[str, str | None, str]:
    name = asker.text("admin-name", "Họ và tên người quản trị đầu tiên", check=_why_not_name)
    phone = asker.text(
        "admin-phone", "Số di động của người đó, để đăng nhập", otherwise="", check=_why_not_phone
    )
    number = mobile_number(phone) if phone else None
    return name, number, asker.password(name, number)


def _add_administrator(asker: Asker, ward: Ward) -> None:
    print("Phường chưa có người quản trị.")
    name, phone, password = _ask_administrator(asker)
    _tell_entrance(add_staff(ward.id, name, Role.ADMINISTRATOR, password, phone=phone))


def _write_template(file: Path) -> int:
    """Write an empty list of groups with its headings and one row to see how."""
    if file.exists():
        raise Refused(f"Tệp {file} đã có. Hãy chọn tên khác.")
    headings = [COLUMNS[name][0] for name in GROUP_COLUMNS]
    rows = [headings, ["DG05", "Tổ dân phố số 5", "Đằng Giang", "610", "1700"]]
    file.write_text("\ufeff" + "".join(";".join(row) + "\r\n" for row in rows), encoding="utf-8", newline="")
    print(f"Đã ghi mẫu {file}. Mở bằng Excel, thay dòng ví dụ bằng các tổ của phường, rồi chạy:")
    print(f"  python3 -m elearn init --groups {file}")
    return 0


def _tell_next_steps(place: Path) -> None:
    print(
        "\nViệc tiếp theo:\n"
        "  1. Xem mọi thứ đã ổn chưa:   python3 -m elearn doctor\n"
        "  2. Mở cho mọi người:         python3 -m elearn serve   (HTTPS phía trước: xem docs/server.md)\n"
        "  3. Đặt lịch chạy mỗi giờ:    python3 -m elearn tick\n"
        "     và mỗi ngày sao lưu:      python3 -m elearn backup TỆP.zip\n"
        "  4. Người quản trị đăng nhập lần đầu thì thêm lớp khóa thứ hai (mất ba phút), rồi in mã dự phòng.\n"
        f"  5. Cất riêng một bản của {place / config.SECRET}: bản sao lưu không chứa khóa này."
    )


# --- more people


def add_user(options: argparse.Namespace) -> int:
    """Make an account for a person with a part to play."""
    asker = Asker(options)
    with opened_and_current(options):
        ward = the_ward(options)
        name = asker.text("name", "Họ và tên", check=_why_not_name)
        role = ROLES[asker.text("role", f"Vai trò ({', '.join(ROLES)})", check=_why_not_role)]
        if options.everywhere and role == Role.HELPER:
            raise Refused("Người hướng dẫn thuộc một tổ, không ở mọi phường. Xin bỏ --everywhere.")
        group_id = _ask_group(asker, ward) if role == Role.HELPER else None
        phone = asker.text("phone", "Số di động, để đăng nhập", otherwise="", check=_why_not_phone)
        number = mobile_number(phone) if phone else None
        told = role == Role.HELPER or options.generate
        password = random_password() if told else asker.password(name, number)
        with transaction():
            person_id = add_staff(
                ward.id, name, role, password, phone=number, group_id=group_id, everywhere=options.everywhere
            )
            pin = give_credentials(person_id).pin if role == Role.HELPER else None
        _tell_entrance(person_id, secret=f"Mã học: {pin}" if pin else f"Mật khẩu: {password}" if told else "")
    return 0


def _ask_group(asker: Asker, ward: Ward) -> int:
    groups = select(ResidentialGroup.code, ResidentialGroup.id).where(ResidentialGroup.ward_id == ward.id)
    codes: dict[str, int] = dict(db.session.execute(groups).all())  # type: ignore[arg-type]

    def why_not(code: str) -> str | None:
        return None if code.upper() in codes else f"Phường không có tổ mang mã {code}."

    return codes[asker.text("group", "Mã tổ của người hướng dẫn, ví dụ DG05", check=why_not).upper()]


def _tell_entrance(person_id: int, secret: str = "") -> None:
    person = db.session.get_one(Person, person_id)
    print(f"Đã tạo tài khoản cho {person.display_name}.")
    ways = [f"mã cá nhân {spaced(person.personal_code or '')}"]
    if person.phone:
        ways.insert(0, f"số {person.phone.replace('+84', '0')}")
    print(f"  Đăng nhập tại /dang-nhap bằng {' hoặc '.join(ways)}.")
    if secret:
        print(f"  {secret}  (chỉ hiện một lần này)")


def random_password() -> str:
    """Return four words and a number: long enough, and easy to read out once."""
    words = secrets.SystemRandom().sample(WORDS, 4)
    return f"{fold(' '.join(words))} {secrets.randbelow(90) + 10}"


# --- what may be answered


def _why_not_name(text: str) -> str | None:
    return None if 2 <= len(text) <= 80 else "Xin điền từ 2 đến 80 chữ."


def _why_not_code(text: str) -> str | None:
    if CODE.fullmatch(text.upper()):
        return None
    return "Mã chỉ gồm chữ không dấu, chữ số và dấu gạch, ví dụ GV."


def _why_not_phone(text: str) -> str | None:
    return None if not text or mobile_number(text) else why_not_mobile(text)


def _why_not_file(name: str) -> str | None:
    return None if not name or Path(name).is_file() else f"Không thấy tệp {name}."


def _why_not_role(text: str) -> str | None:
    return None if text in ROLES else f"Xin chọn một trong: {', '.join(ROLES)}."


def _short(name: str) -> str:
    """Return the initials of a ward's own name: "phường Gia Viên" -> "GV"."""
    plain = name.lower()
    for kind in WARDS_OWN_NAME:
        plain = plain.removeprefix(kind)
    return "".join(word[0] for word in fold(plain).split() if word[0].isalnum()).upper() or "P"
