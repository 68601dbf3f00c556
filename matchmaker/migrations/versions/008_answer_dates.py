"""How often a side was reminded of its answer, and whether its date was moved."""

import sqlalchemy as sa
from alembic import op

revision = "008"
down_revision = "007"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("proposal") as table:
        table.add_column(
            sa.Column("reminders_sent", sa.Integer(), server_default="0", nullable=False)
        )
        table.add_column(
            sa.Column("more_time_given", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade():
    with op.batch_alter_table("proposal") as table:
        table.drop_column("more_time_given")
        table.drop_column("reminders_sent")
