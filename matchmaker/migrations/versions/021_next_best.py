"""The next best proposal after one that ended, and whether it was looked for."""

import sqlalchemy as sa
from alembic import op

revision = "021"
down_revision = "020"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("proposal") as batch:
        batch.add_column(sa.Column("follows_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("follows_side", sa.String(5), nullable=True))
        batch.add_column(sa.Column("next_best", sa.JSON(), nullable=True))
        batch.create_foreign_key(
            "fk_proposal_follows_id_proposal", "proposal", ["follows_id"], ["id"]
        )
        batch.create_unique_constraint(
            "uq_proposal_follows_id_follows_side", ["follows_id", "follows_side"]
        )
        batch.create_check_constraint(
            op.f("ck_proposal_follows_with_a_side"),
            "(follows_id IS NULL) = (follows_side IS NULL)",
        )
        batch.create_check_constraint(
            op.f("ck_proposal_follows_side"),
            "follows_side IS NULL OR follows_side IN ('need', 'offer')",
        )


def downgrade():
    with op.batch_alter_table("proposal") as batch:
        batch.drop_constraint(op.f("ck_proposal_follows_side"), type_="check")
        batch.drop_constraint(op.f("ck_proposal_follows_with_a_side"), type_="check")
        batch.drop_constraint("uq_proposal_follows_id_follows_side", type_="unique")
        batch.drop_constraint("fk_proposal_follows_id_proposal", type_="foreignkey")
        for name in ("follows_id", "follows_side", "next_best"):
            batch.drop_column(name)
