"""Sums over ties against one loop over all ties and pairs."""

import math

import numpy as np
import pytest

from matchmaker.matching.learned.sums import AROUND_A, AROUND_B, sum_ties
from tests.matching.learned.world import all_pairs, countries, random_index

WIDTHS = {"60": 60.0, "200": 200.0, "600": 600.0}


def nearness(kind, towns, lands, one, other):
    """Return how far `other` is around `one`, from the definition."""
    same_land = towns.country[one] == towns.country[other] != len(lands.codes) - 1
    if kind.endswith("_home"):
        return nearness(kind[:-5], towns, lands, one, other) * same_land
    if kind in WIDTHS:
        apart = math.dist(towns.xyz[one], towns.xyz[other])
        return max(0.0, 1 - (apart / WIDTHS[kind]) ** 2)
    return {
        "itself": float(one == other),
        "country": float(same_land),
        "country_size": same_land * float(towns.size_class[one] @ towns.size_class[other]),
        "neighbours": float(lands.neighbour[towns.country[one], towns.country[other]]),
        "conflict": float(lands.conflict[towns.country[other]]),
    }[kind]


def directed(index, left):
    """Return the ties in both directions, the one left out missing."""
    n_towns = len(index.towns.xyz)
    both = {(int(key) // n_towns, int(key) % n_towns) for key in index.keys}
    both -= {left, left[::-1]}
    return [*both, *(tie[::-1] for tie in both)]


@pytest.mark.parametrize("seed", range(6))
def test_sums_agree_with_a_loop_over_all_ties(seed):
    index, tie_a, tie_b = random_index(seed)
    towns, lands = index.towns, countries()
    rng = np.random.default_rng(seed)
    a, b = all_pairs(len(towns.xyz))
    some = rng.integers(0, len(a), 40)
    a, b = np.concatenate([a[some], tie_a[:20]]), np.concatenate([b[some], tie_b[:20]])
    left = np.where(rng.random(60) < 0.5, rng.integers(0, len(tie_a), 60), -1)
    left_a = np.where(left < 0, a, tie_a[left])
    left_b = np.where(left < 0, b, tie_b[left])
    sums = sum_ties(index, lands.neighbour, lands.conflict, a, b, left_a, left_b)
    for row in range(len(a)):
        ties = directed(index, (int(left_a[row]), int(left_b[row])))
        near_a = np.array(
            [[nearness(k, towns, lands, a[row], u) for k in AROUND_A] for u, _ in ties]
        )
        near_b = np.array(
            [[nearness(k, towns, lands, b[row], v) for k in AROUND_B] for _, v in ties]
        )
        assert sums.between[row] == pytest.approx(near_a.T @ near_b, abs=1e-9)
        assert sums.around_a[row] == pytest.approx(near_a.sum(axis=0), abs=1e-9)
        assert sums.around_b[row] == pytest.approx(near_b.sum(axis=0), abs=1e-9)
        assert sums.total[row] == len(ties)


@pytest.mark.parametrize("seed", range(6))
def test_shared_towns_agree_with_a_loop_over_all_towns(seed):
    index, tie_a, tie_b = random_index(seed, n_towns=12, n_ties=40)
    lands, n_towns = countries(), 12
    a, b = all_pairs(n_towns)
    pick = np.random.default_rng(seed).integers(0, len(tie_a), len(a))
    left_a, left_b = tie_a[pick], tie_b[pick]
    sums = sum_ties(index, lands.neighbour, lands.conflict, a, b, left_a, left_b)
    for row in range(len(a)):
        tied = set(directed(index, (int(left_a[row]), int(left_b[row]))))
        n_partners = np.bincount([u for u, _ in tied], minlength=n_towns)
        weight = 1 / np.log(2 + n_partners)
        expected = sum(
            weight[v] for v in range(n_towns) if (a[row], v) in tied and (v, b[row]) in tied
        )
        near = sum(
            weight[v] * nearness("200_home", index.towns, lands, a[row], u)
            for u, v in tied
            if (v, b[row]) in tied
        )
        assert sums.shared[row] == pytest.approx(expected, abs=1e-9)
        assert sums.shared_near[row] == pytest.approx(near, abs=1e-9)


def test_no_ties_give_zeros():
    index, _, _ = random_index(1, n_ties=0)
    lands = countries()
    a, b = all_pairs(5)
    sums = sum_ties(index, lands.neighbour, lands.conflict, a, b, a, b)
    assert not any(part.any() for part in sums)
