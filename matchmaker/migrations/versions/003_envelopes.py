"""Published figures, two claims on one official code, and a quick way to count openings."""

import sqlalchemy as sa
from alembic import op

revision = "003"
down_revision = "002"
branch_labels = None
depends_on = None

CHECKED = sa.text("status <> 'registered'")


def upgrade():
    with op.batch_alter_table("municipality") as table:
        table.drop_constraint("uq_municipality_country_official_code", type_="unique")
        table.create_index(
            "uq_municipality_checked_code",
            ["country", "official_code"],
            unique=True,
            sqlite_where=CHECKED,
            postgresql_where=CHECKED,
        )
    op.create_index("ix_audit_event_event_at", "audit_event", ["event", "at"])
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_publication"),
        sa.UniqueConstraint("published_on", name="uq_publication_published_on"),
    )


def downgrade():
    op.drop_table("publication")
    op.drop_index("ix_audit_event_event_at", "audit_event")
    # The second of two claims on one code loses the code, for the old schema has room for one.
    op.execute(
        "UPDATE municipality SET official_code = NULL WHERE status = 'registered' AND EXISTS"
        " (SELECT 1 FROM municipality AS other WHERE other.country = municipality.country"
        " AND other.official_code = municipality.official_code AND other.id <> municipality.id"
        " AND (other.status <> 'registered' OR other.id < municipality.id))"
    )
    with op.batch_alter_table("municipality") as table:
        table.drop_index("uq_municipality_checked_code")
        table.create_unique_constraint(
            "uq_municipality_country_official_code", ["country", "official_code"]
        )
