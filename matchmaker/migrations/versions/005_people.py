"""Who is in charge of an organisation, invitations, handing over, and sides of a scope."""

import sqlalchemy as sa
from alembic import op

import matchmaker.models.base

revision = "005"
down_revision = "004"
branch_labels = None
depends_on = None

POSITION = "position IN ('lead', 'deputy', 'member')"
HOLDS_POSITION = sa.text("position <> 'member' AND status = 'active'")
ORGANISATIONS = ("municipality", "association")
# Who has acted longest for an organisation is in charge of it from now on.
FIRST = """UPDATE membership SET position = 'lead' WHERE id IN (
    SELECT MIN(id) FROM membership WHERE status = 'active' AND {column} IS NOT NULL
    AND role IN ('requester', 'helper', 'coordinator') GROUP BY {column})"""
ROLES = (
    "(role IN ('requester', 'helper') AND municipality_id IS NOT NULL AND association_id IS NULL)"
    " OR (role IN ('coordinator', 'administrator') AND association_id IS NOT NULL"
    " AND municipality_id IS NULL)"
)


def upgrade():
    sides = sa.Column("sides", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
    op.add_column("association", sides)
    op.add_column("membership", sa.Column("label", sa.Text(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        # In place: a table that others refer to cannot be built anew while keys are enforced.
        op.execute(
            "ALTER TABLE membership ADD COLUMN position VARCHAR(20) NOT NULL DEFAULT 'member'"
            f" CONSTRAINT ck_membership_position CHECK ({POSITION})"
        )
    else:
        position = sa.Column("position", sa.String(20), nullable=False, server_default="member")
        op.add_column("membership", position)
        op.create_check_constraint(op.f("ck_membership_position"), "membership", POSITION)
    for organisation in ORGANISATIONS:
        op.execute(FIRST.format(column=f"{organisation}_id"))
        op.create_index(
            f"uq_membership_position_in_{organisation}",
            "membership",
            [f"{organisation}_id", "position"],
            unique=True,
            sqlite_where=HOLDS_POSITION,
            postgresql_where=HOLDS_POSITION,
        )
    _create_invitation()
    _create_hand_over()


def _create_invitation():
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("association_id", sa.Integer(), nullable=True),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", matchmaker.models.base.UtcDateTime(), nullable=False),
        sa.Column("expires_at", matchmaker.models.base.UtcDateTime(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint(ROLES, name=op.f("ck_invitation_organisation")),
        sa.CheckConstraint(
            "role IN ('requester', 'helper', 'coordinator', 'partner', 'administrator')",
            name=op.f("ck_invitation_role"),
        ),
        sa.CheckConstraint(
            "status IN ('open', 'accepted', 'withdrawn')", name=op.f("ck_invitation_status")
        ),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["association.id"],
            name=op.f("fk_invitation_association_id_association"),
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"],
            ["membership.id"],
            name=op.f("fk_invitation_invited_by_id_membership"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_invitation_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitation_public_id")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_invitation_token_digest")),
    )
    op.create_index(op.f("ix_invitation_municipality_id"), "invitation", ["municipality_id"])
    op.create_index(op.f("ix_invitation_association_id"), "invitation", ["association_id"])


def _create_hand_over():
    op.create_table(
        "hand_over",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("taker_id", sa.Integer(), nullable=False),
        sa.Column("giver_stays", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("created_at", matchmaker.models.base.UtcDateTime(), nullable=False),
        sa.Column("expires_at", matchmaker.models.base.UtcDateTime(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "status IN ('open', 'confirmed', 'declined', 'withdrawn')",
            name=op.f("ck_hand_over_status"),
        ),
        sa.CheckConstraint("giver_id <> taker_id", name=op.f("ck_hand_over_two_members")),
        sa.ForeignKeyConstraint(
            ["giver_id"], ["membership.id"], name=op.f("fk_hand_over_giver_id_membership")
        ),
        sa.ForeignKeyConstraint(
            ["taker_id"], ["membership.id"], name=op.f("fk_hand_over_taker_id_membership")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
        sa.UniqueConstraint("public_id", name=op.f("uq_hand_over_public_id")),
    )
    op.create_index(op.f("ix_hand_over_taker_id"), "hand_over", ["taker_id"])
    op.create_index(
        "uq_hand_over_one_open_per_giver",
        "hand_over",
        ["giver_id"],
        unique=True,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )


def downgrade():
    op.drop_table("hand_over")
    op.drop_table("invitation")
    for organisation in ORGANISATIONS:
        op.drop_index(f"uq_membership_position_in_{organisation}", table_name="membership")
    op.drop_column("membership", "position")
    op.drop_column("membership", "label")
    op.drop_column("association", "sides")
