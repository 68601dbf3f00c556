"""Arguments the kernel takes as the caller gave them, without a list of every pair."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matchmaker.matching.engine.instance import Bools, Instance, Ints
from matchmaker.matching.engine.kernel import (
    LARGEST,
    MOST_PLACES,
    NO_MASK,
    Graph,
    Matrix,
    Optimum,
    is_ready,
    solve_graph,
    solve_matrix,
)
from matchmaker.matching.engine.outcome import Deadline, Outcome
from matchmaker.matching.engine.proof import bound_of_graph, bound_of_matrix
from matchmaker.matching.engine.seal import Seal, seal_of
from matchmaker.matching.engine.table import (
    allowed_at,
    allowed_mask,
    compressed_rows,
    read_matrix,
    table_of,
)
from matchmaker.matching.engine.validate import (
    check_sum,
    least_units,
    mark,
    read_instance,
    read_keys,
    read_number,
    read_pairs,
    read_places,
    read_units,
)


@dataclass(frozen=True)
class Direct:
    """What the kernel found, proven."""

    pairs: NDArray[np.int64]
    """(n_pairs, 2) in the caller's positions, sorted."""
    value: int
    """Total in grid units."""
    units: float
    list_pairs: Callable[[], tuple[Instance, Outcome]]
    """Lists every pair, for questions that need the list."""


@dataclass(frozen=True)
class _Demands:
    """The checked arguments beside the scores, in the caller's positions."""

    shape: tuple[int, int]
    units: float
    least: float
    """Lowest worth of a good pair, in grid units."""
    minimum: Ints
    """(n_needs,): least number of pairs of a need that gets any."""
    given: tuple[Ints, Ints]
    """(n_needs,) and (n_offers,): places."""
    left: tuple[Ints, Ints]
    """The same without those of the locked pairs; below 0 where these are too many."""
    locks: Ints
    """(n_locks, 2): need and offer."""
    bars: Ints
    orders: tuple[Ints | None, Ints | None]
    """Positions in the order of the keys; None where they are in order."""

    @classmethod
    def of(cls, arguments: dict[str, Any], shape: tuple[int, int], largest: float) -> "_Demands":
        """Check the arguments; `largest` is the greatest score in either direction."""
        units = read_units(arguments["grid"])
        least = read_number("minimum_score", arguments["minimum_score"])
        needs = read_places("need_places", arguments["need_places"], shape[0])
        offers = read_places("offer_places", arguments["offer_places"], shape[1])
        minimum = read_places("need_minimum", arguments["need_minimum"], shape[0])
        locks = read_pairs("locked", arguments["locked"], shape)
        bars = read_pairs("barred", arguments["barred"], shape)
        check_sum(largest * units, shape, (needs, offers))
        left = (
            needs - np.bincount(locks[:, 0], minlength=shape[0]),
            offers - np.bincount(locks[:, 1], minlength=shape[1]),
        )
        orders = (
            read_keys("need_keys", arguments["need_keys"], shape[0]),
            read_keys("offer_keys", arguments["offer_keys"], shape[1]),
        )
        if orders[0] is not None or orders[1] is not None:
            orders = tuple(  # type: ignore[assignment]
                np.arange(n) if order is None else order
                for n, order in zip(shape, orders, strict=True)
            )
        worth = least_units(least, units)
        return cls(shape, units, worth, minimum, (needs, offers), left, locks, bars, orders)

    def in_order(self, side: int, values: Ints) -> Ints:
        """Return the values of a side in the order of its keys."""
        order = self.orders[side]
        return values if order is None else values[order]

    def settled(self) -> dict[str, Any]:
        """Return these arguments for `read_instance`, in arrays that nobody else holds."""
        ranks = [None if order is None else np.argsort(order).tolist() for order in self.orders]
        return {
            "need_places": self.given[0],
            "offer_places": self.given[1],
            "need_minimum": self.minimum,
            "locked": self.locks,
            "barred": self.bars,
            "need_keys": ranks[0],
            "offer_keys": ranks[1],
        }


def solve_directly(
    arguments: dict[str, Any], solver: str | None, deadline: Deadline
) -> Direct | None:
    """Solve where nothing but places, locks and bars binds the total.

    Returns
    -------
    Direct or None
        None where another route has to decide: other demands, demands that clash, scores too
        large for doubles, or no proof.

    Raises
    ------
    ValueError
        If an argument is wrong by itself.
    """
    if solver not in (None, "paths") or not _is_plain(arguments):
        return None
    is_sparse = sp.issparse(arguments["scores"])
    if is_sparse:
        arguments = arguments | {"scores": compressed_rows(arguments["scores"])}
    reading = (_SparseReading if is_sparse else _DenseReading).of(arguments)
    if reading is None or not (is_ready(reading.n_pairs) or solver):
        return None
    deadline.check()
    best, bound = reading.solve()
    if bound != int(best.worth.sum()):
        return None
    demands, locks = reading.demands, reading.demands.locks
    need, offer = best.row, best.column
    if demands.orders[0] is not None and demands.orders[1] is not None:
        need, offer = demands.orders[0][need], demands.orders[1][offer]
    pairs = np.column_stack([need, offer])
    if len(locks) or demands.orders[0] is not None or (demands.left[0] > 1).any():
        pairs = np.concatenate([pairs, locks])
        pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    value = bound + int(reading.worth_of(locks).sum())
    return Direct(pairs, value, demands.units, _Lister(arguments, demands, best, _seal(arguments)))


def _is_plain(arguments: dict[str, Any]) -> bool:
    """Tell whether no argument asks for more than a total under places, locks and bars."""
    if arguments["policy"] != "total":
        return False
    if any(not _is_empty(arguments[name]) for name in ("rules", "must_serve")):
        return False
    try:
        least = np.asarray(arguments["need_minimum"])
        return least.dtype.kind in "iu" and least.ndim <= 1 and bool((least <= 1).all())
    except ValueError:
        return False


def _is_empty(value: Any) -> bool:
    """Tell whether a sequence is one and holds nothing."""
    return isinstance(value, (tuple, list, np.ndarray)) and np.shape(value)[:1] == (0,)


@dataclass(frozen=True)
class _DenseReading:
    """A full matrix and its demands."""

    demands: _Demands
    scores: NDArray[np.float64]
    """In the caller's order."""
    matrix: Matrix
    """In the order of the keys."""

    @property
    def n_pairs(self) -> int:
        """Return the number of pairs."""
        return int(self.scores.size)

    @classmethod
    def of(cls, arguments: dict[str, Any]) -> "_DenseReading | None":
        """Check everything; None where the kernel should not take it."""
        scores, allowed = read_matrix(arguments["scores"]), arguments["allowed"]
        shape = (scores.shape[0], scores.shape[1])
        mask = None if allowed is None else allowed_mask(allowed, shape)
        largest = max(float(scores.max()), -float(scores.min())) if scores.size else 0.0
        demands = _Demands.of(arguments, shape, largest)
        if not scores.size or largest * demands.units >= LARGEST or _clash(demands):
            return None
        if min(int(demands.left[0].max()), shape[1]) > MOST_PLACES:
            return None
        need, offer = demands.locks[:, 0], demands.locks[:, 1]
        if mask is not None and not mask[need, offer].all():
            return None
        if len(demands.locks) or len(demands.bars):
            mask = np.ones(shape, dtype=np.bool_) if mask is None else mask.copy()
            mask[need, offer] = mask[demands.bars[:, 0], demands.bars[:, 1]] = False
        ordered = _in_order(scores, demands)
        mask = NO_MASK if mask is None else _in_order(mask, demands)
        return cls(demands, scores, Matrix(ordered, mask, demands.units, demands.least))

    def worth_of(self, pairs: Ints) -> Ints:
        """Return what some pairs are worth, in grid units."""
        found = np.rint(self.scores[pairs[:, 0], pairs[:, 1]] * self.demands.units)
        return found.astype(np.int64)

    def solve(self) -> tuple[Optimum, int]:
        """Return the optimum and a bound of it."""
        n_needs, n_offers = self.demands.shape
        places = np.minimum(self.demands.in_order(0, self.demands.left[0]), n_offers)
        room = np.minimum(self.demands.in_order(1, self.demands.left[1]), n_needs)
        best = solve_matrix(self.matrix, places, room)
        return best, bound_of_matrix(self.matrix, places, room, best.u, best.v)


def _in_order(array: NDArray[Any], demands: _Demands) -> NDArray[Any]:
    """Return a matrix in one piece, rows and columns in the order of the keys."""
    needs, offers = demands.orders
    if needs is None or offers is None:
        return np.ascontiguousarray(array)
    return np.ascontiguousarray(array[needs][:, offers])


def _clash(demands: _Demands) -> bool:
    """Tell whether the demands cannot hold together by themselves."""
    if any((left < 0).any() for left in demands.left):
        return True
    both = np.concatenate([demands.locks, demands.bars])
    return len(np.unique(both, axis=0)) < len(both) if len(both) else False


@dataclass(frozen=True)
class _SparseReading:
    """Listed pairs and their demands."""

    demands: _Demands
    rows: sp.csr_array
    """In the caller's order, sorted, without repeats."""
    kept: Bools | None
    """(n_stored,): may be chosen; None where all may."""
    worth: NDArray[np.float64]

    @property
    def n_pairs(self) -> int:
        """Return the number of pairs."""
        return len(self.worth)

    @classmethod
    def of(cls, arguments: dict[str, Any]) -> "_SparseReading | None":
        """Check everything; None where the kernel should not take it."""
        rows, allowed = compressed_rows(arguments["scores"]), arguments["allowed"]
        shape = (int(rows.shape[0]), int(rows.shape[1]))
        data = rows.data
        largest = max(float(data.max()), -float(data.min())) if data.size else 0.0
        kept = None if allowed is None else allowed_at(allowed, table_of(rows))
        demands = _Demands.of(arguments, shape, largest)
        if not data.size or largest * demands.units >= LARGEST or _clash(demands):
            return None
        if len(demands.locks) or len(demands.bars):
            table = table_of(rows)
            locked, stray = mark(table, demands.locks)
            if len(stray) or (kept is not None and not kept[locked].all()):
                return None
            barred, _ = mark(table, demands.bars)
            kept = ~(locked | barred) if kept is None else kept & ~(locked | barred)
        worth = np.rint(data * demands.units)
        if worth.min() < demands.least:
            good = worth >= demands.least
            kept = good if kept is None else kept & good
        return cls(demands, rows, kept, worth)

    def worth_of(self, pairs: Ints) -> Ints:
        """Return what some pairs are worth, in grid units."""
        if not len(pairs):
            return np.zeros(0, dtype=np.int64)
        return self.worth[mark(table_of(self.rows), pairs)[0]].astype(np.int64)

    def solve(self) -> tuple[Optimum, int]:
        """Return the optimum and a bound of it."""
        graph, demands = self._graph(), self.demands
        places = np.minimum(demands.in_order(0, demands.left[0]), graph.end - graph.begin)
        per_column = np.bincount(graph.to, minlength=demands.shape[1])
        room = np.minimum(demands.in_order(1, demands.left[1]), per_column)
        best = solve_graph(graph, places, room)
        return best, bound_of_graph(graph, places, room, best.u, best.v)

    def _graph(self) -> Graph:
        """Return the pairs that may be chosen, in the order of the keys."""
        rows, worth = self.rows, self.worth
        if self.kept is not None or self.demands.orders[0] is not None:
            line = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
            kept = slice(None) if self.kept is None else self.kept
            rows = sp.coo_array((worth[kept], (line[kept], rows.indices[kept])), shape=rows.shape)
            needs, offers = self.demands.orders
            if needs is not None and offers is not None:
                ranks = np.argsort(needs), np.argsort(offers)
                coordinates = ranks[0][rows.row], ranks[1][rows.col]
                rows = sp.coo_array((rows.data, coordinates), shape=rows.shape)
            rows = rows.tocsr()
            rows.sort_indices()
            worth = rows.data
        starts = rows.indptr.astype(np.int64)
        to = rows.indices.astype(np.int32, copy=False)
        return Graph(starts[:-1], starts[1:], to, worth, np.zeros(len(to), dtype=np.bool_))


@dataclass(frozen=True)
class _Lister:
    """Lists every pair of solved arguments, later, for questions that need the list."""

    arguments: dict[str, Any]
    demands: _Demands
    best: Optimum
    seal: Seal

    def __call__(self) -> tuple[Instance, Outcome]:
        """Return the instance as asked, and the outcome over its usable part.

        Raises
        ------
        RuntimeError
            If the scores were changed since.
        """
        if _seal(self.arguments) != self.seal:
            raise RuntimeError("scores or allowed were changed after they had been assigned")
        asked = read_instance(**self.arguments | self.demands.settled())
        usable = asked.usable()
        width = usable.n_offers
        codes = usable.need.astype(np.int64) * width + usable.offer
        chosen = usable.locked.copy()
        chosen[np.searchsorted(codes, self.best.row * width + self.best.column)] = True
        return asked, Outcome(chosen, "paths", duals=(self.best.u, self.best.v))


def _seal(arguments: dict[str, Any]) -> Seal:
    """Return what hardly any change of the scores, or of what is allowed, leaves as it is."""
    allowed = arguments["allowed"]
    # a sparse `allowed` was copied
    return seal_of(arguments["scores"]), None if sp.issparse(allowed) else seal_of(allowed)
