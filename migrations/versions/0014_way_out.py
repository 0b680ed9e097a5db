"""To which other sites a ready-made page leads, and which program made it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    with op.batch_alter_table("revision_page") as table:
        table.add_column(sa.Column("links", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("renderer", sa.Integer(), nullable=False, server_default="0"))
