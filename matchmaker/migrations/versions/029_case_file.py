"""What a case file says beside the need, and what is taught and learned in return."""

import sqlalchemy as sa
from alembic import op

import matchmaker.models.base

revision = "029"
down_revision = "028"
branch_labels = None
depends_on = None

LISTS = ("for_whom", "why_outside", "brings", "teaches")
CHECKED_BY = "fk_need_line_checked_by_id_user_account"


def upgrade():
    # Empty for rows of before, and for those that the earlier release still writes.
    with op.batch_alter_table("need") as need:
        for name in LISTS:
            need.add_column(sa.Column(name, sa.JSON(), nullable=True))
        need.add_column(sa.Column("line_en", sa.Text(), nullable=True))
        need.add_column(sa.Column("line_checked_by_id", sa.Integer(), nullable=True))
        need.add_column(
            sa.Column("line_checked_at", matchmaker.models.base.UtcDateTime(), nullable=True)
        )
        need.create_foreign_key(CHECKED_BY, "user_account", ["line_checked_by_id"], ["id"])
    op.add_column("offer", sa.Column("learns", sa.JSON(), nullable=True))


def downgrade():
    op.drop_column("offer", "learns")
    with op.batch_alter_table("need") as need:
        need.drop_constraint(CHECKED_BY, type_="foreignkey")
        for name in ("line_checked_at", "line_checked_by_id", "line_en", *reversed(LISTS)):
            need.drop_column(name)
