"""A lesson is heard part by part: what is said on each page, and the sounds of it, read by people or made."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "spoken_part",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("ward_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_spoken_part_revision_id_revision")
        ),
        sa.PrimaryKeyConstraint("revision_id", "ward_id", "place", name=op.f("pk_spoken_part")),
    )
    op.create_index(op.f("ix_spoken_part_part"), "spoken_part", ["part"])
    op.create_table(
        "sound",
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("ward_id", sa.Integer(), nullable=False),
        sa.Column("voice", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("speaker", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("speaker_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("part", "ward_id", "voice", name=op.f("pk_sound")),
    )
    op.create_index(op.f("ix_sound_speaker_id"), "sound", ["speaker_id"])
