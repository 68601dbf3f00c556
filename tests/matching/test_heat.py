"""The picture of a round: codes, marks, bins, and what it does not tell."""

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.matching.heat import (
    BARRED,
    LOCKED,
    MOST_BINS,
    NOT_ALLOWED,
    TILE,
    Blocks,
    Cells,
    Picture,
    Sums,
    bands_of,
    tiles_of,
)
from matchmaker.matching.overview import overview_of
from matchmaker.matching.pipeline import prepare
from matchmaker.matching.settings import Settings
from tests.matching.build import DIALOGUE, NEED, OFFER, TALKS, TIE, snapshot
from tests.matching.random_rounds import random_round

NOBODY = np.zeros((0, 2), dtype=np.int64)


def picture_of(round_, settings=None, pairs=NOBODY):
    return Picture(prepare(round_, settings or Settings()), pairs)


def only_strip(picture):
    [(start, cells)] = picture.strips()
    assert start == 0
    return cells


def test_needs_and_offers_of_one_kind_stand_together():
    needs = [replace(DIALOGUE, key="a"), replace(NEED, key="b"), replace(DIALOGUE, key="c")]
    picture = picture_of(snapshot(needs, [OFFER, replace(TALKS, key="o2")]))
    assert (picture.needs, picture.offers) == (["b", "a", "c"], ["o1", "o2"])
    assert picture.axes()["row_bands"] == [["project", 0, 1], ["dialogue", 1, 3]]


def test_code_is_the_score_in_hundredths_wherever_the_pair_stands():
    problem = prepare(random_round(3, 12, 9), Settings())
    picture = Picture(problem, NOBODY)
    cells = only_strip(picture)
    for row, need in enumerate(picture.needs):
        for column, offer in enumerate(picture.offers):
            at = problem.pair((need, offer))
            allowed = problem.candidates.allowed[at]
            expected = round(100 * problem.scores[at]) if allowed else NOT_ALLOWED
            assert cells.codes[row, column] == expected


def test_pair_that_a_secret_veto_bars_looks_like_any_other_that_is_not_allowed():
    secret = only_strip(picture_of(snapshot([replace(NEED, veto_towns=("utrecht",))])))
    plain = only_strip(picture_of(snapshot([replace(NEED, languages=("fr",))])))
    assert secret.codes.tolist() == plain.codes.tolist() == [[NOT_ALLOWED]]
    assert secret.marks.tolist() == plain.marks.tolist() == [[0]]


def test_locks_and_bars_are_marked():
    settings = Settings(locked=(("n1", "o1"),), barred=(("n1", "o2"),))
    cells = only_strip(
        picture_of(snapshot(offers=[OFFER, replace(OFFER, key="o2")]), settings),
    )
    assert cells.marks.tolist() == [[LOCKED, BARRED]]


def test_tile_comes_back_as_it_was_packed():
    cells = Cells(np.array([[3, 255]], np.uint8), np.array([[1, 0]], np.uint8))
    again = Cells.unpack(cells.pack(), (1, 2))
    assert (again.codes.tolist(), again.marks.tolist()) == ([[3, 255]], [[1, 0]])


def test_tile_in_which_nothing_is_allowed_is_left_out():
    assert list(tiles_of(0, Cells.empty((3, TILE + 5)))) == []


@pytest.mark.parametrize("size", [(1, 1), (7, 130), (130, 7), (150, 151)])
def test_bins_count_each_pair_once_and_are_at_most_sixty(size):
    cells = Cells(np.full(size, 50, np.uint8), np.ones(size, np.uint8))
    sums = Sums(*size)
    half = size[0] // 2
    sums.add(0, Cells(cells.codes[:half], cells.marks[:half]))
    sums.add(half, Cells(cells.codes[half:], cells.marks[half:]))
    counted = sums.counts["allowed"]
    assert counted.sum() == sums.counts["chosen"].sum() == size[0] * size[1]
    assert counted.shape == (min(size[0], MOST_BINS), min(size[1], MOST_BINS))
    assert set("".join(sums.told()["levels"])) == {"5"}


def test_blocks_count_the_pairs_of_each_two_kinds():
    needs = [NEED, replace(DIALOGUE, key="n2")]
    picture = picture_of(snapshot(needs, [OFFER, replace(TALKS, key="o2")]))
    blocks = Blocks(picture.axes())
    for start, strip in picture.strips():
        blocks.add(start, strip)
    found = {(one["need"], one["offer"]): one for one in blocks.told()}
    assert len(found) == 4
    assert found["project", "project"]["allowed"] == found["project", "project"]["pairs"] == 1
    assert found["project", "dialogue"]["allowed"] == 0


def test_bands_of_nothing_are_none():
    assert bands_of([]) == []


def test_balance_counts_a_town_of_two_sides_on_both():
    needs = [replace(NEED, sides=("A", "B")), replace(NEED, key="n2", sides=("A",))]
    problem = prepare(snapshot(needs), Settings())
    found = overview_of(problem, np.array([problem.pair(("n1", "o1"))]))
    assert found["sides"] == [
        {"country": "HR", "side": "A", "needs": 2, "served": 1},
        {"country": "HR", "side": "B", "needs": 1, "served": 1},
    ]


@pytest.mark.parametrize(("ties", "n_new"), [((), 1), ((TIE,), 0)])
def test_pair_is_new_where_no_tie_is_on_record(ties, n_new):
    problem = prepare(snapshot(ties=ties), Settings())
    assert overview_of(problem, np.array([[0, 0]]))["new_pairs"] == n_new


def test_load_tells_how_far_the_places_of_helpers_are_used():
    offers = [OFFER, replace(OFFER, key="o2", places=2)]
    problem = prepare(snapshot([NEED], offers), Settings())
    load = overview_of(problem, np.array([problem.pair(("n1", "o2"))]))["load"]
    assert load == {"towns": 1, "full": 0, "part": 1, "none": 0, "most": 1, "places": 3}


def test_worst_off_is_the_served_need_whose_best_pair_is_lowest():
    needs = [NEED, replace(NEED, key="n2", languages=("fr",), interpretation=True, effort_days=90)]
    problem = prepare(snapshot(needs), Settings())
    found = overview_of(problem, np.array([[0, 0], [1, 0]]))
    low = min(range(2), key=lambda row: problem.scores[row, 0])
    assert found["worst_pair"] == [problem.arrays.needs.keys[low], "o1"]
    assert found["worst"] == pytest.approx(problem.scores[low, 0])


def test_figures_of_no_pair_are_told_too():
    found = overview_of(prepare(snapshot(), Settings()), NOBODY)
    assert (found["served"], found["worst"], found["worst_pair"]) == (0, None, None)
