"""What a municipality was called before, so that a veto by an earlier name goes on to count."""

import sqlalchemy as sa
from alembic import op

revision = "017"
down_revision = "016"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("municipality", sa.Column("former_names", sa.Text(), nullable=True))


def downgrade():
    with op.batch_alter_table("municipality") as batch:
        batch.drop_column("former_names")
