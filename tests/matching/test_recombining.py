"""Parts once, weighed again and again: the same scores as the round computes."""

import numpy as np
import pytest

from matchmaker.matching.pipeline import prepare
from matchmaker.matching.recombining import CODES, Facts, PartTable
from matchmaker.matching.scoring import score_pairs
from matchmaker.vocabulary import Part
from tests.matching.random_rounds import random_round, random_settings

STEP = 1.5e-9
"""A step of the grid: the sum is taken in another order."""


def table_of(seed, draw_unknowns):
    """Return a random round, its pairs and their table of parts."""
    round_ = random_round(seed)
    problem = prepare(round_, random_settings(seed, round_, demands=False))
    rows = np.repeat(np.arange(problem.scores.shape[0]), np.diff(problem.scores.indptr))
    columns = problem.scores.indices
    table = PartTable.of(problem.arrays, problem.settings, rows, columns, draw_unknowns)
    return problem, rows, columns, table


def everywhere(problem, of_needs, of_offers):
    n, m = problem.scores.shape
    return Facts(np.full((len(CODES), n), of_needs), np.full((len(CODES), m), of_offers))


@pytest.mark.parametrize("seed", range(12))
def test_set_weights_give_the_scores_of_the_round(seed):
    problem, _, _, table = table_of(seed, draw_unknowns=False)
    found = table.scores(problem.settings.weights, problem.settings.parts)
    assert found == pytest.approx(problem.scores.data, abs=STEP)


@pytest.mark.parametrize("seed", range(12))
def test_other_weights_give_the_scores_of_a_round_with_them(seed):
    problem, rows, columns, table = table_of(seed, draw_unknowns=False)
    other = random_settings(seed + 50, problem.snapshot, demands=False)
    found = table.scores(other.weights, problem.settings.parts)
    settings = problem.settings.__class__(
        weights=other.weights, unknown_as=problem.settings.unknown_as
    )
    expected = score_pairs(problem.arrays, settings, rows, columns).score
    assert found == pytest.approx(expected, abs=STEP)


@pytest.mark.parametrize("seed", range(12))
def test_facts_reach_from_the_lowest_score_to_the_highest(seed):
    problem, rows, columns, table = table_of(seed, draw_unknowns=True)
    weights = problem.settings.weights, problem.settings.parts
    scores = score_pairs(problem.arrays, problem.settings, rows, columns)
    lowest = table.scores(*weights, everywhere(problem, 0.0, 0.0))
    highest = table.scores(*weights, everywhere(problem, 1 - 1e-15, 1 - 1e-15))
    assert lowest == pytest.approx(scores.low, abs=STEP)
    assert highest == pytest.approx(scores.high, abs=STEP)
    middle = table.scores(*weights, everywhere(problem, 0.25, 0.25))
    assert (middle >= scores.low - STEP).all() and (middle <= scores.high + STEP).all()
    assert (lowest < highest - 1e-6).any()


def test_what_one_offer_left_open_is_the_same_for_all_its_pairs():
    problem, rows, columns, table = table_of(3, draw_unknowns=True)
    weights = problem.settings.weights, problem.settings.parts
    facts = everywhere(problem, 0.0, 0.0)
    before = table.scores(*weights, facts)
    at = CODES.index(Part.EXPERIENCE)
    column = int(columns[table.open[at].at[0]])
    facts.offers[at, column] = 0.9
    moved = np.flatnonzero(table.scores(*weights, facts) != before)
    concerned = table.open[at].at[table.open[at].column == column]
    weighty = [
        k
        for k in concerned.tolist()
        if score_pairs(problem.arrays, problem.settings, rows[[k]], columns[[k]])
        .parts[Part.EXPERIENCE]
        .measure.applies[0]
        and problem.settings.weights[problem.snapshot.needs[rows[k]].category]["expertise"] > 0
    ]
    assert moved.tolist() == weighty and weighty


def test_pair_of_which_nothing_counts_scores_nothing():
    problem, _, _, table = table_of(1, draw_unknowns=False)
    empty = table.patterns.copy()
    empty[:, 1:] = 0
    bare = PartTable(table.values, table.pattern, empty, table.open, table.more)
    assert not bare.scores(problem.settings.weights, problem.settings.parts).any()
