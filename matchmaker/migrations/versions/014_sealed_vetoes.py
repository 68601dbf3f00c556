"""Seal what tells who asked and whom they ruled out, names of security keys, codes of receipts."""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

from matchmaker.models.encrypted import key_ring
from matchmaker.municipalities.named import Names

revision = "014"
down_revision = "013"
branch_labels = None
depends_on = None

SIDES = ("need", "offer")
BATCH = 200


def upgrade():
    for table in SIDES:
        # Whom a name means is found when a round is frozen, from the names alone.
        op.drop_column(table, "veto_municipalities")
        _rewrite(table, "veto_countries", lambda v, p: _seal(json.dumps(v), p), sa.JSON())
    _rewrite("round", "snapshot", _seal)
    with op.batch_alter_table("webauthn") as batch:
        batch.alter_column("name", type_=sa.Text(), existing_nullable=False)
    _rewrite("webauthn", "name", _seal)
    _rewrite("receipt", "code", lambda v, p: key_ring().seal_equal(_open(v, p), p))
    with _receipts() as batch:
        batch.drop_constraint("uq_receipt_code_digest", type_="unique")
        batch.drop_column("code_digest")
        batch.create_unique_constraint("uq_receipt_code", ["code"])


def downgrade():
    with _receipts() as batch:
        batch.drop_constraint("uq_receipt_code", type_="unique")
        batch.add_column(sa.Column("code_digest", sa.String(length=64), nullable=True))
    _digest_receipts()
    with _receipts() as batch:
        batch.alter_column("code_digest", existing_type=sa.String(length=64), nullable=False)
        batch.create_unique_constraint("uq_receipt_code_digest", ["code_digest"])
    _rewrite("webauthn", "name", _open)
    with op.batch_alter_table("webauthn") as batch:
        batch.alter_column("name", type_=sa.String(length=64), existing_nullable=False)
    _rewrite("round", "snapshot", _open)
    for table in SIDES:
        _rewrite(table, "veto_countries", lambda v, p: json.loads(_open(v, p)), sa.JSON())
        op.add_column(
            table,
            sa.Column("veto_municipalities", sa.JSON(), nullable=False, server_default="[]"),
        )
        _find_again(table)


def _seal(text, place):
    return key_ring().seal(text, place)


def _open(stored, place):
    return key_ring().open(stored, place)


def _receipts():
    """Change the receipts; a table rebuilt on SQLite would lose its CHECK."""
    check = sa.CheckConstraint(
        "(need_id IS NULL) <> (offer_id IS NULL)", name=op.f("ck_receipt_one_subject")
    )
    return op.batch_alter_table("receipt", table_args=(check,))


def _digest_receipts():
    """Lay the digests of the earlier release, so that papers that are out still count."""
    rows = sa.table("receipt", sa.column("id"), sa.column("code"), sa.column("code_digest"))
    connection = op.get_bind()
    for key, stored in connection.execute(sa.select(rows.c.id, rows.c.code)).all():
        code = key_ring().open_equal(stored, "receipt.code")
        digest = hashlib.sha256(f"receipt:{code}".encode()).hexdigest()
        values = {"code": _seal(code, "receipt.code"), "code_digest": digest}
        connection.execute(sa.update(rows).where(rows.c.id == key).values(values))


def _find_again(table):
    """Say again whom the names mean: the earlier release reads that, and not the names."""
    towns = sa.table(
        "municipality",
        *(sa.column(c) for c in ("public_id", "name", "local_name", "country", "region")),
    )
    connection = op.get_bind()
    names = Names(connection.execute(sa.select(*towns.c)).all())
    meant = sa.column("veto_municipalities", sa.JSON())
    rows = sa.table(table, sa.column("id"), sa.column("veto_names", sa.JSON()), meant)
    for key, stored in connection.execute(sa.select(rows.c.id, rows.c.veto_names)).all():
        typed = json.loads(_open(stored, f"{table}.veto_names"))
        found = list(names.meant_by(typed))
        if found:
            connection.execute(
                sa.update(rows).where(rows.c.id == key).values(veto_municipalities=found)
            )


def _rewrite(table, column, change, kind=None):
    """Write each value of a column, changed, into the same rows."""
    rows = sa.table(table, sa.column("id"), sa.column(column, kind or sa.Text()))
    connection, last = op.get_bind(), 0
    while True:
        batch = connection.execute(
            sa.select(rows.c.id, rows.c[column])
            .where(rows.c[column].is_not(None), rows.c.id > last)
            .order_by(rows.c.id)
            .limit(BATCH)
        ).all()
        if not batch:
            return
        for key, value in batch:
            changed = change(value, f"{table}.{column}")
            connection.execute(sa.update(rows).where(rows.c.id == key).values({column: changed}))
        last = batch[-1][0]
