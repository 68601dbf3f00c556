"""What registers, changes and verifies municipalities."""

from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.errors import BadInput
from matchmaker.models import Membership, Municipality, now
from matchmaker.vocabulary import N_, MembershipStatus, MunicipalityKind, MunicipalityStatus, Role

MOST_UNDECIDED = 3
"""Registrations of one person that may wait for verification at once."""
IDENTITY = ("name", "local_name", "region", "official_code", "kind")
"""What a verified municipality is known by: only a coordinator changes it."""


@dataclass(frozen=True)
class MunicipalityDraft:
    """What a person typed of a municipality, checked for form."""

    name: str
    country: str
    region: str = ""
    local_name: str | None = None
    official_code: str | None = None
    geonameid: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    population: int | None = None
    languages: list[str] = field(default_factory=list)
    kind: str = MunicipalityKind.ELECTED.value
    contact_role: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None


def register_municipality(
    session: Session, actor: Actor, role: Role, draft: MunicipalityDraft
) -> Membership:
    """Register a municipality and make the person its member; twice gives the same membership.

    Raises
    ------
    BadInput
        If its official code is taken, or too many registrations of this person wait.
    """
    municipality = _own_registration(session, actor, draft)
    if municipality is None:
        municipality = _new_municipality(session, actor, draft)
    return _membership(session, actor, role, municipality)


def _own_registration(
    session: Session, actor: Actor, draft: MunicipalityDraft
) -> Municipality | None:
    """Return what this person registered before for the same place, if anything."""
    known = session.scalars(
        select(Municipality)
        .join(Membership, Membership.municipality_id == Municipality.id)
        .where(
            Membership.user_id == actor.user_id,
            Membership.status == MembershipStatus.ACTIVE,
            Municipality.country == draft.country,
            Municipality.name == draft.name,
            Municipality.region == draft.region,
        )
    ).first()
    return known


def _new_municipality(session: Session, actor: Actor, draft: MunicipalityDraft) -> Municipality:
    waiting = session.scalar(
        select(func.count(func.distinct(Municipality.id)))
        .join(Membership, Membership.municipality_id == Municipality.id)
        .where(
            Membership.user_id == actor.user_id,
            Municipality.status == MunicipalityStatus.REGISTERED,
        )
    )
    if (waiting or 0) >= MOST_UNDECIDED:
        raise BadInput(
            "",
            N_("%(count)s registrations of yours wait for verification. Wait for an answer first."),
            count=waiting,
        )
    municipality = Municipality(**vars(draft) | {"languages": list(draft.languages)})
    _keep_code_unique(session, municipality)
    audit.created(session, actor, municipality)
    return municipality


def _keep_code_unique(session: Session, municipality: Municipality) -> None:
    """Refuse an official code that another municipality of the country has."""
    if not municipality.official_code:
        municipality.official_code = None
        return
    with session.no_autoflush:
        taken = session.scalars(
            select(Municipality.id).where(
                Municipality.country == municipality.country,
                Municipality.official_code == municipality.official_code,
            )
        ).first()
    if taken is not None and taken != municipality.id:
        raise BadInput("official_code", CODE_TAKEN)


CODE_TAKEN = N_(
    "This official code is in use for another municipality of the country. "
    "Check it, or leave it empty and tell your coordinator."
)


def _membership(
    session: Session, actor: Actor, role: Role, municipality: Municipality
) -> Membership:
    known = session.scalars(
        select(Membership).where(
            Membership.user_id == actor.user_id,
            Membership.municipality_id == municipality.id,
            Membership.role == role,
            Membership.status == MembershipStatus.ACTIVE,
        )
    ).first()
    if known is not None:
        return known
    membership = Membership(user_id=actor.user_id, role=role.value, municipality_id=municipality.id)
    session.add(membership)
    session.flush()
    audit.record(
        session,
        actor,
        "membership.created",
        "membership",
        membership.public_id,
        {"role": role.value, "municipality": municipality.public_id},
    )
    return membership


def fixed_fields(actor: Actor, municipality: Municipality) -> set[str]:
    """Return the fields that this person cannot change.

    A coordinator: the contact, which a form would show without the audit trail knowing of it.
    The municipality itself: its identity once verified, and the sides.
    """
    if actor.role == Role.COORDINATOR:
        return {"contact_role", "contact_email", "contact_phone"}
    once_verified = municipality.status != MunicipalityStatus.REGISTERED
    return {"sides"} | (set(IDENTITY) if once_verified else set())


def change_municipality(
    session: Session, actor: Actor, municipality: Municipality, values: dict[str, object]
) -> Municipality:
    """Change what is known of a municipality; what the actor may not change stays.

    Raises
    ------
    BadInput
        If the official code is taken.
    """
    session.refresh(municipality, with_for_update={"of": Municipality})
    fixed = fixed_fields(actor, municipality)
    changed = []
    for name, value in values.items():
        if name not in fixed and getattr(municipality, name) != value:
            setattr(municipality, name, value)
            changed.append(name)
    _keep_code_unique(session, municipality)
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError:
        raise BadInput("official_code", CODE_TAKEN) from None
    if changed:
        details = {"fields": sorted(changed)}
        audit.record(
            session,
            actor,
            "municipality.changed",
            "municipality",
            municipality.public_id,
            details,
        )
    return municipality


def verify_municipality(
    session: Session, actor: Actor, municipality: Municipality, reason: str
) -> None:
    """Verify a registered municipality, saying how it was checked."""
    session.refresh(municipality, with_for_update={"of": Municipality})
    municipality.verified_at = now()
    audit.move(session, actor, municipality, MunicipalityStatus.VERIFIED, text=reason)
    session.flush()


def suspend_municipality(
    session: Session, actor: Actor, municipality: Municipality, reason: str
) -> None:
    """Suspend a verified municipality: it sees and matches nothing until restored."""
    session.refresh(municipality, with_for_update={"of": Municipality})
    audit.move(session, actor, municipality, MunicipalityStatus.SUSPENDED, text=reason)
    session.flush()


def show_contact(session: Session, actor: Actor, municipality: Municipality) -> None:
    """Note in the audit trail that the contact was opened."""
    audit.record(session, actor, "contact.shown", "municipality", municipality.public_id)
