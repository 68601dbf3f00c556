"""Prices of places equal what solving again says."""

import numpy as np
import pytest

from matchmaker.matching import GroupRule, Infeasible, TimeUp, assign
from matchmaker.matching.engine.prices import price_of_place, prices_of_places
from tests.matching.random_cases import places_case, random_case
from tests.matching.vectors import best_of, check_vector


def total_of(scores, case):
    try:
        return assign(scores, **case).total
    except Infeasible:
        return -np.inf


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.parametrize("side", ["need", "offer"])
def test_price_of_a_place_is_what_changing_it_costs(seed, side):
    scores, case = places_case(seed)
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


def places_of(case, side, length):
    places = np.array(case.get(f"{side}_places", 1))
    return np.broadcast_to(places, length).copy()


@pytest.mark.parametrize("block", range(6))
def test_price_of_any_place_is_what_every_set_of_pairs_says(block):
    n_compared = 0
    for seed in range(500 + block * 12, 512 + block * 12):
        scores, case = random_case(np.random.default_rng(seed), most_pairs=8)
        try:
            result = assign(scores, **case)
        except Infeasible:
            continue
        best = result.objective
        for side, length in zip(("need", "offer"), scores.shape, strict=True):
            places = places_of(case, side, length)
            for at in range(length):
                price = price_of_place(result, side, at)
                more, less = places.copy(), places.copy()
                more[at], less[at] = more[at] + 1, max(less[at] - 1, 0)
                after = best_of(scores, **{**case, f"{side}_places": less})
                check_vector(price.loss, case["policy"], best, after)
                after = best_of(scores, **{**case, f"{side}_places": more})
                check_vector(price.gain, case["policy"], after, best)
                assert price.optimal and price.gap == 0.0
                n_compared += 1
    assert n_compared > 30


@pytest.mark.parametrize("policy", ["total", "coverage"])
def test_second_place_is_no_gain_for_a_pair_below_the_bar(policy):
    # a pair below the bar serves this need only while it is the single one
    case = {"must_serve": [0], "minimum_score": 0.3, "policy": policy}
    scores = np.array([[0.25, 0.5]])
    _, gains = prices_of_places(assign(scores, **case), "need")
    assert gains[0].free
    assert best_of(scores, **case, need_places=2)[-1] == 0.5


def test_prices_of_a_side_are_those_of_its_places():
    scores = np.random.default_rng(4).random((12, 9)).round(2)
    result = assign(scores, offer_places=2, need_places=2, policy="coverage")
    for side, length in (("need", 12), ("offer", 9)):
        losses, gains = prices_of_places(result, side)
        assert len(losses) == len(gains) == length
        for at in range(length):
            price = price_of_place(result, side, at)
            assert (price.loss, price.gain) == (losses[at], gains[at])


def test_least_prices_of_offers_and_greatest_of_needs_solve_the_dual():
    scores = np.random.default_rng(5).random((30, 40)).round(3)
    result = assign(scores)
    need, offer = result.need_prices[:, 0], result.offer_prices[:, 1]
    assert (need[:, None] + offer >= scores - 1e-9).all()
    assert need.sum() + offer.sum() == pytest.approx(result.total, abs=1e-9)


def test_side_and_position_that_are_not_there_are_named():
    result = assign([[1.0, 0.5]])
    with pytest.raises(ValueError, match="side must be one of need, offer"):
        price_of_place(result, "town", 0)
    with pytest.raises(ValueError, match="offer has position 2"):
        price_of_place(result, "offer", 2)


@pytest.mark.parametrize("side", ["Need", None, ["need"]])
def test_side_that_is_not_there_is_named_for_all_places(side):
    with pytest.raises(ValueError, match="side"):
        prices_of_places(assign([[0.5]]), side)


def test_time_limit_ends_solving_again():
    with pytest.raises(TimeUp):
        price_of_place(assign([[1.0]], policy="fairest"), "need", 0, time_limit=0.0)
