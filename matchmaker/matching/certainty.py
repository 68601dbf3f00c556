"""Whether a change would get an unmatched need served for certain, proven without solving again.

Let S be a best result, and let a change make more pairs possible, all of need i (the change is the
need's own) or all of offer j (it is the offer's). Demands other than places are left alone.

*The need's own.* S stays possible, and so does S with the pair (i, j) where j has a place left.
That serves one need more and scores more, so it is better under every policy. A result without i
was possible before and is no better than S. So every best result serves i.

*The offer's.* The difference between S and a best result without i splits into changes that could
be made to S one by one [1]_. Each that gains anything uses a new pair (r, j) of another need r, so
at most as many more places of j are taken as there are such needs. If j has more places left than
that, one is free for i, and the result without i was not best.

*The least score, lowered.* New pairs may be anywhere. At most as many more places of j are taken as
the needs with new pairs have places.

Rules, balances and a minimum of the need above one break these arguments; where the change is not
the need's own, so do minima of any need, needs that must be served, and the policy *fairest*. Then
nothing is called certain.

References
----------
.. [1] R. K. Ahuja, T. L. Magnanti and J. B. Orlin, "Network Flows", Prentice Hall, 1993, theorem
   3.7 (conformal decomposition). ISBN 978-0-13-617549-0
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.arrays import arrays_of
from matchmaker.matching.candidates import candidates, least_context
from matchmaker.matching.explain import SMALLEST, Standing
from matchmaker.matching.relaxing import RESCORED, Remedy
from matchmaker.matching.scoring import context_bounds, scores_of
from matchmaker.matching.settings import Settings
from matchmaker.matching.snapshot import Snapshot
from matchmaker.vocabulary import Bar, Policy

Array = NDArray[Any]

MOST_CELLS = 2_000_000
"""Pairs that are looked at, at most, to see which other needs a change of offers would attract."""


@dataclass(frozen=True)
class Proposal:
    """A change that could be put to somebody: this rule, for this need and this offer."""

    row: int
    column: int
    rule: Bar
    remedy: Remedy
    score: float
    """Before the change."""
    free: bool
    """The offer has a place left."""


@dataclass(frozen=True)
class Round:
    """What certainty is judged by."""

    snapshot: Snapshot
    settings: Settings
    standing: Standing
    left: Array
    """(n_offers,) places that serve nobody."""

    @property
    def least(self) -> float:
        """The least score that is good enough."""
        return max(self.settings.minimum_score, SMALLEST)


def judged(round_: Round, proposals: Sequence[Proposal]) -> list[tuple[float, bool]]:
    """Return for each proposal the score after the change, and whether it is certain to serve."""
    scores, lifted = _after(round_, proposals)
    open_ = [
        bool(_may_be_certain(round_, proposal) and lifted[k] and scores[k] >= round_.least)
        for k, proposal in enumerate(proposals)
    ]
    rivals = _rivals(round_, proposals, open_)
    return [
        (float(scores[k]), open_[k] and int(round_.left[proposal.column]) > rivals[k])
        for k, proposal in enumerate(proposals)
    ]


def lower_minimum_is_certain(round_: Round, row: int, column: int, score: float) -> bool:
    """Tell whether the least score, lowered to that of a pair, would get its need served."""
    if round_.settings.limits or round_.snapshot.needs[row].minimum > 1:
        return False
    if round_.standing.allowed is not None:
        return False  # other needs may have pairs of such scores that were not kept
    matrix = round_.standing.scores
    newly = (matrix.data >= score) & (matrix.data < round_.least)
    rows = np.unique(np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))[newly])
    others = round_.standing.arrays.needs.places[rows[rows != row]].sum()
    places = round_.snapshot.needs[row].places
    return bool(places > 0 and round_.left[column] > others and _is_flow(round_))


def _is_flow(round_: Round) -> bool:
    """Tell whether the round is a flow in a network, so that results differ by whole ways."""
    settings = round_.settings
    minima = any(need.minimum > 1 for need in round_.snapshot.needs)
    return settings.policy != Policy.FAIREST and not settings.must_serve and not minima


def _may_be_certain(round_: Round, proposal: Proposal) -> bool:
    need = round_.snapshot.needs[proposal.row]
    alone = not round_.settings.limits and need.minimum <= 1 and need.places > 0
    judgeable = proposal.remedy.side == "need" or _is_flow(round_)
    return alone and judgeable and proposal.free and proposal.remedy.enough


def _after(round_: Round, proposals: Sequence[Proposal]) -> tuple[Array, Array]:
    """Return score after each change, and whether the rule bars no more, shape (k,)."""
    scores = np.array([proposal.score for proposal in proposals])
    lifted = np.ones(len(proposals), dtype=bool)
    moved = [k for k, p in enumerate(proposals) if p.remedy.enough and p.remedy.field in RESCORED]
    if not moved:
        return scores, lifted
    needs = [replace(proposals[k].remedy.need, key=f"{k}") for k in moved]
    offers = [replace(proposals[k].remedy.offer, key=f"{k}") for k in moved]
    arrays = arrays_of(replace(round_.snapshot, needs=tuple(needs), offers=tuple(offers)))
    at = np.arange(len(moved))
    scores[moved] = scores_of(arrays, round_.settings, at, at)
    judged_by_context = np.array([proposals[k].rule == Bar.CONTEXT_MINIMUM for k in moved])
    if judged_by_context.any():
        low, high = context_bounds(arrays, round_.settings, at, at)
        bound = least_context(arrays, round_.settings, at)
        value = np.round(np.where(arrays.needs.known_helpers, low, high), 9)
        lifted[moved] = ~judged_by_context | (value >= bound)
    return scores, lifted


def _rivals(round_: Round, proposals: Sequence[Proposal], asked: list[bool]) -> list[int]:
    """Count the other needs that each change of an offer would attract; 0 for changes of needs."""
    counts = [0] * len(proposals)
    changed: dict[tuple[int, str, str], list[int]] = {}
    for k, proposal in enumerate(proposals):
        if asked[k] and proposal.remedy.side == "offer":
            remedy = proposal.remedy
            changed.setdefault((proposal.column, remedy.field, repr(remedy.offer)), []).append(k)
    if not changed:
        return counts
    groups = list(changed.values())
    if len(groups) * round_.standing.scores.shape[0] > MOST_CELLS:
        for k in (k for group in groups for k in group):
            counts[k] = int(round_.left[proposals[k].column])
        return counts
    attracted = _attracted(round_, [proposals[group[0]] for group in groups])
    for group, rows in zip(groups, attracted, strict=True):
        for k in group:
            counts[k] = int((rows != proposals[k].row).sum())
    return counts


def _attracted(round_: Round, proposals: list[Proposal]) -> list[Array]:
    """Return the needs for which each changed offer would be good, and was not or not as good."""
    offers = [replace(p.remedy.offer, key=f"{k}") for k, p in enumerate(proposals)]
    arrays = arrays_of(replace(round_.snapshot, offers=tuple(offers)))
    allowed = candidates(arrays, round_.settings).allowed
    by_hand = set(round_.settings.barred)
    needs, keys = arrays.needs.keys, round_.standing.arrays.offers.keys
    found = []
    for k, proposal in enumerate(proposals):
        rows = np.flatnonzero(allowed[:, k] & (arrays.needs.places > 0))
        scores = scores_of(arrays, round_.settings, rows, np.full(len(rows), k))
        before, had = round_.standing.needs_for(proposal.column)
        place = np.searchsorted(before, rows)
        as_good = np.zeros(len(rows), dtype=bool)
        inside = place < len(before)
        as_good[inside] = (before[place[inside]] == rows[inside]) & (
            had[place[inside]] == scores[inside]
        )
        free = [(needs[row], keys[proposal.column]) not in by_hand for row in rows.tolist()]
        found.append(rows[~as_good & (scores >= round_.least) & np.array(free, dtype=bool)])
    return found
