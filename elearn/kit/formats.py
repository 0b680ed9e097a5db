"""Dates and numbers as Vietnamese readers expect them: 24/11/2026, 24 giờ, 1.234,5."""

from datetime import date, datetime

from elearn.kit.clock import local

VIETNAMESE = str.maketrans(",.", ".,")


def as_day(value: date | datetime | None) -> str:
    """Return a day as dd/mm/yyyy; a kept moment is shown as the day in Hải Phòng."""
    if value is None:
        return "—"
    return f"{local(value) if isinstance(value, datetime) else value:%d/%m/%Y}"


def as_moment(value: datetime | None) -> str:
    """Return a kept moment as the clock on the wall shows it: 24/11/2026 19:42."""
    return "—" if value is None else f"{local(value):%d/%m/%Y %H:%M}"


def as_number(value: float | int | None, decimals: int = 0) -> str:
    """Return a number with a point between thousands and a comma before decimals; "—" for None."""
    if value is None:
        return "—"
    return f"{value:,.{decimals}f}".translate(VIETNAMESE)


def as_percent(share: float | None, decimals: int = 1) -> str:
    """Return a share (0 to 1) as a percentage: 0.567 -> "56,7 %"; "—" for None."""
    return "—" if share is None else f"{as_number(share * 100, decimals)}\u00a0%"
