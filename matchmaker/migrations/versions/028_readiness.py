"""What it takes: staff, motives and publicity of offers, publicity of needs, who stands for it."""

import sqlalchemy as sa
from alembic import op

import matchmaker.models.base

revision = "028"
down_revision = "027"
branch_labels = None
depends_on = None

CHAMPIONS = "champion IN ('mayor', 'deputy', 'council', 'executive', 'service')"
PUBLICITY = "publicity IN ('none', 'wish', 'must')"
OF_BOTH = ("champion", "champion_confirmed_at", "champion_confirmed_by_id")


def _champion(batch, table):
    batch.add_column(sa.Column("champion", sa.String(20), nullable=True))
    moment = matchmaker.models.base.UtcDateTime()
    batch.add_column(sa.Column("champion_confirmed_at", moment, nullable=True))
    batch.add_column(sa.Column("champion_confirmed_by_id", sa.Integer(), nullable=True))
    batch.create_foreign_key(
        op.f(f"fk_{table}_champion_confirmed_by_id_membership"),
        "membership",
        ["champion_confirmed_by_id"],
        ["id"],
    )
    batch.create_check_constraint(op.f(f"ck_{table}_champion"), f"champion IS NULL OR {CHAMPIONS}")


def upgrade():
    with op.batch_alter_table("offer") as batch:
        batch.add_column(sa.Column("staffed", sa.Boolean(), nullable=True))
        batch.add_column(sa.Column("motives", sa.JSON(), server_default="[]", nullable=False))
        batch.add_column(sa.Column("publicity", sa.String(10), nullable=True))
        batch.create_check_constraint(
            op.f("ck_offer_publicity"), f"publicity IS NULL OR {PUBLICITY}"
        )
        _champion(batch, "offer")
    with op.batch_alter_table("need") as batch:
        batch.add_column(
            sa.Column("no_publicity", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        _champion(batch, "need")


def downgrade():
    for table, columns in (
        ("offer", ("staffed", "motives", "publicity")),
        ("need", ("no_publicity",)),
    ):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_champion"), type_="check")
            batch.drop_constraint(
                op.f(f"fk_{table}_champion_confirmed_by_id_membership"), type_="foreignkey"
            )
            if table == "offer":
                batch.drop_constraint(op.f("ck_offer_publicity"), type_="check")
            for column in (*columns, *OF_BOTH):
                batch.drop_column(column)
