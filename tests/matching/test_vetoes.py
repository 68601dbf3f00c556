"""Vetoes by index bar what the records name, of either side."""

import pytest

from matchmaker.matching.arrays import arrays_of
from tests.matching.random_rounds import random_round


@pytest.mark.parametrize("seed", range(8))
def test_vetoes_of_both_sides_are_found(seed):
    snapshot = random_round(seed, 25, 30).sorted()
    arrays, towns = arrays_of(snapshot), {town.key: town for town in snapshot.towns}

    def names(record, other):
        home = towns[other.town]
        return home.key in record.veto_towns or home.country in record.veto_countries

    for row, need in enumerate(snapshot.needs):
        expected = {
            column
            for column, offer in enumerate(snapshot.offers)
            if names(need, offer) or names(offer, need)
        }
        assert set(arrays.vetoes.of(row).tolist()) == expected
