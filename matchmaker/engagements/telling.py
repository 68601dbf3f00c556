"""Who hears that something happened to a match: only a side that knows of it, and its round."""

from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.models import Proposal
from matchmaker.outbox import tell_coordinators, tell_municipality
from matchmaker.vocabulary import NoticeKind, Role


def tell_helper(session: Session, actor: Actor, proposal: Proposal, kind: NoticeKind) -> None:
    """Tell the helping municipality, once the match was offered to it."""
    if proposal.offered_at is not None:
        town = proposal.offer.municipality_id
        tell_municipality(session, town, Role.HELPER, kind, besides=actor.user_id)


def tell_requester(session: Session, actor: Actor, proposal: Proposal, kind: NoticeKind) -> None:
    """Tell the asking municipality, once the helping one has accepted."""
    if proposal.helper_accepted_at is not None:
        town = proposal.need.municipality_id
        tell_municipality(session, town, Role.REQUESTER, kind, besides=actor.user_id)


def tell_round(session: Session, actor: Actor, proposal: Proposal, kind: NoticeKind) -> None:
    """Tell the coordinators of the round."""
    if proposal.round is not None:
        tell_coordinators(session, proposal.round.association_id, kind, besides=actor.user_id)


def tell_all(session: Session, actor: Actor, proposal: Proposal, kind: NoticeKind) -> None:
    """Tell everybody who knows of the match, except who did it."""
    tell_helper(session, actor, proposal, kind)
    tell_requester(session, actor, proposal, kind)
    tell_round(session, actor, proposal, kind)
