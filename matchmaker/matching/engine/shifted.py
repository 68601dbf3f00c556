"""Greatest value of a program, by way of its linear relaxation in whole numbers.

Let y be any whole multipliers of the rows, of the sign each row allows. Then

    value(x) = top - sum |rest_j| * (steps of x_j from its better bound)
                   - sum |y_r| * (room left in row r)

with rest = gain - y @ matrix and `top` a whole number: a bound of every value, whatever y is
[1]_. The multipliers are those of the linear program, rounded; the program is first made of the
likely variables and grows by those whose rest is above 0 [2]_. A solution whose value is to lie
within `reach` of the top can take no step that costs more, so only the variables with a small rest
stay open, and what is left to decide has small numbers: HiGHS gets the difference from the top as
its objective, never the total. If the best of the small program lies within reach, it is the best
of all; else the reach is widened to where it lies, once.

.. [1] A. Neumaier and O. Shcherbina, "Safe bounds in linear and mixed-integer linear
   programming", Math. Program. 99, 2004. doi:10.1007/s10107-003-0433-3
.. [2] L. R. Ford and D. R. Fulkerson, "A suggested computation for maximal multi-commodity
   network flows", Manage. Sci. 5, 1958. doi:10.1287/mnsc.5.1.97
"""

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import linprog

from matchmaker.matching.engine.highs import Rows, maximise_rows, opened
from matchmaker.matching.engine.infeasible import TimeUp
from matchmaker.matching.engine.instance import Bools, Ints
from matchmaker.matching.engine.model import UNLIMITED, Model, Stage
from matchmaker.matching.engine.outcome import Deadline, Impossible

LIKELY = 8
"""Likely variables of each row that the linear program begins with."""
MOST_GROWTHS = 40
FINENESS = 2**20
"""Multipliers are rounded to this share of the greatest gain, where that is finer than 1."""
PENALTY = 8.0
"""What a unit of a row not met costs in the linear program, in greatest gains."""
LARGEST = 2.0**61
REACH_VARIABLES = 3
"""Variables per row that the first reach leaves open."""
WIDER, MOST_WIDER = 16, 3


class TooLarge(Exception):
    """The numbers of the program do not fit into 64 bits."""


@dataclass(frozen=True)
class Top:
    """What the multipliers prove of a program: see the formula above."""

    factor: int
    """Everything here counts in steps of 1 / factor of a gain."""
    rest: Ints
    multiplier: Ints
    value: int
    """No solution has a greater value (in steps)."""


def maximise_shifted(model: Model, gain: Ints, deadline: Deadline) -> Stage:
    """Return a solution of greatest gain with its certificate.

    Raises
    ------
    Impossible
        If there is no solution.
    TimeUp
        If none was found in time.
    TooLarge
        If 64 bits do not hold the sums.
    """
    matrix = model.matrix()
    low, high = model.limits()
    rows = Rows(matrix, low, high, model.low, model.high, np.ones(len(gain), dtype=bool))
    multipliers, guess, met, _ = _relax(rows, gain, _likely(model, rows, gain), deadline)
    if not met:
        any_solution(model, deadline)
    top = _top(rows, gain, multipliers)
    step = top.factor * (int(np.gcd.reduce(np.abs(gain))) or 1)
    highest = top.value // step * step
    if guess is not None and rows.hold(guess) and int(gain @ guess) * top.factor >= highest:
        return Stage(guess, int(gain @ guess), int(gain @ guess))
    return _within_reach(rows, gain, top, highest, deadline)


def any_solution(model: Model, deadline: Deadline) -> Ints | None:
    """Return a solution of the variables that the linear relaxation takes up, None without one.

    Raises
    ------
    Impossible
        If whole multipliers of the rows prove that not even fractions meet them all: with no gain
        to be had, the bound of the value, which is 0 for every solution, lies below 0 (the lemma
        of Farkas).
    """
    matrix = model.matrix()
    low, high = model.limits()
    nothing = np.zeros(len(model.low), dtype=np.int64)
    rows = Rows(matrix, low, high, model.low, model.high, np.ones(len(nothing), dtype=bool))
    likely = _likely(model, rows, nothing)
    multipliers, guess, met, at = _relax(rows, nothing, likely, deadline)
    if not met and _top(rows, nothing, multipliers).value < 0:
        raise Impossible
    if guess is not None and rows.hold(guess):
        return guess
    if not met or len(at) * 2 > len(nothing):
        return None
    found = rows.variable_low.copy()
    found[at] = 0
    moved = rows.matrix @ found
    some = Rows(
        rows.matrix[:, at],
        np.where(low > -UNLIMITED, low - moved, low),
        np.where(high < UNLIMITED, high - moved, high),
        model.low[at],
        model.high[at],
        rows.decides[at],
    )
    with suppress(Impossible):
        found[at] = maximise_rows(some, nothing[at], deadline)[0]
        return found
    return None


def _within_reach(rows: Rows, gain: Ints, top: Top, highest: int, deadline: Deadline) -> Stage:
    """Solve over what can be part of a value near the top, and widen until that is proof."""
    longest = max(int(abs(rows.matrix).sum(axis=1).max()), 1) if len(rows.low) else 1
    greatest = int(max(np.abs(top.rest).max(initial=0), np.abs(top.multiplier).max(initial=0)))
    everything = greatest * longest
    reach = min(_first_reach(top, len(rows.low)), everything)
    best: Stage | None = None
    tries = 0
    while True:
        try:
            x, value, bound = _nearby(rows, gain, top, reach, deadline)
        except Impossible:
            if reach >= everything:
                raise
            tries += 1
            reach = min(max(reach, 1) * WIDER, everything) if tries < MOST_WIDER else everything
            continue
        except TimeUp:
            if best is None:
                raise
            return best
        # what the small program leaves out lies more than the reach below the top
        outside = (top.value - reach - 1) // top.factor
        bound = min(max(bound, outside), highest // top.factor)
        if best is None or value > best.value:
            best = Stage(x, value, bound)
        if value >= outside or bound <= value or deadline.passed:
            return Stage(best.x, best.value, max(bound, best.value))
        reach = top.value - value * top.factor


def _first_reach(top: Top, n_rows: int) -> int:
    """Return a reach that leaves some variables per row open."""
    size = np.abs(top.rest)
    count = REACH_VARIABLES * n_rows + 500
    return int(size.max(initial=0) if len(size) <= count else np.partition(size, count)[count])


def _nearby(
    rows: Rows, gain: Ints, top: Top, reach: int, deadline: Deadline
) -> tuple[Ints, int, int]:
    """Return the best solution whose every step from the top costs no more than the reach."""
    size = np.abs(top.rest)
    down = top.rest > 0
    better = np.where(down, rows.variable_high, rows.variable_low)
    open_ = np.flatnonzero(size <= reach)
    step = np.where(down[open_], -1, 1)
    moved = rows.matrix @ better
    low = np.where(rows.low > -UNLIMITED, rows.low - moved, rows.low)
    high = np.where(rows.high < UNLIMITED, rows.high - moved, rows.high)
    priced = np.flatnonzero(top.multiplier)
    most = np.minimum(reach // np.abs(top.multiplier[priced]), high[priced] - low[priced])
    up = top.multiplier[priced] > 0
    # a row with a price is met up to the room that the reach allows: its edge = sum + or - room
    low[priced] = high[priced] = np.where(up, high[priced], low[priced])
    roomy = most > 0
    n_rooms = int(roomy.sum())
    room = sp.csr_array(
        (np.where(up[roomy], 1, -1), (priced[roomy], np.arange(n_rooms))),
        shape=(len(low), n_rooms),
    )
    steps = rows.matrix[:, open_] * step[None, :]
    spans = (rows.variable_high - rows.variable_low)[open_]
    small = Rows(
        sp.csr_array(sp.hstack([steps, room])),
        low,
        high,
        np.zeros(len(open_) + n_rooms, dtype=np.int64),
        np.concatenate([spans, most[roomy]]),
        np.arange(len(open_) + n_rooms) < len(open_),
    )
    loss = np.concatenate([size[open_], np.abs(top.multiplier[priced][roomy])])
    taken, least = maximise_rows(small, -loss, deadline)
    found = better.copy()
    found[open_] += step * taken[: len(open_)]
    assert rows.hold(found)
    return found, int(gain @ found), (top.value + least) // top.factor


def _likely(model: Model, rows: Rows, gain: Ints) -> Bools:
    """Mark the variables to begin with: those that are few, and the likeliest of each row."""
    chosen = np.ones(len(gain), dtype=bool)
    chosen[model.sifted] = False
    chosen[model.low > 0] = True
    best_first = model.sifted[np.lexsort((model.liking, gain[model.sifted]))][::-1]
    best_first = best_first[~chosen[best_first]]
    # by columns in this order and back to rows: the entries of each row come best first
    ordered = rows.matrix.tocsc()[:, best_first].tocsr()
    ordered.sort_indices()
    place = np.arange(ordered.nnz) - np.repeat(ordered.indptr[:-1], np.diff(ordered.indptr))
    chosen[best_first[ordered.indices[place < LIKELY]]] = True
    return chosen


def _relax(
    rows: Rows, gain: Ints, chosen: Bools, deadline: Deadline
) -> tuple[NDArray[np.float64], Ints | None, bool, Ints]:
    """Return multipliers of the linear program, in gains, and its solution where that is whole.

    Then whether fractions meet all rows, and which variables the program was made of in the end.
    """
    scale = float(np.abs(gain).max(initial=0)) or 1.0
    transposed = rows.matrix.T.tocsr()
    for _ in range(MOST_GROWTHS):
        at = np.flatnonzero(chosen)
        values, multipliers, met = _linear(rows, gain, at, scale, deadline)
        rest = gain - transposed @ multipliers
        missing = (rest > 1e-9 * scale) & ~chosen & (rows.variable_high > rows.variable_low)
        if not missing.any():
            break
        chosen = chosen | _steepest(rows, rest, missing)
    whole = rows.variable_low.copy()
    whole[at] = np.rint(values)
    near = met and bool((np.abs(values - np.rint(values)) < 1e-6).all())
    return multipliers, whole if near else None, met, at


def _steepest(rows: Rows, rest: NDArray[np.float64], missing: Bools) -> Bools:
    """Mark the missing variables of greatest rest, a few for each row."""
    entries = rows.matrix[:, np.flatnonzero(missing)].tocoo()
    column = np.flatnonzero(missing)[entries.col]
    order = np.lexsort((-rest[column], entries.row))
    row, column = entries.row[order], column[order]
    place = np.arange(len(row)) - np.searchsorted(row, row)
    marked = np.zeros(len(rest), dtype=bool)
    marked[column[place < LIKELY]] = True
    return marked if marked.any() else missing


def _linear(
    rows: Rows, gain: Ints, at: Ints, scale: float, deadline: Deadline
) -> tuple[NDArray[np.float64], NDArray[np.float64], bool]:
    """Solve the linear program over some variables; the others stay at their lower bound.

    Rows that the lower bounds alone do not meet may be missed at a price, so that there is
    always a solution; the last value returned says whether all rows are met.
    """
    matrix = rows.matrix[:, at].astype(float)
    others = rows.variable_low.copy()
    others[at] = 0
    moved = rows.matrix @ others
    low, high = opened(rows.low) - moved, opened(rows.high) - moved
    start = matrix @ rows.variable_low[at].astype(float)
    upper, lower = np.flatnonzero(np.isfinite(high)), np.flatnonzero(np.isfinite(low))
    over, under = start[upper] > high[upper], start[lower] < low[lower]
    missed = np.flatnonzero(np.concatenate([over, under]))
    spare = sp.csr_array(
        (-np.ones(len(missed)), (missed, np.arange(len(missed)))),
        shape=(len(upper) + len(lower), len(missed)),
    )
    options = {} if deadline.left is None else {"time_limit": max(deadline.left, 1e-3)}
    result = linprog(
        np.concatenate([-gain[at] / scale, np.full(len(missed), PENALTY)]),
        A_ub=sp.hstack([sp.vstack([matrix[upper], -matrix[lower]]), spare]).tocsr(),
        b_ub=np.concatenate([high[upper], -low[lower]]),
        bounds=np.column_stack(
            [
                np.concatenate([rows.variable_low[at], np.zeros(len(missed))]),
                np.concatenate([rows.variable_high[at], np.full(len(missed), np.inf)]),
            ]
        ),
        method="highs",
        options=options,
    )
    if result.x is None or result.status != 0:
        raise TimeUp("the time limit passed before a feasible result was found")
    price = -result.ineqlin.marginals * scale
    multipliers = np.zeros(len(low))
    multipliers[upper] += price[: len(upper)]
    multipliers[lower] -= price[len(upper) :]
    return result.x[: len(at)], multipliers, bool((result.x[len(at) :] < 1e-6).all())


def _top(rows: Rows, gain: Ints, multipliers: NDArray[np.float64]) -> Top:
    """Round the multipliers and sum up what they prove."""
    factor = max(FINENESS // max(int(np.abs(gain).max(initial=0)), 1), 1)
    if float(np.abs(multipliers * factor).max(initial=0.0)) > LARGEST:
        raise TooLarge
    multiplier = np.rint(multipliers * factor).astype(np.int64)
    multiplier[(multiplier > 0) & (rows.high >= UNLIMITED)] = 0
    multiplier[(multiplier < 0) & (rows.low <= -UNLIMITED)] = 0
    edge = np.where(multiplier > 0, rows.high, np.where(multiplier < 0, rows.low, 0))
    across = abs(rows.matrix).astype(float).T @ np.abs(multiplier).astype(float)
    if float((np.abs(gain).astype(float) * factor + across).max(initial=0)) > LARGEST:
        raise TooLarge
    rest = gain * factor - rows.matrix.T.tocsr() @ multiplier
    ends = np.maximum(rest * rows.variable_high, rest * rows.variable_low)
    parts = np.concatenate([multiplier.astype(float) * edge, ends.astype(float)])
    if float(np.abs(parts).sum()) > LARGEST:
        raise TooLarge
    return Top(factor, rest, multiplier, int(multiplier @ edge) + int(ends.sum()))
