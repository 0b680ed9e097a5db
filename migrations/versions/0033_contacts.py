"""Whom staff and the youth union call in a residential group."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_table(
        "group_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ward_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name=op.f("fk_group_contact_ward_id_ward")),
        sa.ForeignKeyConstraint(
            ["ward_id", "group_id"],
            ["residential_group.ward_id", "residential_group.id"],
            name=op.f("fk_group_contact_ward_id_residential_group"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_contact")),
    )
    op.create_index(op.f("ix_group_contact_group_id"), "group_contact", ["group_id"])
