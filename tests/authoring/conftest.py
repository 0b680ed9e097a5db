"""Staff at their desks: each with a browser of their own, signed in without the page of another room."""

import pytest

from elearn.kit.db import db, transaction
from elearn.people.models import Grant, Ward
from elearn.people.permissions import Role
from tests import ward
from tests.browser import Browser

COURSE = {
    "title": "Học gõ dấu", "topic": "digital-payment", "audience": "Người dân",
    "goal": "Học xong, bác gõ được chữ có dấu.",
}  # fmt: skip
LESSON = """---
code: K1-01
title: Gõ dấu sắc
minutes: 3
short: 1101
objective: Gõ được dấu sắc trên điện thoại.
---
## Mở bài
Bác Hạnh nhắn cho con: ba ve roi. Con đọc không hiểu.

## Các bước
1. Mở **Tin nhắn**.
2. Chạm vào ô viết chữ.
3. Gõ chữ **s** sau chữ cái.

## Nhớ nhé
Gõ chữ trước, gõ dấu sau.

## Câu hỏi

### Bác muốn gõ chữ "bé". Bác làm gì? {#go-be}
- [ ] Gõ chữ f ở cuối
- [x] Gõ chữ s ở cuối
- [ ] Gõ chữ x ở cuối
> Chữ s cho dấu sắc.
"""


@pytest.fixture
def desk(app):
    """Sit somebody of the cast down at a desk: desk("thu") is a browser in which chị Thu has signed in."""

    return lambda name: Browser(app).come_as(name)


@pytest.fixture
def beside(app):
    """Give somebody a role in the ward next door, and nowhere else."""

    def move(name: str, role: Role) -> None:
        with transaction():
            there = db.session.query(Ward).filter_by(code="LV").one()
            db.session.query(Grant).filter_by(person_id=ward.person(name).id).delete()
            db.session.add(Grant(person_id=ward.person(name).id, role=role, ward_id=there.id))

    return move


@pytest.fixture
def everywhere(app):
    """Give somebody a role in the whole installation: shared courses and common facts are theirs."""

    def widen(name: str, role: Role) -> None:
        with transaction():
            db.session.add(Grant(person_id=ward.person(name).id, role=role))

    return widen


def make_course(browser: Browser) -> str:
    """Make the course, and return its address at the desk."""
    browser.open("/soan-bai/khoa-moi")
    return browser.send("/soan-bai/khoa-moi", expect=303, **COURSE).headers["Location"]


def make_lesson(browser: Browser, title: str = "Gõ dấu sắc") -> str:
    """Make a lesson in a new course, and return the address of its draft without the last part."""
    course = make_course(browser)
    browser.open(course)
    draft = browser.send(f"{course}/bai-moi", expect=303, title=title).headers["Location"]
    return draft.removesuffix("/viet")


def save(browser: Browser, draft: str, text: str = LESSON, expect: int = 303, **more):
    """Open a draft, put a text in and save it."""
    page = browser.open(f"{draft}/viet")
    saves = next(a["value"] for a in page.every("input") if a.get("name") == "saves")
    return browser.send(f"{draft}/viet", expect=expect, text=text, **({"saves": saves, "go": "stay"} | more))
