"""Legal texts with their versions, digests of what was deleted, topics that are switched off."""

import sqlalchemy as sa
from alembic import op

import matchmaker.models.base

revision = "007"
down_revision = "006"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "legal_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_at", matchmaker.models.base.UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "kind IN ('privacy', 'accessibility', 'terms')", name=op.f("ck_legal_text_kind")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_legal_text_version")),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["user_account.id"],
            name=op.f("fk_legal_text_created_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_text")),
        sa.UniqueConstraint(
            "kind", "locale", "version", name=op.f("uq_legal_text_kind_locale_version")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_legal_text_public_id")),
    )
    op.create_table(
        "tombstone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", matchmaker.models.base.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstone")),
        sa.UniqueConstraint("kind", "digest", name=op.f("uq_tombstone_kind_digest")),
    )
    op.add_column(
        "topic", sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade():
    op.drop_column("topic", "closed")
    op.drop_table("tombstone")
    op.drop_table("legal_text")
