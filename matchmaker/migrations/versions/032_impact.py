"""The check for peace and conflict impact, and the risks of it that are asked for again."""

import sqlalchemy as sa
from alembic import op

import matchmaker.models.base

revision = "032"
down_revision = "031"
branch_labels = None
depends_on = None

STANDS = sa.text("stands")
MOMENT = matchmaker.models.base.UtcDateTime
LIGHTS = "light IN ('green', 'amber', 'red', 'unknown')"
TABLES = ("risk_answer", "risk_question", "impact_reason", "match_impact", "need_impact")
CHECK_BEFORE, CHECK_NOW = 8, 9
"""Position of the last page of the form of a need; the new page comes just before it."""


def _table(name, refers, *parts):
    """Make a table with an id of its own and its keys to other tables."""
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        *parts,
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_{name}_{column}_{table}")
            )
            for column, table in refers.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def upgrade():
    _table(
        "need_impact",
        {"need_id": "need"},
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("light", sa.String(length=10), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.CheckConstraint(LIGHTS, name=op.f("ck_need_impact_light")),
        sa.UniqueConstraint("need_id", "question", name=op.f("uq_need_impact_need_id_question")),
    )
    _table(
        "match_impact",
        {"proposal_id": "proposal", "answered_by_id": "user_account"},
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("light", sa.String(length=10), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", MOMENT(), nullable=False),
        sa.CheckConstraint(LIGHTS, name=op.f("ck_match_impact_light")),
        sa.UniqueConstraint(
            "proposal_id", "question", name=op.f("uq_match_impact_proposal_id_question")
        ),
    )
    _table(
        "impact_reason",
        {"proposal_id": "proposal", "user_id": "user_account", "membership_id": "membership"},
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("reds", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT(), nullable=False),
        sa.Column("ended_at", MOMENT(), nullable=True),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "stands = (ended_at IS NULL)", name=op.f("ck_impact_reason_ends_with_a_date")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_impact_reason_public_id")),
    )
    op.create_index(op.f("ix_impact_reason_proposal_id"), "impact_reason", ["proposal_id"])
    op.create_index(
        "uq_impact_reason_one_per_person",
        "impact_reason",
        ["proposal_id", "user_id"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
    _risks()
    # What has been submitted before stays complete: the questions of the new page are optional.
    need = sa.table("need", sa.column("step"), sa.column("status"))
    moved = need.update().where(need.c.step == CHECK_BEFORE, need.c.status != "draft")
    op.execute(moved.values(step=CHECK_NOW))


def _risks():
    _table(
        "risk_question",
        {"engagement_id": "engagement"},
        sa.Column("engagement_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("light", sa.String(length=10), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reminders_sent", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint("light IN ('amber', 'red')", name=op.f("ck_risk_question_light")),
        sa.CheckConstraint("months IN (3, 6, 12)", name=op.f("ck_risk_question_months")),
        sa.UniqueConstraint(
            "engagement_id",
            "question",
            "months",
            name=op.f("uq_risk_question_engagement_id_question_months"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_risk_question_public_id")),
    )
    op.create_index(op.f("ix_risk_question_due_on"), "risk_question", ["due_on"])
    _table(
        "risk_answer",
        {
            "risk_question_id": "risk_question",
            "user_id": "user_account",
            "membership_id": "membership",
            "heeded_by_id": "user_account",
        },
        sa.Column("risk_question_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT(), nullable=False),
        sa.Column("heeded_at", MOMENT(), nullable=True),
        sa.Column("heeded_by_id", sa.Integer(), nullable=True),
        sa.Column("heeded_text", sa.Text(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "side IN ('helper', 'requester', 'coordinator')", name=op.f("ck_risk_answer_side")
        ),
        sa.CheckConstraint(
            "state IN ('gone', 'less', 'still', 'worse')", name=op.f("ck_risk_answer_state")
        ),
        sa.CheckConstraint(
            "(heeded_at IS NULL) = (heeded_by_id IS NULL)"
            " AND (heeded_at IS NULL OR state = 'worse')",
            name=op.f("ck_risk_answer_heeded_where_worse"),
        ),
        sa.UniqueConstraint(
            "risk_question_id", "side", name=op.f("uq_risk_answer_risk_question_id_side")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_risk_answer_public_id")),
    )


def downgrade():
    need = sa.table("need", sa.column("step"))
    op.execute(need.update().where(need.c.step == CHECK_NOW).values(step=CHECK_BEFORE))
    for table in TABLES:
        op.drop_table(table)
