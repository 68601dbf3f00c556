"""Preconditions of needs and areas, and questions about running work where one has turned."""

import sqlalchemy as sa
from alembic import op

import matchmaker.models.base

revision = "027"
down_revision = "026"
branch_labels = None
depends_on = None

CODES = "'knowledge', 'leaders', 'violence', 'rules', 'opportunity', 'framework'"
OPEN = sa.text("decided IS NULL")


def upgrade():
    op.create_table(
        "precondition_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("question", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", matchmaker.models.base.UtcDateTime(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "answer IN ('met', 'not_met', 'not_known', 'not_asked')",
            name=op.f("ck_precondition_answer_answer"),
        ),
        sa.CheckConstraint(f"question IN ({CODES})", name=op.f("ck_precondition_answer_question")),
        sa.CheckConstraint(
            "(area_id IS NULL) <> (need_id IS NULL)",
            name=op.f("ck_precondition_answer_area_or_need"),
        ),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["conflict_area.id"],
            name=op.f("fk_precondition_answer_area_id_conflict_area"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["need_id"], ["need.id"], name=op.f("fk_precondition_answer_need_id_need")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_precondition_answer_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_precondition_answer")),
        sa.UniqueConstraint("public_id", name=op.f("uq_precondition_answer_public_id")),
    )
    op.create_table(
        "precondition_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=20), nullable=False),
        sa.Column("created_at", matchmaker.models.base.UtcDateTime(), nullable=False),
        sa.Column("decided", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", matchmaker.models.base.UtcDateTime(), nullable=True),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "decided IS NULL OR decided IN ('continue', 'pause', 'withdraw')",
            name=op.f("ck_precondition_review_decided"),
        ),
        sa.CheckConstraint(
            f"question IN ({CODES}, 'all')", name=op.f("ck_precondition_review_question")
        ),
        sa.CheckConstraint(
            "(decided IS NULL) = (decided_at IS NULL) AND (decided IS NULL) = (decided_by_id"
            " IS NULL)",
            name=op.f("ck_precondition_review_decided_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["engagement_id"],
            ["engagement.id"],
            name=op.f("fk_precondition_review_engagement_id_engagement"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["user_account.id"],
            name=op.f("fk_precondition_review_decided_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_precondition_review")),
        sa.UniqueConstraint("public_id", name=op.f("uq_precondition_review_public_id")),
    )
    for table, columns in (
        ("precondition_answer", ("area_id", "need_id")),
        ("precondition_review", ("engagement_id",)),
    ):
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.create_index(batch.f(f"ix_{table}_{column}"), [column], unique=False)
    with op.batch_alter_table("precondition_review") as batch:
        batch.create_index(
            "uq_precondition_review_open",
            ["engagement_id", "question"],
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        )


def downgrade():
    op.drop_table("precondition_review")
    op.drop_table("precondition_answer")
