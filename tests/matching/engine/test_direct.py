"""Arguments read directly give what the list of all pairs gives."""

import numpy as np
import pytest
import scipy.sparse as sp

from matchmaker.matching import Infeasible, assign, price_of_forcing
from tests.matching.brute_force import UNITS


def drawn(seed):
    """Draw arguments that only places, locks, bars and a least score bind."""
    rng = np.random.default_rng(seed)
    n, m = (int(x) for x in rng.integers(1, 9, 2))
    scores = [
        lambda: rng.random((n, m)),
        lambda: rng.integers(-2, 5, (n, m)) / 4,
        lambda: rng.normal(0.3, 0.5, (n, m)).round(3),
    ][rng.integers(3)]()
    case = {}
    if rng.random() < 0.6:
        case["allowed"] = rng.random((n, m)) < 0.8
    if rng.random() < 0.5:
        case["need_places"] = rng.integers(0, 4, n)
    if rng.random() < 0.5:
        case["offer_places"] = rng.integers(0, 4, m)
    for name in ("locked", "barred"):
        if rng.random() < 0.4:
            case[name] = [(int(rng.integers(n)), int(rng.integers(m))) for _ in range(2)]
    if rng.random() < 0.3:
        case["minimum_score"] = 0.3
    if rng.random() < 0.5:
        case["need_keys"], case["offer_keys"] = rng.permutation(n), rng.permutation(m)
    return scores, case


def found(scores, **case):
    try:
        return assign(scores, **case)
    except Infeasible as error:
        return sorted(error.conflicts)


def holds(pairs, scores, allowed=True, need_places=1, offer_places=1, **case):
    """Tell whether pairs keep to the demands, each once, good enough or locked."""
    taken = np.zeros(scores.shape, int)
    np.add.at(taken, tuple(pairs.T), 1)
    good = (np.rint(scores * UNITS) >= max(case.get("minimum_score", 0) * UNITS, 1)) & allowed
    locked = np.zeros(scores.shape, bool)
    for pair in case.get("locked", ()):
        locked[pair] = True
    for pair in case.get("barred", ()):
        good[pair] = False
    places = (taken.sum(axis=1) <= need_places).all() and (taken.sum(axis=0) <= offer_places).all()
    return places and (taken <= (good | locked)).all() and taken[locked].all()


def told(result):
    return result if isinstance(result, list) else (result.total, result.optimal)


@pytest.mark.parametrize("seed", range(150))
def test_matrix_and_listed_pairs_agree_with_the_second_route(seed):
    scores, case = drawn(seed)
    dense = found(scores, **case)
    assert told(dense) == told(found(scores, **case, solver="lp"))
    if not isinstance(dense, list):
        assert dense.solver == "paths"
        assert holds(dense.pairs, scores, **case)
    rows, columns = np.divmod(np.arange(scores.size), scores.shape[1])
    listed = sp.coo_array((scores.ravel(), (rows, columns)), shape=scores.shape)
    assert told(found(listed, **case)) == told(dense)


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("make", [np.asarray, sp.csr_array], ids=["matrix", "listed"])
def test_keys_and_not_the_order_of_the_input_decide(make, seed):
    rng = np.random.default_rng(seed)
    n, m = (int(x) for x in rng.integers(2, 12, 2))
    scores = rng.integers(1, 4, (n, m)) / 4
    places = rng.integers(1, 3, m)
    needs, offers = rng.permutation(n), rng.permutation(m)
    first = assign(make(scores), offer_places=places, need_keys=range(n), offer_keys=range(m))
    second = assign(
        make(scores[needs][:, offers]),
        offer_places=places[offers],
        need_keys=needs,
        offer_keys=offers,
    )
    moved = np.column_stack([needs[second.pairs[:, 0]], offers[second.pairs[:, 1]]])
    assert sorted(moved.tolist()) == first.pairs.tolist()


@pytest.mark.parametrize("seed", range(40))
def test_prices_of_a_list_made_later_agree_with_the_second_route(seed):
    scores, case = drawn(seed)
    first = found(scores, **case)
    if isinstance(first, list):
        return
    second = assign(scores, **case, solver="lp")
    assert (first.need_prices == second.need_prices).all()
    assert (first.offer_prices == second.offer_prices).all()


def test_outcome_tells_what_places_are_worth():
    scores = np.array([[0.9, 0.6], [0.8, 0.1]])
    u, v = assign(scores).solved.outcome.duals
    assert (u[:, None] + v >= np.rint(scores * UNITS)).all()
    assert u.sum() + v.sum() == 1.4 * UNITS


@pytest.mark.parametrize("make", [np.array, sp.csr_array], ids=["matrix", "listed"])
def test_scores_changed_afterwards_are_noticed_before_they_are_read_again(make):
    scores = make(np.random.default_rng(1).random((5, 5)))
    result = assign(scores)
    (scores.data if sp.issparse(scores) else scores[1])[2:4] = 0.5
    with pytest.raises(RuntimeError, match="changed"):
        result.need_prices  # noqa: B018


@pytest.mark.parametrize(
    ("make", "place"),
    [(np.array, np.s_[0]), (sp.csr_array, "data")],
    ids=["matrix", "listed"],
)
def test_scores_that_only_change_places_are_noticed(make, place):
    scores = make(np.array([[0.9, 0.1, 0.2], [0.5, 0.9, 0.3], [0.4, 0.2, 0.9]]))
    result = assign(scores)
    row = getattr(scores, place) if isinstance(place, str) else scores[place]
    row[:3] = row[[0, 2, 1]]
    with pytest.raises(RuntimeError, match="changed"):
        price_of_forcing(result, 0, 1)


def test_corners_of_a_large_matrix_that_change_places_are_noticed():
    scores = np.random.default_rng(3).random((120, 120))
    scores[np.ix_([3, 90], [7, 80])] = [[0.25, 0.5], [0.5, 0.25]]
    result = assign(scores)
    scores[np.ix_([3, 90], [7, 80])] = [[0.5, 0.25], [0.25, 0.5]]
    with pytest.raises(RuntimeError, match="changed"):
        result.need_prices  # noqa: B018


def test_lists_and_sparse_arrays_changed_afterwards_leave_the_prices_as_they_were():
    scores, minimum = [[0.9, 0.1, 0.2], [0.5, 0.9, 0.3], [0.4, 0.2, 0.9]], np.zeros(3, dtype=int)
    allowed = sp.coo_array(np.ones((3, 3), dtype=bool))
    result = assign(scores, allowed, need_minimum=minimum)
    scores[0] = [0.9, 0.2, 0.1]
    allowed.data[:] = False
    minimum[:] = 2
    assert price_of_forcing(result, 0, 1).loss.total == pytest.approx(1.2)


def test_matrix_that_is_a_view_is_read_as_it_is():
    whole = np.random.default_rng(2).random((12, 10))
    result = assign(whole[::2, 1::3])
    assert result.total == assign(whole[::2, 1::3].copy()).total
    assert assign(np.asfortranarray(whole)).pairs.tolist() == assign(whole).pairs.tolist()


@pytest.mark.parametrize("size", [2.0**20, 2.0**49])
def test_scores_beyond_doubles_take_another_route(size):
    scores = np.array([[size, size - 1], [size - 2, size - 4]])
    result = assign(scores, grid=0.25)
    assert result.total == 2 * size - 3
    assert (result.solver == "paths") == (size < 2.0**40)
