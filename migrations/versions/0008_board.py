"""Let a board read the tallies of its own groups only, and find what was merged into them."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_index("ix_daily_tally_group_id_day", "daily_tally", ["group_id", "day"])
    op.create_index(op.f("ix_residential_group_successor_id"), "residential_group", ["successor_id"])
