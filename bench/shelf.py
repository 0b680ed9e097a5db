"""Writes the course of course.py as a shelf that `elearn courses load` reads."""

import shutil
from pathlib import Path

import config
from bench import course

SLUG = "thanh-toan"
FRONT = """---
code: BENCH
title: {title}
topic: digital-payment
short: 9000
audience: Người dân
goal: Học xong, bác trả tiền bằng điện thoại được.
character: Bác Hạnh, 62 tuổi.
placement:
{placement}
---
## Kịch bản loa
Kính mời bà con học trả tiền bằng điện thoại.
"""
LESSON = """---
code: BENCH-{number:02}
title: {title}
minutes: 5
short: {short}
objective: Bác trả tiền đúng người.
---
## Nội dung chính
{text}

## Câu hỏi
{questions}"""


def write_shelf(folder: Path) -> None:
    """Write the course, and the facts that the platform wants to find beside it, into the folder."""
    place = folder / SLUG
    place.mkdir(parents=True, exist_ok=True)
    shutil.copy(config.ROOT / "courses" / "facts.yaml", folder)
    placement = "\n".join(f"  - {lesson_slug(number)}#cau-1" for number in range(1, 6))
    (place / "course.md").write_text(FRONT.format(title=course.TITLE, placement=placement))
    for one in course.lessons():
        (place / f"{one.number}-{lesson_slug(one.number)}.md").write_text(_written(one))


def lesson_slug(number: int) -> str:
    """Return the part of a lesson's address that names it."""
    return f"bai-hoc-{number}"


def _written(one: course.LessonText) -> str:
    return LESSON.format(
        number=one.number,
        title=one.title,
        short=9000 + one.number,
        text="\n\n".join(one.paragraphs),
        questions="\n".join(_question(asked, number) for number, asked in enumerate(one.questions, 1)),
    )


def _question(asked: str, number: int) -> str:
    choices = [f"- [{'x' if choice == course.RIGHT else ' '}] {choice}" for choice in course.CHOICES]
    return "\n".join([f"\n### {asked} {{#cau-{number}}}", *choices, "> Hỏi cho rõ thì không mất tiền oan."])
