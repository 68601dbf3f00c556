"""Terms of pairs: what is left out, what is unknown."""

import numpy as np
import pytest

from matchmaker.matching.learned.index import make_index, tie_keys
from matchmaker.matching.learned.parts import PARTS, TERMS, measure
from tests.matching.learned.world import N_COUNTRIES, all_pairs, countries, random_index


def column(terms, part, name):
    """Return one term."""
    return terms[:, TERMS.index((part, name))]


@pytest.mark.parametrize("seed", range(20))
def test_leaving_a_tie_out_is_as_if_it_had_never_been(seed):
    index, tie_a, tie_b = random_index(seed)
    lands, rng = countries(), np.random.default_rng(seed)
    tie = int(rng.integers(0, len(tie_a)))
    keys = tie_keys(len(index.towns.xyz), tie_a, tie_b)
    keep = keys != keys[tie]
    without = make_index(index.towns, N_COUNTRIES, tie_a[keep], tie_b[keep])
    a, b = all_pairs(len(index.towns.xyz))
    x, y = np.full(len(a), tie_b[tie]), np.full(len(a), tie_a[tie])
    left_out = measure(index, lands, a, b, x, y)
    never = measure(without, lands, a, b, a, a)
    assert left_out == pytest.approx(never, abs=1e-6, nan_ok=True)


def test_only_distance_and_size_can_be_unknown():
    index, _, _ = random_index(3, n_towns=60, n_ties=200)
    a, b = all_pairs(60)
    terms = measure(index, countries(), a, b, a, b)
    unknown = np.isnan(terms).any(axis=0)
    assert {term.part for term, lacks in zip(TERMS, unknown, strict=True) if lacks} == {
        "distance",
        "size",
    }


def test_rates_are_zero_where_no_tie_is_known():
    index, _, _ = random_index(3, n_ties=0)
    a, b = all_pairs(25)
    terms = measure(index, countries(), a, b, a, b)
    for part in PARTS:
        if part not in {"size", "distance", "language", "border"}:
            columns = [k for k, term in enumerate(TERMS) if term.part == part]
            assert not terms[:, columns].any()


def test_rate_of_one_tie_against_a_number_worked_out_by_hand():
    index, _, _ = random_index(0, n_towns=4, n_ties=0)
    towns = index.towns._replace(
        country=np.array([0, 2, 0, 2]), magnitude=np.full(4, 4.0), size_class=np.eye(5)[[1] * 4]
    )
    index = make_index(towns, N_COUNTRIES, np.array([2]), np.array([3]))
    terms = measure(index, countries(), np.array([0]), np.array([1]), np.array([0]), np.array([1]))
    # One tie from AA to CC; of two ends one lies in AA and one in CC: by chance 1 x 1 / 2
    expected = np.log((1 + 0.25 + 0.02) / (0.5 + 0.25 + 0.02))
    found = column(terms, "countries", "country_size-country_size")
    assert found == pytest.approx([expected])


def test_own_number_of_ties_of_the_helping_town_shows_in_no_rate_of_its_area():
    towns = random_index(0, n_towns=6, n_ties=0)[0].towns
    away = towns._replace(
        xyz=np.arange(6)[:, None] * np.array([[5000.0, 0, 0]]),
        located=np.ones(6, bool),
        country=np.array([0, 2, 0, 1, 0, 4]),
    )
    few = make_index(away, N_COUNTRIES, np.array([2]), np.array([5]))
    many = make_index(away, N_COUNTRIES, np.array([2, 1, 1]), np.array([5, 3, 4]))
    pair = (np.array([0]), np.array([1]))
    terms = [measure(index, countries(), *pair, *pair) for index in (few, many)]
    for name in ("conflict-60", "conflict-200", "ties_200"):
        one, other = (column(found, "towns_near_helping", name) for found in terms)
        assert one == pytest.approx(other)
