"""Questions come back until they are mastered; that is a fact, credited and counted on the board."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("attempt", sa.Column("recall", sa.String(), nullable=True))
    op.add_column("credit", sa.Column("question", sa.String(), nullable=True))
    for table in ("daily_tally", "monthly_total"):
        op.add_column(table, sa.Column("mastered", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "mastered_question",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("mastered_at", sa.DateTime(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_mastered_question_lesson_id_lesson")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_mastered_question_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "lesson_id", "question", name=op.f("pk_mastered_question")),
    )
