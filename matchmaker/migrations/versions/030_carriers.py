"""Municipalities that carry a need together."""

import sqlalchemy as sa
from alembic import op

import matchmaker.models.base

revision = "030"
down_revision = "029"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("need", sa.Column("carriers_wanted", sa.Boolean(), nullable=True))
    op.create_table(
        "carrier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("veto_names", sa.Text(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", matchmaker.models.base.UtcDateTime(), nullable=False),
        sa.Column("answered_at", matchmaker.models.base.UtcDateTime(), nullable=True),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "status IN ('asked', 'joined', 'declined', 'left')", name=op.f("ck_carrier_status")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name=op.f("fk_carrier_asked_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_carrier_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_carrier_need_id_need")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier")),
        sa.UniqueConstraint(
            "need_id", "municipality_id", name="uq_carrier_need_id_municipality_id"
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_carrier_public_id")),
    )
    op.create_index(op.f("ix_carrier_need_id"), "carrier", ["need_id"])
    op.create_index(op.f("ix_carrier_municipality_id"), "carrier", ["municipality_id"])


def downgrade():
    op.drop_table("carrier")
    op.drop_column("need", "carriers_wanted")
