"""Urgent lobby needs that go out at once, and what was answered."""

import sqlalchemy as sa
from alembic import op

import matchmaker.models.base

revision = "033"
down_revision = "032"
branch_labels = None
depends_on = None

REFERS = {
    "need_id": "need",
    "municipality_id": "municipality",
    "answered_by_id": "user_account",
}
TO_COORDINATORS = sa.text("municipality_id IS NULL")


def upgrade():
    op.add_column("need", sa.Column("tell_partners", sa.Text(), nullable=True))
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("created_at", matchmaker.models.base.UtcDateTime(), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=True),
        sa.Column("answered_at", matchmaker.models.base.UtcDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "answer IS NULL OR answer IN ('acts', 'passes_on', 'cannot')",
            name=op.f("ck_alert_answer"),
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_alert_answered_with_a_time")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_alert_{column}_{table}")
            )
            for column, table in REFERS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("public_id", name=op.f("uq_alert_public_id")),
        sa.UniqueConstraint("need_id", "municipality_id", name="uq_alert_need_id_municipality_id"),
    )
    with op.batch_alter_table("alert") as batch:
        for column in ("need_id", "municipality_id"):
            batch.create_index(batch.f(f"ix_alert_{column}"), [column], unique=False)
        batch.create_index(
            "uq_alert_coordinators",
            ["need_id"],
            unique=True,
            sqlite_where=TO_COORDINATORS,
            postgresql_where=TO_COORDINATORS,
        )


def downgrade():
    op.drop_table("alert")
    op.drop_column("need", "tell_partners")
