"""Totals of whole wards by the end of each day that is over, for the board of a city."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0025"

COUNTERS = ("registered", "started", "lessons", "courses", "mastered")
WAYS = ("alone", "assisted", "kiosk", "meeting")


def upgrade() -> None:
    op.create_table(
        "ward_total",
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("ward_id", sa.Integer(), nullable=False),
        *(
            sa.Column(f"{way}_{counter}", sa.Integer(), nullable=False)
            for counter in COUNTERS
            for way in WAYS
        ),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name=op.f("fk_ward_total_ward_id_ward")),
        sa.PrimaryKeyConstraint("until", "course_id", "audience", "ward_id", name=op.f("pk_ward_total")),
    )
