"""What must always hold, checked against the rows: the promises of ``matchmaker verify``.

I1 and I2: places are never exceeded and always held by live proposals. I4: each status is the
one its last audit row tells, and the chain holds. I5: a resend key leads somewhere. I6: nothing is
approved without enough different signers (of both associations across scopes), and no municipality
verified without an accepted application where it has one. I10: a round's digest is that of its
stored snapshot.
I11: what a coordinator wrote down counts as confirmed only with the town's word, by another person.
Last: every sealed value opens with a key that is given.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Text, func, select, type_coerce
from sqlalchemy.orm import Session

from matchmaker.admin.keys import foreign_seals
from matchmaker.audit import KINDS, broken_anchors, broken_links
from matchmaker.engagements.places import DEAD
from matchmaker.models import (
    Application,
    AuditEvent,
    Decision,
    IdempotencyKey,
    Membership,
    Municipality,
    Need,
    NeedEntry,
    Offer,
    Proposal,
    Round,
)
from matchmaker.models.encrypted import WrongKey
from matchmaker.proposals.scopes import ACROSS
from matchmaker.vocabulary import (
    ApplicationStatus,
    DecisionKind,
    MunicipalityStatus,
    ProposalStatus,
)

SIGNED = (
    ProposalStatus.APPROVED.value,
    ProposalStatus.OFFERED.value,
    ProposalStatus.SUBJECT_TO_COUNCIL.value,
    ProposalStatus.HELPER_ACCEPTED.value,
    ProposalStatus.ENGAGED.value,
)
"""Statuses that no proposal reaches without its signatures."""

FIRST_UNTOLD = {"membership": "active"}
"""First statuses that the audit trail did not tell in earlier versions."""


def breaks(session: Session) -> Iterator[str]:
    """Yield one line for each invariant that does not hold, naming the row by its public id."""
    yield from _places(session, "I1 offer", Offer, Proposal.offer_id)
    yield from _places(session, "I2 need", Need, Proposal.need_id)
    yield from _held_by_the_dead(session)
    yield from _statuses(session)
    yield from (f"I4 audit event {link.seq}: {link.code}" for link in broken_links(session))
    yield from _resend_keys(session)
    yield from _signatures(session)
    yield from _signatures_across(session)
    yield from _verified(session)
    yield from _snapshots(session)
    yield from _unconfirmed(session)
    yield from foreign_seals(session)


def anchor_breaks(session: Session, lines: list[str], key: str) -> list[str]:
    """Return one line for each anchor that the audit chain no longer holds."""
    found = broken_anchors(session, lines, key)
    return [f"I4 audit anchor {broken.seq}: {broken.code}" for broken in found]


def _places(session: Session, name: str, model: type, side: object) -> Iterator[str]:
    """Compare the places taken with the places and with the proposals that hold one."""
    held = (
        select(side.label("side_id"), func.count().label("n"))  # type: ignore[attr-defined]
        .where(Proposal.places_held.is_(True))
        .group_by(side)  # type: ignore[arg-type]
        .subquery()
    )
    rows = session.execute(
        select(model.public_id, model.places, model.places_taken, func.coalesce(held.c.n, 0))  # type: ignore[attr-defined]
        .outerjoin(held, held.c.side_id == model.id)  # type: ignore[attr-defined]
        .order_by(model.id)  # type: ignore[attr-defined]
    )
    for public_id, places, taken, n_held in rows:
        if taken > places:
            yield f"{name} {public_id}: {taken} places taken of {places}"
        if taken != n_held:
            yield f"{name} {public_id}: {taken} places taken, {n_held} held by proposals"


def _held_by_the_dead(session: Session) -> Iterator[str]:
    """Find proposals that are over and still hold a place, or stand and hold none."""
    rows = session.execute(
        select(Proposal.public_id, Proposal.status, Proposal.places_held).where(
            (Proposal.status.in_(DEAD) & Proposal.places_held.is_(True))
            | (
                Proposal.status.in_(set(SIGNED) - {ProposalStatus.ENGAGED.value})
                & Proposal.places_held.is_(False)
            )
        )
    )
    for public_id, status, held in rows:
        yield f"I1 proposal {public_id}: {status} and {'holds a place' if held else 'holds none'}"


def _statuses(session: Session) -> Iterator[str]:
    """Compare each row's status with what its last audit event tells."""
    last: dict[tuple[str, str], str] = {}
    events = session.execute(
        select(AuditEvent.subject_kind, AuditEvent.subject_id, AuditEvent.details)
        .order_by(AuditEvent.seq)
        .execution_options(yield_per=1000)
    )
    for kind, subject_id, details in events:
        if "to" in details:
            last[kind, subject_id] = details["to"]
    for model, kind in KINDS.items():
        for public_id, status in session.execute(select(model.public_id, model.status)):  # type: ignore[attr-defined]
            told = last.get((kind, public_id), FIRST_UNTOLD.get(kind))
            if told != status:
                yield f"I4 {kind} {public_id}: is {status}, the audit trail tells {told}"


def _resend_keys(session: Session) -> Iterator[str]:
    """Find keys of finished writes that lead nowhere."""
    for endpoint in session.scalars(
        select(IdempotencyKey.endpoint).where(IdempotencyKey.location == "")
    ):
        yield f"I5 resend key of {endpoint}: leads nowhere"


def _signatures(session: Session) -> Iterator[str]:
    """Find proposals past approval with fewer different signers than they ask for."""
    signers = (
        select(Decision.proposal_id, func.count(Decision.user_id.distinct()).label("n"))
        .where(Decision.kind == DecisionKind.SIGN)
        .group_by(Decision.proposal_id)
        .subquery()
    )
    n_signers = func.coalesce(signers.c.n, 0)
    rows = session.execute(
        select(Proposal.public_id, Proposal.required_signatures, n_signers)
        .outerjoin(signers, signers.c.proposal_id == Proposal.id)
        .where(Proposal.status.in_(SIGNED), n_signers < Proposal.required_signatures)
    )
    for public_id, required, n in rows:
        yield f"I6 proposal {public_id}: {n} signatures of {required}"


def _signatures_across(session: Session) -> Iterator[str]:
    """Find pairs across scopes past approval that persons of one association alone have signed."""
    associations = (
        select(Decision.proposal_id, func.count(Membership.association_id.distinct()).label("n"))
        .join(Membership, Membership.id == Decision.membership_id)
        .where(Decision.kind == DecisionKind.SIGN)
        .group_by(Decision.proposal_id)
        .subquery()
    )
    n_associations = func.coalesce(associations.c.n, 0)
    rows = session.execute(
        select(Proposal.public_id, Proposal.signature_reasons)
        .outerjoin(associations, associations.c.proposal_id == Proposal.id)
        .where(Proposal.status.in_(SIGNED), n_associations < 2)
    )
    for public_id, reasons in rows:
        if ACROSS in reasons:
            yield f"I6 proposal {public_id}: lies across scopes, signed by one association"


def _verified(session: Session) -> Iterator[str]:
    """Find municipalities that left registration while their application was not accepted.

    A municipality that never had an application (it was here before there were any) is left out.
    """
    accepted = select(Application.municipality_id).where(
        Application.status == ApplicationStatus.ACCEPTED
    )
    rows = session.scalars(
        select(Municipality.public_id)
        .join(Application, Application.municipality_id == Municipality.id)
        .where(
            Municipality.status != MunicipalityStatus.REGISTERED,
            Municipality.id.not_in(accepted),
        )
        .distinct()
        .order_by(Municipality.public_id)
    )
    for public_id in rows:
        yield f"I6 municipality {public_id}: verified without two coordinators"


def _snapshots(session: Session) -> Iterator[str]:
    """Compare each stored snapshot with its digest; one that does not open is not the one."""
    sealed = type_coerce(Round.snapshot, Text())
    rows = session.execute(
        select(Round.public_id, sealed, Round.snapshot_digest)
        .where(Round.snapshot_digest.is_not(None))
        .execution_options(yield_per=10)
    )
    for public_id, stored, digest in rows:
        if hashlib.sha256(_opened(stored).encode()).hexdigest() != digest:
            yield f"I10 round {public_id}: the stored snapshot is not the one that was solved"


def _opened(stored: str | None) -> str:
    """Return the text of a sealed snapshot; empty where there is none or no key opens it."""
    kind: Any = Round.snapshot.type
    try:
        return str(kind.open(stored or ""))
    except WrongKey:
        return ""


def _unconfirmed(session: Session) -> Iterator[str]:
    """Compare what a need says of its confirmation with the entry that tells of it."""
    word = NeedEntry.confirmed_at.is_not(None) & (
        NeedEntry.confirmed_by_id != NeedEntry.entered_by_id
    )
    rows = session.execute(
        select(Need.public_id, Need.status, Need.confirmed, NeedEntry.need_id, word)
        .outerjoin(NeedEntry, NeedEntry.need_id == Need.id)
        .where((NeedEntry.need_id.is_not(None)) | Need.confirmed.is_(False))
    )
    for public_id, status, confirmed, entry, has_word in rows:
        if confirmed != (entry is not None and bool(has_word)):
            yield f"I11 need {public_id}: {status}, its confirmation is not that of its entry"
