"""What a ward wants to reach by when; when a group counts as quiet; an index for the labels of households."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ward_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name=op.f("fk_target_ward_id_ward")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
    )
    op.create_index(op.f("ix_target_ward_id"), "target", ["ward_id"])
    op.add_column("ward", sa.Column("quiet_days", sa.Integer(), nullable=True))
    some = sa.text("household IS NOT NULL")
    op.create_index(
        "ix_person_household", "person", ["group_id", "household"], sqlite_where=some, postgresql_where=some
    )
