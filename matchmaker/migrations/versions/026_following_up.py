"""What follows an agreement: plan, visits, pulses with their answers, tasks, words at the end."""

import sqlalchemy as sa
from alembic import op

import matchmaker.models.base

revision = "026"
down_revision = "025"
branch_labels = None
depends_on = None

SIDE = "side IN ('helper', 'requester', 'coordinator')"
STANDING = sa.text("closed_at IS NULL")
TABLES = (
    "follow_up_task",
    "pulse_answer",
    "pulse",
    "closing",
    "person_days",
    "visit",
    "milestone",
    "plan_version",
)


def moment(name, nullable=False):
    return sa.Column(name, matchmaker.models.base.UtcDateTime(), nullable=nullable)


def table(name, *columns, public=False, parent="engagement"):
    """Make a table of rows that belong to an engagement (or to a pulse)."""
    key = f"{parent}_id"
    more = []
    if public:
        more = [
            sa.Column("public_id", sa.String(length=32), nullable=False),
            sa.UniqueConstraint("public_id", name=op.f(f"uq_{name}_public_id")),
        ]
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(key, sa.Integer(), nullable=False),
        *columns,
        moment("created_at"),
        *more,
        sa.ForeignKeyConstraint([key], [f"{parent}.id"], name=op.f(f"fk_{name}_{key}_{parent}")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    with op.batch_alter_table(name) as batch:
        batch.create_index(batch.f(f"ix_{name}_{key}"), [key], unique=False)


def text(name):
    return sa.Column(name, sa.Text(), nullable=False)


def check(table_name, name, condition):
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table_name}_{name}"))


def side(table_name):
    return (
        sa.Column("side", sa.String(length=20), nullable=False),
        check(table_name, "side", SIDE),
    )


def user(table_name, name, nullable=False):
    return (
        sa.Column(name, sa.Integer(), nullable=nullable),
        sa.ForeignKeyConstraint(
            [name], ["user_account.id"], name=op.f(f"fk_{table_name}_{name}_user_account")
        ),
    )


def upgrade():
    for name in ("began_at", "helper_consents_at", "requester_consents_at"):
        op.add_column("engagement", moment(name, nullable=True))
    op.add_column("engagement", sa.Column("political_contact", sa.Text(), nullable=True))
    op.add_column("municipality", moment("mails_held_at", nullable=True))
    op.add_column("outbox", sa.Column("link", sa.Text(), nullable=True))
    _note_beginnings(op.get_bind())
    _plans()
    _pulses()


def _plans():
    table(
        "plan_version",
        sa.Column("number", sa.Integer(), nullable=False),
        text("text"),
        *side("plan_version"),
        sa.UniqueConstraint("engagement_id", "number", name="uq_plan_version_engagement_id_number"),
    )
    table(
        "milestone",
        text("what"),
        text("done_when"),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        public=True,
    )
    table(
        "visit",
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=12), nullable=False),
        check("visit", "place", "place IN ('in_area', 'elsewhere')"),
        check("visit", "persons", "persons >= 1"),
        check("visit", "period", "starts_on <= ends_on"),
        public=True,
    )
    table(
        "person_days",
        *side("person_days"),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        check("person_days", "days", "days >= 1"),
        public=True,
    )
    table(
        "closing",
        *side("closing"),
        *(text(one) for one in ("handed_over", "stays", "may_be_said", "thanks", "last_word")),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("engagement_id", "side", name="uq_closing_engagement_id_side"),
    )


def _pulses():
    table(
        "pulse",
        sa.Column("day", sa.Integer(), nullable=False),
        moment("answer_by"),
        moment("closed_at", nullable=True),
        check("pulse", "day", "day IN (30, 90, 365)"),
        sa.UniqueConstraint("engagement_id", "day", name="uq_pulse_engagement_id_day"),
        public=True,
    )
    answer = "pulse_answer"
    table(
        answer,
        *user(answer, "user_id"),
        *side(answer),
        sa.Column("alive", sa.String(length=12), nullable=False),
        sa.Column("useful", sa.String(length=12), nullable=False),
        sa.Column("safe", sa.String(length=12), nullable=False),
        sa.Column("in_touch", sa.String(length=12), nullable=True),
        sa.Column("by_link", sa.Boolean(), nullable=False),
        check(answer, "alive", "alive IN ('yes', 'standstill', 'over')"),
        check(answer, "useful", "useful IN ('yes', 'partly', 'no', 'too_early')"),
        check(answer, "safe", "safe IN ('yes', 'unsure', 'no')"),
        check(answer, "in_touch", "in_touch IS NULL OR in_touch IN ('yes', 'no', 'not_known')"),
        sa.UniqueConstraint("pulse_id", "user_id", name="uq_pulse_answer_pulse_id_user_id"),
        parent="pulse",
    )
    task = "follow_up_task"
    table(
        task,
        sa.Column("kind", sa.String(length=16), nullable=False),
        *side(task),
        moment("closed_at", nullable=True),
        *user(task, "closed_by_id", nullable=True),
        text("done"),
        check(task, "kind", "kind IN ('not_safe', 'silent', 'out_of_touch')"),
        public=True,
    )
    op.create_index(
        "uq_follow_up_task_standing",
        task,
        ["engagement_id", "kind", "side"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )


def downgrade():
    for name in TABLES:
        op.drop_table(name)
    op.drop_column("outbox", "link")
    op.drop_column("municipality", "mails_held_at")
    for name in ("political_contact", "requester_consents_at", "helper_consents_at", "began_at"):
        op.drop_column("engagement", name)


def _note_beginnings(connection):
    """Take from the audit trail when work that had begun did so."""
    engagement = sa.table(
        "engagement",
        sa.column("public_id", sa.String),
        sa.column("began_at", matchmaker.models.base.UtcDateTime),
    )
    event = sa.table(
        "audit_event",
        sa.column("event", sa.String),
        sa.column("subject_id", sa.String),
        sa.column("at", matchmaker.models.base.UtcDateTime),
    )
    first = (
        sa.select(sa.func.min(event.c.at))
        .where(
            event.c.event == "engagement.active",
            event.c.subject_id == engagement.c.public_id,
        )
        .scalar_subquery()
    )
    connection.execute(sa.update(engagement).values(began_at=first))
