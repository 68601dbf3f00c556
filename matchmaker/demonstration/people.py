"""The accounts of the demonstration and the one password they share, made at the first start."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from flask_security import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.access import PLATFORM, Actor
from matchmaker.accounts.queries import lead_of
from matchmaker.audit import created, record
from matchmaker.demonstration import content
from matchmaker.demonstration.rows import Loaded
from matchmaker.models import Association, Membership, User, now
from matchmaker.vocabulary import MunicipalityStatus, Position, Role
from matchmaker.web.actor import actor_for

ASSOCIATION = "Platform association (demonstration)"
SECOND_ASSOCIATION = "Association of the western Balkans (demonstration)"
SECOND_SCOPE = ["BA", "HR", "RS"]
"""A second association, whose coordinator sees three countries and nothing of the others."""
SIGN_INS = "demonstration-sign-ins.json"
DESK = "desk@platform.example.org"


@dataclass(frozen=True)
class SignIn:
    """One line of the table that is printed at each start."""

    who: str
    email: str
    can_do: str


def sign_ins() -> list[SignIn]:
    """Return who can sign in, and what for."""
    return [SignIn(row["title"], row["email"], row["can_do"]) for row in content.table("accounts")]


def password_of(folder: Path) -> str:
    """Return the password of this installation, made at its first start and kept in its folder."""
    path = folder / SIGN_INS
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        kept = {"password": new_password(), "emails": [row.email for row in sign_ins()]}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(kept, file, indent=2)
    return str(json.loads(path.read_text(encoding="utf-8"))["password"])


def new_password() -> str:
    """Return a password that can be read aloud: four words and a number."""
    chosen = [secrets.choice(content.words()) for _ in range(4)]
    return "-".join([*chosen, str(secrets.randbelow(90) + 10)])


def load_association(session: Session) -> Association:
    """Make the association whose coordinators work for all countries."""
    association = Association(name=ASSOCIATION, scope=[])
    session.add(association)
    session.flush()
    record(session, PLATFORM, "association.created", "association", association.public_id)
    return association


def load_second_association(session: Session, password: str) -> None:
    """Make the association of three countries with its coordinator."""
    association = Association(name=SECOND_ASSOCIATION, scope=SECOND_SCOPE)
    session.add(association)
    session.flush()
    record(session, PLATFORM, "association.created", "association", association.public_id)
    for row in content.table("accounts"):
        if row["organisation"] == "second":
            user = _user(session, row, password)
            _member(session, user, row["role"], association_id=association.id)


def load_staff(session: Session, association: Association, password: str) -> dict[str, Actor]:
    """Make the coordinators and the administrator; return them by key."""
    staff = {}
    for row in content.table("accounts"):
        if row["organisation"] == "platform":
            user = _user(session, row, password)
            staff[row["key"]] = _member(session, user, row["role"], association_id=association.id)
    return staff


def load_members(loaded: Loaded, password: str) -> None:
    """Make the officials and officers of the municipalities that have an account."""
    for row in content.table("accounts"):
        if row["organisation"] not in ("platform", "second"):
            user = _user(loaded.session, row, password)
            town = loaded.towns[row["organisation"]]
            loaded.members[row["organisation"]] = _member(
                loaded.session, user, row["role"], municipality_id=town.id
            )


def load_desk(session: Session) -> int:
    """Make the account under which all the rest was typed; it has no password to sign in with."""
    user = User(
        email=DESK,
        active=True,
        fs_uniquifier=secrets.token_hex(16),
        confirmed_at=now().replace(tzinfo=None),
    )
    session.add(user)
    session.flush()
    return user.id


def staff_the_rest(loaded: Loaded) -> None:
    """Put the desk in charge of every verified town that has no account of its own."""
    desk = loaded.session.get_one(User, loaded.desk_id)
    asking = {need.municipality_id for need in loaded.needs.values()}
    for key, town in loaded.towns.items():
        if key not in loaded.members and town.status == MunicipalityStatus.VERIFIED:
            role = Role.REQUESTER if town.id in asking else Role.HELPER
            _member(loaded.session, desk, role.value, municipality_id=town.id)


def renew_password(session: Session, password: str) -> None:
    """Give the accounts this password, where its file was lost."""
    emails = [row.email for row in sign_ins()]
    for user in session.scalars(select(User).where(User.email.in_(emails))):
        user.password = hash_password(password)
        user.fs_uniquifier = secrets.token_hex(16)
    session.flush()


def _user(session: Session, row: dict[str, str], password: str) -> User:
    user = User(
        email=row["email"],
        password=hash_password(password),
        active=True,
        fs_uniquifier=secrets.token_hex(16),
        confirmed_at=now().replace(tzinfo=None),
        locale=row["locale"] or None,
        time_zone=row["time_zone"],
    )
    session.add(user)
    session.flush()
    record(session, PLATFORM, "user.created", "user", user.public_id)
    return user


def _member(session: Session, user: User, role: str, **organisation: int) -> Actor:
    membership = Membership(user_id=user.id, role=role, **organisation)
    if role != Role.ADMINISTRATOR and lead_of(session, **organisation) is None:
        membership.position = Position.LEAD.value
    created(session, PLATFORM, membership, {"role": role, "user": user.public_id})
    session.refresh(membership)
    return actor_for(user, membership)
