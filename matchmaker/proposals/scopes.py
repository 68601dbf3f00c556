"""Matches across the scopes of associations: who has to sign them, and whether both sides did."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matchmaker.access import Actor
from matchmaker.access.scope import covers
from matchmaker.audit import record
from matchmaker.errors import BadInput
from matchmaker.models import (
    Association,
    Decision,
    Membership,
    Need,
    Offer,
    Proposal,
    Round,
    User,
)
from matchmaker.outbox import tell_coordinators
from matchmaker.vocabulary import (
    N_,
    DecisionKind,
    MembershipStatus,
    NoticeKind,
    ProposalStatus,
    Role,
)

ACROSS = "across_scopes"
"""Reason code: need and offer lie in the scopes of different associations."""


def lies_across(association: Association, need: Need, offer: Offer) -> bool:
    """Tell whether an association does not work for both sides of a pair."""
    return not all(
        covers(association.scope, association.sides, side.municipality) for side in (need, offer)
    )


def national_associations(session: Session, besides: int) -> list[Association]:
    """Return the other associations that name their countries and have an active coordinator."""
    active = (
        select(Membership.association_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.role == Role.COORDINATOR,
            Membership.status == MembershipStatus.ACTIVE,
            User.active.is_(True),
        )
    )
    others = Association.id != besides, Association.id.in_(active)
    found = session.scalars(select(Association).where(*others).order_by(Association.id))
    return [one for one in found if one.scope]


def has_own_association(others: list[Association], offer: Offer) -> bool:
    """Tell whether another national association works for the helping side."""
    return any(covers(one.scope, one.sides, offer.municipality) for one in others)


def note_across(session: Session, actor: Actor, proposal: Proposal) -> None:
    """Ask for the signatures of both scopes where a pair has come to lie across them since."""
    if proposal.round is None or ACROSS in proposal.signature_reasons:
        return
    if not lies_across(proposal.round.association, proposal.need, proposal.offer):
        return
    proposal.signature_reasons = [*proposal.signature_reasons, ACROSS]
    proposal.required_signatures = 2
    session.flush()
    details = {"reason": ACROSS}
    record(session, actor, "proposal.asks_more", "proposal", proposal.public_id, details)


def both_scopes_signed(session: Session, proposal: Proposal) -> bool:
    """Tell whether a pair across scopes has a signature for each side, of different associations.

    Counted are persons who are active coordinators now, by the scope their association has now.
    """
    if ACROSS not in proposal.signature_reasons:
        return True
    signers = session.execute(
        select(Decision.user_id, Association)
        .join(User, User.id == Decision.user_id)
        .join(Membership, Membership.id == Decision.membership_id)
        .join(Association, Association.id == Membership.association_id)
        .where(
            Decision.proposal_id == proposal.id,
            Decision.kind == DecisionKind.SIGN,
            User.active.is_(True),
            Membership.status == MembershipStatus.ACTIVE,
        )
    ).all()
    asking, helping = proposal.need.municipality, proposal.offer.municipality
    return any(
        one_id != other_id
        and one.id != other.id
        and covers(one.scope, one.sides, asking)
        and covers(other.scope, other.sides, helping)
        for one_id, one in signers
        for other_id, other in signers
    )


def tell_other_scope(session: Session, actor: Actor, proposal: Proposal) -> None:
    """Tell the coordinators of the other side of a pair across scopes that it waits for them."""
    if ACROSS not in proposal.signature_reasons or proposal.round is None:
        return
    for association in session.scalars(select(Association).order_by(Association.id)):
        other = association.id not in (actor.association_id, proposal.round.association_id)
        sides = (proposal.need.municipality, proposal.offer.municipality)
        if other and any(covers(association.scope, association.sides, town) for town in sides):
            tell_coordinators(
                session, association.id, NoticeKind.SIGNATURE_WAITS, besides=actor.user_id
            )


OWN_SCOPE = N_(
    "You are or were a coordinator of this association, so another administrator has to widen its "
    "scope. You can narrow it. If there is no other one, whoever runs the server can invite one."
)


def _is_wider(before: list[str], after: list[str]) -> bool:
    """Tell whether a list names more than before; an empty one names everything."""
    known, asked = ({code.casefold() for code in codes} for codes in (before, after))
    return bool(known) and (not asked or not asked <= known)


def _has_coordinated(session: Session, actor: Actor, association: Association) -> bool:
    """Tell whether somebody is, or ever was, a coordinator of an association.

    One who ended or suspended that themselves could come back.
    """
    held = select(Membership.id).where(
        Membership.user_id == actor.user_id,
        Membership.association_id == association.id,
        Membership.role == Role.COORDINATOR,
    )
    return session.scalars(held.limit(1)).first() is not None


def set_scope(
    session: Session,
    actor: Actor,
    association: Association,
    countries: list[str],
    sides: list[str],
) -> None:
    """Set what the coordinators of an association see, from their next request on.

    What its rounds have proposed and nobody approved yet is looked at anew: a pair that has come
    to lie across scopes asks for both.

    Raises
    ------
    BadInput
        If somebody would widen what they see, or saw, themselves.
    """
    session.refresh(association, with_for_update={"of": Association})
    wider = _is_wider(association.scope, countries) or _is_wider(association.sides, sides)
    if wider and _has_coordinated(session, actor, association):
        raise BadInput("", OWN_SCOPE)
    association.scope, association.sides = sorted(set(countries)), sorted(set(sides))
    session.flush()
    details = {"countries": association.scope, "sides": association.sides}
    record(session, actor, "association.scope_set", "association", association.public_id, details)
    waiting = session.scalars(
        select(Proposal)
        .join(Proposal.round)
        .where(Round.association_id == association.id, Proposal.status == ProposalStatus.PROPOSED)
        .options(joinedload(Proposal.need), joinedload(Proposal.offer))
        .order_by(Proposal.id)
        .with_for_update(of=Proposal)
    )
    for proposal in waiting.all():
        note_across(session, actor, proposal)
