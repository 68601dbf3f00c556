"""What registers, changes and verifies municipalities."""

from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.audit import openings
from matchmaker.errors import BadInput
from matchmaker.models import Application, Membership, Municipality, User, now
from matchmaker.municipalities.cautions import UNDECIDED, look_through
from matchmaker.municipalities.official_codes import CODE_TAKEN, keep_code_unique
from matchmaker.vocabulary import (
    N_,
    ApplicationStatus,
    MembershipStatus,
    MunicipalityKind,
    MunicipalityStatus,
    Position,
    Role,
)

MOST_UNDECIDED = 3
"""Applications of one person that may wait for a decision at once."""
IDENTITY = ("name", "local_name", "region", "official_code", "kind")
"""What a verified municipality is known by: two coordinators change it, together with the sides."""
CALLED_BY = {"name", "local_name", "region"}
"""What a veto names it by: the earlier ones are kept, so that no new name leads past a veto."""
CALLED_AT = ("contact_email", "contact_phone")
"""Where the office was called back and is written to: for these it is the same."""


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
        If too many applications of this person wait.
    """
    lock_applicant(session, actor.user_id)
    municipality = _own_registration(session, actor, draft)
    if municipality is None:
        municipality = _new_municipality(session, actor, draft)
    elif _may_apply_again(session, municipality):
        check_room(session, actor.user_id)
        open_application(session, actor, municipality, actor.user_id)
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


def _may_apply_again(session: Session, municipality: Municipality) -> bool:
    """Tell whether the last application was taken back or ended by itself."""
    last = session.scalars(
        select(Application.status)
        .where(Application.municipality_id == municipality.id)
        .order_by(Application.id.desc())
    ).first()
    return municipality.status == MunicipalityStatus.REGISTERED and last in (
        ApplicationStatus.WITHDRAWN,
        ApplicationStatus.EXPIRED,
    )


def lock_applicant(session: Session, user_id: int | None) -> None:
    """Take one at a time for each person: two requests at once must not both be the third.

    Rows that only point to the person, of the audit trail for one, do not wait for this lock.
    """
    lock = {"of": User, "key_share": True}
    session.get(User, user_id, with_for_update=lock, populate_existing=True)


def check_room(session: Session, applicant_id: int | None) -> None:
    """Refuse a person's fourth application that waits for a decision; their row is locked."""
    waiting = session.scalar(
        select(func.count()).where(
            Application.applicant_id == applicant_id, Application.status.in_(UNDECIDED)
        )
    )
    if (waiting or 0) >= MOST_UNDECIDED:
        raise BadInput(
            "",
            N_("%(count)s registrations of yours wait for verification. Wait for an answer first."),
            count=waiting,
        )


def _new_municipality(session: Session, actor: Actor, draft: MunicipalityDraft) -> Municipality:
    check_room(session, actor.user_id)
    municipality = Municipality(**vars(draft) | {"languages": list(draft.languages)})
    municipality.official_code = municipality.official_code or None
    audit.created(session, actor, municipality)
    open_application(session, actor, municipality, actor.user_id)
    return municipality


def open_application(
    session: Session, actor: Actor, municipality: Municipality, applicant_id: int | None
) -> Application:
    """Open the application that verification is about, and note what catches the eye."""
    application = Application(municipality=municipality, applicant_id=applicant_id)
    audit.created(session, actor, application, {"municipality": municipality.public_id})
    look_through(session, application)
    session.flush()
    return application


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
    led = session.scalars(
        select(Membership.id).where(
            Membership.municipality_id == municipality.id,
            Membership.position == Position.LEAD,
            Membership.status == MembershipStatus.ACTIVE,
        )
    ).first()
    membership = Membership(
        user_id=actor.user_id,
        role=role.value,
        municipality_id=municipality.id,
        position=Position.LEAD.value if led is None else Position.MEMBER.value,
    )
    details = {"role": role.value, "municipality": municipality.public_id}
    audit.created(session, actor, membership, details)
    return membership


def fixed_fields(actor: Actor, municipality: Municipality) -> set[str]:
    """Return the fields that this person cannot change alone.

    A coordinator: the contact, which a form would show without the audit trail knowing of it.
    The municipality itself: the sides. Everybody: what a verified municipality is known by, and
    the contact it was called back at; that takes two coordinators (`verification.identity`).
    """
    fixed = {"sides"}
    if actor.role == Role.COORDINATOR:
        fixed = {"contact_role", "contact_email", "contact_phone"}
    once_verified = municipality.status != MunicipalityStatus.REGISTERED
    return fixed | ({*IDENTITY, "sides", *CALLED_AT} if once_verified else set())


def change_municipality(
    session: Session, actor: Actor, municipality: Municipality, values: dict[str, object]
) -> Municipality:
    """Change what is known of a municipality; what the actor may not change stays."""
    session.refresh(municipality, with_for_update={"of": Municipality})
    fixed = fixed_fields(actor, municipality)
    allowed = {name: value for name, value in values.items() if name not in fixed}
    changed = _set(session, actor, municipality, allowed)
    if changed & set(IDENTITY):
        _state_anew(session, actor, municipality)
    elif changed & {"sides", *CALLED_AT}:
        _check_anew(session, actor, municipality)
    return municipality


def apply_identity(
    session: Session, actor: Actor, municipality: Municipality, values: dict[str, object]
) -> None:
    """Change what a verified municipality is known by, once two coordinators agree.

    Raises
    ------
    BadInput
        If the official code is taken.
    """
    _set(session, actor, municipality, values)


def _set(
    session: Session, actor: Actor, municipality: Municipality, values: dict[str, object]
) -> set[str]:
    """Set what differs, with its audit row; return the names of what has changed."""
    called = [municipality.name, municipality.local_name or "", municipality.region]
    changed = set()
    for name, value in values.items():
        if getattr(municipality, name) != value:
            setattr(municipality, name, value)
            changed.add(name)
    if not changed:
        return changed
    if changed & CALLED_BY:
        municipality.former_names = [*(municipality.former_names or []), called]
    if "official_code" in changed:
        keep_code_unique(session, actor, municipality)
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError:
        raise BadInput("official_code", CODE_TAKEN) from None
    details = {"fields": sorted(changed)}
    audit.record(
        session, actor, "municipality.changed", "municipality", municipality.public_id, details
    )
    return changed


def _state_anew(session: Session, actor: Actor, municipality: Municipality) -> None:
    """Let what was found before count no more: it was found about another name or code."""
    application = _check_anew(session, actor, municipality)
    if application is not None:
        application.stated_at = now()
        session.flush()  # who confirms loads the application anew


def _check_anew(session: Session, actor: Actor, municipality: Municipality) -> Application | None:
    """Let a first check count no more: it was made beside another contact, or other sides."""
    application = session.scalars(
        select(Application)
        .where(Application.municipality_id == municipality.id, Application.status.in_(UNDECIDED))
        .with_for_update(of=Application)
    ).first()
    if application is None:
        return None
    if application.status == ApplicationStatus.CHECKED:
        application.checked_by_id = application.checked_at = None
        audit.move(session, actor, application, ApplicationStatus.SUBMITTED, {"stated_anew": True})
    look_through(session, application)
    return application


def verify_municipality(
    session: Session, actor: Actor, municipality: Municipality, reason: str
) -> None:
    """Verify a municipality whose application two coordinators accepted, or restore it.

    Raises
    ------
    BadInput
        If its application is not accepted, or a checked municipality has its official code.
    """
    session.refresh(municipality, with_for_update={"of": Municipality})
    if municipality.status == MunicipalityStatus.REGISTERED:
        _check_accepted(session, municipality)
    keep_code_unique(session, actor, municipality, MunicipalityStatus.VERIFIED)
    municipality.verified_at = now()
    try:
        with session.begin_nested():
            audit.move(session, actor, municipality, MunicipalityStatus.VERIFIED, text=reason)
    except IntegrityError:  # somebody verified the other one in this very moment
        raise BadInput("official_code", CODE_TAKEN) from None


def _check_accepted(session: Session, municipality: Municipality) -> None:
    """Refuse while the two coordinators of the application are missing."""
    accepted = session.scalars(
        select(Application.id).where(
            Application.municipality_id == municipality.id,
            Application.status == ApplicationStatus.ACCEPTED,
        )
    ).first()
    if accepted is None:
        raise BadInput("", N_("Two coordinators have to accept the application first."))


def suspend_municipality(
    session: Session, actor: Actor, municipality: Municipality, reason: str
) -> None:
    """Suspend a verified municipality: it sees and matches nothing until restored."""
    session.refresh(municipality, with_for_update={"of": Municipality})
    audit.move(session, actor, municipality, MunicipalityStatus.SUSPENDED, text=reason)
    session.flush()


def show_contact(session: Session, actor: Actor, municipality: Municipality) -> None:
    """Note in the audit trail that the contact was opened."""
    openings.show_contact(session, actor, municipality.public_id)
