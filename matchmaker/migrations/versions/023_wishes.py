"""Municipalities that a need or an offer would like to work with, sealed like those ruled out."""

import sqlalchemy as sa
from alembic import op

revision = "023"
down_revision = "022"
branch_labels = None
depends_on = None

SIDES = ("need", "offer")


def upgrade():
    for table in SIDES:
        # Empty for rows of before, and for those that the earlier release still writes.
        op.add_column(table, sa.Column("wish_names", sa.Text(), nullable=True))


def downgrade():
    for table in SIDES:
        op.drop_column(table, "wish_names")
