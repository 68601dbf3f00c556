"""The heat map of a large round: small pages, few tiles, parts that lead to windows."""

import gzip

import numpy as np
import pytest

from matchmaker.matching.heat import MOST_BINS, TILE, WINDOW, Blocks, Cells, Picture, Sums, tiles_of
from matchmaker.matching.pipeline import prepare
from matchmaker.matching.settings import Settings
from matchmaker.models import RoundTile
from matchmaker.workbench import heatmap
from matchmaker.workbench.heatmap import Area, area_of, busiest, cells_of, drawing_of
from tests.factories import make_round, signed_in
from tests.matching.random_rounds import random_round
from tests.rounds.test_snapshot import counted

AXES = {"n_rows": 450, "n_columns": 430}


@pytest.fixture
def large(session, coordinator):
    """Give a round with random cells in tiles, and the cells."""
    round_ = make_round(session, coordinator)
    draw = np.random.default_rng(7)
    shape = AXES["n_rows"], AXES["n_columns"]
    cells = Cells(draw.integers(0, 101, shape, np.uint8), draw.integers(0, 8, shape, np.uint8))
    for start in range(0, shape[0], TILE):
        part = slice(start, start + TILE)
        for row, column, packed in tiles_of(start, Cells(cells.codes[part], cells.marks[part])):
            session.add(RoundTile(round_id=round_.id, row=row, column=column, cells=packed))
    session.commit()
    return round_, cells


@pytest.mark.parametrize(
    "area",
    [Area(0, 0, 25, 25), Area(175, 150, 100, 75), Area(425, 425, 25, 5), Area(0, 0, 450, 430)],
)
def test_part_is_read_from_the_tiles_it_touches(session, large, area):
    round_, cells = large
    assert round_.id
    with counted() as statements:
        found = cells_of(session, round_, AXES, area)
    rows = slice(area.top, area.top + area.height)
    columns = slice(area.left, area.left + area.width)
    assert np.array_equal(found.codes, cells.codes[rows, columns])
    assert np.array_equal(found.marks, cells.marks[rows, columns])
    assert len([one for one in statements if one.startswith("SELECT")]) == 1


@pytest.mark.parametrize("size", [(1, 1), (200, 250), (5000, 5000), (30, 7000)])
def test_parts_cover_the_picture_once_and_are_few(size):
    area = Area(0, 0, *size)
    bins = {name: [] for name in ("chosen", "locked", "barred")}
    bins["levels"] = ["5" * min(size[1], MOST_BINS)] * min(size[0], MOST_BINS)
    drawing = drawing_of(bins, area)
    assert sum(part.height * part.width for part, _ in drawing.blocks) == size[0] * size[1]
    assert len(drawing.blocks) <= heatmap.MOST_BLOCKS**2
    drawn = sum(width * height for _, (_, _, width, height) in drawing.blocks)
    assert drawn == pytest.approx(drawing.rows * drawing.columns, rel=0.01)


def test_each_part_of_a_usual_round_is_a_window():
    bins = {"levels": ["5"] * 60, "chosen": [], "locked": [], "barred": []}
    drawing = drawing_of(bins, Area(0, 0, 200, 250))
    assert all(part.is_window for part, _ in drawing.blocks)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ((1, 1, 25, 25), Area(0, 0, 25, 25)),
        ((30, 26, 25, 25), Area(25, 25, 25, 25)),
        ((9999, 0, 25, 9999), Area(425, 0, 25, 430)),
        ((1, 430, -3, 1), Area(0, 425, 25, 5)),
    ],
)
def test_what_is_asked_is_brought_onto_the_grid(asked, found):
    assert area_of(AXES, *asked) == found


def test_window_with_most_proposals_is_shown_of_a_large_part():
    cells = Cells.empty((60, 60))
    cells.marks[30:32, 55] = 1
    assert busiest(cells, Area(100, 200, 60, 60)) == Area(125, 250, WINDOW, 10)


def test_heat_map_of_a_usual_round_weighs_little(session, coordinator, client_for):
    picture = Picture(prepare(random_round(5, 200, 250), Settings()), np.array([[0, 0]]))
    axes = picture.axes()
    sums, blocks = Sums(*picture.shape), Blocks(axes)
    for start, strip in picture.strips():
        sums.add(start, strip)
        blocks.add(start, strip)
    round_ = make_round(session, coordinator, summary={"policy": "total"})
    round_.overview = {"axes": axes, "bins": sums.told(), "blocks": blocks.told()}
    board = signed_in(session, client_for, coordinator)
    answer = board.get(f"/rounds/{round_.public_id}/pairs")
    assert answer.text.count("tandem-heat__part") == 80
    assert len(gzip.compress(answer.data)) < 20 * 1024
    assert len(answer.data) < 150 * 1024
