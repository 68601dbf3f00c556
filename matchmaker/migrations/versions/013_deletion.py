"""Deletions that somebody asked for."""

import sqlalchemy as sa
from alembic import op

import matchmaker.models.base

revision = "013"
down_revision = "012"
branch_labels = None
depends_on = None

OPEN = sa.text("cancelled_at IS NULL AND done_at IS NULL")


def upgrade():
    moment = matchmaker.models.base.UtcDateTime()
    op.create_table(
        "deletion_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("cancelled_at", moment, nullable=True),
        sa.Column("done_at", moment, nullable=True),
        sa.CheckConstraint(
            "(user_id IS NULL) <> (municipality_id IS NULL)",
            name=op.f("ck_deletion_request_one_subject"),
        ),
        sa.CheckConstraint(
            "cancelled_at IS NULL OR done_at IS NULL", name=op.f("ck_deletion_request_one_end")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name="fk_deletion_request_user_id_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name="fk_deletion_request_municipality_id_municipality",
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"],
            ["user_account.id"],
            name="fk_deletion_request_asked_by_id_user_account",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deletion_request"),
    )
    for column in ("user", "municipality"):
        op.create_index(
            f"uq_deletion_request_open_{column}",
            "deletion_request",
            [f"{column}_id"],
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        )


def downgrade():
    op.drop_table("deletion_request")
