"""What coordinators record of an application: register, call back, vouching, the question."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import Actor
from matchmaker.errors import BadInput, WrongStep
from matchmaker.models import Application, Evidence, now
from matchmaker.verification.rights import raise_flag
from matchmaker.vocabulary import (
    N_,
    ApplicationStatus,
    CallResult,
    EvidenceKind,
    RightsAnswer,
)

TAKES_EVIDENCE = (
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.DOUBTED,
    ApplicationStatus.ANSWERED,
    ApplicationStatus.CHECKED,
    ApplicationStatus.APPEALED,
)
_LAST_DIGITS = 7


@dataclass(frozen=True)
class Call:
    """A call back to the office."""

    number: str
    source: str
    """Where the number was found, other than the application."""
    on: date | None
    answered_by: str
    """The role of who answered."""
    result: CallResult | None
    note: str = ""
    source_lists_it: bool = False
    """The source itself lists the number that the application gives, too."""


def record_register_entry(
    session: Session,
    actor: Actor,
    application: Application,
    *,
    source: str,
    code: str,
    matches: bool,
    note: str = "",
) -> Evidence:
    """Record what an official register says of the municipality, and where that stands."""
    values = {"source": source, "code": code or None, "matches": matches, "note": note or None}
    return _add(session, actor, application, EvidenceKind.REGISTER, values, {"matches": matches})


def faults_of(call: Call, given: str) -> Iterator[BadInput]:
    """Give everything that speaks against a call, which may not be filled in wholly yet.

    `given` is the telephone number that the application gives.
    """
    if call.on and call.on > now().date():
        yield BadInput("on", N_("Enter a date that is not in the future."))
    if call.result and call.result != CallResult.NOT_REACHED and not call.answered_by:
        yield BadInput("answered_by", N_("Enter the role of who answered."))
    if is_same_number(call.number, given) and not call.source_lists_it:
        yield BadInput(
            "number",
            N_(
                "This is the number that the application gives. Take one from an independent "
                "source, or confirm below that the source you name lists it itself."
            ),
        )


def record_call(session: Session, actor: Actor, application: Application, call: Call) -> Evidence:
    """Record a call back to a number from an independent source.

    Raises
    ------
    BadInput
        If the number is the one the application gives and the source does not list it itself, or
        the call lies in the future.
    """
    given = application.municipality.contact_phone or ""
    for fault in faults_of(call, given):
        raise fault
    assert call.on is not None
    assert call.result is not None
    values = {
        "number": call.number,
        "source": call.source,
        "answered_by": call.answered_by,
        "called_at": datetime.combine(call.on, time.min, UTC),
        "call_result": call.result.value,
        "note": call.note or None,
    }
    details = {"result": call.result.value, "number_as_given": is_same_number(call.number, given)}
    return _add(session, actor, application, EvidenceKind.CALL_BACK, values, details)


def record_vouching(
    session: Session, actor: Actor, application: Application, sentence: str
) -> Evidence:
    """Vouch for the applicant in the name of one's association; no second coordinator's work.

    Raises
    ------
    BadInput
        If the association vouches for it already.
    """
    known = [
        one
        for one in application.evidence
        if one.kind == EvidenceKind.VOUCHING
        and one.association_id == actor.association_id
        and one.created_at >= application.stated_at
    ]
    if known:
        raise BadInput("sentence", N_("Your association vouches for it already."))
    values = {"association_id": actor.association_id, "note": sentence}
    return _add(session, actor, application, EvidenceKind.VOUCHING, values)


def answer_rights_question(
    session: Session,
    actor: Actor,
    application: Application,
    answer: RightsAnswer,
    source: str = "",
) -> Evidence:
    """Answer whether there are credible reports that it oppresses part of its own citizens.

    Credible reports raise a red flag, with where they are to be found.

    Raises
    ------
    BadInput
        If there are reports but no source.
    """
    values = {"rights_answer": answer.value, "source": source or None}
    evidence = _add(
        session, actor, application, EvidenceKind.RIGHTS, values, {"answer": answer.value}
    )
    if answer == RightsAnswer.REPORTS:
        raise_flag(session, actor, application.municipality, source)
    return evidence


def is_same_number(one: str, other: str) -> bool:
    """Tell whether two telephone numbers are one, however they are written."""
    digits, others = re.sub(r"\D", "", one), re.sub(r"\D", "", other)
    if min(len(digits), len(others)) < _LAST_DIGITS:
        return bool(digits) and digits == others
    return digits[-_LAST_DIGITS:] == others[-_LAST_DIGITS:]


def is_number_given(call: Evidence) -> bool:
    """Tell whether the number that was called is the one that the application gives."""
    given = call.application.municipality.contact_phone or ""
    return is_same_number(call.number or "", given)


def _add(
    session: Session,
    actor: Actor,
    application: Application,
    kind: EvidenceKind,
    values: dict[str, Any],
    details: dict[str, Any] | None = None,
) -> Evidence:
    session.refresh(application, with_for_update={"of": Application})
    if application.status not in TAKES_EVIDENCE:
        raise WrongStep("application", application.status, kind.value)
    evidence = Evidence(
        application_id=application.id, kind=kind.value, by_id=actor.user_id, **values
    )
    session.add(evidence)
    session.flush()
    session.expire(application, ["evidence"])
    audit.record(
        session,
        actor,
        f"application.{kind.value}_recorded",
        "application",
        application.public_id,
        {"evidence": evidence.public_id} | (details or {}),
    )
    return evidence
