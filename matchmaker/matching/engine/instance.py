"""An assignment problem as the routes see it: candidate pairs as a list, scores as integers."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.engine.rules import Rule

Ints = NDArray[np.signedinteger[Any]]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Instance:
    """A checked problem in canonical order; pairs sorted by need, then offer.

    Positions are ranks in the order of the keys, so that every route breaks ties by key.
    """

    n_needs: int
    n_offers: int
    need: Ints
    """(n_pairs,): rank of the need of each candidate pair."""
    offer: Ints
    weight: Ints
    """(n_pairs,): score in grid units."""
    good: Bools
    """(n_pairs,): the score is above 0 and not below the minimum."""
    locked: Bools
    barred: Bools
    need_places: Ints
    offer_places: Ints
    need_minimum: Ints
    must: Bools
    """(n_needs,): this need must be served."""
    rules: tuple[Rule, ...]
    policy: str
    units: float
    """Grid units in a score of 1."""
    stray_locks: tuple[tuple[int, int], ...] = ()
    """Locks on pairs that are not allowed."""
    need_order: Ints | None = None
    """(n_needs,): caller's position of each rank; None where they are the same."""
    offer_order: Ints | None = None
    left_out: "Instance | None" = None
    """The same problem with the pairs that no demand could call for, where any were left out."""

    @property
    def useful(self) -> Bools:
        """(n_pairs,): the pair counts as service: good enough, or locked."""
        return self.good | self.locked

    @property
    def needs_milp(self) -> bool:
        """Tell whether a rule or a minimum rules out the linear routes."""
        return bool(self.rules) or bool((self.need_minimum > 1).any())

    def keep(self, chosen: Bools | Ints) -> "Instance":
        """Return the same problem with the chosen pairs only."""
        return replace(
            self,
            need=self.need[chosen],
            offer=self.offer[chosen],
            weight=self.weight[chosen],
            good=self.good[chosen],
            locked=self.locked[chosen],
            barred=self.barred[chosen],
        )

    def usable(self) -> "Instance":
        """Return the problem without barred pairs; a minimum above the places leaves none."""
        reachable = np.where(self.need_minimum > self.need_places, 0, self.need_places)
        kept = self.keep(~self.barred) if self.barred.any() else self
        return replace(kept, need_places=reachable)

    def caller_need(self, rank: int) -> int:
        """Return the caller's position of a need."""
        return int(rank) if self.need_order is None else int(self.need_order[rank])

    def caller_offer(self, rank: int) -> int:
        """Return the caller's position of an offer."""
        return int(rank) if self.offer_order is None else int(self.offer_order[rank])

    def need_rank(self, position: int) -> int:
        """Return the rank of a need, given in the caller's position."""
        return _rank(self.need_order, position, self.n_needs, "need")

    def offer_rank(self, position: int) -> int:
        """Return the rank of an offer, given in the caller's position."""
        return _rank(self.offer_order, position, self.n_offers, "offer")

    def find(self, need: int, offer: int) -> int:
        """Return the place of a pair of ranks in the list, or -1 where it is not listed."""
        start, end = self.span_of(need)
        at = start + int(np.searchsorted(self.offer[start:end], self.offer.dtype.type(offer)))
        return at if at < end and self.offer[at] == offer else -1

    def whole(self) -> "Instance":
        """Return the problem with all pairs that were left out, listed again."""
        more = self.left_out
        if more is None:
            return self
        need, offer = (
            np.concatenate([getattr(self, side), getattr(more, side)]) for side in ("need", "offer")
        )
        by = np.lexsort((offer, need))
        both: dict[str, Any] = {
            name: np.concatenate([getattr(self, name), getattr(more, name)])[by]
            for name in ("weight", "good", "locked", "barred")
        }
        return replace(self, need=need[by], offer=offer[by], **both, left_out=None)

    def span_of(self, need: int) -> tuple[int, int]:
        """Return where the pairs of a need start and end in the list."""
        # bounds of the same type: others would have the whole list copied first
        bounds = np.array([need, need + 1], dtype=self.need.dtype)
        start, end = np.searchsorted(self.need, bounds)
        return int(start), int(end)

    def with_pair(self, need: int, offer: int) -> "Instance":
        """Return the problem with a pair that may have been left out, listed again."""
        at = -1 if self.left_out is None else self.left_out.find(need, offer)
        if at < 0 or self.left_out is None:
            return self
        start, end = self.span_of(need)
        place = int(start + np.searchsorted(self.offer[start:end], offer))
        more = self.left_out
        return replace(
            self,
            need=np.insert(self.need, place, more.need[at]),
            offer=np.insert(self.offer, place, more.offer[at]),
            weight=np.insert(self.weight, place, more.weight[at]),
            good=np.insert(self.good, place, more.good[at]),
            locked=np.insert(self.locked, place, more.locked[at]),
            barred=np.insert(self.barred, place, more.barred[at]),
        )


def _rank(order: Ints | None, position: int, length: int, name: str) -> int:
    """Return where a caller's position stands in the order of the keys."""
    if isinstance(position, bool) or not isinstance(position, (int, np.integer)):
        raise ValueError(f"{name} must be an integer position: {position!r}")
    if not 0 <= position < length:
        raise ValueError(f"{name} has position {position}, outside 0 to {length - 1}")
    return int(position) if order is None else int(np.flatnonzero(order == position)[0])
