"""What is known of applications and red flags, limited to what the actor may see."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from matchmaker.access import Actor
from matchmaker.access.scope import towns_of
from matchmaker.models import (
    Application,
    Evidence,
    IdentityChange,
    Municipality,
    RightsFlag,
    now,
)
from matchmaker.municipalities.queries import UNDECIDED_CHANGES
from matchmaker.municipalities.queries import application_of as application_of
from matchmaker.vocabulary import (
    ApplicationStatus,
    CallResult,
    EvidenceKind,
)

WAITING_FOR_COORDINATORS = (
    ApplicationStatus.CHECKED.value,
    ApplicationStatus.APPEALED.value,
    ApplicationStatus.ANSWERED.value,
    ApplicationStatus.SUBMITTED.value,
)
ANSWER_WITHIN = timedelta(days=60)
"""How long a question waits for its answer, and a rejection for its appeal."""
DECIDE_WITHIN = timedelta(days=365)
"""After this an application that nobody decided ends by itself."""


def application_with(session: Session, public_id: str) -> Application | None:
    """Return the application with this public id, its municipality and evidence loaded."""
    return session.scalars(
        select(Application)
        .where(Application.public_id == public_id)
        .options(
            joinedload(Application.municipality),
            selectinload(Application.evidence).joinedload(Evidence.association),
        )
    ).one_or_none()


def applications_visible_to(actor: Actor, status: str = "") -> Select[Application]:
    """Select the applications of a coordinator's countries: what waits for them comes first."""
    query = (
        select(Application)
        .join(Municipality, Municipality.id == Application.municipality_id)
        .options(joinedload(Application.municipality))
    )
    query = query.where(*towns_of(actor))
    if status:
        query = query.where(Application.status == status)
    urgency = case(
        {code: rank for rank, code in enumerate(WAITING_FOR_COORDINATORS)},
        value=Application.status,
        else_=len(WAITING_FOR_COORDINATORS),
    )
    return query.order_by(urgency, Application.changed_at, Application.id)


def applications_waiting_for(session: Session, actor: Actor) -> int:
    """Count the applications in which this coordinator can do the next step."""
    query = applications_visible_to(actor).where(
        Application.status.in_(WAITING_FOR_COORDINATORS), *_not_by(actor)
    )
    return session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def _not_by(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Leave out what this person applied for, has checked, or rejected: another one is needed."""
    checked = (Application.status == ApplicationStatus.CHECKED) & (
        Application.checked_by_id == actor.user_id
    )
    rejected = (Application.status == ApplicationStatus.APPEALED) & (
        Application.rejected_by_id == actor.user_id
    )
    own = func.coalesce(Application.applicant_id, 0) == (actor.user_id or 0)
    return (~checked, ~rejected, ~own)


# --- Evidence -------------------------------------------------------------------------------


def evidence_that_counts(application: Application) -> list[Evidence]:
    """Return the evidence about what the municipality says of itself now."""
    return [one for one in application.evidence if one.created_at >= application.stated_at]


def supporting_kinds(application: Application) -> set[EvidenceKind]:
    """Return the kinds of evidence that speak for the application."""
    kinds = set()
    for one in evidence_that_counts(application):
        if (
            (one.kind == EvidenceKind.REGISTER and one.matches)
            or (one.kind == EvidenceKind.CALL_BACK and one.call_result == CallResult.CONFIRMED)
            or one.kind == EvidenceKind.VOUCHING
        ):
            kinds.add(EvidenceKind(one.kind))
    return kinds


def is_denied(application: Application) -> bool:
    """Tell whether the last call that reached the office was denied."""
    reached = [
        one.call_result
        for one in evidence_that_counts(application)
        if one.kind == EvidenceKind.CALL_BACK and one.call_result != CallResult.NOT_REACHED
    ]
    return bool(reached) and reached[-1] == CallResult.DENIED


def has_answered_rights(application: Application, actor: Actor) -> bool:
    """Tell whether this coordinator has answered the question about its own citizens."""
    return any(
        one.kind == EvidenceKind.RIGHTS and one.by_id == actor.user_id
        for one in evidence_that_counts(application)
    )


# --- Changes of what a verified municipality is known by ------------------------------------


def change_with(session: Session, public_id: str) -> IdentityChange | None:
    """Return the proposed change with this public id."""
    return session.scalars(
        select(IdentityChange)
        .where(IdentityChange.public_id == public_id)
        .options(joinedload(IdentityChange.municipality))
    ).one_or_none()


def changes_in_scope(session: Session, actor: Actor) -> list[IdentityChange]:
    """Return the changes that wait in a coordinator's scope, the oldest first."""
    return list(
        session.scalars(
            select(IdentityChange)
            .join(Municipality, Municipality.id == IdentityChange.municipality_id)
            .where(IdentityChange.status.in_(UNDECIDED_CHANGES), *towns_of(actor))
            .options(joinedload(IdentityChange.municipality))
            .order_by(IdentityChange.id)
        )
    )


def changes_waiting_for(session: Session, actor: Actor) -> list[IdentityChange]:
    """Return the changes that this coordinator can confirm: another one is needed each time."""
    return [
        change
        for change in changes_in_scope(session, actor)
        if actor.user_id not in (change.proposed_by_id, change.checked_by_id)
        and change.municipality_id not in actor.towns
    ]


# --- Red flags ------------------------------------------------------------------------------


def flag_with(session: Session, public_id: str) -> RightsFlag | None:
    """Return the red flag with this public id."""
    return session.scalars(
        select(RightsFlag)
        .where(RightsFlag.public_id == public_id)
        .options(joinedload(RightsFlag.municipality))
    ).one_or_none()


def flags_of(session: Session, municipality: Municipality) -> list[RightsFlag]:
    """Return the red flags of a municipality, those that stand first, then the latest."""
    return list(
        session.scalars(
            select(RightsFlag)
            .where(RightsFlag.municipality_id == municipality.id)
            .order_by(RightsFlag.lifted_at.is_not(None), RightsFlag.id.desc())
        )
    )


def flagged_among(session: Session, municipality_ids: Iterable[int]) -> set[int]:
    """Return the ids of those municipalities on which a red flag stands."""
    return set(
        session.scalars(
            select(RightsFlag.municipality_id).where(
                RightsFlag.municipality_id.in_(sorted(set(municipality_ids))),
                RightsFlag.lifted_at.is_(None),
            )
        )
    )


# --- What time brings about -----------------------------------------------------------------


def expired_applications(session: Session, at: datetime | None = None) -> list[str]:
    """Return the public ids of open applications in which nothing happened for too long."""
    at = at or now()
    waits_long = Application.changed_at < at - DECIDE_WITHIN
    theirs = Application.status.in_((ApplicationStatus.DOUBTED, ApplicationStatus.REJECTED))
    return list(
        session.scalars(
            select(Application.public_id)
            .where(
                or_(
                    and_(theirs, Application.changed_at < at - ANSWER_WITHIN),
                    and_(
                        Application.status.in_(
                            (
                                ApplicationStatus.SUBMITTED,
                                ApplicationStatus.ANSWERED,
                                ApplicationStatus.CHECKED,
                            )
                        ),
                        waits_long,
                    ),
                )
            )
            .order_by(Application.id)
        )
    )
