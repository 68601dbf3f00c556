"""Which way a program in integers is solved: at once, or by way of its linear relaxation."""

from contextlib import suppress

import numpy as np

from matchmaker.matching.engine.highs import Rows, maximise_rows
from matchmaker.matching.engine.model import Model, Stage, Terms
from matchmaker.matching.engine.outcome import Deadline, Impossible
from matchmaker.matching.engine.shifted import TooLarge, any_solution, maximise_shifted

FEW_VARIABLES = 400
SMALL_VALUES = 2.0**40
"""Values up to this size are carried by doubles with room for all that is done to them."""


def maximise(model: Model, terms: Terms, deadline: Deadline) -> Stage:
    """Return a solution of greatest value with its certificate.

    Raises
    ------
    Impossible
        If there is no solution.
    TimeUp
        If none was found in time.
    """
    deadline.check()
    gain = terms.dense(len(model.low))
    low, high = model.limits()
    if (low > high).any() or (model.low > model.high).any():
        raise Impossible
    small = len(gain) <= FEW_VARIABLES and float(np.abs(gain).sum(dtype=float)) <= SMALL_VALUES
    if gain.any() and not small:
        try:
            return maximise_shifted(model, gain, deadline)
        except TooLarge:
            pass
    if not gain.any() and len(gain) > FEW_VARIABLES:
        with suppress(TooLarge):
            x = any_solution(model, deadline)
            if x is not None:
                return Stage(x, 0, 0)
    rows = Rows(model.matrix(), low, high, model.low, model.high, np.ones(len(gain), dtype=bool))
    x, bound = maximise_rows(rows, gain, deadline)
    return Stage(x, int(gain @ x), bound)
