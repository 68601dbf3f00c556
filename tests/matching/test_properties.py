"""Properties that hold for every problem."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching import (
    GroupRule,
    Infeasible,
    assign,
    price_of_forbidding,
    price_of_forcing,
    ties,
)
from tests.matching.random_cases import random_case

seeds = st.integers(0, 10**6)
few = settings(max_examples=40, deadline=None)


def found(scores, **case):
    try:
        return assign(scores, **case)
    except Infeasible:
        return None


def shuffled(scores, case, rows, columns):
    """Return the same problem with needs and offers in another order."""
    rank, place = np.argsort(rows), np.argsort(columns)
    moved = dict(case)
    for name, order in (("need_places", rows), ("need_minimum", rows), ("offer_places", columns)):
        if isinstance(case.get(name), np.ndarray):
            moved[name] = case[name][order]
    for name in ("locked", "barred"):
        moved[name] = [(int(rank[i]), int(place[j])) for i, j in case.get(name, ())][::-1]
    moved["must_serve"] = [int(rank[i]) for i in case.get("must_serve", ())]
    moved["allowed"] = case["allowed"][np.ix_(rows, columns)]
    return scores[np.ix_(rows, columns)], moved


@few
@given(seeds)
def test_pairs_follow_the_keys_whatever_the_order(seed):
    rng = np.random.default_rng(seed)
    scores, case = random_case(rng, most_pairs=16, rules=False)
    rows, columns = (rng.permutation(v) for v in scores.shape)
    first = found(
        scores,
        need_keys=range(len(rows)),
        offer_keys=[f"o{j}" for j in range(len(columns))],
        **case,
    )
    other, moved = shuffled(scores, case, rows, columns)
    second = found(other, need_keys=rows.tolist(), offer_keys=[f"o{j}" for j in columns], **moved)
    assert (first is None) == (second is None)
    if first is not None:
        back = sorted((int(rows[i]), int(columns[j])) for i, j in second.pairs)
        assert back == [tuple(pair) for pair in first.pairs.tolist()]
        assert first.objective == second.objective


@few
@given(seeds)
def test_order_of_the_input_does_not_change_the_objective(seed):
    rng = np.random.default_rng(seed)
    scores, case = random_case(rng, most_pairs=16, rules=False)
    rows, columns = (rng.permutation(v) for v in scores.shape)
    first = found(scores, **case)
    other, moved = shuffled(scores, case, rows, columns)
    second = found(other, **moved)
    assert (first and first.objective) == (second and second.objective)


@few
@given(seeds)
def test_one_more_offer_never_makes_it_worse(seed):
    rng = np.random.default_rng(seed)
    scores, case = random_case(rng, rules=False)
    for name in ("offer_places", "locked", "barred", "must_serve", "need_minimum"):
        case.pop(name, None)
    wider = np.column_stack([scores, rng.normal(0.3, 0.5, len(scores))])
    allowed = np.column_stack([case.pop("allowed"), np.ones(len(scores), dtype=bool)])
    before = assign(scores, allowed[:, :-1], **case).objective
    assert assign(wider, allowed, **case).objective >= before


@few
@given(seeds)
def test_lock_never_raises_the_total(seed):
    rng = np.random.default_rng(seed)
    scores = rng.normal(0.3, 0.5, rng.integers(1, 6, 2))
    lock = tuple(int(rng.integers(v)) for v in scores.shape)
    assert assign(scores, locked=[lock]).total <= assign(scores).total


@few
@given(seeds)
def test_same_input_gives_the_same_pairs(seed):
    scores, case = random_case(np.random.default_rng(seed), most_pairs=16)
    first, second = found(scores, **case), found(scores, **case)
    assert (first is None) == (second is None)
    if first is not None:
        assert (first.pairs == second.pairs).all()


@few
@given(seeds)
def test_quota_that_binds_nothing_changes_nothing(seed):
    scores, case = random_case(np.random.default_rng(seed), most_pairs=16, rules=False)
    free, ruled = found(scores, **case), found(scores, rules=[GroupRule(at_most=99)], **case)
    assert (free and free.objective) == (ruled and ruled.objective)


@few
@given(seeds)
def test_forcing_costs_what_a_lock_costs_and_never_gains_by_a_pair_good_enough(seed):
    rng = np.random.default_rng(seed)
    scores, case = random_case(rng, most_pairs=10)
    result = found(scores, **case)
    if result is None:
        return
    pair = tuple(int(rng.integers(v)) for v in scores.shape)
    override = price_of_forcing(result, *pair)
    again = found(scores, **{**case, "locked": [*case.get("locked", ()), pair]})
    assert override.objective == (again and again.objective)
    if scores[pair] > 0 and scores[pair] >= case.get("minimum_score", 0.0):
        assert override.loss.compared >= (0,) * len(override.loss.compared)


@few
@given(seeds)
def test_forbidding_costs_what_a_bar_costs_and_nothing_for_an_unused_pair(seed):
    rng = np.random.default_rng(seed)
    scores, case = random_case(rng, most_pairs=10)
    result = found(scores, **case)
    if result is None:
        return
    pair = tuple(int(rng.integers(v)) for v in scores.shape)
    override = price_of_forbidding(result, *pair)
    again = found(scores, **{**case, "barred": [*case.get("barred", ()), pair]})
    assert override.objective == (again and again.objective)
    if list(pair) not in result.pairs.tolist():
        assert override.loss.free


@few
@given(seeds)
def test_pair_is_in_some_optimum_exactly_where_forcing_it_is_free(seed):
    rng = np.random.default_rng(seed)
    scores = rng.integers(1, 4, rng.integers(1, 6, 2)) / 4
    result = assign(scores, offer_places=2, policy=str(rng.choice(["total", "coverage"])))
    tied = ties(result)
    some = {
        tuple(p) for part in (tied.always, tied.exchangeable, tied.others) for p in part.tolist()
    }
    for pair in np.ndindex(scores.shape):
        assert (pair in some) == price_of_forcing(result, *pair).loss.free
