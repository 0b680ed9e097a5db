"""The page for whoever looks after the whole installation: how the machine is, and what to do."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, render_template

from elearn.kit.access import needs
from elearn.kit.clock import now
from elearn.kit.findings import Finding, clock, disks, journal, newest_noted, revision, upkeep
from elearn.kit.formats import as_number
from elearn.office.here import looks_after_all
from elearn.office.queries import count_accounts, wrong_tries
from elearn.people.permissions import Permission

pages = Blueprint("health_desk", __name__)

AN_HOUR = timedelta(hours=1)
MANY_WRONG = 300  # an hour: where one ward's pause begins (RULINGS 17)
LEVEL_3 = 10_000  # accounts: from here the law's level of the system may be another (THREATS 1.4)


@pages.get("/quan-tri/suc-khoe")
@needs(Permission.SEE_HEALTH)
def health() -> Any:
    """Show how the machine, the backups and the doors are; nobody else needs to know."""
    if not looks_after_all():
        abort(404)
    found = list(_findings())
    bad, good = ([one for one in found if one.good is well] for well in (False, True))
    return render_template("office/health.html", bad=bad, good=good)


def _findings() -> Iterator[Finding]:
    yield from upkeep()
    yield from disks()
    yield journal()
    yield revision()
    yield clock(newest_noted())
    yield _wrong_tries()
    yield _accounts()


def _wrong_tries() -> Finding:
    wrong = wrong_tries(now() - AN_HOUR)
    remedy = (
        "Có thể ai đó đang dò mã học hoặc mật khẩu. Máy đã tự chặn từng tài khoản; xem Nhật ký, và báo "
        "người phụ trách an toàn thông tin nếu kéo dài."
    )
    return Finding("Đăng nhập sai trong một giờ", wrong < MANY_WRONG, f"{as_number(wrong)} lần", remedy)


def _accounts() -> Finding:
    count = count_accounts()
    seen = f"{as_number(count)} tài khoản có tên (mốc xem lại cấp độ an toàn: {as_number(LEVEL_3)})"
    remedy = (
        "Từ mốc này hệ thống có thể thuộc cấp độ an toàn cao hơn (Nghị định 85/2016: dưới 10.000 người dùng "
        "là cấp độ 2). Nhờ người phụ trách an toàn thông tin xem lại hồ sơ cấp độ."
    )
    return Finding("Số tài khoản", count < LEVEL_3, seen, remedy)
