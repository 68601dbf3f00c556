"""Solving by way of the relaxation gives what solving at once gives, also far from zero."""

import numpy as np
import pytest

from matchmaker.matching import GroupRule, Infeasible, assign
from matchmaker.matching.engine import integer
from matchmaker.matching.engine.model import Model, Terms
from matchmaker.matching.engine.outcome import Deadline, Impossible
from matchmaker.matching.engine.shifted import TooLarge, any_solution, maximise_shifted
from tests.matching.programs import best_of, random_rows


def as_model(rows):
    model = Model()
    columns = model.variables(rows.matrix.shape[1])
    entries = rows.matrix.tocoo()
    terms = Terms(columns[entries.col], entries.data)
    model.rows(entries.row, terms, rows.low, rows.high, len(rows.low))
    model.sifted, model.liking = columns, np.arange(len(columns))
    return model


def shifted(rows, gain):
    try:
        stage = maximise_shifted(as_model(rows), gain, Deadline())
    except Impossible:
        return None, None
    assert rows.hold(stage.x)
    assert stage.value == int(gain @ stage.x)
    return stage.value, stage.bound


@pytest.mark.parametrize("seed", range(150))
def test_greatest_gain_is_that_of_looking_at_every_choice(seed):
    rng = np.random.default_rng(seed)
    rows = random_rows(rng, int(rng.choice([2, 10, 1000])))
    gain = rng.integers(-5, 10 ** int(rng.integers(1, 10)), rows.matrix.shape[1])
    best = best_of(rows, gain)
    assert shifted(rows, gain) == (best, best)


@pytest.mark.parametrize("seed", range(60))
def test_common_part_far_beyond_the_doubles_hides_no_difference(seed):
    rng = np.random.default_rng(seed)
    rows = random_rows(rng, 3)
    size = rows.matrix.shape[1]
    # every solution has as many ones, so a common part changes no order of the solutions
    ones = int(rng.integers(1, size))
    model = as_model(rows)
    model.row(Terms.of(np.arange(size)), low=ones, high=ones)
    gain = rng.integers(0, 1000, size)
    try:
        plain = maximise_shifted(model, gain, Deadline())
    except Impossible:
        return
    far = maximise_shifted(model, gain + 2**51, Deadline())
    assert far.value - 2**51 * ones == plain.value == plain.bound
    assert far.bound == far.value


def test_sums_that_64_bits_do_not_hold_are_refused():
    rows = random_rows(np.random.default_rng(2), 10)
    gain = np.full(rows.matrix.shape[1], 2**62)
    with pytest.raises(TooLarge):
        maximise_shifted(as_model(rows), gain, Deadline())


def test_large_program_goes_by_way_of_the_relaxation(monkeypatch):
    taken = []
    inner = integer.maximise_shifted
    monkeypatch.setattr(integer, "maximise_shifted", lambda *a: taken.append(1) or inner(*a))
    model = Model()
    columns = model.variables(integer.FEW_VARIABLES + 1)
    model.row(Terms.of(columns), high=7)
    assert integer.maximise(model, Terms.of(columns), Deadline()).value == 7
    assert taken


def test_rows_that_not_even_fractions_meet_are_refused_and_others_never():
    refused = solved = 0
    for seed in range(300):
        rows = random_rows(np.random.default_rng(seed), 10)
        gain = np.zeros(rows.matrix.shape[1], dtype=np.int64)
        try:
            x = any_solution(as_model(rows), Deadline())
        except Impossible:
            refused += 1
            assert best_of(rows, gain) is None, seed
        else:
            solved += x is not None
            assert x is None or rows.hold(x), seed
    assert refused > 5 and solved > 5


def test_solution_is_found_among_few_of_many_variables():
    model = Model()
    columns = model.variables(2000)
    model.sifted, model.liking = columns, np.zeros(2000)
    # halves of three variables would do; in whole numbers it takes two of them
    for pair in ((0, 1), (1, 2), (0, 2)):
        model.row(Terms.of(columns[list(pair)]), low=1)
    model.row(Terms.of(columns), high=2)
    x = any_solution(model, Deadline())
    assert x.sum() == 2 and x[:3].sum() == 2


def test_floor_and_cap_that_cross_are_named_without_a_search_for_pairs():
    n = 120
    rules = [
        GroupRule(needs=range(n // 2), offers=range(n // 2), at_least=n // 4),
        GroupRule(needs=range(n), offers=range(n // 2), at_most=n // 8),
        GroupRule(offers=range(n // 3, n), at_most=n),
    ]
    with pytest.raises(Infeasible) as caught:
        assign(np.random.default_rng(0).random((n, n)), rules=rules)
    assert caught.value.conflicts == [("rule", 0), ("rule", 1)]
    assert caught.value.irreducible and caught.value.smallest
