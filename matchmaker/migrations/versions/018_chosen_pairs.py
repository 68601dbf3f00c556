"""The pairs of a round's result, so that what was proposed and what stands now stay apart."""

import sqlalchemy as sa
from alembic import op

revision = "018"
down_revision = "017"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("round", sa.Column("pairs", sa.JSON(), nullable=True))


def downgrade():
    with op.batch_alter_table("round") as batch:
        batch.drop_column("pairs")
