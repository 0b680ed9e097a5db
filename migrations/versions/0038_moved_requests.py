"""From whose row a request for help was moved when two rows became one person: an undo gives it back."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.add_column("help_request", sa.Column("moved_from_id", sa.Integer(), nullable=True))
