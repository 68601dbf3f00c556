"""Go through a large round need by need, on every processor, and hand back the pairs found."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.candidates import RULES
from matchmaker.matching.large import loops, sums
from matchmaker.matching.large.loops import Found, Wanted, Work
from matchmaker.matching.large.tables import Tables

Array = NDArray[Any]
Report = Callable[[int, int], None]

COMPILED_FROM = 20_000
"""Rounds of so many pairs take longer uncompiled than the compiler takes to load."""
MOST_THREADS = 4
_PIECE = 512
"""Needs that a thread takes at a time."""


@dataclass(frozen=True)
class Pairs:
    """Some pairs of a round, by need."""

    rows: Array
    columns: Array
    keys: Array
    """Score less the price of the offer's place."""


@dataclass(frozen=True)
class Best:
    """The best pairs of every need and of every offer, and what the rules leave."""

    rows: Array
    columns: Array
    """In the order of needs, then offers; none twice."""
    floor: Array
    """(n_needs,) where a need has more allowed pairs than are kept for it, the least score among
    those: none that is left out scores more. Else -1."""
    lost: Array
    """(n_needs, 1 + n_rules) offers that each rule is the first to bar."""
    needs_allowed: Array
    """(n_offers,) needs that each offer is allowed for."""


@cache
def compile_loops() -> bool:
    """Compile the loops for the rest of the process; tell whether that was possible."""
    try:
        from matchmaker.matching.engine.compiled import compile_exactly
    except ImportError:
        return False
    compile_exactly(sums, loops, called=frozenset({"_context_near", "_push", "_set"}))
    return True


def best_pairs(tables: Tables, most: int, most_of_offer: int, report: Report) -> Best:
    """Return the best pairs of every need and of every offer, and what the rules leave.

    Parameters
    ----------
    tables : Tables
    most, most_of_offer : int
        Pairs kept for each need and each offer; of equal scores those that come first.
    report : callable (needs done, needs in all)
    """
    n_needs, n_offers = len(tables.needs.code), len(tables.offers.column)
    everything = _wanted(np.zeros(n_offers), np.full(n_needs, -1.0), 0.0, None, tables)
    order = np.argsort(tables.needs.place, kind="stable")
    found, works = _scan(tables, everything, order, (min(most, n_offers), most_of_offer), report)
    rows, columns, _ = _listed(found)
    own_rows, own_columns = _best_of_offers(works, tables.offers.column)
    together = np.concatenate([rows, own_rows]) * n_offers + np.concatenate([columns, own_columns])
    together = np.unique(together)
    allowed = n_offers - found.lost.sum(axis=1)
    floor = np.where(allowed > found.count, found.keys.min(axis=1, initial=np.inf), -1.0)
    needs_allowed = np.zeros(n_offers, dtype=np.int64)
    for work in works:
        needs_allowed[tables.offers.column] += work.allowed
    return Best(together // n_offers, together % n_offers, floor, found.lost, needs_allowed)


def missing_pairs(
    tables: Tables,
    prices: tuple[Array, Array],
    least: float,
    held: Any,
    rows: Array,
    most: int,
    report: Report,
) -> Pairs:
    """Return the pairs not yet held that are worth more than the prices of their places.

    Parameters
    ----------
    tables : Tables
    prices : (ndarray, ndarray)
        What the place of each need costs, with what is overlooked added, and that of each offer.
    least : float
        The least score that is good enough.
    held : sparse array, shape (n_needs, n_offers)
        The pairs that are held already.
    rows : ndarray of int
        The needs to look at.
    most : int
        Pairs returned for one need, those that are worth most above their prices.
    report : callable (needs done, needs in all)
    """
    sought = _wanted(prices[1], prices[0], least, held, tables)
    order = rows[np.argsort(tables.needs.place[rows], kind="stable")]
    found, _ = _scan(tables, sought, order, (most, 0), report)
    return Pairs(*_listed(found))


def _wanted(prices: Array, floor: Array, least: float, held: Any, tables: Tables) -> Wanted:
    order, n_needs = tables.offers.column, len(floor)
    if held is None:
        starts, positions = np.zeros(n_needs + 1, dtype=np.int64), np.zeros(0, dtype=np.int32)
    else:
        place = np.empty(len(order), dtype=np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        starts, positions = held.indptr.astype(np.int64), place[held.indices]
    return Wanted(prices[order], floor, np.array([least]), starts, positions)


def _scan(
    tables: Tables, wanted: Wanted, order: Array, most: tuple[int, int], report: Report
) -> tuple[Found, list[Work]]:
    """Share the needs out among threads; what is found depends on nothing but the arguments."""
    n_needs, n_offers = len(tables.needs.code), len(tables.offers.column)
    if n_needs * n_offers >= COMPILED_FROM:
        compile_loops()
    found = Found(
        np.full((n_needs, most[0]), np.inf),
        np.full((n_needs, most[0]), -1, dtype=np.int32),
        np.zeros(n_needs, dtype=np.int32),
        np.zeros((n_needs, len(RULES) + 1), dtype=np.int64),
    )
    works: list[Work] = []
    own, lock, done = threading.local(), threading.Lock(), [0]

    def take(rows: Array) -> int:
        work = getattr(own, "work", None)
        if work is None:
            work = own.work = _work(tables, most[1])
            with lock:
                works.append(work)
        loops.scan(tables, work, wanted, found, rows)
        return len(rows)

    pieces = [order[start : start + _PIECE] for start in range(0, len(order), _PIECE)]
    with ThreadPoolExecutor(min(MOST_THREADS, _processors())) as threads:
        try:
            for n_rows in threads.map(take, pieces):
                done[0] += n_rows
                report(done[0], len(order))
        finally:
            threads.shutdown(cancel_futures=True)
    return found, works


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def _work(tables: Tables, most: int) -> Work:
    n_offers, n_columns = len(tables.offers.column), len(tables.ties.column_starts) - 1
    return Work(
        place=np.array([-1]),
        stamp=np.zeros(n_offers, dtype=np.int32),
        sums=np.zeros((n_offers, 4)),
        most=np.zeros(n_offers),
        mark=np.zeros(n_offers, dtype=np.uint8),
        direct=np.zeros(n_columns, dtype=np.int8),
        shared=np.zeros(n_columns, dtype=np.int8),
        near=np.zeros(n_columns, dtype=np.int8),
        allowed=np.zeros(n_offers, dtype=np.int64),
        scores=np.zeros((n_offers, most)),
        rows=np.zeros((n_offers, most), dtype=np.int32),
        count=np.zeros(n_offers, dtype=np.int32),
    )


def _listed(found: Found) -> tuple[Array, Array, Array]:
    """Return the pairs found, by need, then offer, with their keys."""
    has = np.arange(found.columns.shape[1]) < found.count[:, None]
    rows, columns = np.nonzero(has)[0], found.columns[has].astype(np.int64)
    order = np.lexsort((columns, rows))
    return rows[order], columns[order], found.keys[has][order]


def _best_of_offers(works: list[Work], column_of: Array) -> tuple[Array, Array]:
    """Return the best pairs of each offer over all threads, who saw different needs."""
    most = works[0].scores.shape[1] if works else 0
    rows, scores, positions = (
        np.concatenate([np.zeros(0, dtype=kind), *parts])
        for kind, parts in zip(
            (np.int64, np.float64, np.int64),
            zip(*(_of_offers(work) for work in works), strict=True) if works else [[]] * 3,
            strict=True,
        )
    )
    order = np.lexsort((rows, -scores, positions))
    positions = positions[order]
    rank = np.arange(len(order)) - np.searchsorted(positions, positions)
    kept = rank < most
    return rows[order[kept]], column_of[positions[kept]].astype(np.int64)


def _of_offers(work: Work) -> tuple[Array, Array, Array]:
    has = np.arange(work.rows.shape[1]) < work.count[:, None]
    return work.rows[has].astype(np.int64), work.scores[has], np.nonzero(has)[0]
