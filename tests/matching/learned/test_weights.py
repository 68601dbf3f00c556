"""Weights as a file, and the ones that come with the package."""

import json

import numpy as np
import pytest

from matchmaker.matching.learned.backtest import ship
from matchmaker.matching.learned.parts import TERMS
from matchmaker.matching.learned.weights import Weights, shipped
from tests.matching.learned.world import taken_past


def test_weights_read_back_as_written():
    written = ship(taken_past(1), 1, {"seed": 1}).to_json()
    assert Weights.from_json(written).to_json() == written


def test_weights_of_other_terms_are_refused():
    data = json.loads(shipped().to_json())
    data["terms"][0]["term"] = "another"
    with pytest.raises(ValueError, match="other terms"):
        Weights.from_json(json.dumps(data))


def test_shipped_weights_tell_what_they_were_learned_from():
    weights = shipped()
    assert {"pairs_sha256", "learned_from", "seed", "command"} <= set(weights.provenance)
    assert weights.provenance["learned_from"] > 2_000
    assert np.isfinite(weights.weight).all() and (weights.error > 0).all()


def test_unknown_counts_as_the_mean():
    weights = shipped()
    unknown = np.full((1, len(TERMS)), np.nan)
    assert weights.score(unknown) == pytest.approx(weights.score(weights.middle[None]))
    assert weights.score(unknown) == pytest.approx([0.0])
