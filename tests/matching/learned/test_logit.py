"""Conditional logit against its definition."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from matchmaker.matching.learned import logit


def likelihood(weights, terms, counts, ridge):
    """Return the penalised log likelihood, choice by choice."""
    total = 0.0
    for choice, count in zip(terms, counts, strict=True):
        worth = [float(candidate @ weights) for candidate in choice]
        total += count * (worth[0] - np.log(sum(np.exp(value) for value in worth)))
    return total - ridge * float(weights @ weights) / 2


@pytest.fixture
def choices():
    """Return 60 choices among 7, drawn from known weights."""
    rng = np.random.default_rng(5)
    terms = rng.normal(size=(60, 7, 3))
    best = (terms @ np.array([1.0, -0.5, 0.0]) + rng.gumbel(size=(60, 7))).argmax(axis=1)
    for choice, first in zip(terms, best, strict=True):
        choice[[0, first]] = choice[[first, 0]]
    return terms


def test_gradient_is_zero_at_the_optimum(choices):
    counts = np.linspace(0.5, 2, 60)
    found = logit.fit(choices, counts, ridge=1.0)
    slope = approx_fprime(found.weights, likelihood, 1e-6, choices, counts, 1.0)
    assert slope == pytest.approx(np.zeros(3), abs=1e-3)


def test_no_other_weights_are_likelier(choices):
    ones = np.ones(60)
    found = logit.fit(choices, ridge=1.0)
    best = likelihood(found.weights, choices, ones, 1.0)
    rng = np.random.default_rng(0)
    for step in rng.normal(scale=0.3, size=(200, 3)):
        assert likelihood(found.weights + step, choices, ones, 1.0) < best


def test_log_likelihood_is_told_without_the_ridge(choices):
    found = logit.fit(choices, ridge=1.0)
    assert found.log_likelihood == pytest.approx(
        likelihood(found.weights, choices, np.ones(60), 0.0), abs=1e-6
    )


def test_errors_are_roots_of_the_inverse_hessian(choices):
    found = logit.fit(choices, ridge=1.0)
    ones = np.ones(60)

    def slope(weights):
        return approx_fprime(weights, likelihood, 1e-5, choices, ones, 1.0)

    hessian = -np.array(
        [approx_fprime(found.weights, lambda w, k=k: slope(w)[k], 1e-3) for k in range(3)]
    )
    assert found.errors == pytest.approx(np.sqrt(np.diag(np.linalg.inv(hessian))), rel=1e-2)


def test_bound_holds_and_the_rest_is_fitted(choices):
    free = logit.fit(choices, ridge=1.0)
    held = logit.fit(choices, ridge=1.0, lowest=0.0)
    assert free.weights.min() < 0
    assert held.weights.min() == 0
    assert held.weights[0] > 0


def test_counting_twice_is_as_having_it_twice(choices):
    twice = logit.fit(np.concatenate([choices, choices]))
    counted = logit.fit(choices, 2.0)
    assert counted.weights == pytest.approx(twice.weights, abs=1e-4)
    assert counted.errors == pytest.approx(twice.errors, rel=1e-3)


def test_column_of_candidates_that_are_not_there_changes_nothing(choices):
    more = np.concatenate([choices, np.full((60, 2, 3), 9.0)], axis=1)
    there = np.ones((60, 9), dtype=bool)
    there[:, 7:] = False
    one, other = logit.fit(choices), logit.fit(more, there=there)
    assert other.weights == pytest.approx(one.weights, abs=1e-6)
    assert other.covariance == pytest.approx(one.covariance, abs=1e-6)


@pytest.mark.parametrize("there", [np.ones((60, 6), bool), np.zeros((60, 7), bool)])
def test_choice_without_the_one_chosen_is_refused(choices, there):
    with pytest.raises(ValueError, match="there"):
        logit.fit(choices, there=there)


@pytest.mark.parametrize(
    "terms", [np.zeros((0, 3, 2)), np.zeros((3, 2)), np.full((2, 2, 1), np.nan)]
)
def test_what_cannot_be_fitted_is_refused(terms):
    with pytest.raises(ValueError, match="terms"):
        logit.fit(terms)
