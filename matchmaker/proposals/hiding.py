"""Hiding in one step: out of lists, rounds, figures and pending mails; open matches are let go."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.audit import record
from matchmaker.engagements.places import DEAD, lock_needs
from matchmaker.models import Membership, Municipality, Need, Offer, Proposal
from matchmaker.needs import service as needs
from matchmaker.outbox import cancel_pending
from matchmaker.proposals.queries import UNENGAGED
from matchmaker.proposals.service import withdraw_orphan


def hide_municipality(session: Session, actor: Actor, municipality: Municipality) -> None:
    """Take a municipality out of everything that others see; pressed twice, it stays hidden.

    Matches that are not agreed by both are let go: those the other side has not heard of vanish,
    the others end without a reason that tells of hiding. Agreed work goes on; the other side no
    longer reads the name, the title or the contact.
    """
    need_ids = session.scalars(
        select(Proposal.need_id)
        .join(Need, Need.id == Proposal.need_id)
        .join(Offer, Offer.id == Proposal.offer_id)
        .where(
            Proposal.status.not_in(DEAD),
            or_(
                Need.municipality_id == municipality.id,
                Offer.municipality_id == municipality.id,
            ),
        )
    ).all()
    proposals = lock_needs(session, sorted(set(need_ids)))
    session.refresh(municipality, with_for_update={"of": Municipality})
    if municipality.hidden:
        return
    municipality.hidden = True
    record(session, actor, "municipality.hidden", "municipality", municipality.public_id)
    session.flush()
    own = [
        one
        for one in proposals
        if municipality.id in (one.need.municipality_id, one.offer.municipality_id)
    ]
    _let_go(session, actor, own)
    # Last: ending matches may itself have something to tell the members.
    members = select(Membership.user_id).where(Membership.municipality_id == municipality.id)
    cancel_pending(session, session.scalars(members).all())


def show_municipality_again(session: Session, actor: Actor, municipality: Municipality) -> None:
    """Bring a municipality back; its needs and offers take part again from the next round on."""
    session.refresh(municipality, with_for_update={"of": Municipality})
    if not municipality.hidden:
        return
    municipality.hidden = False
    record(session, actor, "municipality.shown", "municipality", municipality.public_id)
    session.flush()


def set_need_hidden(session: Session, actor: Actor, need: Need, hidden: bool) -> None:
    """Hide one need, with its matches that are not agreed, or bring it back."""
    proposals = lock_needs(session, [need.id])
    needs.set_need_hidden(session, actor, need, hidden)
    if hidden:
        _let_go(session, actor, proposals)


def _let_go(session: Session, actor: Actor, proposals: list[Proposal]) -> None:
    for proposal in proposals:
        if proposal.status in UNENGAGED:
            withdraw_orphan(session, actor, proposal)
