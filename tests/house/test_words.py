"""The words of the house: no second word for a thing in the names of tables, columns and models (RULINGS 28),
and the words residents read are those of the glossary (domain.md 5.2)."""

import re
from pathlib import Path

from elearn.kit.db import Base
from elearn.upkeep.tables import ALL

TEMPLATES = Path(__file__).parents[2] / "elearn" / "templates"
# HOUSE 3.4, column "never": where one of these would be a second word for one thing of ours
FORBIDDEN = {
    *("tenant", "class", "cohort", "team", "cluster", "user", "account", "citizen", "client"),
    *("student", "trainee", "mentor", "agent", "volunteer", "teacher", "manager", "badge", "ticket"),
    *("category", "tag", "programme", "module", "unit", "chapter", "exam", "assessment", "option"),
    *("version", "game", "sandbox", "simulator", "constant", "parameter", "submission", "try"),
    *("score", "grade", "response", "summary", "cache", "stats", "penetration", "diploma"),
    *("banner", "hit", "visit", "click", "event", "terminal", "statistics", "range"),
}  # fmt: skip
# a class that meets in a hall, not a class of pupils; the wording that somebody consented to
OURS = {"class_ticket", "class_group_id", "class_until", "text_version"}
NOT_FOR_RESIDENTS = {
    "click": "chạm",
    "nhấp": "chạm",
    "hyperlink": "đường link",
    "đăng xuất": "Thoát",
    "password": "mật khẩu",
    "username": "tên",
    "email": "(trang này không dùng thư điện tử)",
    "token": "mã",
    "server": "máy chủ",
    "admin": "quản trị",
}


def test_tables_and_columns_use_the_words_of_the_glossary():
    assert ALL
    names = {table.name for table in Base.metadata.tables.values()}
    names |= {column.name for table in Base.metadata.tables.values() for column in table.columns}
    wrong = {name for name in names - OURS if FORBIDDEN & set(name.split("_"))}
    assert not wrong


def test_models_use_the_words_of_the_glossary():
    names = {mapper.class_.__name__ for mapper in Base.registry.mappers} - {"ClassTicket"}
    wrong = {name for name in names if FORBIDDEN & {part.lower() for part in re.findall("[A-Z][a-z]+", name)}}
    assert not wrong


def test_pages_use_the_words_that_residents_know():
    wrong = []
    for path in TEMPLATES.rglob("*.html"):
        text = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>", " ", path.read_text(), flags=re.DOTALL).lower()
        wrong += [
            f"{path.name}: {word} → {better}"
            for word, better in NOT_FOR_RESIDENTS.items()
            if re.search(rf"(?<!\w){word}(?!\w)", text)
        ]
    assert not wrong
