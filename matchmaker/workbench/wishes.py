"""Wishes of a round: needs and offers whose municipalities named each other, met or not.

What it would cost to meet one is worked out once and kept for a while in the process, in keys and
numbers only.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from flask_babel import gettext

from matchmaker.matching.wishes import Pair, are_mutual, mutual_pairs
from matchmaker.models import Need, Offer, Round
from matchmaker.proposals.wording import isolated
from matchmaker.rounds.overrides import Override
from matchmaker.rounds.settings import RoundSettings, settings_of
from matchmaker.vocabulary import N_, OverrideReason
from matchmaker.workbench import scenario_wording, why_not_wording
from matchmaker.workbench.evidence import is_brief
from matchmaker.workbench.naming import Names
from matchmaker.workbench.scenario_work import price_stored
from matchmaker.workbench.solved import Solved
from matchmaker.workbench.why_not import Answer, why_not

MOST_KEPT = 500
BOTH_NAMED = N_(
    "Both municipalities named each other: they know each other and would like to work together."
)
PREFERRED = N_(
    "A coordinator preferred this pair by hand: %(points)s points of 100 were added to its score "
    "while the pairs were chosen. The score shown is without them."
)
FIXED = N_("A coordinator fixed this pair by hand.")
SERVED = N_("A coordinator asked that this need gets someone.")
REASON = N_("Reason: %(reason)s.")
WORDS = N_("In the words of the coordinator: %(words)s")
CANNOT = N_("It cannot be met: the other demands of the round do not allow it.")
TOO_LARGE = N_("What it would cost is not worked out in a round of this size.")


@dataclass(frozen=True)
class Unmet:
    """Why a wish is not met, and what it would cost to meet it."""

    answer: Answer | None
    """Without the changed round; None where the round is too large to be asked."""
    price: dict[str, Any] | None
    """None where a condition or the other demands of the round do not allow the pair."""


_kept: OrderedDict[tuple[str, str, str, str], Unmet] = OrderedDict()
_lock = Lock()


def wishes_to_show(solved: Solved, names: Names) -> list[Pair]:
    """Return the wishes of which both sides are the reader's to know, the oldest keys first."""
    return [pair for pair in mutual_pairs(solved.problem.snapshot) if is_shown(names, pair)]


def is_shown(names: Names, pair: Pair) -> bool:
    """Tell whether the reader may be told that these two named each other."""
    need, offer = names.needs.get(pair[0]), names.offers.get(pair[1])
    return need is not None and offer is not None and is_told(need, offer)


def is_told(need: Need, offer: Offer) -> bool:
    """Tell whether both sides are the reader's to know, and neither is hidden now."""
    hidden = need.hidden or need.municipality.hidden or offer.municipality.hidden
    return not hidden and not is_brief(need.municipality, offer.municipality)


def unmet(round_: Round, solved: Solved, pair: Pair) -> Unmet:
    """Return why a pair is not in the result and what it would cost, from memory where it can."""
    key = (round_.result_digest or "", solved.problem.settings.digest, *pair)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = _worked_out(solved, pair)
    with _lock:
        _kept[key] = found
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found


def unmet_lines(found: Unmet) -> list[str]:
    """Say why a wish is not met, and what it would cost to meet it."""
    if found.answer is None:
        return [gettext(TOO_LARGE)]
    lines = why_not_wording.reasons(found.answer)
    if found.price is not None:
        price = found.price
        told = (scenario_wording.price_sentence(price), scenario_wording.served_sentence(price))
        lines.append(" ".join(filter(None, told)))
    elif not lines:
        lines.append(gettext(CANNOT))
    return lines


def choice_lines(
    settings: RoundSettings, pair: Pair, words: Mapping[int, str | None] | None = None
) -> list[str]:
    """Say what coordinators set by hand for a pair, as the round was solved with it: why, and what
    it cost; `words` are their reasons by event of the audit trail."""
    lines = [gettext(FIXED)] if pair in settings.fixed else []
    if pair in settings.matching.tied:
        points = scenario_wording.points(settings.matching.tie_bonus)
        lines.append(gettext(PREFERRED, points=points))
    if pair[0] in settings.matching.must_serve:
        lines.append(gettext(SERVED))
    for one in overrides_of(settings, pair):
        told = (
            gettext(REASON, reason=gettext(OverrideReason(one.reason).label)),
            scenario_wording.price_sentence(one.price) if one.price else "",
            scenario_wording.served_sentence(one.price) if one.price else "",
        )
        lines.append(" ".join(filter(None, told)))
        if words and words.get(one.told):
            lines.append(gettext(WORDS, words=isolated(str(words[one.told]))))
    return lines


def overrides_of(settings: RoundSettings, pair: Pair) -> list[Override]:
    """Return what was changed by hand for a pair, or for its need alone."""
    about = (pair, (pair[0], ""))
    found = [one for one in settings.overrides if (one.need, one.offer) in about]
    return [one for one in found if one.holds(settings.matching)]


def told_of_pair(round_: Round, solved: Solved, need: Need, offer: Offer) -> list[str]:
    """Say that both named each other, where the reader may know, and what coordinators set."""
    if not is_told(need, offer):
        return []
    problem, pair = solved.problem, (need.public_id, offer.public_id)
    row, column = problem.pair(pair)
    records = problem.snapshot.needs[row], problem.snapshot.offers[column]
    lines = [both_named()] if are_mutual(*records) else []
    return lines + choice_lines(settings_of(round_), pair)


def both_named() -> str:
    """Say that both named each other."""
    return str(gettext(BOTH_NAMED))


def names_in(session: Any, pairs: Iterable[Pair]) -> Names:
    """Read the needs and offers of some pairs, in two queries."""
    listed = list(pairs)
    return Names.of(session, (need for need, _ in listed), (offer for _, offer in listed))


def _worked_out(solved: Solved, pair: Pair) -> Unmet:
    try:
        answer = why_not(solved, *pair)
    except ValueError:
        return Unmet(None, None)
    forced = answer.forced
    priced = forced is not None and forced.after is not None
    return Unmet(replace(answer, forced=None), price_stored(forced) if priced and forced else None)
