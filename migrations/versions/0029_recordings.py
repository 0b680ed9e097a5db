"""Of a recording that no public text has any more it is known since when."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.add_column("sound", sa.Column("unused_since", sa.DateTime(), nullable=True))
