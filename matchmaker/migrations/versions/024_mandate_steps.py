"""The stages of a decision of a helping municipality; what was stated so far becomes its vote."""

import sqlalchemy as sa
from alembic import op

import matchmaker.models.base

revision = "024"
down_revision = "023"
branch_labels = None
depends_on = None

STAGES = "'idea', 'ministry', 'funding', 'executive', 'committee', 'council', 'signed'"
OF_AN_OFFER, OF_A_MATCH = "proposal_id IS NULL", "proposal_id IS NOT NULL"


def upgrade():
    op.create_table(
        "mandate_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("reminded_at", matchmaker.models.base.UtcDateTime(), nullable=True),
        sa.CheckConstraint(f"stage IN ({STAGES})", name=op.f("ck_mandate_step_stage")),
        sa.CheckConstraint(
            "agreed IS NOT NULL OR decided_on IS NULL",
            name=op.f("ck_mandate_step_decided_with_an_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_mandate_step_offer_id_offer")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_mandate_step_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate_step")),
    )
    with op.batch_alter_table("mandate_step") as batch:
        batch.create_index(batch.f("ix_mandate_step_offer_id"), ["offer_id"], unique=False)
        batch.create_index(
            "uq_mandate_step_of_an_offer",
            ["offer_id", "stage"],
            unique=True,
            sqlite_where=sa.text(OF_AN_OFFER),
            postgresql_where=sa.text(OF_AN_OFFER),
        )
        batch.create_index(
            "uq_mandate_step_of_a_match",
            ["proposal_id", "stage"],
            unique=True,
            sqlite_where=sa.text(OF_A_MATCH),
            postgresql_where=sa.text(OF_A_MATCH),
        )
    op.execute(
        "INSERT INTO mandate_step (offer_id, stage, agreed)"
        " SELECT id, 'council', mandate = 'adopted' FROM offer"
        " WHERE mandate IN ('adopted', 'refused')"
    )


def downgrade():
    op.drop_table("mandate_step")
