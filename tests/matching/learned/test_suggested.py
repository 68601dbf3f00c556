"""Weights of the criteria from decisions: known ones come back, little evidence says nothing."""

import numpy as np
import pytest

from matchmaker.matching.learned.decisions import Decision
from matchmaker.matching.learned.suggested import (
    LEAST_DECISIONS,
    LEAST_TOWNS,
    Outcome,
    suggest,
    whole_percent,
)

PRESENT = {"expertise": 0.5, "context": 0.25, "availability": 0.25}
TRUE = np.array([0.2, 0.5, 0.3])


def decided(n, seed=0, weights=TRUE, closely=15.0, n_towns=40, values=None):
    """Return decisions of people who choose by these weights, among 3 to 9 offers."""
    rng = np.random.default_rng(seed)
    found = []
    for k in range(n):
        offers = rng.random((int(rng.integers(3, 10)), 3))
        if values is not None:
            offers = values(offers, rng)
        worth = closely * np.nan_to_num(offers, nan=0.5) @ weights + rng.gumbel(size=len(offers))
        best = int(worth.argmax())
        offers[[0, best]] = offers[[best, 0]]
        found.append(Decision("project", f"town {k % n_towns}", offers))
    return found


def shares(suggestion):
    """Return suggested weights and their errors."""
    return np.array([*suggestion.percent.values()]) / 100, np.array([*suggestion.errors.values()])


def test_known_weights_come_back_within_their_errors():
    found = suggest(decided(600), PRESENT)
    weights, errors = shares(found)
    assert found.outcome == Outcome.SUGGESTED
    assert (found.n_decisions, found.n_towns) == (600, 40)
    assert (np.abs(weights - TRUE) < 2.5 * errors + 0.005).all()
    assert (errors < 0.03).all()


def test_errors_are_as_wide_as_the_weights_scatter():
    found = [shares(suggest(decided(300, seed), PRESENT)) for seed in range(60)]
    weights, errors = (np.array(values) for values in zip(*found, strict=True))
    scatter = (weights - TRUE).std(axis=0)
    assert errors.mean(axis=0) == pytest.approx(scatter, rel=0.3)
    assert weights.mean(axis=0) == pytest.approx(TRUE, abs=0.01)


def test_suggested_weights_are_whole_percent_that_sum_to_a_hundred():
    for seed in range(10):
        found = suggest(decided(200, seed), PRESENT)
        assert sum(found.percent.values()) == 100
        assert min(found.percent.values()) >= 0


def test_criterion_that_people_choose_against_weighs_nothing():
    found = suggest(decided(400, weights=np.array([0.6, 0.6, -0.2])), PRESENT)
    assert found.percent["availability"] == 0
    assert found.errors["availability"] > 0


def test_present_weights_are_told_from_others_only_where_people_chose_otherwise():
    otherwise = suggest(decided(600), PRESENT)
    likewise = suggest(decided(600, weights=np.array([*PRESENT.values()])), PRESENT)
    assert otherwise.chance < 0.001 < 0.05 < likewise.chance


@pytest.mark.parametrize(
    ("n", "n_towns"), [(0, 1), (LEAST_DECISIONS - 1, 20), (LEAST_DECISIONS * 3, LEAST_TOWNS - 1)]
)
def test_too_few_decisions_or_towns_say_nothing(n, n_towns):
    found = suggest(decided(n, n_towns=n_towns), PRESENT)
    assert found.outcome == Outcome.TOO_FEW
    assert found.percent is None and found.errors is None
    assert found.n_decisions == n


def test_choices_at_random_say_nothing():
    found = suggest(decided(60, closely=0.0), PRESENT)
    assert found.outcome == Outcome.UNCLEAR
    assert found.percent is None


def test_offers_that_differ_in_one_criterion_only_say_nothing():
    def alike(offers, rng):
        return offers * np.array([1.0, 0.0, 0.0])

    assert suggest(decided(100, values=alike), PRESENT).outcome == Outcome.ALIKE


def test_criterion_that_never_differs_keeps_its_present_weight():
    def same_context(offers, rng):
        offers[:, 1] = rng.random()
        return offers

    found = suggest(decided(500, values=same_context), PRESENT)
    assert found.kept == ("context",)
    assert found.percent["context"] == 25
    assert found.errors["context"] == 0.0
    weights, errors = shares(found)
    expected = 0.75 * TRUE[[0, 2]] / TRUE[[0, 2]].sum()
    assert (np.abs(weights[[0, 2]] - expected) < 2.5 * errors[[0, 2]] + 0.005).all()


def test_value_not_known_counts_as_the_mean_of_the_others():
    def some_unknown(offers, rng):
        offers[rng.random(offers.shape) < 0.3] = np.nan
        return offers

    found = suggest(decided(800, values=some_unknown), PRESENT)
    weights, _ = shares(found)
    assert weights == pytest.approx(TRUE, abs=0.06)


def test_order_of_the_decisions_does_not_matter():
    one = decided(200)
    assert suggest(one, PRESENT).percent == suggest(one[::-1], PRESENT).percent


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ([1 / 3, 1 / 3, 1 / 3], [34, 33, 33]),
        ([0.295, 0.295, 0.41], [30, 29, 41]),
        ([1.0, 0.0, 0.0], [100, 0, 0]),
        ([0.29, 0.57, 0.14], [29, 57, 14]),
    ],
)
def test_weights_are_rounded_by_the_largest_remainders(weights, expected):
    assert whole_percent(np.array(weights)) == expected
