"""What coordinators pass on to a municipality after a round: hints, and the call for offers."""

import sqlalchemy as sa
from alembic import op

import matchmaker.models.base

revision = "022"
down_revision = "021"
branch_labels = None
depends_on = None

A_CALL = sa.text("need_id IS NULL")
REFERS = {
    "round_id": "round",
    "municipality_id": "municipality",
    "need_id": "need",
    "offer_id": "offer",
    "created_by_id": "user_account",
}


def upgrade():
    op.create_table(
        "hint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=20), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", matchmaker.models.base.UtcDateTime(), nullable=False),
        sa.Column("seen_at", matchmaker.models.base.UtcDateTime(), nullable=True),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "side IN ('helper', 'requester', 'coordinator')", name=op.f("ck_hint_side")
        ),
        sa.CheckConstraint(
            "(need_id IS NULL) = (offer_id IS NULL)", name=op.f("ck_hint_whole_pair")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_hint_{column}_{table}")
            )
            for column, table in REFERS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hint")),
        sa.UniqueConstraint("public_id", name=op.f("uq_hint_public_id")),
        sa.UniqueConstraint("need_id", "offer_id", name="uq_hint_need_id_offer_id"),
    )
    with op.batch_alter_table("hint") as batch:
        for column in ("round_id", "municipality_id"):
            batch.create_index(batch.f(f"ix_hint_{column}"), [column], unique=False)
        batch.create_index(
            "uq_hint_call",
            ["round_id", "municipality_id"],
            unique=True,
            sqlite_where=A_CALL,
            postgresql_where=A_CALL,
        )


def downgrade():
    op.drop_table("hint")
