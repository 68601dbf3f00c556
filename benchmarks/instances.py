"""The instances that `make bench` solves: drawn by a fixed seed, or published.

Scores are multiples of 1e-9, the grid of `assign`, so that every exact route has the same optimum
in integers.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

SEED = 20090201
BLOCK = 250
"""Needs and offers of a block: what one category, language and region leave of a round."""
PUBLISHED = Path(__file__).resolve().parent.parent.parent / "shared" / "matching"
UNITS = 10**9
Array = NDArray[Any]


@dataclass(frozen=True)
class Instance:
    """A problem of policy total with places on both sides."""

    family: str
    """What it is like; a route that fails at one size of it is not tried at a larger one."""
    n: int
    scores: Any
    """(n_needs, n_offers) float array, or csr_array of the candidate pairs."""
    need_places: int = 1
    offer_places: int = 1
    known: int | None = None
    """The published optimum in grid units."""
    kind: str = "sparse"
    """dense, sparse or published."""
    candidates: int = 0

    @property
    def name(self) -> str:
        """Return what stands in the table."""
        if self.kind == "published":
            return f"{self.family} {self.scores.shape[0]} x {self.scores.shape[1]}"
        size = f"{self.n:,} x {self.n:,}"
        if self.kind == "dense":
            return f"dense {self.family} {size}"
        return f"sparse {size}, {self.candidates} candidates, {self.family}"

    @property
    def n_pairs(self) -> int:
        """Return the number of candidate pairs."""
        return int(self.scores.nnz if self.is_sparse else self.scores.size)

    @property
    def is_sparse(self) -> bool:
        """Tell whether only the candidate pairs are listed."""
        return sparse.issparse(self.scores)


Recipes = Iterator[tuple[str, Callable[[], "Instance | None"]]]


def recipes(sizes: list[int], kinds: list[str]) -> Recipes:
    """Give the key of each instance asked for, smallest first, and a function that makes it."""
    if "dense" in kinds:
        yield from _dense_recipes([n for n in (1000, 2000, 5000) if not sizes or n in sizes])
    if "sparse" in kinds:
        yield from _sparse_recipes([n for n in (10_000, 100_000) if not sizes or n in sizes])
    if "published" in kinds:
        for name in OPTIMA:
            yield name, partial(published, name)


def _dense_recipes(sizes: list[int]) -> Recipes:
    for family, draw in DENSE.items():
        for n in sizes:
            if n <= LARGEST.get(family, n):
                yield f"{family} {n}", partial(dense, family, draw, n)


def _sparse_recipes(sizes: list[int]) -> Recipes:
    for structure, places, n, candidates in product(
        ("blocks", "one component"), (1, 3), sizes, (20, 50)
    ):
        yield (
            f"{structure} {places} {n} {candidates}",
            partial(thin, structure, n, candidates, places),
        )


def dense(family: str, draw: Any, n: int) -> Instance:
    """Draw a full matrix of scores."""
    rng = np.random.default_rng([SEED, n])
    scores = np.maximum(np.round(draw(rng, n), 9), 1e-9)
    return Instance(family, n, np.ascontiguousarray(scores), kind="dense")


def _uniform(rng: np.random.Generator, n: int) -> Array:
    return rng.random((n, n))


def _cosine(rng: np.random.Generator, n: int) -> Array:
    """Likeness of profiles of eight traits, from 0 (opposite) to 1 (the same)."""
    needs, offers = rng.standard_normal((n, 8)), rng.standard_normal((n, 8))
    needs /= np.linalg.norm(needs, axis=1)[:, None]
    offers /= np.linalg.norm(offers, axis=1)[:, None]
    return (1.0 + needs @ offers.T) / 2


def _product(rng: np.random.Generator, n: int) -> Array:
    """Mean of eight products: everybody agrees who is good, which makes rows compete."""
    return rng.random((n, 8)) @ rng.random((8, n)) / 8


DENSE = {"uniform": _uniform, "low rank": _cosine, "low rank, contested": _product}
LARGEST = {"low rank, contested": 2000}
"""Where a family ends below 5,000: every peer needs most of a minute there."""


def thin(structure: str, n: int, candidates: int, places: int) -> Instance:
    """Draw n needs with so many candidates each, inside blocks or anywhere."""
    rng = np.random.default_rng([SEED, n, candidates, places, structure == "blocks"])
    if structure == "blocks":
        inside = np.concatenate(
            [_distinct(rng, min(4000, n - at), BLOCK, candidates) for at in range(0, n, 4000)]
        )
        columns = inside + (np.arange(n) // BLOCK * BLOCK)[:, None]
    else:
        columns = rng.integers(0, n, (n, candidates))
    rows = np.repeat(np.arange(n), candidates)
    # A pair drawn twice is listed once: 1 in 1,000 at most in one component, none in blocks.
    cells = np.unique(rows * n + columns.ravel())
    values = np.maximum(np.round(rng.random(len(cells)), 9), 1e-9)
    starts = np.searchsorted(cells, np.arange(n + 1) * n).astype(np.int32)
    scores = sparse.csr_array((values, (cells % n).astype(np.int32), starts), shape=(n, n))
    family = f"{structure}, offer_places {places}"
    return Instance(family, n, scores, offer_places=places, candidates=candidates)


def _distinct(rng: np.random.Generator, n: int, span: int, count: int) -> Array:
    """Draw different columns for each of n rows."""
    return np.argpartition(rng.random((n, span)), count, axis=1)[:, :count]


OPTIMA: dict[str, float | None] = {
    "assign100": 305,
    "assign300": 626,
    "assign500": 991,
    "assign700": 1362,
    "preflib1": None,
    "preflib2": None,
    "aamas2015": 1406.25,
}
"""Known optimum of each published instance, as ../shared/matching/README.md gives it."""


def published(name: str) -> Instance | None:
    """Read a published instance; None where the folder is not beside the repository."""
    path = PUBLISHED / f"{name}.npz"
    if not path.exists():
        return None
    known = OPTIMA[name]
    with np.load(path) as stored:
        if "cost" in stored:
            # Costs are 1 to 100: 101 less the cost is a positive score, and every row is matched.
            scores = 101.0 - stored["cost"].astype(float)
            best = None if known is None else (101 * len(scores) - int(known)) * UNITS
            return Instance(name, len(scores), scores, known=best, kind="published")
        scores = stored["score"].astype(float)
    best = None if known is None else round(known * UNITS)
    return Instance(name, len(scores), scores, 3, 12, best, "published")
