"""A lesson may have a practice; of who went through it stays when, in which round, how many stumbles."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("revision_page", sa.Column("practice", sa.JSON(), nullable=True))
    op.create_table(
        "practice_result",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.String(), nullable=False),
        sa.Column("stumbles", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_practice_result_lesson_id_lesson")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_practice_result_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "lesson_id", "round", name=op.f("pk_practice_result")),
    )
