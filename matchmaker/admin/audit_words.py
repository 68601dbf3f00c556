"""The audit trail in sentences: what was done, about what, by whom, as an administrator may read.

Accounts, memberships, associations, topics and texts are named. What municipalities ask for and
give is not the administrator's to read: it stands there as a kind and a number.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.models import Association, AuditEvent, LegalText, Membership, User
from matchmaker.vocabulary import (
    N_,
    TOPICS,
    AnnexStatus,
    ApplicationStatus,
    CarrierStatus,
    ChangeStatus,
    Code,
    EngagementStatus,
    HandOverStatus,
    InvitationStatus,
    LegalKind,
    MembershipStatus,
    MunicipalityStatus,
    NeedStatus,
    OfferStatus,
    ProposalStatus,
    Role,
    RoundStatus,
)
from matchmaker.vocabulary.events import (
    CREATED,
    EVENTS,
    MESSAGE,
    OPENED,
    SOMETHING,
    STEP,
    SUBJECTS,
    UNKNOWN,
)

STATUSES: dict[str, type[Code]] = {
    "annex_consent": AnnexStatus,
    "application": ApplicationStatus,
    "carrier": CarrierStatus,
    "engagement": EngagementStatus,
    "hand_over": HandOverStatus,
    "identity_change": ChangeStatus,
    "invitation": InvitationStatus,
    "membership": MembershipStatus,
    "municipality": MunicipalityStatus,
    "need": NeedStatus,
    "offer": OfferStatus,
    "proposal": ProposalStatus,
    "round": RoundStatus,
}
"""Kind -> the statuses of its lifecycle."""
FURTHER = {"created": CREATED, "opened": OPENED, "message": MESSAGE}
GONE = N_("An account that was deleted")
DELETED = "deleted.invalid"
"""The domain of the address that a deleted account is left with (`personal.erasing`)."""
TOWNS = {Role.REQUESTER.value, Role.HELPER.value}
OF_TOWNS = {
    "annex_consent",
    "application",
    "carrier",
    "engagement",
    "hint",
    "identity_change",
    "municipality",
    "need",
    "offer",
    "other_actor",
    "proposal",
}
"""Told of towns: their people stand there by role and number, as an address names a town."""


@dataclass(frozen=True)
class Line:
    """One event as it is read."""

    event: AuditEvent
    sentence: str
    about: str
    person: str


def sentence_of(event: str, kind: str) -> str:
    """Return the sentence of an event, in the reader's language; never its code."""
    if event in EVENTS:
        return gettext(EVENTS[event])
    thing = gettext(SUBJECTS.get(kind, SOMETHING))
    step = event.partition(".")[2]
    if step in FURTHER:
        return gettext(FURTHER[step], thing=thing)
    statuses = STATUSES.get(kind)
    if statuses is not None and step in {status.value for status in statuses}:
        return gettext(STEP, thing=thing, status=gettext(statuses(step).label))
    return gettext(UNKNOWN, thing=thing)


def kind_label(kind: str) -> str:
    """Return what a kind of subject is called."""
    return gettext(SUBJECTS.get(kind, SOMETHING))


def lines_of(session: Session, events: Iterable[AuditEvent]) -> list[Line]:
    """Return the events of one page as they are read, with one look-up for each kind of name."""
    rows = list(events)
    wanted: dict[str, set[str]] = {}
    for row in rows:
        wanted.setdefault(row.subject_kind, set()).add(row.subject_id)
    people = {row.user_id for row in rows if row.user_id} | wanted.get("user", set())
    users = {
        user.public_id: gettext(GONE) if user.email.endswith(DELETED) else user.email
        for user in session.scalars(select(User).where(User.public_id.in_(people)))
    }
    names = {"user": users} | _other_names(session, wanted)
    acted = {row.membership_id for row in rows if row.membership_id}
    found = select(Membership.public_id, Membership.role).where(Membership.public_id.in_(acted))
    roles = {public_id: role for public_id, role in session.execute(found)}
    return [
        Line(
            row,
            sentence_of(row.event, row.subject_kind),
            _about(row, names),
            _person(row, users, roles),
        )
        for row in rows
    ]


def _person(row: AuditEvent, users: dict[str, str], roles: dict[str, str]) -> str:
    if row.user_id is None:
        return gettext("The platform")
    role = roles.get(row.membership_id or "", "")
    if row.subject_kind in OF_TOWNS and role in TOWNS:
        return f"{gettext(Role(role).label)}, {row.user_id[:8]}"
    return users.get(row.user_id, gettext(GONE))


def _other_names(session: Session, wanted: dict[str, set[str]]) -> dict[str, dict[str, str]]:
    associations = select(Association).where(
        Association.public_id.in_(wanted.get("association", set()))
    )
    members = select(Membership).where(Membership.public_id.in_(wanted.get("membership", set())))
    texts = select(LegalText).where(LegalText.public_id.in_(wanted.get("legal_text", set())))
    return {
        "association": {row.public_id: row.name for row in session.scalars(associations)},
        "membership": {
            row.public_id: f"{row.user.email}, {gettext(Role(row.role).label)}"
            for row in session.scalars(members)
        },
        "legal_text": {
            row.public_id: f"{gettext(LegalKind(row.kind).label)} ({row.locale})"
            for row in session.scalars(texts)
        },
        "topic": {code[:32]: gettext(topic.label) for code, topic in TOPICS.items()},
    }


def _about(row: AuditEvent, names: dict[str, dict[str, str]]) -> str:
    """Return what an event is about: by its name where that is told, else by kind and number."""
    named = names.get(row.subject_kind, {}).get(row.subject_id)
    kind = kind_label(row.subject_kind)
    return f"{kind}: {named}" if named else f"{kind} {row.subject_id[:8]}"
