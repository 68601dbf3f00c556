"""Why a pair was proposed: what the page of a proposal tells beside its scores."""

from collections.abc import Iterable
from typing import Any

from matchmaker.extensions import db
from matchmaker.matching.facts import Case
from matchmaker.matching.wishes import are_mutual
from matchmaker.models import Proposal
from matchmaker.rounds.settings import settings_of
from matchmaker.workbench.evidence import Telling, facts_of_proposal, is_brief, towns_in
from matchmaker.workbench.frozen import frozen_pair
from matchmaker.workbench.why_queries import towns_by_key, words_told
from matchmaker.workbench.wishes import both_named, choice_lines, is_told, overrides_of


def why(proposal: Proposal) -> dict[str, Any]:
    """Return the facts behind each part, who would be left without, and whether others tie."""
    if proposal.round is None or not proposal.explanation:
        return {}
    db.session().refresh(proposal.round, ["snapshot", "pairs"])  # both at once
    price = proposal.explanation.get("price")
    case = frozen_pair(proposal.round, proposal.need.public_id, proposal.offer.public_id)
    return {
        "facts": facts_told(proposal, case),
        "by_hand": by_hand(proposal, case),
        "left_without": left_without(price, proposal.round.pairs or ()),
        "equally_good": is_as_good_without(price),
    }


def by_hand(proposal: Proposal, case: Case | None) -> list[str]:
    """Say that both named each other, where the reader may know, and what coordinators set."""
    need, offer = proposal.need, proposal.offer
    if case is None or proposal.round is None or not is_told(need, offer):
        return []
    lines = [both_named()] if are_mutual(case.need, case.offer) else []
    settings, pair = settings_of(proposal.round), (need.public_id, offer.public_id)
    words = words_told(db.session(), [one.told for one in overrides_of(settings, pair)])
    return lines + choice_lines(settings, pair, words)


def facts_told(proposal: Proposal, case: Case | None) -> dict[str, list[str]]:
    """Return what stands behind each part of the score, in sentences, by part.

    It is read from the frozen input; a match made without a round has none.
    """
    need, offer = proposal.need, proposal.offer
    facts = facts_of_proposal(proposal, case)
    brief = is_brief(need.municipality, offer.municipality)
    named = set() if brief else towns_in(fact for some in facts.values() for fact in some)
    telling = Telling(towns_by_key(db.session(), named), brief)
    return {part: telling.of_all(some) for part, some in facts.items()}


def is_as_good_without(price: dict[str, Any] | None) -> bool:
    """Tell whether a result without the pair is as good: to forbid it costs nothing."""
    if price is None or price["total"] is None:
        return False
    return not (price["total"] or price["served"] or price.get("worst", 0.0))


def left_without(price: dict[str, Any] | None, pairs: Iterable[Any]) -> list[str]:
    """Return the keys of the needs that would get nobody if the pair were taken away."""
    if price is None:
        return []
    lost = {tuple(pair) for pair in price["lost"]}
    kept = {need for need, offer in pairs if (need, offer) not in lost}
    helped = kept | {need for need, _ in price["gained"]}
    return sorted({need for need, _ in lost} - helped)
