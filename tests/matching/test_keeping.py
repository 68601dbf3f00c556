"""A rerun that keeps what was agreed: exact with the bonus, honest about the scores."""

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.matching.pipeline import match
from matchmaker.matching.settings import Settings
from matchmaker.matching.solving import solve_problem
from tests.matching.build import NEED, OFFER, snapshot
from tests.matching.problems import drawn, problem_of, reference

RIVALS = np.array([[0.9, 0.8], [0.8, 0.75]])
"""Best: the diagonal, 1.65; the other way round 1.6."""


def with_settings(problem, **changes):
    return replace(problem, settings=replace(problem.settings, **changes))


def pairs_of(assignment):
    return {tuple(pair) for pair in assignment.pairs.tolist()}


def test_pair_is_kept_where_that_costs_less_than_the_bonus():
    keep = (("n000", "o001"),)
    problem = problem_of(RIVALS, settings=Settings(keep=keep, keep_bonus=0.06))
    assert pairs_of(solve_problem(problem)) == {(0, 1), (1, 0)}


def test_pair_is_given_up_where_keeping_costs_more():
    keep = (("n000", "o001"),)
    problem = problem_of(RIVALS, settings=Settings(keep=keep, keep_bonus=0.04))
    assert pairs_of(solve_problem(problem)) == {(0, 0), (1, 1)}


def test_total_is_that_of_the_real_scores():
    keep = (("n000", "o001"),)
    found = solve_problem(problem_of(RIVALS, settings=Settings(keep=keep, keep_bonus=0.06)))
    assert found.total == 1.6
    assert found.objective == (1.66,)


def test_no_bonus_lifts_a_pair_above_the_least_score():
    scores = np.array([[0.2]])
    settings = Settings(keep=(("n000", "o000"),), keep_bonus=1, minimum_score=0.25)
    assert not len(solve_problem(problem_of(scores, settings=settings)).pairs)


def test_pair_that_a_condition_bars_by_now_is_no_conflict():
    settings = Settings(keep=(("n000", "o001"),))
    problem = problem_of(RIVALS, np.eye(2, dtype=bool), settings)
    assert pairs_of(solve_problem(problem)) == {(0, 0), (1, 1)}


def test_scores_of_the_problem_stay_untouched():
    problem = problem_of(RIVALS, settings=Settings(keep=(("n000", "o001"),)))
    before = problem.scores.data.copy()
    solve_problem(problem)
    assert (problem.scores.data == before).all()


@pytest.mark.parametrize("policy", ["total", "coverage", "fairest"])
@pytest.mark.parametrize("seed", range(20))
def test_choice_is_best_with_the_bonus_counted(seed, policy):
    rng = np.random.default_rng(seed)
    problem = drawn(seed)
    listed = np.argwhere(problem.candidates.allowed)
    kept = listed[rng.random(len(listed)) < 0.4].tolist()
    names = tuple((f"n{i:03}", f"o{j:03}") for i, j in kept)
    bonus = float(rng.choice([0.05, 0.3, 2]))
    problem = with_settings(problem, keep=names, keep_bonus=bonus, policy=policy)
    scores = problem.scores.toarray()
    good = [(i, j) for i, j in kept if scores[i, j] >= problem.settings.minimum_score]
    found = solve_problem(problem)
    best = reference(problem, (good, bonus)).best()
    assert found.objective[-1] == pytest.approx(best[-1] / 1e9, abs=1e-9)
    assert found.optimal
    assert found.total == pytest.approx(sum(scores[i, j] for i, j in pairs_of(found)), abs=1e-9)


def test_result_counts_what_was_kept():
    needs = (NEED, replace(NEED, key="n2", effort_days=40))
    round_ = snapshot(needs, (OFFER, replace(OFFER, key="o2", effort_days=1)))
    keep = (("n1", "o2"), ("n2", "o2"))
    result = match(round_, Settings(keep=keep, keep_bonus=1))
    assert result.kept == 1
    assert match(round_, Settings()).kept is None


def test_pair_to_keep_that_is_not_in_the_round_is_refused():
    with pytest.raises(ValueError, match="settings keep: there is no offer 'x'"):
        match(snapshot(), Settings(keep=(("n1", "x"),)))


def test_preferred_pair_gets_its_own_bonus():
    tied = (("n000", "o001"),)
    problem = problem_of(RIVALS, settings=Settings(tied=tied, tie_bonus=0.06))
    assert pairs_of(solve_problem(problem)) == {(0, 1), (1, 0)}
    problem = problem_of(RIVALS, settings=Settings(tied=tied, tie_bonus=0.04))
    assert pairs_of(solve_problem(problem)) == {(0, 0), (1, 1)}


def test_pair_to_keep_that_is_preferred_too_gets_both():
    pair = (("n000", "o001"),)
    settings = Settings(keep=pair, keep_bonus=0.03, tied=pair, tie_bonus=0.03)
    assert settings.bonuses == {pair[0]: 0.06}
    assert pairs_of(solve_problem(problem_of(RIVALS, settings=settings))) == {(0, 1), (1, 0)}


def test_preferred_pair_is_not_counted_among_those_kept():
    assert match(snapshot(), Settings(tied=(("n1", "o1"),))).kept is None
