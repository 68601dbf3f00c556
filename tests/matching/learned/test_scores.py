"""Context scores of pairs."""

import numpy as np
import pytest

from matchmaker.matching.learned.index import make_index
from matchmaker.matching.learned.scores import context_scores
from matchmaker.matching.learned.weights import shipped
from tests.matching.learned.world import N_COUNTRIES, all_pairs, countries, random_index

LANDS = countries()


def score(index, a, b):
    """Score pairs by the shipped weights."""
    return context_scores(index, LANDS, shipped(), np.asarray(a), np.asarray(b))


@pytest.mark.parametrize("seed", range(5))
def test_every_score_is_a_number(seed):
    index, _, _ = random_index(seed)
    a, b = np.indices((25, 25)).reshape(2, -1)
    assert np.isfinite(score(index, a, b)).all()


@pytest.mark.parametrize("seed", range(5))
def test_pair_scores_alone_as_among_others(seed):
    index, _, _ = random_index(seed)
    a, b = all_pairs(25)
    together = score(index, a, b)
    for row in np.random.default_rng(seed).integers(0, len(a), 20):
        assert score(index, a[row : row + 1], b[row : row + 1])[0] == together[row]


@pytest.mark.parametrize("seed", range(5))
def test_recorded_tie_of_the_scored_pair_changes_nothing(seed):
    index, tie_a, tie_b = random_index(seed)
    different = tie_a != tie_b
    for a, b in zip(tie_a[different][:10], tie_b[different][:10], strict=True):
        keep = ~(((tie_a == a) & (tie_b == b)) | ((tie_a == b) & (tie_b == a)))
        without = make_index(index.towns, N_COUNTRIES, tie_a[keep], tie_b[keep])
        assert score(index, [a], [b]) == pytest.approx(score(without, [a], [b]), abs=1e-9)


def test_side_in_conflict_is_the_asking_one_whichever_stands_first():
    index, _, _ = random_index(2)
    country = index.towns.country
    a, b = all_pairs(25)
    one_side = LANDS.conflict[country[a]] & ~LANDS.conflict[country[b]]
    assert one_side.sum() > 20
    a, b = a[one_side], b[one_side]
    assert np.array_equal(score(index, a, b), score(index, b, a))
