"""The backtest finds what is there, and nothing where nothing is."""

import numpy as np
import pytest

from matchmaker.matching.learned.backtest import rank, run, share_found, ship, study
from matchmaker.matching.learned.folds import N_FOLDS, cold, known, town_folds
from matchmaker.matching.learned.index import make_index
from matchmaker.matching.learned.parts import PARTS, TERMS, measure
from tests.matching.learned.world import N_COUNTRIES, taken_past


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


def with_more_ties(past, towns, seed=0, n=200):
    """Return the past with ties of these towns to anywhere added, those to learn from the same."""
    rng = np.random.default_rng(seed)
    ends = rng.choice(towns, n), rng.integers(0, len(past.towns.xyz), n)
    return past._replace(a=np.concatenate([past.a, ends[0]]), b=np.concatenate([past.b, ends[1]]))


@pytest.mark.parametrize("fold", range(N_FOLDS))
def test_ties_of_held_out_towns_change_nothing_in_cold(fold):
    past = taken_past(3)
    folds = town_folds(past, 1)
    held_out = np.unique(past.asked[folds == fold])
    more = with_more_ties(past, held_out)
    kept = ~(np.isin(past.a, held_out) | np.isin(past.b, held_out))
    fewer = past._replace(a=past.a[kept], b=past.b[kept])
    expected, lessons = judged(past, folds, fold, cold), study(past, folds, 1, unseen=fold)
    for other in (more, fewer):
        assert np.array_equal(judged(other, folds, fold, cold), expected, equal_nan=True)
        assert np.array_equal(study(other, folds, 1, unseen=fold), lessons, equal_nan=True)


def test_ties_of_held_out_towns_change_no_cold_rank_and_no_weight():
    past, fold = taken_past(4), 3
    folds = town_folds(past, 1)
    more = with_more_ties(past, np.unique(past.asked[folds == fold]))
    one, other = run(past, 1, ablation=False), run(more, 1, ablation=False)
    first = (folds < fold).sum()
    tested = slice(first, first + (folds == fold).sum())
    assert np.array_equal(one.ranks.cold[tested], other.ranks.cold[tested])
    assert np.array_equal(one.weights[fold].weight, other.weights[fold].weight)
    assert not np.array_equal(one.weights[0].weight, other.weights[0].weight)


def test_known_knows_the_other_ties_of_the_town_but_not_the_tested_one():
    past = taken_past(3)
    folds = town_folds(past, 1)
    lesson = known(past, folds, 0, 1)
    for pair, town in enumerate(lesson.choices.asked.tolist()):
        tested = (past.a == town) & (past.b == lesson.choices.candidates[pair, 0])
        without = past._replace(a=past.a[~tested], b=past.b[~tested])
        assert np.allclose(
            judged(without, folds, 0, known)[pair],
            judged(past, folds, 0, known)[pair],
            equal_nan=True,
        )
    away = with_more_ties(past, lesson.choices.asked)
    assert not np.allclose(
        judged(away, folds, 0, known), judged(past, folds, 0, known), equal_nan=True
    )


def judged(past, folds, fold, knowing):
    """Return what is measured of the choices of a fold, the tested tie left out."""
    lesson = knowing(past, folds, fold, 1)
    candidates = lesson.choices.candidates
    asked = np.repeat(lesson.choices.asked, candidates.shape[1])
    partner = np.repeat(candidates[:, 0], candidates.shape[1])
    terms = measure(lesson.ties, past.countries, asked, candidates.ravel(), asked, partner)
    return terms.reshape(*candidates.shape, -1)


def test_another_order_of_the_towns_changes_no_term():
    past = taken_past(5)
    rng = np.random.default_rng(0)
    place = rng.permutation(len(past.towns.xyz))
    old = np.argsort(place)
    towns = type(past.towns)(*(values[old] for values in past.towns))
    a, b = past.asked, past.helper
    lands = past.countries
    one = measure(make_index(past.towns, N_COUNTRIES, past.a, past.b), lands, a, b, a, b)
    index = make_index(towns, N_COUNTRIES, place[past.a], place[past.b])
    other = measure(index, lands, place[a], place[b], place[a], place[b])
    assert other == pytest.approx(one, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("seed", [1, 2])
def test_shipped_form_tells_where_it_comes_from(seed):
    weights = ship(taken_past(seed), 1, {"made": "up"})
    assert weights.provenance == {"made": "up"}
    assert weights.conflict_countries == ("AA", "BB")
    assert len(weights.weight) == len(TERMS)
    assert (weights.spread > 0).all()
