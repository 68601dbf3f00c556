"""Prices equal what solving again says."""

import numpy as np
import pytest

from matchmaker.matching import GroupRule, Infeasible, assign, forced_prices


def instance(seed):
    rng = np.random.default_rng(seed)
    n, m = (int(v) for v in rng.integers(1, 6, 2))
    scores = rng.integers(-3, 6, (n, m)) / 4 if seed % 2 else rng.normal(0.3, 0.5, (n, m))
    single = seed % 3 == 0
    return scores, {
        "allowed": rng.random((n, m)) < 0.8,
        "need_places": np.ones(n, int) if single else rng.integers(0, 4, n),
        "offer_places": rng.integers(0, 4, m),
    }


def total_of(scores, case):
    try:
        return assign(scores, **case).total
    except Infeasible:
        return -np.inf


@pytest.mark.parametrize("seed", range(24))
def test_forced_price_is_what_locking_costs(seed):
    scores, case = instance(seed)
    best = assign(scores, **case).total
    resolved = [
        [best - total_of(scores, {**case, "locked": [(i, j)]}) for j in range(scores.shape[1])]
        for i in range(scores.shape[0])
    ]
    prices = forced_prices(scores, **case)
    assert prices == pytest.approx(np.array(resolved), abs=1e-12)
    assert (prices >= 0).all()


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.parametrize("side", ["need", "offer"])
def test_price_of_a_place_is_what_changing_it_costs(seed, side):
    scores, case = instance(seed)
    rng = np.random.default_rng(seed + 100)
    if seed % 4 == 1:
        case["locked"] = [tuple(int(rng.integers(v)) for v in scores.shape)]
    if seed % 4 == 2:
        case["must_serve"] = [int(rng.integers(scores.shape[0]))]
    try:
        result = assign(scores, **case)
    except Infeasible:
        return
    prices = getattr(result, f"{side}_prices")
    places = case[f"{side}_places"]
    for at in range(len(places)):
        more, less = places.copy(), places.copy()
        more[at] += 1
        less[at] -= 1
        gain = total_of(scores, {**case, f"{side}_places": more}) - result.total
        assert prices[at, 1] == pytest.approx(gain, abs=1e-12)
        loss = 0.0
        if less[at] >= 0:
            loss = result.total - total_of(scores, {**case, f"{side}_places": less})
        assert prices[at, 0] == pytest.approx(loss, abs=1e-12)


def test_prices_are_in_the_callers_order():
    scores = np.array([[0.9, 0.6], [0.8, 0.1], [0.3, 0.2]])
    plain = assign(scores)
    keyed = assign(scores, need_keys=["c", "a", "b"], offer_keys=["z", "y"])
    assert (plain.need_prices == keyed.need_prices).all()
    assert (plain.offer_prices == keyed.offer_prices).all()


@pytest.mark.parametrize(
    "case", [{"policy": "coverage"}, {"policy": "fairest"}, {"rules": [GroupRule(at_most=1)]}]
)
def test_route_without_prices_has_none(case):
    result = assign(np.ones((2, 2)), **case)
    assert result.need_prices is None and result.offer_prices is None


def test_pair_of_another_optimum_is_free_to_force():
    assert (forced_prices(np.ones((2, 2))) == 0).all()


def test_pair_that_is_not_allowed_has_an_infinite_price():
    prices = forced_prices(np.ones((2, 2)), np.array([[True, False], [True, True]]), 1, [1, 0])
    assert prices.tolist() == [[0.0, np.inf], [0.0, np.inf]]


def test_bad_pair_may_be_forced_at_its_cost():
    assert forced_prices([[-0.5]]).tolist() == [[0.5]]
