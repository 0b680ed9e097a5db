"""Remember when a one-time code was issued by the machine's own count, which nobody can put back."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    with op.batch_alter_table("sign_in_code") as table:
        table.add_column(sa.Column("boot", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("boot_seconds", sa.Integer(), nullable=False, server_default="0"))
