"""How people stand, in the order of courses: the board of a city reads one or two of them, in every group."""

from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    columns = ["course_id", "group_id", "audience", "registered", "finished"]
    op.create_index(op.f("ix_standing_course_id"), "standing", columns)
