"""One call of HiGHS: the answer as integers that hold exactly, and a bound that is safe to floor.

HiGHS works in doubles with tolerances [1]_: rows and integers hold to 1e-6, and two values that
differ by less than 1e-6 are the same to it. Here coefficients and objective are whole numbers, so
a rounded solution that passes the rows in int64 is exact, and one that does not is shut out and
the program is solved again. The bound is trusted to a share of its size that leaves the doubles
ten bits; beyond that the next whole number up is given, and the stage is not called proven.

.. [1] Q. Huangfu and J. A. J. Hall, "Parallelizing the dual revised simplex method", Math.
   Program. Comput. 10, 2018. doi:10.1007/s12532-017-0130-5
"""

from dataclasses import dataclass
from math import ceil, floor, isfinite
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from matchmaker.matching.engine.infeasible import TimeUp
from matchmaker.matching.engine.instance import Bools, Ints
from matchmaker.matching.engine.model import UNLIMITED
from matchmaker.matching.engine.outcome import Deadline, Impossible

OPTIMAL, TIME_IS_UP, INFEASIBLE, OTHER = 0, 1, 2, 4
CLOSE = 1e-6
"""Two whole numbers that HiGHS takes for one differ by less than this."""
TRUSTED = 2.0**-43
"""Share of its own size by which a bound of HiGHS may be off."""


@dataclass(frozen=True)
class Rows:
    """Whole rows low <= matrix @ x <= high over variables within bounds; binary ones decide."""

    matrix: sp.csr_array
    low: Ints
    high: Ints
    variable_low: Ints
    variable_high: Ints
    decides: Bools
    """(n_variables,): must be whole; the others are whole wherever these are."""

    def hold(self, x: Ints) -> bool:
        """Check a solution in integers."""
        sums = self.matrix @ x
        rows = ((sums >= self.low) & (sums <= self.high)).all()
        return bool(rows and ((x >= self.variable_low) & (x <= self.variable_high)).all())

    def without(self, x: Ints) -> "Rows":
        """Return the same rows and one more that shuts this choice of the binary ones out."""
        free = self.decides & (self.variable_low == 0) & (self.variable_high == 1)
        row = np.where(free, np.where(x > 0, -1, 1), 0)
        return Rows(
            sp.csr_array(sp.vstack([self.matrix, sp.csr_array(row[None, :])])),
            np.append(self.low, 1 - int((free & (x > 0)).sum())),
            np.append(self.high, UNLIMITED),
            self.variable_low,
            self.variable_high,
            self.decides,
        )


def maximise_rows(rows: Rows, gain: Ints, deadline: Deadline) -> tuple[Ints, int]:
    """Return a solution of greatest gain and a whole upper bound of the gain.

    Raises
    ------
    Impossible
        If there is no solution.
    TimeUp
        If none was found in time.
    """
    if not len(gain):
        if not rows.hold(gain):
            raise Impossible
        return gain, 0
    divisor = int(np.gcd.reduce(np.abs(gain))) or 1
    cost = -(gain // divisor)
    for presolve in _alternating():
        deadline.check()
        result = _run(rows, cost, presolve, deadline)
        if result.x is None:
            continue
        x = np.rint(result.x).astype(np.int64)
        if rows.hold(x):
            reached = int(gain @ x)
            return x, max(reached, divisor * _limit(result, reached // divisor))
        if not presolve:
            rows = rows.without(x)
    raise AssertionError("unreachable: the search for an exact solution does not end")


def _alternating() -> Any:
    """Yield whether to presolve: first with, then without, then again on a smaller program."""
    while True:
        yield True
        yield False


def _run(rows: Rows, cost: Ints, presolve: bool, deadline: Deadline) -> Any:
    """Call HiGHS once."""
    options: dict[str, float | bool] = {"mip_rel_gap": 0.0, "presolve": presolve}
    if deadline.left is not None:
        options["time_limit"] = max(deadline.left, 1e-3)
    constraints = LinearConstraint(rows.matrix.astype(float), opened(rows.low), opened(rows.high))
    result = milp(
        cost.astype(float),
        integrality=rows.decides.astype(int),
        bounds=Bounds(opened(rows.variable_low), opened(rows.variable_high)),
        constraints=constraints if len(rows.low) else None,
        options=options,
    )
    if result.status == INFEASIBLE or (
        result.status == OTHER and "nfeasible" in str(result.message) and result.x is None
    ):
        raise Impossible
    if result.x is None and result.status == TIME_IS_UP:
        raise TimeUp("the time limit passed before a feasible result was found")
    return result


def _limit(result: Any, reached: int) -> int:
    """Return a whole upper bound from the solver's bound in doubles."""
    dual = result.mip_dual_bound
    if dual is None or not isfinite(dual):
        # no bound is known (stopped early), or the program had no integer left to branch on
        return reached if result.status == OPTIMAL else UNLIMITED
    upper, doubt = -float(dual), abs(float(dual)) * TRUSTED
    if doubt < 0.25:
        return floor(upper + CLOSE + doubt)
    return ceil(upper + doubt)


def opened(values: Ints) -> NDArray[np.float64]:
    """Turn whole bounds into doubles, unlimited ones into infinity."""
    bounds = values.astype(float)
    bounds[values >= UNLIMITED] = np.inf
    bounds[values <= -UNLIMITED] = -np.inf
    return bounds
