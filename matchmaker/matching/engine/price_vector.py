"""What a change costs, in the order in which a policy compares results."""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.engine.instance import Bools, Ints
from matchmaker.matching.engine.outcome import Value
from matchmaker.matching.engine.stages import Stages
from matchmaker.matching.engine.ways import FAR


@dataclass(frozen=True)
class PriceVector:
    """A price under any policy, read from the first number that is not 0.

    A policy compares results by one number after the other, so a price does too: (served 1,
    total -0.3) says that one need fewer is served, however much the total rises by it. Below the
    first number that is not 0 the others tell what comes with it and may have either sign.

    Attributes
    ----------
    total : float
        Total lost, in score units; inf where no result would remain.
    served : int or None
        Needs served less; None under the policy total, which does not count them.
    worst_off : float or None
        Under fairest, how much lower the lowest served value is; inf where nobody is served any
        more, -inf where nobody was.
    level : float or None
        Under fairest, how much lower the first of the ascending served values is that differs;
        0.0 where the served values are the same. This is what fairest compares after `served`,
        for the worst-off may be as well off as before and the next one not.

    Examples
    --------
    >>> PriceVector(total=-0.25, served=1).positive
    True
    """

    total: float
    served: int | None = None
    worst_off: float | None = None
    level: float | None = None

    @property
    def possible(self) -> bool:
        """Tell whether a result remains."""
        return self.total < inf

    @property
    def compared(self) -> tuple[float, ...]:
        """Return the numbers in the order in which the policy compares them."""
        return tuple(n for n in (self.served, self.level, self.total) if n is not None)

    @property
    def free(self) -> bool:
        """Tell whether the result is as good as before."""
        return not any(self.compared)

    @property
    def positive(self) -> bool:
        """Tell whether the result is worse than before."""
        return self.compared > (0,) * len(self.compared)


def price_between(policy: str, before: Value, after: Value | None, units: float) -> PriceVector:
    """Return what is lost from one objective to another, both in grid units.

    `after` is None where no result remains.
    """
    if after is None:
        return no_result(policy)
    total = (before[-1] - after[-1]) / units
    if policy == "total":
        return PriceVector(total)
    served = before[0] - after[0]
    if policy == "coverage":
        return PriceVector(total, served)
    lowest = [levels[0] / units if levels else inf for levels in (before[1], after[1])]
    worst_off = 0.0 if lowest[0] == lowest[1] else _less(*lowest)
    steps = (b - a for b, a in zip(before[1], after[1], strict=False) if a != b)
    return PriceVector(total, served, worst_off, next(steps, 0) / units)


def _less(before: float, after: float) -> float:
    """Return how much lower a value is; nobody served (inf) is the worst there is."""
    if after == inf:
        return inf
    return -inf if before == inf else before - after


def no_result(policy: str) -> PriceVector:
    """Return the price of a change after which no result remains."""
    if policy == "total":
        return PriceVector(inf)
    return PriceVector(inf, 0) if policy == "coverage" else PriceVector(inf, 0, 0.0, 0.0)


@dataclass(frozen=True, eq=False)
class PriceVectors:
    """Prices of many changes under the policies total and coverage.

    Attributes
    ----------
    total : ndarray of float, shape (n,)
        As in `PriceVector`, one entry per change.
    served : ndarray of int, shape (n,), or None
    """

    total: NDArray[np.float64]
    served: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        """Return the number of changes."""
        return len(self.total)

    def __getitem__(self, at: int) -> PriceVector:
        """Return the price of one change."""
        served = None if self.served is None else int(self.served[at])
        return PriceVector(float(self.total[at]), served)

    @classmethod
    def of_codes(cls, codes: Ints, stages: Stages, units: float) -> "PriceVectors":
        """Read coded losses; `FAR` is no result."""
        possible = codes < FAR
        served, total = stages.parts(np.where(possible, codes, 0))
        return cls.of_parts(total, served if stages.served else None, possible, units)

    @classmethod
    def of_parts(
        cls, total: Ints, served: Ints | None, possible: Bools, units: float
    ) -> "PriceVectors":
        """Turn losses in grid units into prices; inf where no result remains."""
        # + 0.0 makes a plain 0 of -0.0
        return cls(np.where(possible, total / units, np.inf) + 0.0, served)
