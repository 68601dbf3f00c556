"""Read the scores and what is allowed, dense or sparse, without touching the caller's arrays."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matchmaker.matching.engine.instance import Bools


@dataclass(frozen=True)
class Table:
    """The candidate pairs as a list sorted by need, then offer."""

    shape: tuple[int, int]
    need: NDArray[np.int32]
    offer: NDArray[np.int32]
    score: NDArray[np.float64]


def read_table(scores: Any, allowed: Any) -> Table:
    """List the allowed pairs of a dense or sparse score matrix without touching it."""
    table = _sparse_table(scores) if sp.issparse(scores) else _dense_table(scores, allowed)
    if not sp.issparse(scores) or allowed is None:
        return table
    keep = allowed_at(allowed, table)
    return Table(table.shape, table.need[keep], table.offer[keep], table.score[keep])


def _sparse_table(scores: Any) -> Table:
    """List the stored entries of a sparse score matrix, explicit zeros included."""
    return table_of(compressed_rows(scores))


def compressed_rows(scores: Any) -> sp.csr_array:
    """Read a sparse score matrix: sorted rows without repeats, a copy only where it is not so."""
    if scores.ndim != 2:
        raise ValueError(f"scores must have two dimensions, not {scores.ndim}")
    check_real("scores", scores)
    # repeats are added up as doubles: small integers would wrap around
    rows = scores.astype(float, copy=False).tocsr()
    if not rows.has_canonical_format:
        rows = rows.copy() if rows is scores else rows
        rows.sum_duplicates()
    check_finite("scores", rows.data)
    return rows


def table_of(rows: sp.csr_array) -> Table:
    """List the stored entries."""
    need = np.repeat(np.arange(rows.shape[0], dtype=np.int32), np.diff(rows.indptr))
    shape = (int(rows.shape[0]), int(rows.shape[1]))
    return Table(shape, need, rows.indices.astype(np.int32), rows.data.astype(float))


def _dense_table(scores: Any, allowed: Any) -> Table:
    """List the allowed entries of a dense score matrix."""
    array = read_matrix(scores)
    shape = (array.shape[0], array.shape[1])
    if allowed is None:
        need = np.repeat(np.arange(shape[0], dtype=np.int32), shape[1])
        offer = np.tile(np.arange(shape[1], dtype=np.int32), shape[0])
        return Table(shape, need, offer, array.ravel())
    mask = allowed_mask(allowed, shape)
    need, offer = (axis.astype(np.int32) for axis in np.nonzero(mask))
    return Table(shape, need, offer, array[mask])


def read_matrix(scores: Any) -> NDArray[np.float64]:
    """Read a dense score matrix, without a copy where it is one of doubles."""
    array = as_array("scores", scores)
    check_real("scores", array)
    array = array.astype(float, copy=False)
    if array.ndim != 2:
        raise ValueError(f"scores must have two dimensions, not {array.ndim}")
    check_finite("scores", array)
    return array


def as_array(name: str, given: Any) -> NDArray[Any]:
    """Read an array, without a copy where it is one; refuse one with masked values."""
    rows = given if isinstance(given, (tuple, list)) else ()
    if np.ma.is_masked(given) or any(np.ma.is_masked(row) for row in rows):
        raise ValueError(f"{name} must not hold masked values")
    try:
        return np.asarray(given)
    except ValueError as error:
        raise ValueError(f"{name} must be one array of numbers") from error


def allowed_mask(allowed: Any, shape: tuple[int, int]) -> Bools:
    """Read `allowed` as a dense boolean array."""
    if sp.issparse(allowed):
        mask = np.zeros(shape, dtype=np.bool_)
        mask[_stored_true(allowed, shape)] = True
        return mask
    mask = as_array("allowed", allowed)
    if mask.shape != shape:
        raise ValueError(f"allowed has shape {mask.shape}, scores {shape}")
    return as_bools("allowed", mask)


def as_bools(name: str, array: NDArray[Any]) -> Bools:
    """Read an array of truth values, or of 0 and 1."""
    if array.dtype == bool:
        return array
    if array.dtype.kind not in "iu" or not np.isin(array, (0, 1)).all():
        raise ValueError(f"{name} must be an array of bool")
    return array.astype(bool)


def _stored_true(allowed: Any, shape: tuple[int, int]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return rows and columns of the entries of a sparse `allowed` that are true.

    Its values are truth values, or 0 and 1 of any type; of repeats one that is true will do.
    """
    if allowed.shape != shape:
        raise ValueError(f"allowed has shape {allowed.shape}, scores {shape}")
    stored = allowed.tocoo()
    if stored.dtype != bool and not np.isin(stored.data, (0, 1)).all():
        raise ValueError("allowed must be an array of bool")
    true = stored.data.astype(bool)
    return stored.row[true], stored.col[true]


def allowed_at(allowed: Any, table: Table) -> Bools:
    """Tell which listed pairs are allowed; a sparse `allowed` is never made dense."""
    if not sp.issparse(allowed):
        return allowed_mask(allowed, table.shape)[table.need, table.offer]
    row, column = _stored_true(allowed, table.shape)
    width = max(table.shape[1], 1)
    wanted = row.astype(np.int64) * width + column
    return np.isin(table.need.astype(np.int64) * width + table.offer, wanted)


def check_real(name: str, array: Any) -> None:
    """Raise ValueError where an array holds no real numbers."""
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} must hold real numbers, not {array.dtype}")


def check_finite(name: str, array: NDArray[Any]) -> None:
    """Raise ValueError where a number is missing or infinite."""
    # a NaN among the numbers is both the greatest and the least of them
    if array.size and not (np.isfinite(array.max()) and np.isfinite(array.min())):
        raise ValueError(f"{name} must be finite: NaN or infinity found")
