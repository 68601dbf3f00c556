"""For whom a paper is printed: which envelope of each side stands on it."""

from dataclasses import dataclass

from matchmaker.access.envelopes import Envelope
from matchmaker.models import Proposal
from matchmaker.vocabulary import ProposalStatus
from matchmaker.vocabulary.code import N_, Code


class Audience(Code):
    """For whom a dossier is printed; the coordinator who prints it never sees more by it."""

    BOARD = "board", N_("Coordinators and boards")
    HELPER = "helper", N_("The helping council")
    REQUESTER = "requester", N_("The asking council")
    OTHERS = "others", N_("Others: no names")


@dataclass(frozen=True)
class Envelopes:
    """What stands on a paper of each side."""

    need: Envelope
    offer: Envelope
    is_board: bool
    """Whether what coordinators know of a match beyond both sides stands on it."""


def envelopes_of(audience: Audience, proposal: Proposal) -> Envelopes:
    """Return what an audience may read: a council all of its own, the other's name once agreed."""
    other = Envelope.AGREED if proposal.status == ProposalStatus.ENGAGED else Envelope.HELPER
    own = Envelope.COORDINATOR
    return {
        Audience.BOARD: Envelopes(own, own, is_board=True),
        Audience.HELPER: Envelopes(other, own, is_board=False),
        Audience.REQUESTER: Envelopes(own, other, is_board=False),
        Audience.OTHERS: Envelopes(Envelope.HELPER, Envelope.HELPER, is_board=False),
    }[audience]
