"""Equally good results, by keys: the pairs in all, some and none of them."""

from itertools import combinations

import numpy as np
import pytest

from matchmaker.matching import solving
from matchmaker.matching.change import Change
from matchmaker.matching.settings import Settings
from matchmaker.matching.solving import solve_problem
from matchmaker.matching.tied import tied_pairs
from matchmaker.matching.whatif import what_if
from tests.matching.problems import drawn, problem_of

EVEN = np.array([[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 0.9]])


def all_best(problem):
    """Return every set of pairs whose total is the greatest, of those that hold good pairs only."""
    places = problem.arrays.needs.places, problem.arrays.offers.places
    units = np.rint(problem.scores.toarray() * 1e9).astype(np.int64)
    good = [tuple(p) for p in np.argwhere(units >= 1e9 * problem.settings.minimum_score).tolist()]
    good = [p for p in good if units[p] > 0 and problem.candidates.allowed[p]]
    found = {}
    for size in range(len(good) + 1):
        for chosen in combinations(good, size):
            sides = [np.bincount([p[k] for p in chosen], minlength=len(places[k])) for k in (0, 1)]
            if all((side <= most).all() for side, most in zip(sides, places, strict=True)):
                found.setdefault(sum(units[p] for p in chosen), []).append(set(chosen))
    return found[max(found)]


def named(pairs):
    return {(f"n{row:03}", f"o{column:03}") for row, column in pairs}


def test_pairs_are_named_by_their_keys():
    problem = problem_of(EVEN, EVEN > 0)
    before = solve_problem(problem)
    found = tied_pairs(problem, before)
    assert found.exist and found.always == (("n002", "o002"),)
    assert {*found.exchangeable, *found.others} == named(np.argwhere(EVEN == 0.5).tolist())


@pytest.mark.parametrize("seed", range(10))
def test_pairs_are_those_of_all_best_results(seed):
    problem = drawn(seed, (3, 3), 0.8, Settings(minimum_score=0.1), levels=3)
    before = solve_problem(problem)
    chosen = {tuple(pair) for pair in before.pairs.tolist()}
    best, found = all_best(problem), tied_pairs(problem, before)
    assert set(found.always) == named(chosen & set.intersection(*best))
    assert set(found.exchangeable) == named(chosen - set.intersection(*best))
    assert set(found.others) == named(set.union(*best) - chosen)


def test_bonus_for_a_kept_pair_breaks_the_tie():
    settings = Settings(keep=(("n000", "o001"),), keep_bonus=0.01)
    problem = problem_of(EVEN, EVEN > 0, settings)
    assert not tied_pairs(problem, solve_problem(problem)).exist


def test_result_of_a_what_if_is_solved_for_its_ties():
    problem = problem_of(EVEN, EVEN > 0)
    there = what_if(problem, solve_problem(problem), Change(bar=(("n002", "o002"),)))
    assert tied_pairs(there.problem, there.solution).always == ()


def test_large_round_is_looked_at_as_a_whole(monkeypatch):
    monkeypatch.setattr(solving, "NARROWED_PAIRS", 0)
    problem = problem_of(EVEN, EVEN > 0)
    assert len(tied_pairs(problem, solve_problem(problem)).others) == 2
