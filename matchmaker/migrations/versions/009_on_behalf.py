"""Needs that a coordinator wrote down for a town, and receipts by a short code."""

import sqlalchemy as sa
from alembic import op

import matchmaker.models.base

revision = "009"
down_revision = "008"
branch_labels = None
depends_on = None

FINAL = "confirmed OR status IN ('draft', 'submitted', 'returned', 'closed', 'withdrawn')"


def upgrade():
    moment = matchmaker.models.base.UtcDateTime()
    with op.batch_alter_table("need") as table:
        table.add_column(
            sa.Column("confirmed", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        table.create_check_constraint(op.f("ck_need_unconfirmed_is_never_final"), sa.text(FINAL))
    op.create_table(
        "need_entry",
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("code_expires_at", moment, nullable=True),
        sa.Column("wrong_tries", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", moment, nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_how", sa.String(length=20), nullable=True),
        sa.CheckConstraint("channel IN ('phone', 'paper')", name=op.f("ck_need_entry_channel")),
        sa.CheckConstraint(
            "confirmed_how IS NULL OR confirmed_how IN ('member', 'read_back')",
            name=op.f("ck_need_entry_confirmed_how"),
        ),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id",
            name=op.f("ck_need_entry_another_person"),
        ),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by_id IS NULL)"
            " AND (confirmed_at IS NULL) = (confirmed_how IS NULL)",
            name=op.f("ck_need_entry_confirmed_whole"),
        ),
        sa.CheckConstraint("wrong_tries BETWEEN 0 AND 5", name=op.f("ck_need_entry_wrong_tries")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name="fk_need_entry_need_id_need"),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name="fk_need_entry_entered_by_id_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"],
            ["user_account.id"],
            name="fk_need_entry_confirmed_by_id_user_account",
        ),
        sa.PrimaryKeyConstraint("need_id", name="pk_need_entry"),
    )
    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.CheckConstraint(
            "(need_id IS NULL) <> (offer_id IS NULL)", name=op.f("ck_receipt_one_subject")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name="fk_receipt_need_id_need"),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name="fk_receipt_offer_id_offer"),
        sa.PrimaryKeyConstraint("id", name="pk_receipt"),
        sa.UniqueConstraint("code_digest", name="uq_receipt_code_digest"),
    )
    op.create_index("ix_receipt_need_id", "receipt", ["need_id"], unique=True)
    op.create_index("ix_receipt_offer_id", "receipt", ["offer_id"], unique=True)


def downgrade():
    op.drop_table("receipt")
    op.drop_table("need_entry")
    with op.batch_alter_table("need") as table:
        table.drop_constraint(op.f("ck_need_unconfirmed_is_never_final"), type_="check")
        table.drop_column("confirmed")
