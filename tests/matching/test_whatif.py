"""What if: the differences are those of a whole new solution, found by solving only a part."""

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.matching import solving
from matchmaker.matching.change import Bound, Change
from matchmaker.matching.clashes import InfeasibleRound
from matchmaker.matching.pipeline import prepare
from matchmaker.matching.settings import BalanceLimit, GroupLimit, GroupShare, Settings
from matchmaker.matching.solving import solve_problem
from matchmaker.matching.touched import Graph
from matchmaker.matching.whatif import (
    changed_problem,
    price_of_forbidding,
    price_of_forcing,
    problem_under,
    what_if,
)
from tests.matching.problems import drawn, problem_of, reference
from tests.matching.test_pipeline import varied

TWO_PARTS = np.array([[0.9, 0.8, 0, 0], [0.8, 0.75, 0, 0], [0, 0, 0.7, 0.6], [0, 0, 0.65, 0.3]])
"""Two needs and two offers on either side, with nothing between the sides."""


def two_parts(**settings):
    return problem_of(TWO_PARTS, TWO_PARTS > 0, Settings(**settings))


def outcome(problem, change):
    return what_if(problem, solve_problem(problem), change)


def pairs_of(solution):
    return {tuple(pair) for pair in solution.pairs.tolist()}


def some_change(rng, problem):
    """Return a random change of a random kind."""
    n, m = problem.scores.shape
    listed = problem.candidates.allowed.nonzero()
    at = int(rng.integers(len(listed[0])))
    pair = (f"n{listed[0][at]:03}", f"o{listed[1][at]:03}")
    need, offer = f"n{rng.integers(n):03}", f"o{rng.integers(m):03}"
    group = tuple(sorted({f"n{rng.integers(n):03}" for _ in range(3)}))
    others = tuple(sorted({f"o{rng.integers(m):03}" for _ in range(2)}))
    return [
        Change(lock=(pair,)),
        Change(bar=(pair,)),
        Change(need_places={need: int(rng.integers(3))}),
        Change(offer_places={offer: int(rng.integers(4))}),
        Change(pause=(offer,)),
        Change(must_serve=(need,)),
        Change(minimum_score=float(rng.choice([0.1, 0.4, 0.6]))),
        Change(policy=str(rng.choice(["total", "coverage", "fairest"]))),
        Change(keep=(pair,), keep_bonus=0.4),
        Change(add_rules=(GroupLimit(needs=group, at_most=1),)),
        Change(add_rules=(GroupLimit(offers=others, count="needs", at_least=1),)),
        Change(
            add_rules=(GroupLimit(group, others, at_most=0.5, share_of=GroupShare(needs=group)),)
        ),
        Change(add_balances=(BalanceLimit(group[:1], group[1:], 1),)),
    ][rng.integers(13)]


def value_of(problem, pairs):
    """Return what the policy compares, in whole grid units."""
    best, total = {}, 0
    for row, column in pairs.tolist():
        units = round(problem.scores[row, column] * 1e9)
        best[row], total = max(units, best.get(row, units)), total + units
    policy = problem.settings.policy
    if policy == "total":
        return (total,)
    served = (len(best),) if policy == "coverage" else (len(best), tuple(sorted(best.values())))
    return (*served, total)


def check_against_the_whole(problem, change):
    """Compare a difference with the round solved anew; return it."""
    found = outcome(problem, change)
    changed = changed_problem(problem, change)[0]
    try:
        whole = solve_problem(changed)
    except InfeasibleRound as error:
        assert found.after is None and found.conflicts
        assert {c.code for c in found.conflicts} == {c.code for c in error.conflicts}
        return found
    if not changed.settings.keep:
        assert value_of(changed, found.solution.pairs) == value_of(changed, whole.pairs)
    assert found.after.total == pytest.approx(whole.total, abs=1e-9)
    assert found.optimal
    return found


@pytest.mark.parametrize("policy", ["total", "coverage", "fairest"])
@pytest.mark.parametrize("seed", range(25))
def test_outcome_is_that_of_the_whole_round_solved_anew(seed, policy):
    rng = np.random.default_rng(1000 + seed)
    problem = drawn(seed, shape=(9, 9), filled=0.15, settings=Settings(policy=policy))
    if not problem.scores.nnz:
        problem = drawn(seed + 100, shape=(9, 9), filled=0.4, settings=Settings(policy=policy))
    first = check_against_the_whole(problem, some_change(rng, problem))
    if first.after is None:
        return
    second = what_if(first.problem, first.solution, some_change(rng, problem))
    try:
        whole = solve_problem(second.problem)
    except InfeasibleRound:
        assert second.after is None
        return
    assert second.after.total == pytest.approx(whole.total, abs=1e-9)
    assert pairs_of(second.solution) == pairs_of(whole)


@pytest.mark.parametrize("seed", range(30))
def test_outcome_is_best_by_brute_force_where_scores_repeat(seed):
    rng = np.random.default_rng(seed)
    policy = ("total", "coverage", "fairest")[seed % 3]
    problem = drawn(seed, settings=Settings(policy=policy), levels=4)
    if not problem.scores.nnz:
        return
    change = [
        Change(lock=(_first(problem),)),
        Change(bar=(_first(problem),)),
        Change(need_places={"n000": int(rng.integers(3))}),
        Change(must_serve=("n000",)),
    ][rng.integers(4)]
    found = outcome(problem, change)
    best = reference(found.problem).best()
    if best is None:
        assert found.after is None
    else:
        assert value_of(found.problem, found.solution.pairs) == best


def _first(problem):
    row, column = np.argwhere(problem.candidates.allowed)[0]
    return f"n{row:03}", f"o{column:03}"


def test_only_the_touched_part_is_solved_again():
    found = outcome(two_parts(), Change(bar=(("n000", "o000"),)))
    assert (found.effort.components, found.effort.solved, found.effort.needs) == (2, 1, 2)


def test_bar_on_a_bridge_solves_both_halves():
    scores = np.array([[0.9, 0], [0.8, 0.7]])
    found = outcome(problem_of(scores, scores > 0), Change(bar=(("n001", "o000"),)))
    assert (found.effort.components, found.effort.solved) == (2, 2)


def test_change_without_effect_solves_nothing():
    found = outcome(two_parts(), Change(bar=(("n000", "o003"),)))
    assert found.effort.solved == 0
    assert found.came == found.left == ()


def test_untouched_part_keeps_its_pairs_where_others_are_as_good():
    scores = np.kron(np.eye(2), np.full((2, 2), 0.5))
    problem = problem_of(scores, scores > 0)
    before = solve_problem(problem)
    other = replace(before, pairs=np.array([[0, 0], [1, 1], [2, 3], [3, 2]]))
    found = what_if(problem, other, Change(bar=(("n000", "o000"),)))
    assert {(2, 3), (3, 2)} <= pairs_of(found.solution)


def test_differences_name_pairs_and_needs():
    found = outcome(two_parts(), Change(offer_places={"o000": 0}))
    assert [(p.need, p.offer, p.score) for p in found.left] == [
        ("n000", "o000", 0.9),
        ("n001", "o001", 0.75),
    ]
    assert [(p.need, p.offer, p.score) for p in found.came] == [("n000", "o001", 0.8)]
    assert (found.newly_served, found.left_without) == ((), ("n001",))
    assert (found.before.total, found.after.total) == (2.9, 2.05)
    assert (found.before.worst, found.after.worst) == (0.6, 0.6)
    assert found.price == (1, 0.0, 0.85)


def test_rule_binds_what_it_counts_into_one_part():
    problem = two_parts(rules=(GroupLimit(needs=("n000", "n002"), at_most=1, name="one"),))
    found = outcome(problem, Change(bar=(("n003", "o003"),)))
    assert (found.effort.components, found.effort.solved) == (1, 1)
    assert found.optimal


def test_dropped_rule_frees_the_needs_it_held():
    problem = two_parts(rules=(GroupLimit(needs=("n000", "n001"), at_most=1, name="one"),))
    found = outcome(problem, Change(drop_rules=("one",)))
    assert found.newly_served == ("n001",)
    assert found.effort.solved == 1


def test_moved_bound_changes_the_rule_only():
    problem = two_parts(rules=(GroupLimit(needs=("n000", "n001"), at_most=1),))
    found = outcome(problem, Change(move_rules=(Bound("#1", at_most=0),)))
    assert found.problem.settings.rules == (GroupLimit(needs=("n000", "n001"), at_most=0),)
    assert found.after.served == 2


def test_clash_is_told_in_keys_and_by_the_rules_name():
    limit = GroupLimit(needs=("n002",), at_least=1)
    problem = two_parts(rules=(GroupLimit(needs=("n000",), at_least=1), limit))
    found = outcome(problem, Change(bar=(("n002", "o002"), ("n002", "o003"))))
    assert found.after is None and found.price is None
    assert "#2" in {conflict.rule for conflict in found.conflicts}


def test_lock_on_a_pair_that_is_not_allowed_is_a_clash():
    found = outcome(two_parts(), Change(lock=(("n000", "o003"),)))
    assert [conflict.code for conflict in found.conflicts] == ["lock_not_allowed"]


def test_rule_over_nobody_that_asks_for_somebody_is_a_clash():
    found = outcome(two_parts(), Change(add_rules=(GroupLimit(needs=(), at_least=1),)))
    assert [conflict.code for conflict in found.conflicts] == ["rule"]


def test_round_without_result_is_solved_as_a_whole():
    problem = two_parts(must_serve=("n000",), barred=(("n000", "o000"), ("n000", "o001")))
    with pytest.raises(InfeasibleRound):
        solve_problem(problem)
    found = what_if(problem, None, Change(need_not_serve=("n000",)))
    assert found.after.served == 3 and found.effort.solved == found.effort.components
    assert found.before.served == 0 and len(found.came) == 3


def test_result_that_is_not_proven_is_solved_as_a_whole():
    problem = two_parts()
    worse = replace(solve_problem(problem), pairs=np.array([[0, 0]]), optimal=False)
    found = what_if(problem, worse, Change(bar=(("n000", "o003"),)))
    assert found.effort.solved == 2 and found.after.served == 4


@pytest.mark.parametrize("seed", range(6))
def test_large_round_begun_with_the_prices_before_comes_out_the_same(seed, monkeypatch):
    monkeypatch.setattr(solving, "NARROWED_PAIRS", 0)
    problem = drawn(seed, shape=(12, 10), filled=0.7)
    first = outcome(problem, Change(bar=(_first(problem),)))
    second = what_if(first.problem, first.solution, Change(pause=("o004",)))
    assert first.solution.near is not None
    monkeypatch.undo()
    for found in (first, second):
        assert found.after.total == pytest.approx(solve_problem(found.problem).total, abs=1e-9)


def test_undoing_a_change_gives_the_result_back():
    problem, pair = two_parts(), (("n000", "o001"),)
    there = outcome(problem, Change(lock=pair))
    back = what_if(there.problem, there.solution, Change(unlock=pair))
    assert pairs_of(back.solution) == pairs_of(solve_problem(problem))
    assert back.problem.settings == problem.settings


def test_callers_round_and_result_stay_untouched():
    problem = two_parts()
    before = solve_problem(problem)
    kept = problem.scores.copy(), problem.arrays.needs.places.copy(), before.pairs.copy()
    what_if(problem, before, Change(need_places={"n000": 0}, pause=("o002",), minimum_score=0.7))
    assert (problem.scores.data == kept[0].data).all()
    assert (problem.arrays.needs.places == kept[1]).all()
    assert (before.pairs == kept[2]).all()


def test_difference_can_be_told_as_json_without_the_round():
    found = outcome(two_parts(), Change(lock=(("n000", "o001"),)))
    again = outcome(two_parts(), Change(lock=(("n000", "o001"),)))
    assert found.to_json() == again.to_json()
    assert '"problem"' not in found.to_json()


HALVES = {"expertise": 0.2, "context": 0.4, "availability": 0.4}


@pytest.mark.parametrize(
    ("change", "all_scored"),
    [
        (Change(weights={"project": HALVES}), True),
        (Change(weights={"lobby": HALVES}), False),
        (Change(unknown_as="lower"), True),
        (Change(parts={"expertise": {"topics": 0.5, "experience": 0.5}}), True),
        (Change(minimum_score=0.6), False),
    ],
)
def test_scores_are_computed_again_only_where_weights_changed(change, all_scored):
    problem = prepare(varied(), Settings())
    found = outcome(problem, change)
    assert found.effort.scored == (problem.scores.nnz if all_scored else 0)
    anew = prepare(varied(), change.settings(Settings()))
    assert (found.problem.scores.toarray() == anew.scores.toarray()).all()
    assert (found.problem.candidates.bar == anew.candidates.bar).all()
    whole = solve_problem(anew)
    # parts that the change does not reach keep their pairs, also where others are as good
    assert found.solution.total == pytest.approx(whole.total, abs=1e-9)
    assert len(found.solution.pairs) == len(whole.pairs)
    assert found.solution.optimal


def test_figures_name_what_each_criterion_adds():
    problem = prepare(varied(), Settings())
    found = outcome(problem, Change(weights={"project": HALVES}))
    for figures in (found.before, found.after):
        assert sum(figures.criteria.values()) == pytest.approx(figures.total, abs=1e-7)


def test_components_never_share_a_pair():
    problem = drawn(4, shape=(12, 12), filled=0.12)
    graph = Graph(problem)
    used = graph.state > 0
    labels = graph.labels
    assert (labels[graph.rows[used]] == labels[12 + problem.scores.indices[used]]).all()
    assert graph.n_components > 1


@pytest.mark.parametrize("policy", ["total", "coverage", "fairest"])
@pytest.mark.parametrize("seed", range(8))
def test_price_of_any_pair_is_what_brute_force_finds(seed, policy):
    problem = drawn(seed + 40, settings=Settings(policy=policy, minimum_score=0.0))
    before, best = solve_problem(problem), reference(problem).best()
    if best is None:
        return
    for row, column in np.argwhere(problem.candidates.allowed):
        for name, price in (("locked", price_of_forcing), ("barred", price_of_forbidding)):
            keys = f"n{row:03}", f"o{column:03}"
            found = price(problem, before, *keys)
            settings = replace(problem.settings, **{name: (keys,)})
            other = reference(replace(problem, settings=settings)).best()
            if other is None:
                assert found.price is None and found.conflicts
                continue
            assert found.price[2] == pytest.approx((best[-1] - other[-1]) / 1e9, abs=1e-9)
            if policy != "total":
                assert found.price[0] == best[0] - other[0]
            if policy == "fairest":
                worst = [value[1][0] / 1e9 if value[1] else 0.0 for value in (best, other)]
                assert found.price[1] == pytest.approx(worst[0] - worst[1], abs=1e-9)


def test_pair_ruled_out_by_hand_can_be_priced():
    problem = two_parts(barred=(("n000", "o000"),))
    found = price_of_forcing(problem, solve_problem(problem), "n000", "o000")
    assert found.price == (0, 0.0, -0.05)


def test_locked_pair_can_be_priced():
    problem = two_parts(locked=(("n000", "o001"),))
    found = price_of_forbidding(problem, solve_problem(problem), "n000", "o001")
    assert found.price == (0, 0.0, -0.05)


def test_settings_with_places_lead_to_the_round_of_the_change():
    problem = two_parts()
    change = Change(pause=("o000",), need_places={"n001": 0}, minimum_score=0.5)
    changed, _ = changed_problem(problem, change)
    again, n_scored = problem_under(problem, change.settings(problem.settings))
    anew = prepare(changed.snapshot, Settings(minimum_score=0.5))
    assert n_scored == 0
    for one in (changed, again):
        assert one.arrays.offers.places.tolist() == anew.arrays.offers.places.tolist()
        assert one.arrays.needs.places.tolist() == anew.arrays.needs.places.tolist()


def test_places_that_are_not_kept_cannot_be_brought_back():
    changed, _ = changed_problem(two_parts(), Change(pause=("o000",)))
    assert problem_under(changed, Settings()) is None
