"""What HiGHS says is taken only where it holds in integers."""

import numpy as np
import pytest
import scipy.sparse as sp

from matchmaker.matching import TimeUp
from matchmaker.matching.engine import highs
from matchmaker.matching.engine.highs import Rows, maximise_rows
from matchmaker.matching.engine.model import UNLIMITED
from matchmaker.matching.engine.outcome import Deadline, Impossible
from tests.matching.programs import best_of, random_rows


def solved(rows, gain):
    try:
        x, bound = maximise_rows(rows, gain, Deadline())
    except Impossible:
        return None, None
    assert rows.hold(x)
    return int(gain @ x), bound


@pytest.mark.parametrize("largest", [10, 1000, 10**5, 10**6])
@pytest.mark.parametrize("seed", range(40))
def test_greatest_gain_is_that_of_looking_at_every_choice(seed, largest):
    rng = np.random.default_rng(seed)
    rows = random_rows(rng, largest)
    gain = rng.integers(-5, 10 ** int(rng.integers(1, 10)), rows.matrix.shape[1])
    best = best_of(rows, gain)
    assert solved(rows, gain) == (best, best)


def test_answer_that_meets_the_rows_only_within_a_tolerance_is_shut_out(monkeypatch):
    answers = []
    run = highs._run

    def noted(*arguments):
        result = run(*arguments)
        if result.x is not None:
            answers.append(arguments[0].hold(np.rint(result.x).astype(np.int64)))
        return result

    monkeypatch.setattr(highs, "_run", noted)
    for seed in range(200):
        rng = np.random.default_rng(seed)
        matrix = rng.integers(5 * 10**8, 10**9, (2, 6))
        high = matrix @ rng.integers(0, 2, 6) - rng.integers(0, 2, 2)
        low = np.full(2, -UNLIMITED)
        ends = np.zeros(6, dtype=np.int64), np.ones(6, dtype=np.int64)
        rows = Rows(sp.csr_array(matrix), low, high, *ends, np.ones(6, dtype=bool))
        solved(rows, rng.integers(1, 100, 6))
    assert not all(answers)


def test_row_that_no_choice_meets_is_impossible():
    rows = random_rows(np.random.default_rng(0), 10)
    with pytest.raises(Impossible):
        maximise_rows(
            Rows(rows.matrix, rows.high + 1000, rows.high + 2000, *_ends(rows)),
            np.ones(rows.matrix.shape[1], dtype=np.int64),
            Deadline(),
        )


def _ends(rows):
    return rows.variable_low, rows.variable_high, rows.decides


def test_bound_beyond_what_doubles_carry_is_not_called_exact():
    rows = random_rows(np.random.default_rng(3), 10)
    gain = np.array([2**60 + 1] + [0] * (rows.matrix.shape[1] - 1))
    free = Rows(rows.matrix * 0, rows.low * 0, rows.high * 0, *_ends(rows))
    x, bound = maximise_rows(free, gain * 1 + np.arange(len(gain)), Deadline())
    assert bound >= int((gain + np.arange(len(gain))) @ x)


def test_no_time_is_time_up():
    rows = random_rows(np.random.default_rng(0), 10)
    with pytest.raises(TimeUp):
        maximise_rows(rows, rows.high[:1].repeat(rows.matrix.shape[1]), Deadline.after(0))
