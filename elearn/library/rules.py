"""How a revision moves from draft to published to retired, and who may move it."""

from collections.abc import Collection, Iterable
from typing import Any

from elearn.kit import words
from elearn.kit.refused import Refused

LEAST_REASON = 10
OPEN = frozenset({"draft", "in_review"})
FIRST_SHORT = 1000
LAST_SHORT = 9999
FIRST_OF_A_WARD = 20  # the hundreds before it, 1000 to 1999, are for the courses of the project
LONGEST_FACT_ID = 24


class Conflict(Refused):
    """Somebody else saved the same draft in between; both texts are here, so nothing is lost."""

    def __init__(self, mine: str, theirs: str, saves: int, saved_by_id: int | None) -> None:
        super().__init__("Có người vừa sửa bài này trong lúc anh chị viết. Cả hai bản còn nguyên ở dưới.")
        self.mine, self.theirs, self.saves, self.saved_by_id = mine, theirs, saves, saved_by_id


def why_not_save(state: str) -> str | None:
    """Return why the text of a revision in this state may not change, or None."""
    if state in OPEN:
        return None
    return "Bản này đã công bố nên không sửa được nữa. Hãy mở một bản nháp mới."


def why_not_submit(state: str) -> str | None:
    """Return why a revision may not be handed in for review, or None."""
    if state == "draft":
        return None
    return "Bản này đã gửi đi rồi." if state == "in_review" else "Bản này không còn là bản nháp."


def why_not_return(state: str, reason: str) -> str | None:
    """Return why a revision may not go back to its author, or None."""
    if state != "in_review":
        return "Bản này không chờ duyệt."
    return why_not_enough(reason, "Xin viết cho người soạn biết cần sửa gì")


def why_not_publish(state: str, alone: bool, reason: str) -> str | None:
    """Return why a revision may not be published, or None.

    Two people have read what the ward answers for; one alone says in writing why there is no second.
    """
    if state not in OPEN:
        return "Bản này đã ngừng dùng. Hãy mở một bản nháp mới từ bản này."
    if alone:
        return why_not_enough(reason, "Người viết đang tự công bố. Xin ghi lý do chưa có người đọc thứ hai")
    return None


def why_not_confirm(
    state: str, writers: Collection[int | None], reviewer_id: int | None, who: int
) -> str | None:
    """Return why this person may not confirm, as second reader, what was published alone; or None."""
    if state != "published":
        return "Bản này không còn được dùng."
    if reviewer_id is not None:
        return "Bản này đã có người đọc thứ hai."
    return "Người đọc thứ hai phải là người khác, không phải người viết." if who in writers else None


def why_not_enough(reason: str, request: str) -> str | None:
    """Return the request when the reason given is missing or too short to mean anything, or None."""
    return None if len(reason.strip()) >= LEAST_REASON else f"{request} (ít nhất {LEAST_REASON} chữ cái)."


def lacks_second_reader(author_id: int | None, reviewer_id: int | None, alone_because: str | None) -> bool:
    """Return whether a published text is still to be confirmed by somebody who did not write it."""
    return author_id is not None and reviewer_id is None and alone_because is not None


def is_unapproved(one: Any) -> bool:
    """Is this course, or a lesson of it, "bản của dự án, phường chưa duyệt"?"""
    return bool(one.shipped and not one.approved)


def free_short(taken: Collection[str], near: int) -> str:
    """Return the first free four-digit number after `near`, for /b/<number>."""
    numbers = [*range(near + 1, LAST_SHORT + 1), *range(FIRST_SHORT, near + 1)]
    return next(str(number) for number in numbers if str(number) not in taken)


def free_hundred(taken: Collection[str]) -> str:
    """Return the first number of a hundred that no course uses, for a ward's own course and its lessons."""
    used = {number[:2] for number in taken}
    return next(f"{hundred}00" for hundred in range(FIRST_OF_A_WARD, 100) if str(hundred) not in used)


def free_slug(wanted: str, taken: Collection[str]) -> str:
    """Return the wanted part of an address, numbered when somebody has it."""
    wanted = wanted[:60].strip("-") or "bai"
    numbered = (wanted if number == 1 else f"{wanted}-{number}" for number in range(1, len(taken) + 3))
    return next(one for one in numbered if one not in taken)


def free_fact_id(label: str, taken: Collection[str]) -> str:
    """Return an id for a fact, made from the first words of its name: "Giờ làm việc" -> "F-GIO-LAM-VIEC"."""
    wanted = words.slug(label).upper() or "DU-KIEN"
    if len(wanted) > LONGEST_FACT_ID:
        wanted = wanted[: LONGEST_FACT_ID + 1].rpartition("-")[0] or wanted[:LONGEST_FACT_ID]
    numbered = (
        f"F-{wanted}" if number == 1 else f"F-{wanted}-{number}" for number in range(1, len(taken) + 3)
    )
    return next(one for one in numbered if one not in taken)


def moved(order: Iterable[int], which: int, by: int) -> list[int]:
    """Return the order with one place changed by so many steps, never past an end."""
    places = list(order)
    here = places.index(which)
    places.insert(max(0, min(len(places) - 1, here + by)), places.pop(here))
    return places


def merged_order(kept: list[str], shelf: list[str]) -> list[str]:
    """Return the order of a course's lessons, or of the courses, after a shelf was loaded.

    What is of the shelf stands as on the shelf, unless the ward has put it in an order of its own; then
    what is new comes last. What is the ward's own keeps its place behind what it follows.
    """
    known = [slug for slug in kept if slug in shelf]
    if known != [slug for slug in shelf if slug in known]:
        return kept + [slug for slug in shelf if slug not in kept]
    order = list(shelf)
    for place, slug in enumerate(kept):
        if slug not in shelf:
            before = kept[place - 1] if place else None
            order.insert(order.index(before) + 1 if before in order else 0, slug)
    return order
