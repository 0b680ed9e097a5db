"""Wards whose counts another installation keeps, and the files that brought them."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0033"


def upgrade() -> None:
    with op.batch_alter_table("ward") as table:
        table.add_column(sa.Column("joined_from", sa.String(), nullable=True))
        table.create_unique_constraint(op.f("uq_ward_joined_from"), ["joined_from"])
    with op.batch_alter_table("residential_group") as table:
        table.add_column(sa.Column("joined_code", sa.String(), nullable=True))
    op.create_table(
        "joined_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ward_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("taken_in_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name=op.f("fk_joined_file_ward_id_ward")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joined_file")),
    )
    op.create_index(op.f("ix_joined_file_ward_id"), "joined_file", ["ward_id"])
    op.create_index(op.f("ix_joined_file_digest"), "joined_file", ["digest"])
