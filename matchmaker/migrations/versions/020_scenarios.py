"""Scenarios of a round, what was changed by hand in them, and the settings a solve is asked for."""

import sqlalchemy as sa
from alembic import op

import matchmaker.models.base

revision = "020"
down_revision = "019"
branch_labels = None
depends_on = None

NEED = "kind IN ('lock', 'tie', 'bar', 'free', 'serve', 'unserve', 'need_places')"
OFFER = "kind IN ('lock', 'tie', 'bar', 'free', 'pause', 'offer_places')"
PLACES = "kind IN ('need_places', 'offer_places')"


def upgrade():
    with op.batch_alter_table("round") as batch:
        batch.add_column(sa.Column("settings_asked", sa.JSON(), nullable=True))
    op.create_table(
        "scenario",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("pairs", sa.JSON(), nullable=False),
        sa.Column("base_digest", sa.String(length=64), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", matchmaker.models.base.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_scenario_round_id_round")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["user_account.id"],
            name=op.f("fk_scenario_created_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario")),
        sa.UniqueConstraint("public_id", name=op.f("uq_scenario_public_id")),
    )
    with op.batch_alter_table("scenario", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scenario_round_id"), ["round_id"], unique=False)
    op.create_table(
        "adjustment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scenario_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("price", sa.JSON(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", matchmaker.models.base.UtcDateTime(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "kind IN ('lock', 'tie', 'bar', 'free', 'serve', 'unserve', 'pause', 'need_places',"
            " 'offer_places')",
            name=op.f("ck_adjustment_kind"),
        ),
        sa.CheckConstraint(
            "reason IN ('known', 'asked', 'fairness', 'safety', 'capacity', 'knowledge',"
            " 'political', 'other')",
            name=op.f("ck_adjustment_reason"),
        ),
        sa.CheckConstraint(f"(need_id IS NOT NULL) = ({NEED})", name=op.f("ck_adjustment_need")),
        sa.CheckConstraint(f"(offer_id IS NOT NULL) = ({OFFER})", name=op.f("ck_adjustment_offer")),
        sa.CheckConstraint(
            f"(places IS NOT NULL) = ({PLACES})", name=op.f("ck_adjustment_places_where_asked")
        ),
        sa.CheckConstraint(
            "places IS NULL OR places >= 0", name=op.f("ck_adjustment_places_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["scenario_id"], ["scenario.id"], name=op.f("fk_adjustment_scenario_id_scenario")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_adjustment_need_id_need")),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_adjustment_offer_id_offer")
        ),
        sa.ForeignKeyConstraint(
            ["told"], ["audit_event.seq"], name=op.f("fk_adjustment_told_audit_event")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["user_account.id"],
            name=op.f("fk_adjustment_created_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_adjustment_public_id")),
    )
    with op.batch_alter_table("adjustment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_adjustment_scenario_id"), ["scenario_id"], unique=False
        )


def downgrade():
    op.drop_table("adjustment")
    op.drop_table("scenario")
    with op.batch_alter_table("round") as batch:
        batch.drop_column("settings_asked")
