"""Applications with evidence, and red flags on local governments."""

import matchmaker.models.base
import sqlalchemy as sa
from alembic import op

revision = "010"
down_revision = "009"
branch_labels = None
depends_on = None

MOMENT = matchmaker.models.base.UtcDateTime
NOT_OVER = sa.text("status NOT IN ('accepted', 'refused', 'withdrawn', 'expired')")
STATUSES = (
    "'submitted', 'doubted', 'answered', 'checked', 'accepted', 'rejected', 'appealed',"
    " 'refused', 'withdrawn', 'expired'"
)
REJECTIONS = "'not_confirmed', 'denied', 'no_local_government', 'duplicate', 'other'"


def upgrade():
    _application()
    _evidence()
    _rights_flag()


def _application():
    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("applicant_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("cautions", sa.JSON(), nullable=False),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("rejection", sa.String(length=24), nullable=True),
        sa.Column("rejection_text", sa.Text(), nullable=True),
        sa.Column("appeal", sa.Text(), nullable=True),
        sa.Column("appeal_answer", sa.Text(), nullable=True),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("rejected_by_id", sa.Integer(), nullable=True),
        sa.Column("appeal_decided_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT(), nullable=False),
        sa.Column("checked_at", MOMENT(), nullable=True),
        sa.Column("stated_at", MOMENT(), nullable=False),
        sa.Column("changed_at", MOMENT(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint(f"status IN ({STATUSES})", name=op.f("ck_application_status")),
        sa.CheckConstraint(
            f"rejection IS NULL OR rejection IN ({REJECTIONS})",
            name=op.f("ck_application_rejection"),
        ),
        sa.CheckConstraint(
            "status <> 'accepted' OR (checked_by_id IS NOT NULL AND accepted_by_id IS NOT NULL"
            " AND checked_by_id <> accepted_by_id)",
            name=op.f("ck_application_two_coordinators"),
        ),
        sa.CheckConstraint(
            "applicant_id IS NULL OR ((checked_by_id IS NULL OR checked_by_id <> applicant_id)"
            " AND (accepted_by_id IS NULL OR accepted_by_id <> applicant_id))",
            name=op.f("ck_application_nobody_accepts_their_own"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('rejected', 'appealed', 'refused')"
            " OR (rejection IS NOT NULL AND rejected_by_id IS NOT NULL)",
            name=op.f("ck_application_no_rejection_without_reason"),
        ),
        sa.CheckConstraint(
            "appeal_decided_by_id IS NULL OR appeal_decided_by_id <> rejected_by_id",
            name=op.f("ck_application_another_decides_the_appeal"),
        ),
        *_keys("application", ("municipality_id", "municipality")),
        *(
            _to("application", column, "user_account")
            for column in (
                "applicant_id",
                "checked_by_id",
                "accepted_by_id",
                "rejected_by_id",
                "appeal_decided_by_id",
            )
        ),
    )
    with op.batch_alter_table("application") as batch:
        batch.create_index("ix_application_municipality_id", ["municipality_id"])
        batch.create_index("ix_application_applicant_id", ["applicant_id"])
        batch.create_index("ix_application_status_created_at", ["status", "created_at"])
        batch.create_index(
            "uq_application_one_open",
            ["municipality_id"],
            unique=True,
            sqlite_where=NOT_OVER,
            postgresql_where=NOT_OVER,
        )


def _evidence():
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("matches", sa.Boolean(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("called_at", MOMENT(), nullable=True),
        sa.Column("call_result", sa.String(length=20), nullable=True),
        sa.Column("rights_answer", sa.String(length=20), nullable=True),
        sa.Column("association_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "kind IN ('register', 'call_back', 'vouching', 'rights')", name=op.f("ck_evidence_kind")
        ),
        sa.CheckConstraint(
            "call_result IS NULL OR call_result IN ('confirmed', 'denied', 'not_reached')",
            name=op.f("ck_evidence_call_result"),
        ),
        sa.CheckConstraint(
            "rights_answer IS NULL OR rights_answer IN ('none_known', 'reports', 'cannot_tell')",
            name=op.f("ck_evidence_rights_answer"),
        ),
        sa.CheckConstraint(
            "(kind = 'call_back') = (call_result IS NOT NULL)",
            name=op.f("ck_evidence_call_has_a_result"),
        ),
        sa.CheckConstraint(
            "(kind = 'rights') = (rights_answer IS NOT NULL)",
            name=op.f("ck_evidence_rights_answered"),
        ),
        sa.CheckConstraint(
            "(kind = 'register') = (matches IS NOT NULL)",
            name=op.f("ck_evidence_register_matches_or_not"),
        ),
        sa.CheckConstraint(
            "kind <> 'vouching' OR association_id IS NOT NULL",
            name=op.f("ck_evidence_who_vouches"),
        ),
        *_keys("evidence", ("application_id", "application")),
        _to("evidence", "by_id", "user_account"),
        _to("evidence", "association_id", "association"),
    )
    with op.batch_alter_table("evidence") as batch:
        batch.create_index("ix_evidence_application_id", ["application_id"])


def _rights_flag():
    op.create_table(
        "rights_flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("raised_by_id", sa.Integer(), nullable=False),
        sa.Column("raised_at", MOMENT(), nullable=False),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.Column("lifted_at", MOMENT(), nullable=True),
        sa.Column("lift_reason", sa.Text(), nullable=True),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "(lifted_by_id IS NULL) = (lifted_at IS NULL)"
            " AND (lifted_by_id IS NULL) = (lift_reason IS NULL)",
            name=op.f("ck_rights_flag_lifted_with_a_reason"),
        ),
        sa.CheckConstraint(
            "lifted_by_id IS NULL OR lifted_by_id <> raised_by_id",
            name=op.f("ck_rights_flag_another_lifts_it"),
        ),
        *_keys("rights_flag", ("municipality_id", "municipality")),
        _to("rights_flag", "raised_by_id", "user_account"),
        _to("rights_flag", "lifted_by_id", "user_account"),
    )
    with op.batch_alter_table("rights_flag") as batch:
        batch.create_index(
            "ix_rights_flag_municipality_id_lifted_at", ["municipality_id", "lifted_at"]
        )


def _keys(table, first):
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
        _to(table, *first),
    ]


def _to(table, column, other):
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def downgrade():
    op.drop_table("rights_flag")
    op.drop_table("evidence")
    op.drop_table("application")
