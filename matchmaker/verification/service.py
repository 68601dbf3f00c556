"""Steps of an application: two coordinators, questions, rejection with a reason, appeal."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.access.invited import MAY_BE_ONE, may_be_one_person
from matchmaker.access.scope import covers
from matchmaker.errors import BadInput
from matchmaker.models import Application, Membership, Municipality, User, now
from matchmaker.municipalities.cautions import Finding, findings, look_through
from matchmaker.municipalities.service import (
    check_room,
    lock_applicant,
    open_application,
    verify_municipality,
)
from matchmaker.outbox import queue_notice
from matchmaker.verification import queries
from matchmaker.vocabulary import (
    GRAVE_CAUTIONS,
    N_,
    ApplicationStatus,
    MembershipStatus,
    MunicipalityStatus,
    NoticeKind,
    RejectionReason,
    Role,
)

TOLD = (
    ApplicationStatus.DOUBTED,
    ApplicationStatus.ACCEPTED,
    ApplicationStatus.REJECTED,
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.REFUSED,
)
"""Steps after which a mail tells the applicant that something waits."""
KINDS_NEEDED = 2
"""Different kinds of evidence that have to speak for an application."""


def begin_application(session: Session, actor: Actor, municipality: Municipality) -> Application:
    """Open the application of a municipality that is here without one; twice gives the same.

    Raises
    ------
    BadInput
        If the municipality is not waiting for verification.
    """
    session.refresh(municipality, with_for_update={"of": Municipality})
    known = queries.application_of(session, municipality)
    if known is not None and known.is_open:
        return known
    if municipality.status != MunicipalityStatus.REGISTERED:
        raise BadInput("", N_("This municipality does not wait for verification."))
    member = session.scalars(
        select(Membership.user_id)
        .where(
            Membership.municipality_id == municipality.id,
            Membership.status == MembershipStatus.ACTIVE,
        )
        .order_by(Membership.id)
    ).first()
    return open_application(session, actor, municipality, member)


def missing_for(application: Application, actor: Actor) -> list[str]:
    """Return what this coordinator still has to do before confirming, as marked messages."""
    missing = []
    if queries.is_denied(application):
        missing.append(N_("The office denied the application. Ask, call again, or reject it."))
    if len(queries.supporting_kinds(application)) < KINDS_NEEDED:
        missing.append(
            N_(
                "Two kinds of evidence are needed: register entry, call back, word of an "
                "association."
            )
        )
    if not queries.has_answered_rights(application, actor):
        missing.append(N_("Answer the question about its own citizens."))
    return missing


def confirm_application(
    session: Session, actor: Actor, application: Application, note: str = ""
) -> None:
    """Confirm an application: the first coordinator checks it, a second one accepts it.

    Raises
    ------
    BadInput
        If something is missing, the same person confirmed before, or grave cautions stand without
        a word on them.
    """
    _lock(session, application)
    if application.applicant_id == actor.user_id:
        raise BadInput("", N_("Nobody decides on their own application."))
    look_through(session, application)
    for message in missing_for(application, actor):
        raise BadInput("", message)
    grave = grave_cautions(findings(session, actor, application))
    if grave and not note.strip():
        raise BadInput("note", N_("Say why the warnings do not speak against it."))
    details = {"cautions": grave}
    if application.status != ApplicationStatus.CHECKED:
        application.checked_by_id, application.checked_at = actor.user_id, now()
        _move(session, actor, application, ApplicationStatus.CHECKED, details, note)
    elif application.checked_by_id == actor.user_id:
        raise BadInput(
            "", N_("You have confirmed it already. A second coordinator has to confirm.")
        )
    elif not may_still_confirm(session, application.checked_by_id, application.municipality):
        # a first check counts only while its person could still give it
        application.checked_by_id, application.checked_at = actor.user_id, now()
        audit.record(
            session,
            actor,
            "application.checked_again",
            "application",
            application.public_id,
            details,
            note or None,
        )
    elif _may_be_one(session, application.checked_by_id, actor):
        raise BadInput("", MAY_BE_ONE)
    else:
        application.accepted_by_id = actor.user_id
        _move(session, actor, application, ApplicationStatus.ACCEPTED, details, note)
        verify_municipality(session, actor, application.municipality, note)
    session.flush()


def _may_be_one(session: Session, first: int | None, actor: Actor) -> bool:
    """Tell whether the first coordinator and this one may be two mailboxes of one person."""
    second = actor.user_id
    return bool(first and second and may_be_one_person(session, first, second))


def grave_cautions(found: list[Finding]) -> list[str]:
    """Return the codes of those cautions that have to be answered in words."""
    return sorted({one.caution.value for one in found if one.caution in GRAVE_CAUTIONS})


def may_still_confirm(session: Session, user_id: int | None, town: Municipality) -> bool:
    """Tell whether a person is now an active coordinator of an association whose scope covers it.

    Who has come to act for the municipality itself is not counted either.
    """
    held = session.scalars(
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.user_id == user_id,
            Membership.status == MembershipStatus.ACTIVE,
            User.active.is_(True),
        )
        .options(joinedload(Membership.association))
        .execution_options(populate_existing=True)
    ).all()
    if any(row.municipality_id == town.id for row in held):
        return False
    works_for = [row.association for row in held if row.role == Role.COORDINATOR]
    return any(one and covers(one.scope, one.sides, town) for one in works_for)


def ask_applicant(session: Session, actor: Actor, application: Application, question: str) -> None:
    """Send a question to the applicant; a first check no longer counts."""
    _lock(session, application)
    application.question = _written(question, "question")
    application.answer = None
    application.checked_by_id = application.checked_at = None
    _move(session, actor, application, ApplicationStatus.DOUBTED)


def answer_question(session: Session, actor: Actor, application: Application, text: str) -> None:
    """Answer the question of the coordinators."""
    _lock(session, application)
    application.answer = _written(text, "answer")
    _move(session, actor, application, ApplicationStatus.ANSWERED)


def reject_application(
    session: Session, actor: Actor, application: Application, reason: RejectionReason, text: str
) -> None:
    """Reject an application with a reason that the applicant reads."""
    _lock(session, application)
    application.rejection, application.rejected_by_id = reason.value, actor.user_id
    application.rejection_text = _written(text, "text")
    application.checked_by_id = application.checked_at = None
    application.appeal = application.appeal_answer = None
    application.appeal_decided_by_id = None
    _move(session, actor, application, ApplicationStatus.REJECTED, {"reason": reason.value})


def appeal_rejection(session: Session, actor: Actor, application: Application, text: str) -> None:
    """Ask for another coordinator to look at a rejection.

    Raises
    ------
    BadInput
        If nothing is written, or too many applications of the applicant wait.
    """
    _lock(session, application)
    if application.applicant_id is not None and application.status == ApplicationStatus.REJECTED:
        lock_applicant(session, application.applicant_id)
        check_room(session, application.applicant_id)
    application.appeal = _written(text, "appeal")
    _move(session, actor, application, ApplicationStatus.APPEALED)


def decide_appeal(
    session: Session, actor: Actor, application: Application, *, grant: bool, text: str
) -> None:
    """Decide an appeal: granted, the application is checked anew by two coordinators.

    Raises
    ------
    BadInput
        If this person, or one of the same line of guests, rejected it, or gives no answer.
    """
    _lock(session, application)
    if actor.user_id == application.rejected_by_id:
        raise BadInput("", N_("You rejected it. Another coordinator has to decide the appeal."))
    if actor.user_id == application.applicant_id:
        raise BadInput("", N_("Nobody decides on their own application."))
    if _may_be_one(session, application.rejected_by_id, actor):
        raise BadInput("", MAY_BE_ONE)
    application.appeal_answer = _written(text, "text")
    application.appeal_decided_by_id = actor.user_id
    status = ApplicationStatus.SUBMITTED if grant else ApplicationStatus.REFUSED
    _move(session, actor, application, status)


def withdraw_application(session: Session, actor: Actor, application: Application) -> None:
    """Take an application back."""
    _lock(session, application)
    _move(session, actor, application, ApplicationStatus.WITHDRAWN)


def expire_application(session: Session, actor: Actor, application: Application) -> None:
    """End an application in which nothing happened (`queries.expired_applications`)."""
    _lock(session, application)
    _move(session, actor, application, ApplicationStatus.EXPIRED)


def _lock(session: Session, application: Application) -> None:
    session.refresh(application, with_for_update={"of": Application})


def _written(text: str, field: str) -> str:
    if not text.strip():
        raise BadInput(field, N_("Write a sentence or two."))
    return text.strip()


def _move(
    session: Session,
    actor: Actor,
    application: Application,
    status: ApplicationStatus,
    details: dict[str, Any] | None = None,
    text: str = "",
) -> None:
    application.changed_at = now()
    audit.move(session, actor, application, status, details, text or None)
    told = application.applicant_id
    if status in TOLD and told is not None and told != actor.user_id:
        queue_notice(session, told, NoticeKind.APPLICATION_DECIDED)
    session.flush()
