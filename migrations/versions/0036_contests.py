"""Contests: their courses and groups, who took part, and the results under a seal."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0027"


def upgrade() -> None:
    op.create_table(
        "contest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ward_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name=op.f("fk_contest_ward_id_ward")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest")),
        sa.UniqueConstraint("ward_id", "slug", name=op.f("uq_contest_ward_id_slug")),
    )
    op.create_table(
        "contest_course",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_contest_course_contest_id_contest")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_contest_course_course_id_course")
        ),
        sa.PrimaryKeyConstraint("contest_id", "course_id", name=op.f("pk_contest_course")),
    )
    op.create_table(
        "contest_group",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("ward_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_contest_group_contest_id_contest")
        ),
        sa.ForeignKeyConstraint(
            ["ward_id", "group_id"],
            ["residential_group.ward_id", "residential_group.id"],
            name=op.f("fk_contest_group_ward_id_residential_group"),
        ),
        sa.PrimaryKeyConstraint("contest_id", "group_id", name=op.f("pk_contest_group")),
    )
    op.create_table(
        "contest_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("slip", sa.String(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("right_keys", sa.JSON(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("assisted_by_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_contest_entry_contest_id_contest")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["residential_group.id"], name=op.f("fk_contest_entry_group_id_residential_group")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contest_entry_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_entry")),
        sa.UniqueConstraint("contest_id", "person_id", name=op.f("uq_contest_entry_contest_id_person_id")),
    )
    op.create_index(op.f("ix_contest_entry_person_id"), "contest_entry", ["person_id"])
    op.create_table(
        "sealed_contest",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.Column("sealed_by_id", sa.Integer(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_sealed_contest_contest_id_contest")
        ),
        sa.PrimaryKeyConstraint("contest_id", "number", name=op.f("pk_sealed_contest")),
    )
