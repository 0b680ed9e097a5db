"""The figures for a proposal of costs: what the platform was used for, what it takes. No price is ours."""

from typing import NamedTuple

from elearn.report.figures import Counts, Figures, Part

COSTS = ("cost_hosting", "cost_hosting_monthly", "cost_other", "cost_other_total")  # names of the settings
ONE_MB = 1_000_000


class CostLine(NamedTuple):
    """One line of the table. `now` and `before` are numbers, None where it is not known or has no period."""

    what: str
    unit: str
    now: float | int | None
    before: int | None = None
    note: str = ""


class Costs(NamedTuple):
    """What the ward has set: sums in đồng, None where it has set none."""

    hosting: str = ""
    hosting_monthly: int | None = None
    other: str = ""
    other_total: int | None = None


def cost_lines(figures: Figures, costs: Costs, database_bytes: int) -> list[CostLine]:
    """Return the table: use, reach among businesses, what is stored, what is paid."""
    total, business = figures.total, _audience(figures, "business")
    active = sum(1 for one in figures.groups if one.kind == "regular" and one.now.lessons)
    groups = sum(1 for one in figures.groups if one.kind == "regular" and not one.note)
    lines = [
        _done("Người ghi tên mới", "người", total, "registered"),
        CostLine("Người đang học đến ngày lập", "người", total.people),
        _done("Lượt bắt đầu khóa học", "lượt", total, "started"),
        _done("Bài học làm xong", "bài", total, "lessons"),
        _done("Lượt học xong cả khóa", "lượt", total, "courses"),
        CostLine("Tổ dân phố có người học trong kỳ", "tổ", active, None, f"trong {groups} tổ"),
        CostLine("Hộ kinh doanh, doanh nghiệp đang học", "người", business.people),
        _done("Bài học xong của hộ kinh doanh, doanh nghiệp", "bài", business, "lessons"),
        _done("Lượt xong khóa của hộ kinh doanh, doanh nghiệp", "lượt", business, "courses"),
    ]
    if figures.posters:
        lines.append(CostLine("Áp phích làm mới", "tấm", figures.posters.made))
    lines += [
        CostLine(
            "Dung lượng cơ sở dữ liệu", "MB", round(database_bytes / ONE_MB, 1), None,
            "của cả máy chủ, chưa tính bản sao lưu",
        ),
        CostLine("Tin nhắn SMS", "tin", 0, 0, "nền tảng không gửi tin nhắn"),
    ]  # fmt: skip
    return lines + _paid(figures, costs)


def _paid(figures: Figures, costs: Costs) -> list[CostLine]:
    monthly, people = costs.hosting_monthly, figures.total.people
    not_set = "" if monthly is not None else "phường chưa ghi"
    lines = [CostLine("Tiền máy chủ mỗi tháng", "đồng", monthly, None, costs.hosting or not_set)]
    if monthly is not None:
        lines.append(CostLine("Tiền máy chủ mười hai tháng", "đồng", monthly * 12))
        if people:
            lines.append(
                CostLine("Bình quân mỗi người đang học mỗi tháng", "đồng", round(monthly / people), None,
                         "tiền máy chủ chia cho số người đang học")
            )  # fmt: skip
    if costs.other_total is not None or costs.other:
        lines.append(CostLine("Chi khác", "đồng", costs.other_total, None, costs.other))
    return lines


def _done(what: str, unit: str, part: Part, counter: str) -> CostLine:
    before = getattr(part.before, counter) if part.before else None
    return CostLine(what, unit, getattr(part.now, counter), before)


def _audience(figures: Figures, key: str) -> Part:
    return next((one for one in figures.audiences if one.key == key), Part(key, "", Counts()))
