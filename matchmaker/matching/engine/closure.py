"""Greatest distances between all nodes of a full graph at once."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Lengths = NDArray[Any]
"""float64 with -inf for no way while all sums stay below 2**53, else int64 with `NOWHERE`."""

NOWHERE = -(2**60)
"""No way, in int64: two of them still fit into 64 bits."""
BLOCK = 16
ROWS_AT_ONCE = 64
COMPILED_NODES = 200
"""Fewer nodes are closed without the compiler."""
THREADED_NODES = 512
"""From so many nodes on, the work is shared between the processor's cores."""


def nowhere_of(dtype: Any) -> float | int:
    """Return what stands for no way in an array of this type."""
    return -np.inf if np.dtype(dtype).kind == "f" else NOWHERE


def close(step: Lengths) -> Lengths:
    """Return the greatest summed gain of a way between any two nodes.

    Parameters
    ----------
    step : ndarray of float or int64, shape (n_nodes, n_nodes)
        Gain of the arc from row to column; no cycle gains. 0 on the diagonal.

    Returns
    -------
    ndarray, shape (n_nodes, n_nodes)
        Exact: whole numbers are added and compared, nothing else.

    Notes
    -----
    Floyd's algorithm [1]_ by blocks [2]_: each block of nodes is closed by itself, then what
    leads to it and away from it, then everything is raised to the ways through it. O(n^3); the
    block's rows stay in the cache while every other row passes by.

    References
    ----------
    .. [1] R. W. Floyd, "Algorithm 97: Shortest path", Commun. ACM 5(6), 1962.
       doi:10.1145/367766.368168
    .. [2] G. Venkataraman, S. Sahni and S. Mukhopadhyaya, "A blocked all-pairs shortest-paths
       algorithm", ACM J. Exp. Algorithmics 8, 2003. doi:10.1145/996546.996553
    """
    n_nodes = len(step)
    size = -(-n_nodes // BLOCK) * BLOCK
    total = np.full((size, size), nowhere_of(step.dtype), dtype=step.dtype)
    total[:n_nodes, :n_nodes] = step
    add_product = _product(size)
    n_threads = len(os.sched_getaffinity(0)) if size >= THREADED_NODES else 1
    cuts = np.linspace(0, size, n_threads + 1).astype(int).tolist()
    with ThreadPoolExecutor(n_threads) as pool:
        for start in range(0, size, BLOCK):
            inside = slice(start, start + BLOCK)
            block = total[inside, inside].copy()
            for k in range(BLOCK):
                np.maximum(block, block[:, k, None] + block[k], out=block)
            away, to = total[inside].copy(), np.ascontiguousarray(total[:, inside])
            add_product(away, block, away.copy(), 0, BLOCK)
            add_product(to, to.copy(), block, 0, size)
            shares = [
                pool.submit(add_product, total, to, away, first, last)
                for first, last in pairwise(cuts)
            ]
            for share in shares:
                share.result()
    return total[:n_nodes, :n_nodes]


def _product(n_nodes: int) -> Callable[[Lengths, Lengths, Lengths, int, int], None]:
    """Return the compiled product, or the one of numpy where it is the better choice."""
    if n_nodes < COMPILED_NODES:
        return plain_product
    try:
        from matchmaker.matching.engine.maxplus import add_product
    except ImportError:
        return plain_product
    return add_product


def plain_product(total: Lengths, left: Lengths, right: Lengths, first: int, last: int) -> None:
    """Raise rows first..last - 1 of `total` to max over k of left[:, k] + right[k]."""
    for start in range(first, last, ROWS_AT_ONCE):
        rows = slice(start, min(start + ROWS_AT_ONCE, last))
        for k in range(left.shape[1]):
            np.maximum(total[rows], left[rows, k, None] + right[k], out=total[rows])
