"""Forcing and forbidding a pair: prices and who changes, against every set of pairs."""

import numpy as np
import pytest

from matchmaker.matching import GroupRule, Infeasible, TimeUp, assign
from matchmaker.matching.engine.overrides import price_of_forbidding, price_of_forcing
from tests.matching.brute_force import Problem
from tests.matching.random_cases import random_case
from tests.matching.vectors import best_of, check_vector

ASK = {"locked": price_of_forcing, "barred": price_of_forbidding}


def solved_cases(seeds, **given):
    for seed in seeds:
        scores, case = random_case(np.random.default_rng(seed), most_pairs=8, **given)
        try:
            yield scores, case, assign(scores, **case)
        except Infeasible:
            continue


def check_changes(override, scores, case, result, name):
    """The pairs told make a result with the override, and the sums are theirs."""
    before = {tuple(pair) for pair in result.pairs.tolist()}
    gained, lost = ({tuple(p) for p in side.tolist()} for side in (override.gained, override.lost))
    after = (before - lost) | gained
    assert lost <= before and not gained & before
    pair = (override.need, override.offer)
    assert (pair in after) == (name == "locked")
    problem = Problem(scores, **{**case, name: [*case.get(name, ()), pair]})
    assert problem.is_result(after)
    assert sum(scores[p] for p in after) == pytest.approx(override.objective[-1], abs=1e-7)
    for side, members, changes in (
        (0, override.needs, override.need_changes),
        (1, override.offers, override.offer_changes),
    ):
        told = dict(zip(members.tolist(), changes.tolist(), strict=True))
        for member in range(scores.shape[side]):
            sums = [sum(scores[p] for p in some if p[side] == member) for some in (before, after)]
            assert told.get(member, 0.0) == pytest.approx(sums[1] - sums[0], abs=1e-8)
    had, has = ({p[0] for p in some} for some in (before, after))
    assert set(override.left_without.tolist()) == had - has
    assert set(override.newly_served.tolist()) == has - had


@pytest.mark.parametrize("name", ["locked", "barred"])
@pytest.mark.parametrize("block", range(5))
def test_price_of_any_pair_is_what_every_set_of_pairs_says(name, block):
    found = {"graph": 0, "again": 0, "infeasible": 0}
    for scores, case, result in solved_cases(range(block * 16, block * 16 + 16)):
        for pair in np.ndindex(scores.shape):
            override = ASK[name](result, *pair)
            after = best_of(scores, **{**case, name: [*case.get(name, ()), pair]})
            assert override.feasible == (after is not None)
            check_vector(override.loss, case["policy"], result.objective, after)
            if after is None:
                assert override.conflicts
                found["infeasible"] += 1
                continue
            assert override.objective == after
            assert override.optimal and override.gap == 0.0 and not override.conflicts
            check_changes(override, scores, case, result, name)
            found["again" if override.again else "graph"] += 1
    assert min(found.values()) > 0


@pytest.mark.parametrize("policy", ["total", "coverage"])
@pytest.mark.parametrize("seed", range(4))
def test_change_read_from_the_graph_is_as_good_as_solving_again(policy, seed):
    rng = np.random.default_rng(seed)
    scores = rng.random((25, 30)).round(1 + seed)
    case = {
        "allowed": rng.random((25, 30)) < 0.3,
        "need_places": rng.integers(0, 3, 25),
        "offer_places": rng.integers(0, 3, 30),
        "policy": policy,
    }
    result = assign(scores, **case)
    chosen = {tuple(pair) for pair in result.pairs.tolist()}
    for pair in map(tuple, rng.permutation(np.argwhere(case["allowed"]))[:9].tolist()):
        ask, name = (
            (price_of_forbidding, "barred") if pair in chosen else (price_of_forcing, "locked")
        )
        override = ask(result, *pair)
        try:
            again = assign(scores, **case, **{name: [pair]})
        except Infeasible:
            assert not override.feasible
            continue
        assert not override.again and override.objective == again.objective


def test_positions_are_the_callers_where_keys_give_another_order():
    scores = np.array([[0.9, 0.6], [0.8, 0.1], [0.3, 0.2]])
    plain = assign(scores)
    keyed = assign(scores, need_keys=["c", "a", "b"], offer_keys=["z", "y"])
    for pair in np.ndindex(scores.shape):
        for ask in (price_of_forcing, price_of_forbidding):
            one, other = ask(plain, *pair), ask(keyed, *pair)
            assert one.loss == other.loss
            assert (one.gained == other.gained).all() and (one.lost == other.lost).all()
            assert (one.needs == other.needs).all()


def test_pair_below_the_bar_may_be_forced():
    override = price_of_forcing(assign([[0.5, -0.25]]), 0, 1)
    assert override.loss.total == 0.75
    assert override.gained.tolist() == [[0, 1]] and override.lost.tolist() == [[0, 0]]


def test_pair_that_is_not_allowed_cannot_be_forced():
    override = price_of_forcing(assign([[1.0, 1.0]], [[True, False]]), 0, 1)
    assert override.conflicts == (("lock_not_allowed", 0, 1),)


def test_barred_pair_cannot_be_forced():
    override = price_of_forcing(assign([[1.0, 1.0]], barred=[(0, 1)]), 0, 1)
    assert override.conflicts == (("lock", 0, 1), ("bar", 0, 1))


def test_locked_pair_cannot_be_forbidden():
    override = price_of_forbidding(assign([[1.0, 1.0]], locked=[(0, 1)]), 0, 1)
    assert override.conflicts == (("lock", 0, 1), ("bar", 0, 1))
    assert not len(override.gained) and not len(override.lost)


def test_forcing_at_an_offer_without_places_says_what_clashes():
    override = price_of_forcing(assign([[1.0, 1.0]], offer_places=[1, 0]), 0, 1)
    assert set(override.conflicts) == {("lock", 0, 1), ("offer_places", 1)}


def test_need_that_must_be_served_holds_its_only_pair():
    override = price_of_forbidding(assign([[1.0]], must_serve=[0]), 0, 0)
    assert set(override.conflicts) == {("bar", 0, 0), ("must_serve", 0)}


def test_position_outside_is_named():
    with pytest.raises(ValueError, match="offer has position 2"):
        price_of_forcing(assign([[1.0, 1.0]]), 0, 2)


def test_time_limit_ends_solving_again():
    result = assign([[1.0, 0.5], [0.5, 0.25]], rules=[GroupRule(at_most=1)])
    with pytest.raises(TimeUp):
        price_of_forcing(result, 1, 1, time_limit=0.0)
