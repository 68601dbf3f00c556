"""Make the audit trail append-only in the database itself, and lay its first head."""

import sqlalchemy as sa
from alembic import op

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None

SQLITE = """CREATE TRIGGER audit_event_no_{action} BEFORE {action} ON audit_event
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"""


def upgrade():
    op.execute(
        sa.text("INSERT INTO audit_head (id, seq, digest) VALUES (1, 0, :digest)").bindparams(
            digest="0" * 64
        )
    )
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(SQLITE.format(action=action))
        return
    op.execute(
        """CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$"""
    )
    op.execute(
        """CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
        ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"""
    )


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(f"DROP TRIGGER audit_event_no_{action}")
    else:
        op.execute("DROP TRIGGER audit_event_append_only ON audit_event")
        op.execute("DROP FUNCTION refuse_audit_change()")
    op.execute("DELETE FROM audit_head")
