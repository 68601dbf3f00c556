"""An assignment problem as the routes see it: candidate pairs as a list, scores as integers."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.rules import Rule

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

    @property
    def useful(self) -> Bools:
        """(n_pairs,): the pair counts as service: good enough, or locked."""
        return self.good | self.locked

    @property
    def worth(self) -> Ints:
        """(n_pairs,): what a pair adds while choosing: a pair not good enough adds nothing."""
        if self.useful.all():
            return self.weight
        return np.where(self.useful, self.weight, np.minimum(self.weight, 0))

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
