"""Seal what is personal: contacts, sign-in addresses, free text; the key lies elsewhere."""

import json

import sqlalchemy as sa
from alembic import op

from matchmaker.models.encrypted import key_ring, normal_address

revision = "006"
down_revision = "005"
branch_labels = None
depends_on = None

CONTACTS = {"contact_role": 200, "contact_email": 255, "contact_phone": 60}
TEXTS = (
    ("need", "id", "description"),
    ("need", "id", "return_note"),
    ("offer", "id", "description"),
    ("offer", "id", "return_note"),
    ("engagement", "id", "plan"),
    ("audit_text", "seq", "text"),
)
LISTS = (("need", "id", "veto_names"), ("offer", "id", "veto_names"))
BATCH = 500


def upgrade():
    op.create_table(
        "key_check",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_check")),
    )
    _retype_address(sa.Text())
    for column in CONTACTS:
        _replace_contact(column, sa.Text(), _seal)
    for table, key, column in TEXTS:
        _rewrite(table, key, column, column, _seal)
    for table, key, column in LISTS:
        _rewrite(table, key, column, column, lambda v, p: _seal(json.dumps(v), p), sa.JSON())
    _rewrite("user_account", "id", "email", "email", _seal_address)


def downgrade():
    _rewrite("user_account", "id", "email", "email", _open_address)
    for table, key, column in LISTS:
        _rewrite(table, key, column, column, lambda v, p: json.loads(_open(v, p)), sa.JSON())
    for table, key, column in TEXTS:
        _rewrite(table, key, column, column, _open)
    for column, length in CONTACTS.items():
        _replace_contact(column, sa.String(length), _open)
    _retype_address(sa.String(255))
    op.drop_table("key_check")


def _seal(text, place):
    return key_ring().seal(text, place)


def _open(stored, place):
    return key_ring().open(stored, place)


def _seal_address(text, place):
    return key_ring().seal_equal(normal_address(text), place)


def _open_address(stored, place):
    return key_ring().open_equal(stored, place)


def _retype_address(kind):
    """Change the type of the address; SQLite rebuilds the table, which holds no CHECK."""
    with op.batch_alter_table("user_account") as batch:
        batch.alter_column("email", type_=kind, existing_nullable=False)


def _replace_contact(column, kind, change):
    """Change the type by a new column: a rebuilt table would lose its CHECKs on SQLite."""
    op.add_column("municipality", sa.Column(f"{column}_new", kind, nullable=True))
    _rewrite("municipality", "id", column, f"{column}_new", change)
    op.drop_column("municipality", column)
    op.execute(f"ALTER TABLE municipality RENAME COLUMN {column}_new TO {column}")


def _rewrite(table, key, column, target, change, kind=None):
    """Write each value of a column, changed, into a column of the same rows."""
    kind = kind or sa.Text()
    rows = sa.table(table, sa.column(key), sa.column(column, kind), sa.column(target, kind))
    connection, last = op.get_bind(), 0
    while True:
        batch = connection.execute(
            sa.select(rows.c[key], rows.c[column])
            .where(rows.c[column].is_not(None), rows.c[key] > last)
            .order_by(rows.c[key])
            .limit(BATCH)
        ).all()
        if not batch:
            return
        for row_key, value in batch:
            changed = change(value, f"{table}.{column}")
            connection.execute(
                sa.update(rows).where(rows.c[key] == row_key).values({target: changed})
            )
        last = batch[-1][0]
