"""The front page of the movement: a short list of what those who carry it can open."""

from typing import Any, NamedTuple

from flask import Blueprint, render_template

from elearn.kit.access import needs
from elearn.people.permissions import Permission
from elearn.people.session import viewer_here, ward_here

pages = Blueprint("movement", __name__)


class Card(NamedTuple):
    """One thing on the front page: what it is called, what it is for, where it is, who may open it."""

    title: str
    says: str
    endpoint: str
    permission: Permission | None  # None: anyone who stands here


# Whoever builds another part of the movement adds a card.
CARDS = (
    Card(
        "Đi đâu thứ Bảy này?",
        "Các tổ xếp theo nơi một buổi đến thăm giúp được nhiều nhất, mỗi tổ một câu vì sao.",
        "visits_desk.saturday",
        Permission.PLAN_VISITS,
    ),
    Card(
        "Chiến dịch",
        "Đặt chỉ tiêu cho vài khóa trong vài tuần, xem tới đâu, chốt số liệu để khen.",
        "campaign_desk.campaigns",
        Permission.SEE_COUNTS,
    ),
    Card(
        "Cuộc thi",
        "Rút câu hỏi từ các khóa, mỗi người thi một lần; xem tổ nào dự thi nhiều, chốt kết quả.",
        "contest_desk.contests",
        Permission.SEE_COUNTS,
    ),
    Card(
        "Vướng mắc",
        "Báo điều đang vướng ở tổ hoặc đơn vị, xem phường trả lời thế nào.",
        "difficulty_desk.difficulties",
        None,
    ),
    Card(
        "Nhật ký hoạt động",
        "Ghi buổi họp, lượt phát loa, áp phích, bài đăng… để đưa vào báo cáo.",
        "activity_desk.activities",
        Permission.LOG_ACTIVITIES,
    ),
)


@pages.get("/phong-trao")
@needs(Permission.JOIN_MOVEMENT)
def home() -> Any:
    """Show what the viewer can open here."""
    viewer, ward_id = viewer_here(), ward_here().id
    cards = [
        card
        for card in CARDS
        if card.permission is None
        or any(scope.ward_id in (None, ward_id) for scope in viewer.reach(card.permission))
    ]
    return render_template("movement/home.html", cards=cards)
