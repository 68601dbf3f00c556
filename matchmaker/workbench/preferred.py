"""What a dossier tells of a pair that a coordinator preferred or fixed, and of a wish behind it."""

from matchmaker.access.envelopes import Envelope
from matchmaker.matching.wishes import are_mutual
from matchmaker.models import Proposal
from matchmaker.rounds.settings import settings_of
from matchmaker.web import showing
from matchmaker.workbench.audience import Envelopes
from matchmaker.workbench.evidence import is_brief
from matchmaker.workbench.frozen import frozen_pair
from matchmaker.workbench.texts import Texts
from matchmaker.workbench.wishes import overrides_of


def preferred_lines(texts: Texts, proposal: Proposal, may: Envelopes) -> list[str]:
    """Say that both named each other, and that a coordinator preferred or fixed the pair.

    Boards read it, with what it cost; a council only once both have accepted, for one that named a
    single town would know by it who asks; nobody else does.
    """
    round_, need, offer = proposal.round, proposal.need, proposal.offer
    agreed = min(may.need, may.offer) >= Envelope.AGREED
    if round_ is None or not agreed or is_brief(need.municipality, offer.municipality):
        return []
    case = frozen_pair(round_, need.public_id, offer.public_id)
    lines = []
    if case is not None and are_mutual(case.need, case.offer):
        lines.append(texts.say("wish"))
    settings, pair = settings_of(round_), (need.public_id, offer.public_id)
    if pair in settings.matching.tied:
        points = showing.show_number(100 * settings.matching.tie_bonus, 1)
        lines.append(texts.say("tied", points=points))
    if pair in settings.fixed:
        lines.append(texts.say("fixed"))
    costs = [one.price["total"] for one in overrides_of(settings, pair) if one.price]
    if may.is_board:
        lines += [texts.say("override", points=showing.show_number(100 * one, 1)) for one in costs]
    return lines
