"""Ties by look-up give what a walk over the list of ties gives."""

import random
import sys

import numpy as np
import pytest

from matchmaker.matching.snapshot import Tie
from matchmaker.matching.ties import ALIVE, ENDED, NONE, PairTable, tie_tables

N_TOWNS = 9
COUNTRY = np.array([0, 0, 1, 1, 2, 2, 0, 1, 2])
REGION = np.array([0, 1, 2, -1, 3, 3, 0, 2, -1])
NEIGHBOUR = np.array([[False, True, False], [True, False, False], [False, False, False]])
NEEDS, OFFERS = np.array([0, 1, 4, 1]), np.array([2, 7, 3, 2, 8, 0])


def drawn(seed):
    """Return random ties, some between the same towns."""
    draw = random.Random(seed)
    found = []
    for _ in range(draw.randint(0, 25)):
        a, b = draw.sample(range(N_TOWNS), 2)
        found.append((a, b, Tie(str(a), str(b), until=draw.choice([None, 2000, 2026, 2030]))))
    return found


def state_between(found, a, b):
    """Return the best state of the ties between two towns."""
    states = [NONE]
    for one, other, tie in found:
        if {one, other} == {a, b}:
            states.append(ALIVE if tie.until is None or tie.until >= 2026 else ENDED)
    return max(states)


@pytest.fixture(params=[0, 1 << 22])
def tables(request, monkeypatch):
    """Build tables that are looked up by search, and as full arrays."""
    monkeypatch.setattr(sys.modules[tie_tables.__module__], "_DENSE_CELLS", request.param)
    return lambda found: tie_tables(found, NEEDS, OFFERS, COUNTRY, REGION, NEIGHBOUR, 5, 2026)


@pytest.mark.parametrize("seed", range(12))
def test_tables_hold_what_the_list_says(tables, seed):
    found = drawn(seed)
    table = tables(found)
    towns = range(N_TOWNS)
    for row, a in enumerate(NEEDS):
        for column, b in enumerate(OFFERS):
            at = table.need_row[row], table.offer_column[column]
            both = sum(
                state_between(found, a, t) and state_between(found, b, t) and 1 for t in towns
            )
            assert table.direct.at(*at) == (state_between(found, a, b) if a != b else NONE)
            assert table.shared.at(*at) == both
    for column, b in enumerate(OFFERS):
        k = table.offer_column[column]
        for region in range(5):
            states = [state_between(found, b, t) for t in towns if REGION[t] == region]
            assert table.region.at(region, k) == max(states, default=NONE)
        for country in range(3):
            states = [state_between(found, b, t) for t in towns if COUNTRY[t] == country]
            near = [state_between(found, b, t) for t in towns if NEIGHBOUR[country, COUNTRY[t]]]
            assert table.country[country, k] == max(states)
            assert table.neighbour[country, k] == max(near, default=NONE)
        assert table.offer_known[k] == any(state_between(found, b, t) for t in towns)


def test_number_of_shared_towns_is_cut_at_what_a_byte_holds(tables):
    n = 140
    found = [(side, t, Tie("x", "y")) for t in range(2, n) for side in (0, 1)]
    country = np.zeros(n, dtype=np.int64)
    table = tie_tables(
        found, np.array([0]), np.array([1]), country, country, np.zeros((1, 1), bool), 1, 2026
    )
    assert table.shared.at(0, 0) == 127


def test_positions_of_a_look_up_broadcast():
    table = PairTable.greatest(
        (2, 3), np.array([0, 1, 1]), np.array([2, 0, 0]), np.array([1, 1, 2])
    )
    assert table.at(np.array([[0], [1]]), np.arange(3)).tolist() == [[0, 0, 1], [2, 0, 0]]
