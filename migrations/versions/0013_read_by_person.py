"""What people have done is found by the person alone: other indexes led through everybody's."""

from alembic import op

revision = "0013"
down_revision = "0012"

GONE = (
    ("attempt", "lesson_id"),
    ("attempt", "revision_id"),
    ("lesson_completion", "lesson_id"),
    ("course_completion", "course_id"),
)


def upgrade() -> None:
    for table, column in GONE:
        op.drop_index(op.f(f"ix_{table}_{column}"), table)
