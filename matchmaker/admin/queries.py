"""What the administrator looks at: memberships and the audit trail."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from matchmaker.models import (
    Association,
    AuditEvent,
    LegalText,
    Membership,
    Municipality,
    PartnerOrganisation,
    Topic,
    User,
    WebAuthn,
)
from matchmaker.vocabulary import MembershipStatus, Role


def events_matching(
    kind: str | None = None,
    event: str | None = None,
    subject_id: str | None = None,
    person: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Select[AuditEvent]:
    """Return the query of events, newest first, narrowed by what is given."""
    query = select(AuditEvent).order_by(AuditEvent.seq.desc())
    if kind:
        query = query.where(AuditEvent.subject_kind == kind)
    if event:
        query = query.where(AuditEvent.event == event)
    if subject_id:
        query = query.where(AuditEvent.subject_id.startswith(subject_id, autoescape=True))
    if person:
        query = query.where(AuditEvent.user_id.startswith(person, autoescape=True))
    if since:
        query = query.where(AuditEvent.at >= datetime.combine(since, time.min, UTC))
    if until and until < date.max:
        after = datetime.combine(until + timedelta(days=1), time.min, UTC)
        query = query.where(AuditEvent.at < after)
    return query


def kinds_and_events(session: Session) -> tuple[list[str], list[str]]:
    """Return the kinds of subjects and the names of events that occur, for the filters."""
    kinds = session.scalars(select(AuditEvent.subject_kind).distinct()).all()
    events = session.scalars(select(AuditEvent.event).distinct()).all()
    return sorted(kinds), sorted(events)


def all_memberships() -> Select[Membership]:
    """Select all memberships with their people and organisations, newest first."""
    return (
        select(Membership)
        .options(
            joinedload(Membership.user),
            joinedload(Membership.municipality),
            joinedload(Membership.association),
            joinedload(Membership.partner),
        )
        .order_by(Membership.id.desc())
    )


def membership_with(session: Session, public_id: str) -> Membership | None:
    """Return the membership with this public id."""
    return session.scalars(
        select(Membership).where(Membership.public_id == public_id)
    ).one_or_none()


def all_associations() -> Select[Association]:
    """Select all associations by name."""
    return select(Association).order_by(Association.name, Association.id)


def known_sides(session: Session, besides: list[str]) -> list[str]:
    """Return the sides that stand with municipalities, and those given."""
    rows = session.scalars(select(Municipality.sides))
    return sorted({side for sides in rows for side in sides} | set(besides))


def associations_without_coordinator() -> Select[Association]:
    """Select the associations for which nobody decides."""
    staffed = select(Membership.association_id).where(
        Membership.role == Role.COORDINATOR,
        Membership.status == MembershipStatus.ACTIVE,
        Membership.association_id.is_not(None),
    )
    return all_associations().where(Association.id.not_in(staffed))


def association_with(session: Session, public_id: str) -> Association | None:
    """Return the association with this public id."""
    return session.scalars(
        select(Association).where(Association.public_id == public_id)
    ).one_or_none()


def all_users() -> Select[User]:
    """Select all accounts, newest first."""
    return select(User).order_by(User.id.desc())


MOST_FOUND = 5_000
"""Accounts that a search lists; whoever finds more is to ask more closely."""


def ids_of_users(session: Session, asked: str) -> list[int]:
    """Return the accounts whose address or organisation holds what was asked for.

    A whole address is looked up by its ciphertext, which is the same each time. A part of one
    cannot be: addresses are opened one by one, which takes 0.04 s for 2,000 (measured
    by `python benchmarks/search_accounts.py`). A municipality that has hidden itself is not found
    by its name.
    """
    wanted = asked.strip().casefold()
    exact = session.scalars(select(User.id).where(User.email == asked)).all()
    if exact:
        return list(exact)
    found = {
        user_id
        for user_id, address in session.execute(select(User.id, User.email))
        if wanted in address
    }
    names = (
        select(
            Membership.user_id,
            Municipality.name,
            Municipality.local_name,
            Association.name,
            PartnerOrganisation.name,
        )
        .outerjoin(
            Municipality,
            (Municipality.id == Membership.municipality_id) & Municipality.hidden.is_(False),
        )
        .outerjoin(Association, Association.id == Membership.association_id)
        .outerjoin(PartnerOrganisation, PartnerOrganisation.id == Membership.partner_id)
    )
    for user_id, *called in session.execute(names):
        if any(name and wanted in name.casefold() for name in called):
            found.add(user_id)
    return sorted(found, reverse=True)[:MOST_FOUND]


def users_asked_for(session: Session, asked: str, *, without_factor: bool) -> Select[User]:
    """Select the accounts that a search finds, newest first."""
    query = all_users()
    if asked.strip():
        query = query.where(User.id.in_(ids_of_users(session, asked)))
    return query.where(lacks_factor()) if without_factor else query


def lacks_factor() -> ColumnElement[bool]:
    """Return the condition that an account of staff has no second factor."""
    staff = select(Membership.user_id).where(
        Membership.status == MembershipStatus.ACTIVE,
        Membership.role.in_([Role.COORDINATOR.value, Role.ADMINISTRATOR.value]),
    )
    keys = select(WebAuthn.user_id)
    return and_(
        User.active.is_(True),
        User.id.in_(staff),
        or_(User.tf_primary_method.is_(None), User.tf_totp_secret.is_(None)),
        User.id.not_in(keys),
    )


def memberships_asked_for(session: Session, asked: str) -> Select[Membership]:
    """Select the memberships of the people that a search finds, and of the organisations."""
    query = all_memberships()
    if not asked.strip():
        return query
    return query.where(Membership.user_id.in_(ids_of_users(session, asked)))


def user_with(session: Session, public_id: str) -> User | None:
    """Return the account with this public id."""
    return session.scalars(select(User).where(User.public_id == public_id)).one_or_none()


def roles_of(session: Session, user_ids: list[int]) -> dict[int, list[str]]:
    """Return the roles in which these people act now."""
    rows = session.execute(
        select(Membership.user_id, Membership.role)
        .where(Membership.user_id.in_(user_ids), Membership.status == MembershipStatus.ACTIVE)
        .distinct()
    )
    roles: dict[int, list[str]] = {}
    for user_id, role in rows:
        roles.setdefault(user_id, []).append(role)
    return {user_id: sorted(found) for user_id, found in roles.items()}


def topic_with(session: Session, code: str) -> Topic | None:
    """Return the topic with this code."""
    return session.get(Topic, code)


def versions_of(session: Session, kind: str, locale: str) -> list[LegalText]:
    """Return the versions of a text, newest first."""
    return list(
        session.scalars(
            select(LegalText)
            .where(LegalText.kind == kind, LegalText.locale == locale)
            .order_by(LegalText.version.desc())
        )
    )


def newest_texts(session: Session) -> dict[tuple[str, str], LegalText]:
    """Return the newest version of each text by kind and language."""
    rows = session.scalars(select(LegalText).order_by(LegalText.version))
    return {(row.kind, row.locale): row for row in rows}
