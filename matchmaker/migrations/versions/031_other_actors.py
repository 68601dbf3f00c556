"""Who else is at work in an area, by topic."""

import sqlalchemy as sa
from alembic import op

import matchmaker.models.base

revision = "031"
down_revision = "030"
branch_labels = None
depends_on = None

KINDS = "'local_government', 'ngo', 'peace_movement', 'un', 'peace_keeping', 'donor', 'other'"


def upgrade():
    op.create_table(
        "other_actor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("region", sa.String(length=120), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=True),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", matchmaker.models.base.UtcDateTime(), nullable=False),
        sa.Column("closed_at", matchmaker.models.base.UtcDateTime(), nullable=True),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_other_actor_kind")),
        sa.CheckConstraint(
            "until IS NULL OR since IS NULL OR until >= since",
            name=op.f("ck_other_actor_years_in_order"),
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_other_actor_need_id_need")),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_other_actor_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_other_actor")),
        sa.UniqueConstraint("public_id", name=op.f("uq_other_actor_public_id")),
    )
    with op.batch_alter_table("other_actor") as batch:
        for column in ("country", "need_id"):
            batch.create_index(batch.f(f"ix_other_actor_{column}"), [column], unique=False)


def downgrade():
    op.drop_table("other_actor")
