"""Lets staff in again who have lost password and keys (`user reset`), from the server itself."""

import argparse

from elearn.commands.chores import opened_and_current
from elearn.commands.install import Asker, random_password
from elearn.kit.db import db, transaction
from elearn.kit.typed import digits, mobile_number
from elearn.people.actions import set_password
from elearn.people.entry_queries import Candidate, candidates
from elearn.people.models import Person
from elearn.people.second_keys import remove_keys_of

NOBODY = "Không có ai đăng nhập bằng mật khẩu với số này. Kiểm lại số di động hoặc mã cá nhân 8 chữ số."


def reset_user(options: argparse.Namespace) -> int:
    """Take the second keys of somebody away and set a new password; what is open under their name ends."""
    asker = Asker(options)
    with opened_and_current(options):
        who = asker.text("who", "Số di động hoặc mã cá nhân của người ấy", check=_why_not_known)
        person = db.session.get_one(Person, _staff(who)[0].signs_in_as)
        name, phone = str(person.display_name), person.phone
        password = random_password() if options.generate else asker.password(name, phone)
        with transaction():
            had_keys = remove_keys_of(person.id, by=None)
            set_password(person.id, password, by=None)
        print(f"Đã đặt mật khẩu mới cho {name}" + (", và gỡ lớp khóa thứ hai." if had_keys else "."))
        if options.generate:
            print(f"  Mật khẩu: {password}  (chỉ hiện một lần này)")
        print("  Người này thoát khỏi mọi máy. Người quản trị thì thêm khóa mới ngay khi đăng nhập.")
    return 0


def _why_not_known(who: str) -> str | None:
    found = _staff(who)
    if len(found) > 1:
        return "Nhiều người dùng chung số này. Xin điền mã cá nhân."
    return None if found else NOBODY


def _staff(who: str) -> list[Candidate]:
    phone = mobile_number(who)
    found = candidates(phone=phone) if phone else candidates(code=digits(who))
    return [one for one in found if one.is_staff]
