"""A part of a round: what is taken over of it is what reading its records anew would give."""

import numpy as np
import pytest

from matchmaker.matching.arrays import arrays_of, arrays_of_part
from matchmaker.matching.candidates import candidates
from matchmaker.matching.pipeline import score_candidates
from matchmaker.matching.settings import Settings
from matchmaker.matching.slicing import snapshot_of_part
from tests.matching.random_rounds import random_round


def some(rng, n):
    """Return some positions of n, ascending."""
    return np.flatnonzero(rng.random(n) < rng.choice([0.0, 0.3, 0.8]))


@pytest.mark.parametrize("seed", range(12))
def test_arrays_of_a_part_judge_and_score_as_those_read_from_its_records(seed):
    snapshot, rng, settings = random_round(seed).sorted(), np.random.default_rng(seed), Settings()
    rows, columns = some(rng, len(snapshot.needs)), some(rng, len(snapshot.offers))
    read = arrays_of(snapshot_of_part(snapshot, rows, columns))
    taken = arrays_of_part(arrays_of(snapshot), rows, columns)
    found = [candidates(arrays, settings) for arrays in (read, taken)]
    np.testing.assert_array_equal(found[0].bar, found[1].bar)
    np.testing.assert_array_equal(found[0].funnel, found[1].funnel)
    scores = [
        score_candidates(arrays, settings, found[0]).toarray()
        for arrays in (read, taken)
        if read.needs.keys
    ]
    assert all((one == scores[0]).all() for one in scores)
    assert (taken.needs.keys, taken.offers.keys) == (read.needs.keys, read.offers.keys)
    np.testing.assert_array_equal(taken.offers.places, read.offers.places)
