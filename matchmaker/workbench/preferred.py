"""What a dossier tells of a pair that a coordinator preferred, and of a wish behind it."""

from matchmaker.access.envelopes import Envelope
from matchmaker.matching.wishes import are_mutual
from matchmaker.models import Proposal
from matchmaker.rounds.settings import settings_of
from matchmaker.web import showing
from matchmaker.workbench.audience import Envelopes
from matchmaker.workbench.evidence import is_brief
from matchmaker.workbench.frozen import frozen_pair
from matchmaker.workbench.texts import Texts


def preferred_lines(texts: Texts, proposal: Proposal, may: Envelopes) -> list[str]:
    """Say that both named each other, and that a coordinator preferred the pair.

    Boards read it; a council only once both have accepted, for one that named a single town would
    know by it who asks; nobody else does.
    """
    round_, need, offer = proposal.round, proposal.need, proposal.offer
    agreed = min(may.need, may.offer) >= Envelope.AGREED
    if round_ is None or not agreed or is_brief(need.municipality, offer.municipality):
        return []
    case = frozen_pair(round_, need.public_id, offer.public_id)
    lines = []
    if case is not None and are_mutual(case.need, case.offer):
        lines.append(texts.say("wish"))
    settings = settings_of(round_).matching
    if (need.public_id, offer.public_id) in settings.tied:
        lines.append(texts.say("tied", points=showing.show_number(100 * settings.tie_bonus, 1)))
    return lines
