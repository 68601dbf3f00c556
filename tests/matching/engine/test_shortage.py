"""Over-demanded groups are those of Hall's theorem, checked by trying every choice."""

from itertools import product

import numpy as np
import pytest
import scipy.sparse as sp

from matchmaker.matching import Shortage, over_demanded


def greatest(allowed, places, asks):
    """Return the greatest number of units served, and which needs some such choice cuts short."""
    pairs = [tuple(p) for p in np.argwhere(allowed).tolist()]
    most, cut = -1, set()
    for bits in product((0, 1), repeat=len(pairs)):
        chosen = [pair for pair, bit in zip(pairs, bits, strict=True) if bit]
        got = np.bincount([i for i, _ in chosen], minlength=len(allowed))
        used = np.bincount([j for _, j in chosen], minlength=allowed.shape[1])
        if (got > asks).any() or (used > places).any() or len(chosen) < most:
            continue
        if len(chosen) > most:
            most, cut = len(chosen), set()
        cut |= set(np.flatnonzero(got < asks).tolist())
    return most, cut


def random_demand(rng):
    n, m = rng.integers(1, 6, 2)
    allowed = rng.random((n, m)) < 0.6
    allowed.ravel()[rng.permutation(n * m)[10:]] = False
    asks = rng.integers(0, 3, n) if rng.random() < 0.4 else np.ones(n, dtype=int)
    asks = np.where(allowed.sum(axis=1) >= asks, asks, 0)
    return allowed, rng.integers(0, 3, m), asks


@pytest.mark.parametrize("seed", range(150))
def test_groups_are_the_needs_that_some_best_choice_cuts_short(seed):
    allowed, places, asks = random_demand(np.random.default_rng(seed))
    groups = over_demanded(allowed, places, asks)
    most, cut = greatest(allowed, places, asks)
    assert sorted(need for group in groups for need in group.needs) == sorted(cut)
    assert sum(group.missing for group in groups) == asks.sum() - most
    for group in groups:
        open_to = np.flatnonzero(allowed[list(group.needs)].any(axis=0))
        assert group.offers == tuple(open_to.tolist())
        assert group.asked == asks[list(group.needs)].sum()
        assert group.missing > 0


@pytest.mark.parametrize("seed", range(60))
def test_group_can_give_what_it_says_and_no_more(seed):
    allowed, places, asks = random_demand(np.random.default_rng(1000 + seed))
    for group in over_demanded(allowed, places, asks):
        rows = list(group.needs)
        assert greatest(allowed[rows], places, asks[rows])[0] == group.places


def test_seven_needs_compete_for_four_offers():
    allowed = np.zeros((9, 6), dtype=bool)
    allowed[:7, :4] = True
    allowed[7:, 4:] = True
    assert over_demanded(allowed) == [Shortage(tuple(range(7)), (0, 1, 2, 3), 7, 4)]


def test_groups_that_share_no_offer_stand_apart_the_largest_lack_first():
    allowed = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [0, 1]], dtype=bool)
    assert over_demanded(allowed) == [
        Shortage((2, 3, 4), (1,), 3, 1),
        Shortage((0, 1), (0,), 2, 1),
    ]


def test_offer_with_places_enough_joins_nobody():
    # both pairs of needs may take offer 2 as well, but all four do not fill it
    allowed = np.array([[1, 0, 1], [1, 0, 1], [0, 1, 1], [0, 1, 1]], dtype=bool)
    groups = over_demanded(allowed, [1, 1, 4], 2)
    assert [group.needs for group in groups] == [(0, 1), (2, 3)]
    assert [(group.asked, group.places) for group in groups] == [(4, 3), (4, 3)]


def test_need_without_candidates_competes_with_nobody():
    assert over_demanded([[0, 0], [1, 0]]) == []


def test_only_the_needs_wanted_are_looked_at():
    assert over_demanded([[1], [1], [1]], wanted=[True, False, False]) == []


def test_sparse_candidates_give_the_same_groups():
    allowed = np.array([[1, 0], [1, 0], [1, 1]], dtype=bool)
    assert over_demanded(sp.csr_array(allowed)) == over_demanded(allowed)


def test_nothing_at_all_is_no_shortage():
    assert over_demanded(np.zeros((0, 3), dtype=bool)) == []


def test_wrong_places_are_named():
    with pytest.raises(ValueError, match="offer_places"):
        over_demanded([[1]], offer_places=-1)


def test_callers_arrays_stay_untouched():
    allowed = np.array([[True], [True]])
    places = np.array([1])
    over_demanded(allowed, places)
    assert allowed.all() and places.tolist() == [1]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("candidates", {"candidates": [[np.nan, 1]]}),
        ("candidates", {"candidates": [1, 0]}),
        ("candidates", {"candidates": [[1], [1, 0]]}),
        ("candidates", {"candidates": [["a"]]}),
        ("candidates", {"candidates": np.ma.array([[1]], mask=[[1]])}),
        ("candidates", {"candidates": sp.coo_array(np.ones(2))}),
        ("wanted", {"candidates": [[1], [1]], "wanted": [True]}),
        ("wanted", {"candidates": [[1]], "wanted": [0.5]}),
    ],
)
def test_wrong_candidates_and_wanted_needs_are_named(name, wrong):
    with pytest.raises(ValueError, match=f"^{name} "):
        over_demanded(**wrong)


def test_stored_entries_are_candidates_whatever_their_value():
    stored = sp.coo_array((np.zeros(2), ([0, 1], [0, 0])), shape=(2, 1))
    assert over_demanded(stored) == [Shortage((0, 1), (0,), 2, 1)]
