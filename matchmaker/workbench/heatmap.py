"""The heat map of a round as it is drawn: paths over bins, and the parts one can open.

What is drawn carries no name and no key. A part that is opened is read from a few stored tiles.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, load_only

from matchmaker.access import Actor
from matchmaker.access.scope import proposals_in_hand, towns_of
from matchmaker.matching.heat import CHOSEN, MARKS, NOT_ALLOWED, TILE, WINDOW, Cells, Sums
from matchmaker.models import Municipality, Need, Offer, Proposal, Round, RoundNeed, RoundOffer
from matchmaker.models import RoundTile as Tile
from matchmaker.proposals.queries import LEAN_NEED, LEAN_OFFER, nobody_hidden

MOST_BLOCKS = 15
"""So many parts can be opened along each side of the picture."""
LEVELS = ((0, 29), (30, 39), (40, 49), (50, 59), (60, 69), (70, 79), (80, 100))
"""Mean scores of the shades, in hundredths, from the lightest."""


@dataclass(frozen=True)
class Area:
    """A part of the table of all pairs, in needs (rows) and offers (columns)."""

    top: int
    left: int
    height: int
    width: int

    @property
    def is_window(self) -> bool:
        """Tell whether it is read as a table as it is."""
        return self.height <= WINDOW and self.width <= WINDOW


@dataclass(frozen=True)
class Drawing:
    """Paths of the picture, in units of one bin."""

    rows: int
    columns: int
    shades: list[str]
    marks: dict[str, str]
    blocks: list[tuple[Area, tuple[float, float, float, float]]]
    """What can be opened: the area, and its x, y, width and height in the picture."""


@dataclass(frozen=True)
class Window:
    """A table of at most 25 needs and 25 offers, with what stands at each pair."""

    area: Area
    needs: list[RoundNeed]
    offers: list[RoundOffer]
    cells: Cells
    proposals: dict[tuple[int, int], Proposal]

    def score(self, need: RoundNeed, offer: RoundOffer) -> int | None:
        """Return the score of a pair in hundredths; None where it is not allowed."""
        code = int(self.cells.codes[self._at(need, offer)])
        return None if code == NOT_ALLOWED else code

    def marks(self, need: RoundNeed, offer: RoundOffer) -> list[str]:
        """Return whether a pair is locked or barred by hand, as codes."""
        found = int(self.cells.marks[self._at(need, offer)])
        return [name for name, bit in MARKS.items() if bit != CHOSEN and found & bit]

    def proposal(self, need: RoundNeed, offer: RoundOffer) -> Proposal | None:
        """Return the proposal of a pair, if the reader may see it."""
        return self.proposals.get((need.need_id, offer.offer_id))

    def _at(self, need: RoundNeed, offer: RoundOffer) -> tuple[int, int]:
        assert need.position is not None and offer.position is not None
        return need.position - self.area.top, offer.position - self.area.left


def area_of(axes: dict[str, Any], need: int, offer: int, needs: int, offers: int) -> Area:
    """Return the part that is asked for, on the grid of windows and inside the table."""
    top, height = _span(axes["n_rows"], need, needs)
    left, width = _span(axes["n_columns"], offer, offers)
    return Area(top, left, height, width)


def _span(n: int, first: int, length: int) -> tuple[int, int]:
    start = min(max(first - 1, 0), max(n - 1, 0)) // WINDOW * WINDOW
    whole = max(WINDOW, -(-min(length, n) // WINDOW) * WINDOW)
    return start, min(whole, n - start)


def drawing_of(bins: dict[str, Any], area: Area) -> Drawing:
    """Return how bins of an area are drawn, and which parts of it can be opened."""
    rows, columns = len(bins["levels"]), len(bins["levels"][0]) if bins["levels"] else 0
    return Drawing(
        rows,
        columns,
        _shades(bins["levels"]),
        {name: _marks(name, bins[name]) for name in MARKS},
        list(_blocks(area, rows, columns)),
    )


def _shades(levels: Sequence[str]) -> list[str]:
    """Return one path for each shade, from runs of equal bins."""
    paths: dict[int, list[str]] = defaultdict(list)
    for y, row in enumerate(levels):
        start = 0
        for x in range(1, len(row) + 1):
            if x < len(row) and _shade(row[x]) == _shade(row[start]):
                continue
            length = x - start
            paths[_shade(row[start])].append(f"M{start} {y}h{length}v1h-{length}z")
            start = x
    return ["".join(paths[shade]) for shade in range(len(LEVELS))]


def _shade(level: str) -> int:
    """Return the shade of a bin; -1 where nothing is allowed."""
    return -1 if level == "." else min(max(int(level) - 2, 0), len(LEVELS) - 1)


def _marks(name: str, bins: Iterable[Sequence[int]]) -> str:
    shape = {
        "chosen": "M{x}.5 {y}.5h0",
        "locked": "M{x}.1 {y}.1h.8v.8h-.8z",
        "barred": "M{x}.2 {y}.2l.6 .6m0-.6l-.6 .6",
    }[name]
    return "".join(shape.format(x=x, y=y) for y, x in bins)


def _blocks(area: Area, rows: int, columns: int) -> Iterable[Any]:
    """Yield the parts that can be opened, each with its place in the picture."""
    if not rows or not columns:
        return
    high, wide = _block(area.height), _block(area.width)
    tall, broad = rows / area.height, columns / area.width
    for top in range(0, area.height, high):
        for left in range(0, area.width, wide):
            height, width = min(high, area.height - top), min(wide, area.width - left)
            at = (left * broad, top * tall, width * broad, height * tall)
            part = Area(area.top + top, area.left + left, height, width)
            yield part, tuple(round(one, 2) for one in at)


def _block(length: int) -> int:
    n_windows = -(-length // WINDOW)
    return WINDOW * -(-n_windows // MOST_BLOCKS)


def bins_of(cells: Cells) -> dict[str, Any]:
    """Return the bins of a part, as they are stored of the whole."""
    sums = Sums(*cells.codes.shape)
    sums.add(0, cells)
    return sums.told()


def cells_of(session: Session, round_: Round, axes: dict[str, Any], area: Area) -> Cells:
    """Return the cells of a part, from the few tiles it touches."""
    found = Cells.empty((area.height, area.width))
    tiles = session.scalars(
        select(Tile).where(
            Tile.round_id == round_.id,
            Tile.row.between(area.top // TILE, (area.top + area.height - 1) // TILE),
            Tile.column.between(area.left // TILE, (area.left + area.width - 1) // TILE),
        )
    )
    for tile in tiles:
        top, left = tile.row * TILE, tile.column * TILE
        shape = min(TILE, axes["n_rows"] - top), min(TILE, axes["n_columns"] - left)
        cells = Cells.unpack(tile.cells, shape)
        rows = _overlap(top, shape[0], area.top, area.height)
        columns = _overlap(left, shape[1], area.left, area.width)
        here, there = (rows[0], columns[0]), (rows[1], columns[1])
        found.codes[here], found.marks[here] = cells.codes[there], cells.marks[there]
    return found


def _overlap(start: int, length: int, asked: int, wide: int) -> tuple[slice, slice]:
    """Return where a tile and what is asked meet: within what is asked, within the tile."""
    first, last = max(start, asked), min(start + length, asked + wide)
    return slice(first - asked, last - asked), slice(first - start, last - start)


def busiest(cells: Cells, area: Area) -> Area:
    """Return the window of a part with most proposals; the first of equals."""
    best, most = (0, 0), -1
    for top in range(0, area.height, WINDOW):
        for left in range(0, area.width, WINDOW):
            marks = cells.marks[top : top + WINDOW, left : left + WINDOW]
            n = int(np.count_nonzero(marks & CHOSEN))
            if n > most:
                best, most = (top, left), n
    top, left = best
    height, width = min(WINDOW, area.height - top), min(WINDOW, area.width - left)
    return Area(area.top + top, area.left + left, height, width)


def part_of(cells: Cells, area: Area, part: Area) -> Cells:
    """Return the cells of a part of an area."""
    rows = slice(part.top - area.top, part.top - area.top + part.height)
    columns = slice(part.left - area.left, part.left - area.left + part.width)
    return Cells(cells.codes[rows, columns], cells.marks[rows, columns])


def window_of(session: Session, actor: Actor, round_: Round, area: Area, cells: Cells) -> Window:
    """Return a window; what is hidden, and needs beyond the scope, leave its rows and columns."""
    needs = list(
        session.scalars(
            select(RoundNeed)
            .join(RoundNeed.need)
            .join(Need.municipality)
            .where(
                RoundNeed.round_id == round_.id,
                RoundNeed.position.between(area.top, area.top + area.height - 1),
                Need.hidden.is_(False),
                Municipality.hidden.is_(False),
                *towns_of(actor),
            )
            .options(
                load_only(RoundNeed.need_id, RoundNeed.position),
                joinedload(RoundNeed.need).options(joinedload(Need.municipality), *LEAN_NEED),
            )
            .order_by(RoundNeed.position)
        )
    )
    offers = list(
        session.scalars(
            select(RoundOffer)
            .join(RoundOffer.offer)
            .join(Offer.municipality)
            .where(
                RoundOffer.round_id == round_.id,
                RoundOffer.position.between(area.left, area.left + area.width - 1),
                Municipality.hidden.is_(False),
            )
            .options(
                joinedload(RoundOffer.offer).options(joinedload(Offer.municipality), *LEAN_OFFER)
            )
            .order_by(RoundOffer.position)
        )
    )
    found = session.scalars(
        select(Proposal)
        .where(
            Proposal.round_id == round_.id,
            Proposal.need_id.in_([row.need_id for row in needs]),
            Proposal.offer_id.in_([row.offer_id for row in offers]),
            nobody_hidden(),
            proposals_in_hand(actor),
        )
        .options(
            load_only(Proposal.public_id, Proposal.need_id, Proposal.offer_id, Proposal.status)
        )
        .order_by(Proposal.id)
    )
    proposals = {(row.need_id, row.offer_id): row for row in found}
    return Window(area, needs, offers, cells, proposals)


def is_all_in_scope(session: Session, actor: Actor, round_: Round) -> bool:
    """Tell whether the reader works for every need of a round now: the scope may have changed."""
    mine = towns_of(actor)
    if not mine:
        return True
    towns = select(Municipality.id).where(*mine)
    other = (
        select(RoundNeed.need_id)
        .join(RoundNeed.need)
        .where(RoundNeed.round_id == round_.id, Need.municipality_id.not_in(towns))
        .limit(1)
    )
    return session.scalar(other) is None
