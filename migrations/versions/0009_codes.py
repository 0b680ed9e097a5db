"""A group belongs to the ward that names it; what the owner of a code says of it; who waits to be counted."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

# No page could ever bring such a row about; one that came by hand must not stop the upgrade.
PUT_RIGHT = (
    """UPDATE person SET group_id = NULL WHERE group_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM residential_group g WHERE g.id = person.group_id AND g.ward_id = person.ward_id)""",
    """DELETE FROM "grant" WHERE group_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM residential_group g WHERE g.id = "grant".group_id AND g.ward_id = "grant".ward_id)""",
    """UPDATE poster SET group_id = NULL WHERE group_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM residential_group g WHERE g.id = poster.group_id AND g.ward_id = poster.ward_id)""",
    """UPDATE residential_group SET successor_id = NULL WHERE successor_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM residential_group g
        WHERE g.id = residential_group.successor_id AND g.ward_id = residential_group.ward_id)""",
    """UPDATE residential_group SET split_from_id = NULL WHERE split_from_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM residential_group g
        WHERE g.id = residential_group.split_from_id AND g.ward_id = residential_group.ward_id)""",
)


def upgrade() -> None:
    for remedy in PUT_RIGHT:
        op.execute(remedy)
    with op.batch_alter_table("residential_group") as table:
        table.create_unique_constraint("uq_residential_group_ward_id_id", ["ward_id", "id"])
        table.drop_index("ix_residential_group_ward_id")
        for column in ("successor_id", "split_from_id"):
            _name_the_ward_too(table, "residential_group", column)
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("waits_since", sa.DateTime(), nullable=True))
        _name_the_ward_too(table, "person", "group_id")
    with op.batch_alter_table("grant") as table:
        table.create_check_constraint(
            op.f("ck_grant_group_of_a_ward"), "group_id IS NULL OR ward_id IS NOT NULL"
        )
        _name_the_ward_too(table, "grant", "group_id")
    with op.batch_alter_table("poster") as table:
        _name_the_ward_too(table, "poster", "group_id")
    with op.batch_alter_table("sign_in_code") as table:
        table.add_column(sa.Column("had_session", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("objected_at", sa.DateTime(), nullable=True))
    with op.batch_alter_table("sign_in_code") as table:
        table.alter_column("had_session", server_default=None)


def _name_the_ward_too(table, name: str, column: str) -> None:
    table.drop_constraint(f"fk_{name}_{column}_residential_group", type_="foreignkey")
    table.create_foreign_key(
        f"fk_{name}_ward_id_{column}_residential_group",
        "residential_group", ["ward_id", column], ["ward_id", "id"],
    )  # fmt: skip
