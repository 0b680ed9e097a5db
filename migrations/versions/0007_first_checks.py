"""What a ward does before it uses the courses in earnest."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "first_check",
        sa.Column("ward_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name=op.f("fk_first_check_ward_id_ward")),
        sa.PrimaryKeyConstraint("ward_id", "name", name=op.f("pk_first_check")),
    )
