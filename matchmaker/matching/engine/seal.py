"""Notice that an array was changed since it was read, without a copy of it."""

from typing import Any
from zlib import crc32

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Seal = tuple[Any, ...]
LANES = (4093, 8191)
"""Primes: numbers that change places fall into other lanes of one of them, unless they are a
multiple of both apart."""


def seal_of(given: Any) -> Seal:
    """Return what hardly any change of an array, or of rows of a sparse one, leaves as it is.

    Notes
    -----
    The bits are added up in lanes, as whole numbers modulo 2**64, and the sums are hashed: two
    passes of plain additions, 0.4 to 0.8 ms for 1,000 x 1,000 doubles, where a CRC of all bytes
    takes 1.5 to 2.6 ms. Up to 4,093 numbers each has a lane of its own.
    """
    if sp.issparse(given):
        return tuple(seal_of(part) for part in (given.data, given.indices, given.indptr))
    return () if given is None else _seal_of_array(np.asarray(given))


def _seal_of_array(array: NDArray[Any]) -> Seal:
    """Return shape, type and a hash of the sums of the lanes."""
    whole = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    cut = len(whole) // 8 * 8
    words, code = whole[:cut].view(np.int64), crc32(whole[cut:].tobytes())
    for lanes in LANES:
        full = len(words) // lanes * lanes
        sums = words[:full].reshape(-1, lanes).sum(axis=0)
        sums[: len(words) - full] += words[full:]
        code = crc32(sums, code)
    return array.shape, array.dtype.str, code
