"""The register of processing knows every table and every column; what it says of erasing is what happens.

Whoever adds a column about people meets this test: write down in elearn/privacy/register.py what it is, and
what becomes of it when the person is erased.
"""

import re

from elearn.kit.db import Base
from elearn.privacy.periods import PERIOD
from elearn.privacy.register import ACTIVITIES, NOBODY, TABLES, columns_of, kinds_of
from elearn.upkeep.tables import ALL

SOMEBODY = re.compile(
    r"(^|_)(person|by|actor|author|reviewer|witness|assisted|nameless|helper|guardian)(_id)?$|_by_id$"
)


def tables():
    assert ALL
    return Base.metadata.tables


def test_every_table_is_in_the_register_or_holds_nobody():
    known = set(TABLES) | NOBODY
    assert set(tables()) - known == set(), "write it down in elearn/privacy/register.py"
    assert known - set(tables()) == set(), "it is in the register, but not in the database"
    assert not set(TABLES) & NOBODY


def test_every_column_of_a_table_about_people_is_written_down():
    wrong = {}
    for name, entry in TABLES.items():
        there = {column.name for column in tables()[name].columns}
        if there != columns_of(entry):
            wrong[name] = sorted(there ^ columns_of(entry))
    assert not wrong, "these columns are in the database or in the register, not in both"


def test_no_column_is_written_down_twice():
    for name, entry in TABLES.items():
        listed = [column for group in (*entry.kinds.values(), entry.plain) for column in group.split()]
        assert len(listed) == len(set(listed)), name
        assert set(entry.emptied.split()) <= set(listed), name


def test_a_table_that_holds_nobody_leads_to_nobody():
    for name in NOBODY:
        table = tables()[name]
        leads = {key.column.table.name for column in table.columns for key in column.foreign_keys}
        assert "person" not in leads, name
        assert not [column.name for column in table.columns if SOMEBODY.search(column.name)], name


def test_a_table_that_leads_to_a_person_says_whose_row_it_is():
    for name, entry in TABLES.items():
        owners = {
            column.name
            for column in tables()[name].columns
            for key in column.foreign_keys
            if key.column.table.name == "person" and column.name != "merged_into_id"
        }
        assert owners <= {entry.owner}, name


def test_every_activity_is_used_and_says_how_long():
    assert {entry.activity for entry in TABLES.values()} == set(ACTIVITIES)
    for key, activity in ACTIVITIES.items():
        assert all(activity) and kinds_of(key), key
        assert set(re.findall(r"{(\w+)}", activity.kept)) <= set(PERIOD), key
    told = {name for activity in ACTIVITIES.values() for name in re.findall(r"{(\w+)}", activity.kept)}
    assert set(PERIOD) - told <= {"forms", "tickets"}, "how long it is kept stands in no activity"
