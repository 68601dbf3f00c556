"""A round as a picture: each pair as a small code, counted in bins for a map of needs x offers.

A pair that a rule bars is coded like any other that is not allowed: the picture tells no rule, and
so nobody's secret exclusion.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.matching.codes import CATEGORY
from matchmaker.matching.sides import ACTIVITY_POSITION
from matchmaker.matching.snapshot import NeedRecord, OfferRecord, Snapshot
from matchmaker.matching.solving import Problem

Array = NDArray[Any]

MOST_BINS = 60
"""A map has at most so many rows, and so many columns."""
TILE = 200
"""Rows and columns of one stored tile; a multiple of `WINDOW`."""
WINDOW = 25
"""Rows and columns that are read as a table."""
NOT_ALLOWED = 255
"""Code of a pair without a score; others hold the score in hundredths."""
CHOSEN, LOCKED, BARRED = 1, 2, 4
"""Marks of a pair, as bits."""
MARKS = {"chosen": CHOSEN, "locked": LOCKED, "barred": BARRED}
COUNTED = ("pairs", "allowed", "score", *MARKS)


@dataclass(frozen=True)
class Cells:
    """Part of a round: codes and marks of its pairs, shape (rows, columns) each."""

    codes: NDArray[np.uint8]
    marks: NDArray[np.uint8]

    def pack(self) -> bytes:
        """Return both as few bytes."""
        return zlib.compress(self.codes.tobytes() + self.marks.tobytes(), 6)

    @classmethod
    def unpack(cls, data: bytes, shape: tuple[int, int]) -> "Cells":
        """Read what `pack` wrote."""
        both = np.frombuffer(zlib.decompress(data), dtype=np.uint8).reshape(2, *shape)
        return cls(both[0], both[1])

    @classmethod
    def empty(cls, shape: tuple[int, int]) -> "Cells":
        """Return cells of which no pair is allowed."""
        return cls(np.full(shape, NOT_ALLOWED, np.uint8), np.zeros(shape, np.uint8))


@dataclass
class Sums:
    """What is counted of the pairs in each bin."""

    n_rows: int
    n_columns: int

    def __post_init__(self) -> None:
        """Begin with nothing."""
        self.row_bins = min(MOST_BINS, self.n_rows)
        self.column_bins = min(MOST_BINS, self.n_columns)
        shape = (self.row_bins, self.column_bins)
        self.counts = {name: np.zeros(shape, np.int64) for name in ("allowed", "score", *MARKS)}

    def add(self, start: int, cells: Cells) -> None:
        """Count some whole rows, from `start` on."""
        rows = (start + np.arange(len(cells.codes))) * self.row_bins // self.n_rows
        edges = -(-np.arange(self.column_bins) * self.n_columns // self.column_bins)
        allowed = cells.codes != NOT_ALLOWED
        layers = {
            "allowed": allowed,
            "score": np.where(allowed, cells.codes, np.uint8(0)),
            **{name: (cells.marks & bit) > 0 for name, bit in MARKS.items()},
        }
        for name, layer in layers.items():
            summed = np.add.reduceat(layer, edges, axis=1, dtype=np.int64)
            np.add.at(self.counts[name], rows, summed)

    def told(self) -> dict[str, Any]:
        """Return the bins as text and numbers: one character a bin, row after row.

        "." holds no allowed pair, a digit is the mean score of those allowed, in tenths.
        """
        allowed = self.counts["allowed"]
        mean = self.counts["score"] / np.maximum(allowed, 1)
        tenths = np.clip(mean // 10, 0, 9).astype(int)
        levels = [
            "".join("." if not n else str(tenth) for n, tenth in zip(counts, row, strict=True))
            for counts, row in zip(allowed.tolist(), tenths.tolist(), strict=True)
        ]
        marks = {name: np.argwhere(self.counts[name] > 0).tolist() for name in MARKS}
        return {"levels": levels, **marks}


def order_of(snapshot: Snapshot) -> tuple[list[str], list[str]]:
    """Return the keys of needs and of offers as the picture shows them: what is alike together."""
    country = {town.key: (town.country, town.region) for town in snapshot.towns}
    needs = sorted(snapshot.needs, key=lambda one: (*_kind(one), *country[one.town], one.key))
    offers = sorted(snapshot.offers, key=lambda one: (*_kind(one), *country[one.town], one.key))
    return [one.key for one in needs], [one.key for one in offers]


def _kind(record: NeedRecord | OfferRecord) -> tuple[int, int]:
    done = (record.activity,) if isinstance(record, NeedRecord) else record.activities
    return CATEGORY[record.category], min((ACTIVITY_POSITION[one] for one in done), default=99)


def bands_of(categories: Sequence[str]) -> list[list[Any]]:
    """Return [category, first position, one past the last] along an axis of the picture."""
    bands: list[list[Any]] = []
    for at, category in enumerate(categories):
        if not bands or bands[-1][0] != category:
            bands.append([category, at, at])
        bands[-1][2] = at + 1
    return bands


class Picture:
    """A scored round in the order of its picture."""

    def __init__(self, problem: Problem, pairs: Array) -> None:
        """Take the chosen pairs, shape (n_pairs, 2), as rows and columns of the problem."""
        settings, self.snapshot = problem.settings, problem.snapshot
        self.needs, self.offers = order_of(problem.snapshot)
        rows = np.array([problem.rows[key] for key in self.needs], dtype=np.int64)
        columns = np.array([problem.columns[key] for key in self.offers], dtype=np.int64)
        self.row_at, self.column_at = _inverse(rows), _inverse(columns)
        self.scores: sparse.csr_array = problem.scores[rows]
        marked = {
            CHOSEN: pairs,
            LOCKED: _positions(problem, settings.locked),
            BARRED: _positions(problem, settings.barred),
        }
        self.marks = [
            (bit, self.row_at[at[:, 0]], self.column_at[at[:, 1]]) for bit, at in marked.items()
        ]

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of needs and of offers."""
        return len(self.needs), len(self.offers)

    def strips(self) -> Iterator[tuple[int, Cells]]:
        """Yield the rows in strips as high as a tile: the first row, its cells."""
        n_rows, n_columns = self.shape
        starts = self.scores.indptr
        for start in range(0, n_rows, TILE):
            end = min(start + TILE, n_rows)
            cells = Cells.empty((end - start, n_columns))
            part = slice(starts[start], starts[end])
            rows = np.repeat(np.arange(end - start), np.diff(starts[start : end + 1]))
            hundredths = np.clip(np.rint(self.scores.data[part] * 100), 0, 100)
            cells.codes[rows, self.column_at[self.scores.indices[part]]] = hundredths
            for bit, at, columns in self.marks:
                inside = (at >= start) & (at < end)
                np.bitwise_or.at(cells.marks, (at[inside] - start, columns[inside]), np.uint8(bit))
            yield start, cells

    def axes(self) -> dict[str, Any]:
        """Return the size of the picture and where each kind of help lies."""
        needs = {need.key: need.category for need in self.snapshot.needs}
        offers = {offer.key: offer.category for offer in self.snapshot.offers}
        return {
            "n_rows": len(self.needs),
            "n_columns": len(self.offers),
            "row_bands": bands_of([needs[key] for key in self.needs]),
            "column_bands": bands_of([offers[key] for key in self.offers]),
        }


def tiles_of(start: int, strip: Cells) -> Iterator[tuple[int, int, bytes]]:
    """Yield row and column (in tiles) and the bytes of each tile that holds something."""
    for column in range(0, strip.codes.shape[1], TILE):
        part = slice(column, column + TILE)
        cells = Cells(strip.codes[:, part], strip.marks[:, part])
        if cells.marks.any() or (cells.codes != NOT_ALLOWED).any():
            yield start // TILE, column // TILE, cells.pack()


class Blocks:
    """The pairs counted by kind of help of need and of offer: the table under the picture."""

    def __init__(self, axes: dict[str, Any]) -> None:
        """Begin with nothing; `axes` as of `Picture.axes`."""
        self.rows, self.columns = axes["row_bands"], axes["column_bands"]
        kinds = [(need, offer) for need, *_ in self.rows for offer, *_ in self.columns]
        self.table = {kind: dict.fromkeys(COUNTED, 0) for kind in kinds}

    def add(self, start: int, cells: Cells) -> None:
        """Count some whole rows, from `start` on."""
        for need, top, bottom in self.rows:
            high = slice(max(top - start, 0), max(bottom - start, 0))
            for offer, left, right in self.columns:
                codes, marks = cells.codes[high, left:right], cells.marks[high, left:right]
                _count(self.table[need, offer], codes, marks)

    def told(self) -> list[dict[str, Any]]:
        """Return the counts, one entry for each two kinds."""
        return [{"need": need, "offer": offer, **n} for (need, offer), n in self.table.items()]


def _count(counts: dict[str, int], codes: Array, marks: Array) -> None:
    allowed = codes != NOT_ALLOWED
    counts["pairs"] += codes.size
    counts["allowed"] += int(np.count_nonzero(allowed))
    counts["score"] += int(codes[allowed].sum(dtype=np.int64))
    for name, bit in MARKS.items():
        counts[name] += int(np.count_nonzero(marks & bit))


def _inverse(order: Array) -> Array:
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.arange(len(order))
    return found


def _positions(problem: Problem, keys: Iterable[tuple[str, str]]) -> Array:
    return np.array([problem.pair(pair) for pair in keys], dtype=np.int64).reshape(-1, 2)
