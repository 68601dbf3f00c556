"""Why a need got no offer, what it lost to, and the smallest change by which it would be served."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.arrays import Arrays, is_refused, possible_settings
from matchmaker.matching.candidates import RULES, Candidates, barred_by, day_overlap
from matchmaker.matching.codes import SETTING
from matchmaker.matching.explain import SMALLEST, Standing
from matchmaker.matching.result import (
    Change,
    Loss,
    NearOffer,
    Rival,
    RuleCount,
    UnmatchedNeed,
)
from matchmaker.matching.scoring import context_bounds, scores_of
from matchmaker.matching.settings import Settings
from matchmaker.matching.snapshot import Snapshot
from matchmaker.vocabulary import Bar

Array = NDArray[Any]

N_NEAREST = 3
N_LOSSES = 3
_NEVER_RELAXED = {Bar.SAME_MUNICIPALITY, Bar.VETO, Bar.TEMPORARY_ADMINISTRATION}
"""No request changes these; a veto is secret and must not show in what one could change."""
_MOST_SCORED = 256
"""Offers looked at beyond the allowed ones when the nearest are sought."""
_ASKED: dict[Bar, tuple[str, str]] = {
    Bar.CATEGORY: ("offer", "category"),
    Bar.ACTIVITY: ("offer", "activities"),
    Bar.SETTING: ("need", "settings"),
    Bar.LANGUAGE: ("need", "interpretation"),
    Bar.WINDOW: ("need", "overlap_days"),
    Bar.MANDATE: ("offer", "mandate"),
    Bar.CONSENT: ("need", "consent"),
    Bar.CONTEXT_MINIMUM: ("offer", "areas"),
    Bar.LOW_PROFILE: ("need", "low_profile"),
    Bar.TIE_REQUIRED: ("need", "tie_waiver"),
}
"""For each rule the side and field that a change would touch first."""


@dataclass(frozen=True)
class Reasons:
    """What is needed to say why needs are unmatched."""

    snapshot: Snapshot
    """In the order of the arrays."""
    settings: Settings
    candidates: Candidates
    standing: Standing
    prices: NDArray[np.float64] | None = None
    """`forced_prices` of the round, where they were computed."""
    by_hand: dict[int, set[int]] = field(default_factory=dict)
    """Offers that a coordinator barred for each need."""

    @property
    def arrays(self) -> Arrays:
        """The arrays of the snapshot."""
        return self.standing.arrays


def explain_unmatched(reasons: Reasons, row: int) -> UnmatchedNeed:
    """Explain one unmatched need.

    Returns
    -------
    UnmatchedNeed
        `funnel` has one entry a rule, in order; its first reason that fits, in the order of
        `UnmatchedNeed.reason`; changes, the most certain and best first.
    """
    arrays, settings = reasons.arrays, reasons.settings
    columns, scores = reasons.standing.offers_for(row)
    least = max(settings.minimum_score, SMALLEST)
    reason = _reason(reasons, row, columns, scores, least)
    bars = _all_bars(reasons, row)
    good = (scores >= least) & ~np.isin(columns, list(reasons.by_hand.get(row, ())))
    return UnmatchedNeed(
        need=arrays.needs.keys[row],
        reason=reason,
        rule=_last_rule(reasons.candidates, row) if reason == "no_candidate" else None,
        offers=arrays.shape[1],
        funnel=tuple(
            RuleCount(rule.value, int(left))
            for rule, left in zip(RULES, reasons.candidates.funnel[row][1:], strict=True)
        ),
        best_score=float(scores.max()) if len(scores) else None,
        losses=_losses(reasons, row, columns[good], scores[good]),
        changes=_changes(reasons, row, bars, least),
        nearest=_nearest(reasons, row, bars),
    )


def _reason(reasons: Reasons, row: int, columns: Array, scores: Array, least: float) -> str:
    arrays = reasons.arrays
    if not len(columns):
        return "no_candidate"
    need = reasons.snapshot.needs[row]
    with_place = arrays.offers.places[columns] > 0
    if need.places == 0 or not with_place.any():
        return "no_place"
    by_hand = np.isin(columns, list(reasons.by_hand.get(row, ())))
    if by_hand[with_place].all():
        return "barred_by_hand"
    good = with_place & ~by_hand & (scores >= least)
    if not good.any():
        return "below_minimum"
    if need.minimum > min(need.places, int(good.sum())):
        return "minimum_not_met"
    free = [c for c in columns[good].tolist() if _places_left(reasons, c) > 0]
    if len(free) >= max(need.minimum, 1):
        return "held_by_rule"
    return "lost_competition"


def _places_left(reasons: Reasons, column: int) -> int:
    used = len(reasons.standing.serving.get(column, ()))
    return int(reasons.arrays.offers.places[column]) - used


def _last_rule(candidates: Candidates, row: int) -> str | None:
    """Return the rule that barred the last offers; None where there was no offer at all."""
    last = int(candidates.bar[row].max(initial=0))
    return RULES[last - 1].value if last else None


def _losses(reasons: Reasons, row: int, columns: Array, scores: Array) -> tuple[Loss, ...]:
    """Return the best offers that went to others."""
    standing, losses = reasons.standing, []
    for k in np.argsort(-scores, kind="stable"):
        column = int(columns[k])
        winners = standing.serving.get(column)
        if not winners:
            continue
        rivals = tuple(
            Rival(reasons.arrays.needs.keys[winner], standing.score(winner, column))
            for winner in winners
        )
        price = None if reasons.prices is None else float(reasons.prices[row, column])
        losses.append(
            Loss(
                offer=reasons.arrays.offers.keys[column],
                score=float(scores[k]),
                winners=rivals,
                behind=round(min(rival.score for rival in rivals) - float(scores[k]), 9),
                price=price if price is None or np.isfinite(price) else None,
            )
        )
        if len(losses) == N_LOSSES:
            break
    return tuple(losses)


def _all_bars(reasons: Reasons, row: int) -> dict[Bar, Array]:
    rows = np.array([row])
    return {rule: barred_by(rule, reasons.arrays, reasons.settings, rows)[0] for rule in RULES}


def _changes(
    reasons: Reasons, row: int, bars: dict[Bar, Array], least: float
) -> tuple[Change, ...]:
    """Relax one rule at a time; return what would bring an offer within reach."""
    n_bars = np.sum(list(bars.values()), axis=0)
    changes = []
    for rule, barred in bars.items():
        within = np.flatnonzero(barred & (n_bars == 1))
        within = within[reasons.arrays.offers.places[within] > 0]
        if rule in _NEVER_RELAXED or not len(within):
            continue
        scores = scores_of(reasons.arrays, reasons.settings, np.full(len(within), row), within)
        good = scores >= least
        if good.any():
            changes.append(_change(reasons, row, rule, within[good], scores[good]))
    below = _lower_minimum(reasons, row, least)
    if below is not None:
        changes.append(below)
    return tuple(sorted(changes, key=lambda c: (not c.certain, -c.score, c.rule)))


def _change(reasons: Reasons, row: int, rule: Bar, within: Array, scores: Array) -> Change:
    free = np.array([_places_left(reasons, c) > 0 for c in within.tolist()])
    enough = reasons.snapshot.needs[row].minimum <= 1
    order = np.lexsort((within, -scores, ~free))
    best = int(order[0])
    column = int(within[best])
    side, name = _ASKED[rule]
    present, wanted = _values(reasons, row, rule, column)
    unstated = _unstated(reasons, row, rule, column)
    if unstated is not None:
        (side, name), present, wanted = unstated, "unknown", ""
    return Change(
        rule=rule.value,
        side=side,
        field=name,
        offer=reasons.arrays.offers.keys[column],
        score=float(scores[best]),
        offers=len(within),
        certain=bool(free[best]) and enough and not _has_limits(reasons.settings),
        present=present,
        wanted=wanted,
    )


def _unstated(reasons: Reasons, row: int, rule: Bar, column: int) -> tuple[str, str] | None:
    """Return side and field that bar only because nothing is stated there."""
    need, offer = reasons.snapshot.needs[row], reasons.snapshot.offers[column]
    fields: dict[Bar, list[tuple[str, Any, str]]] = {
        Bar.ACTIVITY: [("offer", offer, "activities")],
        Bar.SETTING: [("need", need, "settings"), ("offer", offer, "settings")],
        Bar.LANGUAGE: [("need", need, "languages"), ("offer", offer, "languages")],
        Bar.WINDOW: [
            (side, record, name)
            for side, record in (("need", need), ("offer", offer))
            for name in ("window_start", "window_end")
        ],
    }
    for side, record, name in fields.get(rule, ()):
        if not getattr(record, name):
            return side, name
    return None


def _lower_minimum(reasons: Reasons, row: int, least: float) -> Change | None:
    columns, scores = reasons.standing.offers_for(row)
    low = (scores < least) & (scores > 0)
    if not low.any() or (scores >= least).any():
        return None
    free = np.array([_places_left(reasons, c) > 0 for c in columns.tolist()])
    best = int(np.lexsort((columns, -scores, ~(free & low), ~low))[0])
    return Change(
        rule="minimum_score",
        side="round",
        field="minimum_score",
        offer=reasons.arrays.offers.keys[int(columns[best])],
        score=float(scores[best]),
        offers=int(low.sum()),
        certain=bool(free[best]) and not _has_limits(reasons.settings),
        present=f"{reasons.settings.minimum_score:g}",
        wanted=f"{scores[best]:.9f}",
    )


def _has_limits(settings: Settings) -> bool:
    return bool(settings.rules or settings.balances)


def _values(reasons: Reasons, row: int, rule: Bar, column: int) -> tuple[str, str]:
    """Return what is stated and what would have to be, as codes or numbers."""
    need, offer = reasons.snapshot.needs[row], reasons.snapshot.offers[column]
    if rule == Bar.WINDOW:
        possible = int(min(day_overlap(reasons.arrays, np.array([row]))[1][0, column], 10**6))
        return str(need.overlap_days), str(possible)
    if rule == Bar.CONTEXT_MINIMUM:
        one, other = np.array([row]), np.array([column])
        low, high = context_bounds(reasons.arrays, reasons.settings, one, other)
        value = low if reasons.arrays.needs.heart[row] else high
        depth = "heart" if reasons.arrays.needs.heart[row] else "atmosphere"
        return f"{value[0]:.9f}", f"{reasons.settings.context_minimum[depth]:g}"
    if rule == Bar.MANDATE:
        refused = is_refused(offer, reasons.snapshot.taken_on)
        return ("lapsed" if refused and offer.mandate != "refused" else offer.mandate), "adopted"
    if rule == Bar.SETTING:
        possible_here = possible_settings(need)
        present = [code for code, bit in SETTING.items() if bit & possible_here]
        return "|".join(present), "|".join(offer.settings)
    stated: dict[Bar, tuple[str, str]] = {
        Bar.CATEGORY: (offer.category, need.category),
        Bar.ACTIVITY: ("|".join(offer.activities), need.activity),
        Bar.LANGUAGE: ("|".join(need.languages), "|".join(offer.languages)),
        Bar.CONSENT: ("unknown" if need.consent is None else "no", "yes"),
        Bar.LOW_PROFILE: ("yes", "no"),
        Bar.TIE_REQUIRED: ("no", "yes"),
    }
    return stated[rule]


def _nearest(reasons: Reasons, row: int, bars: dict[Bar, Array]) -> tuple[NearOffer, ...]:
    """Return the offers with the fewest rules against them, then the best score.

    An offer that a veto bars is left out altogether: to list it would tell of the veto.
    """
    n_bars = np.sum(list(bars.values()), axis=0)
    hidden = bars[Bar.VETO] | bars[Bar.SAME_MUNICIPALITY]
    shown = np.flatnonzero(~hidden)
    shown = shown[np.argsort(n_bars[shown], kind="stable")][:_MOST_SCORED]
    scores = scores_of(reasons.arrays, reasons.settings, np.full(len(shown), row), shown)
    order = np.lexsort((shown, -scores, n_bars[shown]))[:N_NEAREST]
    return tuple(
        NearOffer(
            offer=reasons.arrays.offers.keys[int(shown[k])],
            score=float(scores[k]),
            bars=tuple(rule.value for rule in RULES if bars[rule][shown[k]]),
        )
        for k in order
    )
