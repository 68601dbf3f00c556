"""The routes of the benchmark solve the same problem, and wrong answers are found out."""

import numpy as np
import pytest

from benchmarks.instances import DENSE, dense, published, thin
from benchmarks.routes import ROUTES, grid_total

SCIPY = [name for name in ROUTES if name.startswith(("tandem", "scipy"))]
SMALL = {
    "dense": dense("uniform", DENSE["uniform"], 40),
    "blocks": thin("blocks", 500, 20, 1),
    "one component": thin("one component", 60, 5, 1),
    "three places": thin("one component", 60, 5, 3),
}


@pytest.mark.parametrize("instance", SMALL.values(), ids=SMALL)
def test_every_route_that_takes_an_instance_finds_the_same_total(instance):
    totals = {}
    for name in SCIPY:
        fits, prepare = ROUTES[name]
        if fits(instance):
            prepared = prepare(instance)
            totals[name] = grid_total(instance, prepared.pairs(prepared.call()))
    assert len(totals) >= 3 and len(set(totals.values())) == 1, totals


def test_instances_are_the_same_each_time():
    again = thin("blocks", 500, 20, 1).scores
    assert (again != SMALL["blocks"].scores).nnz == 0


def test_needs_of_a_block_have_so_many_candidates_inside_it():
    scores = thin("blocks", 500, 20, 1).scores.tocoo()
    assert (scores.row // 250 == scores.col // 250).all()
    assert set(np.bincount(scores.row)) == {20}


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        (([0, 0], [1, 1]), "chosen twice"),
        (([0, 0], [1, 2]), "need has more"),
        (([0, 1], [1, 1]), "offer has more"),
    ],
)
def test_choice_that_breaks_the_places_is_refused(pairs, message):
    with pytest.raises(ValueError, match=message):
        grid_total(SMALL["dense"], pairs)


def test_choice_of_a_pair_that_is_no_candidate_is_refused():
    scores = SMALL["blocks"].scores
    column = next(c for c in range(500) if scores[0, c] == 0)
    with pytest.raises(ValueError, match="no candidate"):
        grid_total(SMALL["blocks"], ([0], [column]))


def test_absent_published_instance_is_none(monkeypatch, tmp_path):
    monkeypatch.setattr("benchmarks.instances.PUBLISHED", tmp_path)
    assert published("assign100") is None


@pytest.mark.shared_data
def test_published_optimum_is_reached():
    instance = published("assign100")
    prepared = ROUTES["tandem assign"][1](instance)
    assert grid_total(instance, prepared.pairs(prepared.call())) == instance.known
