"""The kinds of work that `tools.kill_campaign` kills: how each is prepared, done and checked."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import flask_migrate
import sqlalchemy as sa
from flask import Flask

from matchmaker.access import PLATFORM
from matchmaker.admin import backup, keys, restore
from matchmaker.admin.archive import LEFT
from matchmaker.admin.database import upgrade_database
from matchmaker.admin.invariants import breaks
from matchmaker.audit import broken_links, created, move
from matchmaker.demonstration.load import is_loaded, load
from matchmaker.extensions import db
from matchmaker.models import AuditHead, Decision, Municipality, Proposal, User
from matchmaker.models.encrypted import KeyRing, use_keys
from matchmaker.unit_of_work import transaction
from tests import factories
from tests.harness.apps import KEYS, Client

N_PAIRS = 60
OLD_SCHEMA = "002"
NEW_KEY = "new-key-of-the-campaign-" + "y" * 32
LATEST = 2.0
"""Seconds after which a child is killed at the latest; long work is given its own length."""


@dataclass(frozen=True)
class Phase:
    """Work that is killed: how its database is made, what a child does, what is checked after."""

    prepare: Callable[[Flask], None]
    work: Callable[[Flask, Path, Callable[[str], None]], None]
    check: Callable[[Flask, Path, list[str]], tuple[int, list[str]]]
    seconds: float = LATEST
    """A kill falls within so many seconds from the beginning of the work."""
    ends: bool = False
    """Whether the work ends by itself."""


# --- approve ----------------------------------------------------------------------------------


def prepare_approve(app: Flask) -> None:
    """Lay proposals that wait for one signature, all to one coordinator."""
    session = db.session()
    coordinator = factories.make_coordinator(session)
    round_ = factories.make_round(session, coordinator)
    for status in ("frozen", "solving", "solved", "in_review"):
        move(session, PLATFORM, round_, status)
    for _ in range(N_PAIRS):
        need = factories.make_need(session, status="verified")
        move(session, PLATFORM, need, "in_round")
        offer = factories.make_offer(session, status="verified")
        move(session, PLATFORM, offer, "open")
        pair = Proposal(round_id=round_.id, need_id=need.id, offer_id=offer.id, score=0.7)
        pair.score_low, pair.score_high = 0.6, 0.8
        created(session, PLATFORM, pair)
        factories.answer_check(session, pair, coordinator.user_id)
    _tell_statuses(session)
    session.commit()


def _tell_statuses(session: Any) -> None:
    """Write the events that the factories leave out, so that every status is told."""
    for town in session.scalars(sa.select(Municipality)):
        town.status = "registered"
        town.moved_to = "registered"
        session.flush()
        move(session, PLATFORM, town, "verified")


def work_approve(app: Flask, folder: Path, tell: Callable[[str], None]) -> None:
    """Sign one proposal after another over HTTP; told is what was answered with 303."""
    with app.app_context():
        coordinator = db.session.scalars(
            sa.select(factories.Membership).where(factories.Membership.role == "coordinator")
        ).one()
        who = coordinator.user_id, coordinator.public_id
        waiting = list(db.session.scalars(sa.select(Proposal.public_id)))
        db.session.remove()
    client = Client(app).sign_in(*who)
    client.get("/rounds")  # what a process does at its first request only
    tell("ready")
    for public_id in waiting:
        if client.post(f"/proposals/{public_id}/sign").status_code == 303:
            tell(public_id)


def check_approve(app: Flask, folder: Path, told: list[str]) -> tuple[int, list[str]]:
    """Look for the decision of each signature that was answered."""
    signed = set(
        db.session.scalars(
            sa.select(Proposal.public_id).join(Decision, Decision.proposal_id == Proposal.id)
        )
    )
    approved = set(
        db.session.scalars(sa.select(Proposal.public_id).where(Proposal.status == "approved"))
    )
    half = [f"{public_id}: signed, not approved" for public_id in sorted(signed ^ approved)]
    return len(set(told) - approved), half + list(breaks(db.session()))


# --- import: the demonstration, in one transaction --------------------------------------------


def prepare_nothing(app: Flask) -> None:
    """Begin with the empty schema."""


def work_import(app: Flask, folder: Path, tell: Callable[[str], None]) -> None:
    """Load the demonstration, the largest load there is; told once it is committed."""
    tell("ready")
    with app.app_context():
        with transaction() as work:
            load(work.session, folder)
        tell("loaded")


def check_import(app: Flask, folder: Path, told: list[str]) -> tuple[int, list[str]]:
    """All of it or nothing of it."""
    session = db.session()
    there = is_loaded(session)
    rows = sum(
        session.scalar(sa.select(sa.func.count()).select_from(m)) or 0 for m in (User, Municipality)
    )
    half = [] if there == bool(rows) else [f"half an import: {rows} rows"]
    return int("loaded" in told and not there), half + list(breaks(session))


# --- rotate: the change of keys, batch by batch ------------------------------------------------


def work_rotate(app: Flask, folder: Path, tell: Callable[[str], None]) -> None:
    """Change the keys; told is each column that is done."""
    tell("ready")
    use_keys([NEW_KEY, KEYS["FIELD_KEY"]])
    with app.app_context():
        keys.rotate(db.session(), lambda place, n: tell(place))


def check_rotate(app: Flask, folder: Path, told: list[str]) -> tuple[int, list[str]]:
    """What was told is under the new key; a second run ends the work, and all opens."""
    ring = use_keys([NEW_KEY, KEYS["FIELD_KEY"]])
    try:
        lost = 0
        for column in keys.sealed_columns():
            if f"{column.table.name}.{column.name}" in told:
                old = ~keys._sealed_with(column, [ring.current]) & column.is_not(None)
                lost += (
                    db.session.scalar(
                        sa.select(sa.func.count()).select_from(column.table).where(old)
                    )
                    or 0
                )
        found = list(breaks(db.session()))
        keys.rotate(db.session())
        if set(keys.seals_by_key(db.session())) != {KeyRing([NEW_KEY]).current}:
            found.append("a second run does not end the change of keys")
    finally:
        use_keys([KEYS["FIELD_KEY"]])
    return lost, found


# --- migrate ----------------------------------------------------------------------------------


def prepare_migrate(app: Flask) -> None:
    """Fill the schema and take it back to an old one, the rows with it."""
    prepare_approve(app)
    db.session.remove()
    flask_migrate.downgrade(revision=OLD_SCHEMA)


def work_migrate(app: Flask, folder: Path, tell: Callable[[str], None]) -> None:
    """Upgrade to the newest schema; told once that is done."""
    tell("ready")
    with app.app_context():
        upgrade_database()
        tell("upgraded")


def check_migrate(app: Flask, folder: Path, told: list[str]) -> tuple[int, list[str]]:
    """Upgrade again: every row is there, and every promise holds."""
    upgrade_database()
    n_pairs = db.session.scalar(sa.select(sa.func.count()).select_from(Proposal))
    head = db.session.get_one(AuditHead, 1).seq
    found = [] if n_pairs == N_PAIRS else [f"{n_pairs} proposals of {N_PAIRS}"]
    return int(not head), found + list(breaks(db.session()))


# --- backup -----------------------------------------------------------------------------------


def work_backup(app: Flask, folder: Path, tell: Callable[[str], None]) -> None:
    """Write one archive after another while the data change; told is each that was written."""
    tell("ready")
    with app.app_context():
        for number in range(1000):
            created(db.session(), PLATFORM, Municipality(name=f"Town {number}", country="BA"))
            db.session.commit()
            manifest = backup.back_up(db.engine, folder / f"{number}.backup")
            tell(f"{number} {manifest['audit']['seq']}")


def check_backup(app: Flask, folder: Path, told: list[str]) -> tuple[int, list[str]]:
    """Each archive that has its name is whole; the newest is laid back and compared."""
    found = list(breaks(db.session()))
    db.session.remove()
    whole: dict[str, int] = {}
    for path in sorted(folder.glob("*.backup"), key=lambda path: int(path.stem)):
        whole[path.stem] = restore.check_archive(path, db.engine.dialect.name)["audit"]["seq"]
    lost = sum(whole.get(number) != int(seq) for number, seq in (line.split() for line in told))
    if whole:
        newest = folder / f"{max(whole, key=int)}.backup"
        found += [f"{name} differs" for name in restore.lay_back(db.engine, newest, replace=True)]
        found += [f"chain: {link.code}" for link in broken_links(db.session())]
        if list(folder.glob(f"{LEFT}*")) and db.engine.dialect.name != "sqlite":
            found.append("unfinished work was left")
    return lost, found


PHASES = {
    "approve": Phase(prepare_approve, work_approve, check_approve),
    "import": Phase(prepare_nothing, work_import, check_import, seconds=8.0, ends=True),
    "rotate": Phase(prepare_approve, work_rotate, check_rotate, seconds=0.8, ends=True),
    "migrate": Phase(prepare_migrate, work_migrate, check_migrate, seconds=1.5, ends=True),
    "backup": Phase(prepare_approve, work_backup, check_backup),
}
