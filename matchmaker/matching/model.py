"""A mixed-integer program in integers: rows, stages and certificates around HiGHS."""

from dataclasses import dataclass, field, fields
from math import floor, gcd

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from matchmaker.matching.infeasible import TimeUp
from matchmaker.matching.instance import Ints
from matchmaker.matching.outcome import Deadline, Impossible

EXACT = 2**53
OPTIMAL, TIME_IS_UP, INFEASIBLE, OTHER = 0, 1, 2, 4
UNLIMITED = 2**62

Terms = dict[int, int]


@dataclass(frozen=True)
class Stage:
    """A solution with the value of the stage and a proven upper bound of it."""

    x: Ints
    value: int
    bound: int

    @property
    def proven(self) -> bool:
        """Tell whether nothing greater exists."""
        return self.bound <= self.value


@dataclass
class Model:
    """Integer variables with bounds and rows low <= sum(coefficient x variable) <= high."""

    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)
    _row: list[NDArray[np.int64]] = field(default_factory=list)
    _column: list[NDArray[np.int64]] = field(default_factory=list)
    _value: list[NDArray[np.int64]] = field(default_factory=list)
    _row_low: list[int] = field(default_factory=list)
    _row_high: list[int] = field(default_factory=list)

    def copy(self) -> "Model":
        """Return a model with the same variables and rows, to be added to by itself."""
        return Model(*(list(getattr(self, part.name)) for part in fields(self)))

    def variables(self, count: int, low: int = 0, high: int = 1) -> Ints:
        """Add variables and return their numbers."""
        start = len(self.low)
        self.low.extend([low] * count)
        self.high.extend([high] * count)
        return np.arange(start, start + count)

    def rows(
        self, row: Ints, column: Ints, value: Ints, low: Ints | list[int], high: Ints | list[int]
    ) -> None:
        """Add several rows at once; `row` counts from 0."""
        self._row.append(np.asarray(row, dtype=np.int64) + len(self._row_low))
        self._column.append(np.asarray(column, dtype=np.int64))
        self._value.append(np.asarray(value, dtype=np.int64))
        self._row_low.extend(int(v) for v in low)
        self._row_high.extend(int(v) for v in high)

    def row(self, terms: Terms, low: int = -UNLIMITED, high: int = UNLIMITED) -> None:
        """Add one row."""
        columns = np.array(list(terms), dtype=np.int64)
        values = np.array(list(terms.values()), dtype=np.int64)
        self.rows(np.zeros(len(columns), dtype=np.int64), columns, values, [low], [high])

    def matrix(self) -> sp.csr_array:
        """Return the rows as an integer matrix."""
        if not self._row:
            return sp.csr_array((0, len(self.low)), dtype=np.int64)
        parts = (np.concatenate(part) for part in (self._row, self._column, self._value))
        row, column, value = parts
        shape = (len(self._row_low), len(self.low))
        return sp.csr_array((value, (row, column)), shape=shape)

    def feasible(self, x: Ints) -> bool:
        """Check a solution in integers."""
        sums = self.matrix() @ x
        inside = (sums >= np.array(self._row_low, dtype=np.int64)) & (
            sums <= np.array(self._row_high, dtype=np.int64)
        )
        return bool(inside.all() and (x >= self.low).all() and (x <= self.high).all())

    def maximise(self, terms: Terms, deadline: Deadline) -> Stage:
        """Return a solution of greatest value with its certificate.

        Raises
        ------
        Impossible
            If there is no solution.
        TimeUp
            If none was found in time.
        """
        deadline.check()
        gain = np.zeros(len(self.low), dtype=np.int64)
        gain[list(terms)] = list(terms.values())
        if not self.low:
            if not self.feasible(gain):
                raise Impossible
            return Stage(gain, 0, 0)
        for presolve in (True, False):
            stage = self._try(gain, deadline, presolve)
            if stage is not None:
                return stage
        raise ArithmeticError("the mixed-integer solver returned no solution that holds exactly")

    def _try(self, gain: Ints, deadline: Deadline, presolve: bool) -> Stage | None:
        """Run HiGHS once; None where its answer does not hold in integers."""
        divisor = gcd(*(int(v) for v in np.unique(np.abs(gain)))) or 1
        options: dict[str, float | bool] = {"mip_rel_gap": 0.0, "presolve": presolve}
        if deadline.left is not None:
            options["time_limit"] = max(deadline.left, 1e-3)
        constraints = LinearConstraint(
            self.matrix().astype(float), _open(self._row_low), _open(self._row_high)
        )
        result = milp(
            -(gain // divisor).astype(float),
            integrality=np.ones(len(gain)),
            bounds=Bounds(np.array(self.low, dtype=float), np.array(self.high, dtype=float)),
            constraints=constraints if self._row_low else None,
            options=options,
        )
        if result.status == INFEASIBLE or (
            result.status == OTHER and "nfeasible" in str(result.message) and result.x is None
        ):
            raise Impossible
        if result.x is None:
            if result.status == TIME_IS_UP:
                raise TimeUp("the time limit passed before a feasible result was found")
            return None
        x = np.rint(result.x).astype(np.int64)
        if not self.feasible(x):
            return None
        value = int(gain @ x)
        return Stage(x, value, max(value, divisor * _limit(result, value // divisor)))


def _limit(result: object, reached: int) -> int:
    """Return a whole upper bound from the solver's bound in doubles.

    A value is a whole number, so the floor of the bound is one as well; where doubles do not
    carry whole numbers any more, the next greater double is taken instead.
    """
    dual = getattr(result, "mip_dual_bound", None)
    if dual is None or not np.isfinite(dual):
        # no bound is known (stopped early), or the program had no integer left to branch on
        status = getattr(result, "status", OTHER)
        return reached if status == OPTIMAL else UNLIMITED
    upper = -float(dual)
    if abs(upper) >= EXACT:
        return int(np.nextafter(upper, np.inf))
    return floor(upper + 1e-6)


def _open(values: list[int]) -> NDArray[np.float64]:
    """Turn row bounds into doubles, unlimited ones into infinity."""
    bounds = np.array(values, dtype=float)
    bounds[bounds >= UNLIMITED] = np.inf
    bounds[bounds <= -UNLIMITED] = -np.inf
    return bounds
