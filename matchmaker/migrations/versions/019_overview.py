"""What the pages of a round show at a glance, worked out once when its result is recorded."""

import sqlalchemy as sa
from alembic import op

revision = "019"
down_revision = "018"
branch_labels = None
depends_on = None

ADDED: dict[str, dict[str, sa.types.TypeEngine]] = {
    "round": {"overview": sa.JSON()},
    "round_need": {"reason_code": sa.String(24), "position": sa.Integer()},
    "round_offer": {
        "n_pairs": sa.Integer(),
        "reason_code": sa.String(24),
        "position": sa.Integer(),
    },
}


def upgrade():
    for table, columns in ADDED.items():
        for name, kind in columns.items():
            op.add_column(table, sa.Column(name, kind, nullable=True))
    op.create_table(
        "round_tile",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("tile_row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tile_column", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cells", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_round_tile_round_id_round")
        ),
        sa.PrimaryKeyConstraint("round_id", "tile_row", "tile_column", name=op.f("pk_round_tile")),
    )
    _fill_reasons(op.get_bind())


def downgrade():
    op.drop_table("round_tile")
    for table, columns in ADDED.items():
        with op.batch_alter_table(table) as batch:
            for name in columns:
                batch.drop_column(name)


def _fill_reasons(connection):
    """Note the reason of each need that was left, so that older rounds can be filtered too."""
    rows = sa.table(
        "round_need",
        sa.column("round_id", sa.Integer),
        sa.column("need_id", sa.Integer),
        sa.column("reason", sa.JSON),
        sa.column("reason_code", sa.String),
    )
    left = connection.execute(
        sa.select(rows.c.round_id, rows.c.need_id, rows.c.reason).where(rows.c.reason.is_not(None))
    ).all()
    for round_id, need_id, reason in left:
        if reason:
            connection.execute(
                sa.update(rows)
                .where(rows.c.round_id == round_id, rows.c.need_id == need_id)
                .values(reason_code=reason["reason"])
            )
