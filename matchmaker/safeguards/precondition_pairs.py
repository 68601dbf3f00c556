"""Whether a pair may still be brought together, by the preconditions as they are now."""

from sqlalchemy.orm import Session

from matchmaker.matching.codes import ALL_SETTINGS, SETTING, bits_of
from matchmaker.matching.preconditions import (
    Restrictions,
    closed_bits,
    restrictions,
    wants_knowledge,
)
from matchmaker.matching.settings import Settings
from matchmaker.models import Need, Proposal
from matchmaker.safeguards.precondition_queries import Standings, standings_of, unmet_in
from matchmaker.vocabulary import ACTIVITIES, Criterion, Depth
from matchmaker.vocabulary.precondition import Closes


def following(need: Need, standings: Standings) -> Restrictions:
    """Return what follows for a need from the preconditions that are not met."""
    if not need.activity:
        return ()
    return restrictions(unmet_in(standings), need.activity, need.depth)


def against(session: Session, proposal: Proposal) -> Restrictions:
    """Return the restrictions that rule the pair of a proposal out now; none: it may go on."""
    return ruling_out(proposal, standings_of(session, [proposal.need])[proposal.need_id])


def ruling_out(proposal: Proposal, standings: Standings) -> Restrictions:
    """Return those of the restrictions on its need that leave a pair nothing to agree on."""
    found = following(proposal.need, standings)
    out: Restrictions = ()
    if found and not _settings_left(proposal, closed_bits(found)):
        out += tuple(one for one in found if one.closes != Closes.UNKNOWN_HELPERS)
    if wants_knowledge(found) and not _knows_enough(proposal):
        out += tuple(one for one in found if one.closes == Closes.UNKNOWN_HELPERS)
    return out


def _settings_left(proposal: Proposal, closed: int) -> int:
    need, offer = proposal.need, proposal.offer
    possible = bits_of((str(one) for one in ACTIVITIES[need.activity or ""].settings), SETTING)
    for accepted in (need.settings, offer.settings):
        possible &= bits_of(accepted, SETTING) or ALL_SETTINGS
    return possible & ~closed


def _knows_enough(proposal: Proposal) -> bool:
    """Judge by the lower end of what the round found: what was not stated counts against."""
    stored = proposal.round.settings if proposal.round is not None else None
    minima = ((stored or {}).get("matching") or {}).get("context_minimum") or {}
    least = minima.get(Depth.HEART.value, Settings().context_minimum[Depth.HEART.value])
    found = [
        one["low"]
        for one in proposal.explanation.get("criteria", [])
        if one["criterion"] == Criterion.CONTEXT
    ]
    return bool(found) and round(found[0], 9) >= least
