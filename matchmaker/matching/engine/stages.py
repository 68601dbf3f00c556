"""Needs served and total in one whole number: what coverage compares, exact in 64 bits."""

from dataclasses import dataclass

import numpy as np

from matchmaker.matching.engine.instance import Instance, Ints

LARGEST = 2**56
"""Codes of single ways stay below; sums of several ways still fit into 64 bits."""
MOST_SERVED = 3
"""A way passes the root once, and forcing adds a pair: so many needs more or less are served."""


@dataclass(frozen=True)
class Stages:
    """A code for what a way over the residual graph changes: needs served, then total.

    Codes compare as these changes do, one after the other, and add up. This is no large weight
    that loses precision: both changes have proven bounds, and where the code might not fit there
    is none.
    """

    served: int
    """What one need served counts; 0 where the policy does not count them."""
    most: int
    """No way has a code above this, or below its negative."""

    @classmethod
    def of(cls, instance: Instance) -> "Stages | None":
        """Return the code for ways over the residual graph of a choice; None where none fits.

        A way visits no node twice, so it holds fewer arcs than twice the smaller side and the
        root have together. Closing it takes one pair more.
        """
        longest = 2 * min(instance.n_needs, instance.n_offers) + 4
        largest = int(np.abs(instance.weight).max(initial=0)) * longest
        if instance.policy == "total":
            served, most = 0, largest
        else:
            served = 2 * largest + 1
            most = MOST_SERVED * served + largest
        return cls(served, most) if most < LARGEST else None

    def parts(self, code: Ints) -> tuple[Ints, Ints]:
        """Return the changes of the needs served and of the total that codes stand for."""
        if not self.served:
            return np.zeros_like(code), code
        # the total lies within half a step of either sign: round to the nearest
        served = (code + self.served // 2) // self.served
        return served, code - served * self.served
