"""Shared machines at a place; when a session's secret was last given. Staff sign in anew once: from now on
a session says itself when it ends for want of use."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "kiosk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("ward_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("set_up_by_id", sa.Integer(), nullable=False),
        sa.Column("set_up_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name=op.f("fk_kiosk_ward_id_ward")),
        sa.ForeignKeyConstraint(
            ["ward_id", "group_id"],
            ["residential_group.ward_id", "residential_group.id"],
            name=op.f("fk_kiosk_ward_id_group_id_residential_group"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_kiosk_token_digest")),
    )
    op.create_index(op.f("ix_kiosk_ward_id"), "kiosk", ["ward_id"])
    op.add_column("session", sa.Column("kiosk_id", sa.Integer(), nullable=True))
    op.add_column("session", sa.Column("proved_at", sa.DateTime(), nullable=True))
    op.execute("DELETE FROM session WHERE kind = 'staff'")
