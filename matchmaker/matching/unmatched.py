"""Why a need got no offer, what it lost to, and the smallest change by which it would be served."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.arrays import Arrays
from matchmaker.matching.candidates import RULES, Candidates
from matchmaker.matching.certainty import Proposal, Round, judged, lower_minimum_is_certain
from matchmaker.matching.explain import Standing
from matchmaker.matching.findings import Findings, Search, find
from matchmaker.matching.relaxing import Case, remedy_for
from matchmaker.matching.result import (
    Change,
    Loss,
    NearOffer,
    Rival,
    RuleCount,
    UnmatchedNeed,
)
from matchmaker.matching.settings import Settings
from matchmaker.matching.snapshot import Snapshot

if TYPE_CHECKING:
    from matchmaker.matching.large.cut import Kept

Array = NDArray[Any]


@dataclass(frozen=True)
class Reasons:
    """What is needed to say why needs are unmatched."""

    snapshot: Snapshot
    """In the order of the arrays."""
    settings: Settings
    candidates: "Candidates | Kept"
    standing: Standing
    prices: NDArray[np.float64] | None = None
    """`forced_prices` of the round, where they were computed."""
    by_hand: dict[int, set[int]] = field(default_factory=dict)
    """Offers that a coordinator barred for each need."""

    @property
    def arrays(self) -> Arrays:
        """The arrays of the snapshot."""
        return self.standing.arrays

    @property
    def search(self) -> Search:
        """What the search for reasons needs."""
        pairs = {(row, column) for row, columns in self.by_hand.items() for column in columns}
        return Search(self.settings, self.standing, frozenset(pairs))


def explain_unmatched(reasons: Reasons, row: int) -> UnmatchedNeed:
    """Explain one unmatched need; see `explain_all`."""
    return next(explain_all(reasons, np.array([row])))


def explain_all(
    reasons: Reasons,
    rows: Array,
    progress: Callable[[int, int], None] | None = None,
    *,
    in_full: bool = True,
) -> Iterator[UnmatchedNeed]:
    """Explain unmatched needs.

    Parameters
    ----------
    reasons : Reasons
    rows : ndarray of int, shape (k,)
    progress : callable (needs done, needs in all), optional
    in_full : bool
        False leaves out changes and nearest offers, which take a look at every offer.

    Yields
    ------
    UnmatchedNeed
        In the order of `rows`. `funnel` has one entry a rule, in order; of the reasons the first
        that fits, in the order of `UnmatchedNeed.reason`; changes, the most certain and best first.
    """
    done = 0
    for found in find(reasons.search, rows, in_full=in_full):
        if progress is not None:
            progress(done, len(rows))
        changes = _changes_of_block(reasons, found) if in_full else None
        yield from (_explain(reasons, found, k, changes) for k in range(len(found.rows)))
        done += len(found.rows)


def _explain(
    reasons: Reasons, found: Findings, k: int, changes: list[tuple[Change, ...]] | None
) -> UnmatchedNeed:
    row = int(found.rows[k])
    reason, best = _reason(reasons, found, k), float(found.best_score[k])
    return UnmatchedNeed(
        need=reasons.arrays.needs.keys[row],
        reason=reason,
        rule=_last_rule(reasons.candidates, row) if reason == "no_candidate" else None,
        offers=reasons.arrays.shape[1],
        funnel=tuple(
            RuleCount(rule.value, int(left))
            for rule, left in zip(RULES, reasons.candidates.funnel[row][1:], strict=True)
        ),
        best_score=None if np.isnan(best) else best,
        losses=_losses(reasons, found, k),
        changes=() if changes is None else changes[k],
        nearest=_nearest(reasons, found, k),
        in_full=changes is not None,
    )


def _reason(reasons: Reasons, found: Findings, k: int) -> str:
    need = reasons.snapshot.needs[int(found.rows[k])]
    n_good = int(found.n_good[k])
    reached = (
        ("no_candidate", found.n_allowed[k] == 0),
        ("no_place", need.places == 0 or found.n_with_place[k] == 0),
        ("barred_by_hand", found.n_open[k] == 0),
        ("below_minimum", n_good == 0),
        ("minimum_not_met", need.minimum > min(need.places, n_good)),
        ("held_by_rule", found.n_free[k] >= max(need.minimum, 1)),
    )
    return next((reason for reason, fits in reached if fits), "lost_competition")


def _last_rule(candidates: "Candidates | Kept", row: int) -> str | None:
    """Return the rule that barred the last offers; None where there was no offer at all."""
    barred = np.flatnonzero(np.diff(candidates.funnel[row]))
    return RULES[barred[-1]].value if len(barred) else None


def _losses(reasons: Reasons, found: Findings, k: int) -> tuple[Loss, ...]:
    """Return the best offers that went to others."""
    standing, row, losses = reasons.standing, int(found.rows[k]), []
    keys = reasons.arrays.needs.keys
    for column, score in zip(
        found.loss_columns[k].tolist(), found.loss_scores[k].tolist(), strict=True
    ):
        if column < 0:
            break
        rivals = tuple(
            Rival(keys[winner], standing.score(winner, column))
            for winner in standing.serving[column]
        )
        price = None if reasons.prices is None else float(reasons.prices[row, column])
        losses.append(
            Loss(
                offer=reasons.arrays.offers.keys[column],
                score=score,
                winners=rivals,
                behind=round(min(rival.score for rival in rivals) - score, 9),
                price=price if price is None or np.isfinite(price) else None,
            )
        )
    return tuple(losses)


def _proposed(reasons: Reasons, found: Findings) -> list[list[Proposal]]:
    """Return for each need of a block what one rule less would bring within reach."""
    proposed: list[list[Proposal]] = [[] for _ in found.rows]
    for k, position in np.argwhere(found.change_columns >= 0).tolist():
        row, column = int(found.rows[k]), int(found.change_columns[k, position])
        rule = RULES[position]
        case = Case(reasons.snapshot, reasons.settings, reasons.arrays, row, column)
        proposed[k].append(
            Proposal(
                row=row,
                column=column,
                rule=rule,
                remedy=remedy_for(rule, case),
                score=float(found.change_scores[k, position]),
                free=bool(found.change_free[k, position]),
            )
        )
    return proposed


def _changes_of_block(reasons: Reasons, found: Findings) -> list[tuple[Change, ...]]:
    """Relax one rule at a time; return what would bring an offer within reach of each need."""
    round_ = Round(
        reasons.snapshot, reasons.settings, reasons.standing, reasons.search.places_left()
    )
    proposed = _proposed(reasons, found)
    outcomes = iter(judged(round_, [one for own in proposed for one in own]))
    block = []
    for k, own in enumerate(proposed):
        changes = [_change(reasons, found, k, one, *next(outcomes)) for one in own]
        if found.lower_columns[k] >= 0:
            changes.append(_lower_minimum(reasons, round_, found, k))
        block.append(tuple(sorted(changes, key=lambda c: (not c.certain, -c.score, c.rule))))
    return block


def _change(
    reasons: Reasons, found: Findings, k: int, proposal: Proposal, score: float, certain: bool
) -> Change:
    remedy = proposal.remedy
    return Change(
        rule=proposal.rule.value,
        side=remedy.side,
        field=remedy.field,
        offer=reasons.arrays.offers.keys[proposal.column],
        score=score,
        offers=int(found.change_counts[k, RULES.index(proposal.rule)]),
        certain=certain,
        present=remedy.present,
        wanted=remedy.wanted,
    )


def _lower_minimum(reasons: Reasons, round_: Round, found: Findings, k: int) -> Change:
    score, column = float(found.lower_scores[k]), int(found.lower_columns[k])
    return Change(
        rule="minimum_score",
        side="round",
        field="minimum_score",
        offer=reasons.arrays.offers.keys[column],
        score=score,
        offers=int(found.lower_counts[k]),
        certain=lower_minimum_is_certain(round_, int(found.rows[k]), column, score),
        present=f"{reasons.settings.minimum_score:g}",
        wanted=f"{score:.9f}",
    )


def _nearest(reasons: Reasons, found: Findings, k: int) -> tuple[NearOffer, ...]:
    """Return the offers with the fewest rules against them, then the best score."""
    return tuple(
        NearOffer(
            offer=reasons.arrays.offers.keys[column],
            score=score,
            bars=tuple(rule.value for bit, rule in enumerate(RULES) if bars >> bit & 1),
        )
        for column, score, bars in zip(
            found.near_columns[k].tolist(),
            found.near_scores[k].tolist(),
            found.near_bars[k].tolist(),
            strict=True,
        )
        if column >= 0
    )
