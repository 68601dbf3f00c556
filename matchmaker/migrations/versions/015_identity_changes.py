"""Proposed changes of a verified municipality, and codes that somebody out of sight has too."""

import sqlalchemy as sa
from alembic import op

import matchmaker.models.base

revision = "015"
down_revision = "014"
branch_labels = None
depends_on = None

OPEN = sa.text("status IN ('submitted', 'checked')")
CHECKED = sa.text("status <> 'registered'")
ONE_OF_A_CODE = sa.text("status <> 'registered' AND NOT code_doubted")
CODES = "uq_municipality_checked_code"
STATUSES = "'submitted', 'checked', 'accepted', 'refused', 'withdrawn'"


def upgrade():
    op.add_column(
        "municipality",
        sa.Column("code_doubted", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _index_codes(ONE_OF_A_CODE)
    _identity_change()


def _identity_change():
    moment = matchmaker.models.base.UtcDateTime()
    op.create_table(
        "identity_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("local_name", sa.String(length=200), nullable=True),
        sa.Column("region", sa.String(length=120), nullable=True),
        sa.Column("official_code", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("sides", sa.JSON(), nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint(f"status IN ({STATUSES})", name=op.f("ck_identity_change_status")),
        sa.CheckConstraint(
            "status <> 'accepted' OR (checked_by_id IS NOT NULL AND accepted_by_id IS NOT NULL"
            " AND checked_by_id <> accepted_by_id)",
            name=op.f("ck_identity_change_two_coordinators"),
        ),
        sa.CheckConstraint(
            "accepted_by_id IS NULL OR accepted_by_id <> proposed_by_id",
            name=op.f("ck_identity_change_another_accepts_it"),
        ),
        sa.CheckConstraint(
            "status <> 'checked' OR checked_by_id IS NOT NULL",
            name=op.f("ck_identity_change_checked_by_somebody"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_change")),
        sa.UniqueConstraint("public_id", name=op.f("uq_identity_change_public_id")),
        _to("municipality_id", "municipality"),
        *(_to(f"{who}_by_id", "user_account") for who in ("proposed", "checked", "accepted")),
    )
    op.create_index("ix_identity_change_municipality_id", "identity_change", ["municipality_id"])
    op.create_index(
        "uq_identity_change_one_open",
        "identity_change",
        ["municipality_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def _to(column, other):
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_identity_change_{column}_{other}")
    )


def _index_codes(which):
    op.drop_index(CODES, table_name="municipality")
    op.create_index(
        CODES,
        "municipality",
        ["country", "official_code"],
        unique=True,
        sqlite_where=which,
        postgresql_where=which,
    )


def downgrade():
    op.drop_table("identity_change")
    # what the older index would refuse loses its code, as a doubted one is the later of two
    op.execute("UPDATE municipality SET official_code = NULL WHERE code_doubted")
    _index_codes(CHECKED)
    op.drop_column("municipality", "code_doubted")
