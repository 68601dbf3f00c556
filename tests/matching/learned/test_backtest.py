"""The backtest finds what is there, and nothing where nothing is."""

import numpy as np
import pytest

from matchmaker.matching.learned.backtest import rank, run, share_found, ship
from matchmaker.matching.learned.parts import PARTS, TERMS
from tests.matching.learned.world import taken_past


def test_equal_scores_count_against_the_real_partner():
    scores = np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 2.0, 0.0]])
    assert list(rank(scores)) == [2, 1, 3]


def test_interval_holds_the_share_and_draws_towns_together():
    ranks, town = np.array([1] * 30 + [50] * 30), np.arange(60) // 3
    spread = share_found(ranks, np.arange(60), 1)
    together = share_found(ranks, np.repeat([0, 1], 30), 1)
    assert spread.value == together.value == 0.5
    assert together.low == 0.0 and together.high == 1.0
    assert 0.0 < spread.low < 0.5 < spread.high < 1.0
    assert share_found(ranks, town, 1) == share_found(ranks, town, 1)


def test_planted_preference_is_found_and_luck_is_not():
    past = taken_past(2)
    found = run(past, 1, ablation=False)
    rng = np.random.default_rng(0)
    shuffled = past._replace(helper=rng.permutation(past.helper), b=rng.permutation(past.b))
    lucky = run(shuffled, 1, ablation=False)
    first = [np.mean(result.ranks.cold <= 8) for result in (found, lucky)]
    assert first[0] > first[1] + 0.2


def test_each_part_is_left_out_once_and_the_planted_one_is_missed():
    found = run(taken_past(2), 1)
    assert set(found.without) == set(PARTS)
    for weights in found.weights:
        assert np.isfinite(weights.weight).all()
    assert len(found.ranks.cold) == len(found.ranks.known) == len(found.asked)


def test_same_seed_gives_the_same():
    one, other = (run(taken_past(3), 4, ablation=False) for _ in range(2))
    for left, right in zip(one.ranks, other.ranks, strict=True):
        assert np.array_equal(left, right)


@pytest.mark.parametrize("seed", [1, 2])
def test_shipped_form_tells_where_it_comes_from(seed):
    weights = ship(taken_past(seed), 1, {"made": "up"})
    assert weights.provenance == {"made": "up"}
    assert weights.conflict_countries == ("AA", "BB")
    assert len(weights.weight) == len(TERMS)
    assert (weights.spread > 0).all()
