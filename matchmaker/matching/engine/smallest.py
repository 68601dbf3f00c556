"""Shrink a clash of demands: to one without a spare demand, then to the smallest there is."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

Demand = TypeVar("Demand")
MOST_DEMANDS = 300
MOST_ROUNDS = 100


def irreducible(
    demands: Sequence[Demand], clash: Callable[[list[Demand]], bool]
) -> tuple[list[Demand], bool]:
    """Drop what the clash does not need, in blocks of halving size (deletion filter [1]_).

    `clash` may raise TimeoutError: then what remains is returned with False.

    References
    ----------
    .. [1] J. W. Chinneck and E. W. Dravnieks, "Locating minimal infeasible constraint sets
       in linear programs", ORSA J. Comput. 3(2), 1991. doi:10.1287/ijoc.3.2.157
    """
    kept = list(demands)
    size = max(len(kept) // 2, 1)
    try:
        while True:
            at = 0
            while at < len(kept):
                rest = kept[:at] + kept[at + size :]
                if clash(rest):
                    kept = rest
                else:
                    at += size
            if size == 1:
                return kept, True
            size = max(size // 2, 1)
    except TimeoutError:
        return kept, False


def smallest(
    demands: Sequence[Demand], known: list[Demand], clash: Callable[[list[Demand]], bool]
) -> tuple[list[Demand], bool]:
    """Return the smallest clash and True, or `known` and False where that is not found soon.

    Each greatest set that fits leaves out some demands, and every clash holds one of
    these; so a smallest set that meets all such remainders, once it clashes, is the
    smallest clash [1]_.

    References
    ----------
    .. [1] A. Ignatiev, A. Previti, M. Liffiton, J. Marques-Silva, "Smallest MUS extraction
       with minimal hitting set dualization", CP 2015. doi:10.1007/978-3-319-23219-5_13
    """
    if len(known) <= 1:
        return known, True
    if len(demands) > MOST_DEMANDS:
        return known, False
    left_out: list[set[int]] = []
    try:
        for _ in range(MOST_ROUNDS):
            guess = _smallest_hitting(len(demands), left_out)
            if len(guess) >= len(known):
                return known, True
            if clash([demands[i] for i in guess]):
                return [demands[i] for i in guess], True
            left_out.append(_remainder(demands, guess, clash))
    except TimeoutError:
        pass
    return known, False


def _smallest_hitting(count: int, sets: list[set[int]]) -> list[int]:
    """Return the fewest positions that meet every set."""
    if not sets:
        return []
    row = [i for i, members in enumerate(sets) for _ in members]
    column = [member for members in sets for member in sorted(members)]
    matrix = sp.csr_array((np.ones(len(row)), (row, column)), shape=(len(sets), count))
    result = milp(
        np.ones(count),
        integrality=np.ones(count),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, 1, np.inf),
        options={"mip_rel_gap": 0.0},
    )
    return np.flatnonzero(np.rint(result.x)).tolist()


def _remainder(
    demands: Sequence[Demand], guess: list[int], clash: Callable[[list[Demand]], bool]
) -> set[int]:
    """Let a set that fits grow as far as it still fits; return what stays outside."""
    inside = set(guess)
    for position in range(len(demands)):
        if position not in inside and not clash([demands[i] for i in sorted(inside | {position})]):
            inside.add(position)
    return set(range(len(demands))) - inside
