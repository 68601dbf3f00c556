"""The consent of an asking municipality to be named to one council."""

import sqlalchemy as sa
from alembic import op

import matchmaker.models.base

revision = "025"
down_revision = "024"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "annex_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("created_at", matchmaker.models.base.UtcDateTime(), nullable=False),
        sa.Column("answered_at", matchmaker.models.base.UtcDateTime(), nullable=True),
        sa.Column("printed_at", matchmaker.models.base.UtcDateTime(), nullable=True),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "status IN ('asked', 'given', 'refused', 'revoked', 'printed')",
            name=op.f("ck_annex_consent_status"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_annex_consent_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annex_consent")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_annex_consent_proposal_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_annex_consent_public_id")),
    )


def downgrade():
    op.drop_table("annex_consent")
