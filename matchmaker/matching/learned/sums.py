"""Count the ties that lead from around one town of a pair to around the other; compiled loops.

*Around* is a list of nearnesses, each from 0 to 1: the town itself, towns within some distance
(1 - (d / h)^2, an Epanechnikov kernel), the country, its towns of like size, its neighbours. For
nearnesses K of a and L of b the sum over ties (u, v), taken in both directions, is

    between[K, L] = sum of K(a, u) L(b, v)

One tie may be left out of a pair; its terms are then taken away from every sum.
"""

from typing import NamedTuple

import numpy as np

from matchmaker.matching.engine.compiled import compiled
from matchmaker.matching.learned.index import TieIndex, recorded
from matchmaker.matching.learned.towns import N_CLASSES, Bools, Floats, Ints

AROUND_A = (
    "itself",
    "60",
    "200",
    "600",
    "200_home",
    "country",
    "country_size",
    "neighbours",
    "conflict",
)
"""Nearnesses on the asking side: distances in km, `_home` within the country; `conflict`: any
country in conflict."""
AROUND_B = ("itself", "60", "200", "country", "country_size", "neighbours")
"""Nearnesses on the helping side."""
N_A, N_B = len(AROUND_A), len(AROUND_B)
_H60, _H200, _H600 = 60.0**2, 200.0**2, 600.0**2


class Sums(NamedTuple):
    """Sums of some pairs, the left-out tie taken away."""

    between: Floats
    """(n_pairs, N_A, N_B)."""
    around_a: Floats
    """(n_pairs, N_A): ties of the towns around a, wherever they lead."""
    around_b: Floats
    """(n_pairs, N_B)."""
    total: Floats
    """(n_pairs,): ends of all ties, twice their number."""
    shared: Floats
    """(n_pairs,): towns tied with both, each counting 1 / ln(2 + number of its ties)."""
    shared_near: Floats
    """(n_pairs,): towns tied with b and with a town of a's country within 200 km, likewise."""


def sum_ties(
    index: TieIndex, neighbour: Bools, conflict: Bools, a: Ints, b: Ints, left_a: Ints, left_b: Ints
) -> Sums:
    """Compute the sums of pairs (a, b), each with the tie (left_a, left_b) left out if recorded.

    Parameters
    ----------
    index : TieIndex
    neighbour : ndarray of bool, shape (n_countries, n_countries)
    conflict : ndarray of bool, shape (n_countries,)
    a, b, left_a, left_b : ndarray of int, shape (n_pairs,)
        Positions of towns.

    Returns
    -------
    Sums
    """
    left = recorded(index, left_a, left_b)
    order = np.lexsort((b, a))
    towns = index.towns
    ground = (towns.xyz, towns.country, towns.size_class, neighbour, conflict)
    ties = (index.start, index.partner, index.tied, index.by_country, index.by_class)
    ends, which = np.unique(b, return_inverse=True)
    lists = _near_lists(ends, towns.xyz, index.tied)
    n = len(a)
    out = (np.zeros((n, N_A, N_B)), np.zeros((n, N_A)), np.zeros((n, N_B)), np.zeros((n, 2)))
    _fill(a, b, which, left_a, left_b, left, order, ground, ties, lists, out)
    between, around_a, around_b, shared = out
    total = float(len(index.partner)) - 2.0 * left
    # What was taken away may leave less than nothing by rounding
    kept = [np.maximum(part, 0.0) for part in (between, around_a, around_b, shared)]
    return Sums(kept[0], kept[1], kept[2], total, kept[3][:, 0], kept[3][:, 1])


@compiled
def _kernel(xyz, one, other, squared_width):
    x = xyz[one, 0] - xyz[other, 0]
    y = xyz[one, 1] - xyz[other, 1]
    z = xyz[one, 2] - xyz[other, 2]
    return max(0.0, 1.0 - (x * x + y * y + z * z) / squared_width)


@compiled
def _alike(size_class, one, other):
    total = 0.0
    for k in range(N_CLASSES):
        total += size_class[one, k] * size_class[other, k]
    return total


@compiled
def _around_a(a, u, ground, out):
    """Write the nearnesses of u to a; tell whether any is above 0."""
    xyz, country, size_class, neighbour, conflict = ground
    same = 1.0 if country[a] == country[u] and country[a] < len(conflict) - 1 else 0.0
    out[0] = 1.0 if a == u else 0.0
    out[3] = _kernel(xyz, a, u, _H600)
    out[1] = _kernel(xyz, a, u, _H60) if out[3] > 0 else 0.0
    out[2] = _kernel(xyz, a, u, _H200) if out[3] > 0 else 0.0
    out[4] = out[2] * same
    out[5] = same
    out[6] = same * _alike(size_class, a, u) if same > 0 else 0.0
    out[7] = 1.0 if neighbour[country[a], country[u]] else 0.0
    out[8] = 1.0 if conflict[country[u]] else 0.0
    return out[0] + out[3] + same + out[7] + out[8] > 0


@compiled
def _around_b(b, v, ground, out):
    """Write the nearnesses of v to b."""
    xyz, country, size_class, neighbour, conflict = ground
    same = 1.0 if country[b] == country[v] and country[b] < len(conflict) - 1 else 0.0
    out[0] = 1.0 if b == v else 0.0
    out[1] = _kernel(xyz, b, v, _H60)
    out[2] = _kernel(xyz, b, v, _H200)
    out[3] = same
    out[4] = same * _alike(size_class, b, v) if same > 0 else 0.0
    out[5] = 1.0 if neighbour[country[b], country[v]] else 0.0


@compiled
def _near_lists(ends, xyz, tied):
    """List for each end the tied towns within 200 km: (start, towns)."""
    start = np.zeros(len(ends) + 1, np.int64)
    for i in range(len(ends)):
        count = 0
        for v in tied:
            count += _kernel(xyz, ends[i], v, _H200) > 0
        start[i + 1] = start[i] + count
    towns = np.empty(start[-1], np.int32)
    at = 0
    for i in range(len(ends)):
        for v in tied:
            if _kernel(xyz, ends[i], v, _H200) > 0:
                towns[at] = v
                at += 1
    return start, towns


@compiled
def _reach(a, ground, ties, here, reached):
    """Lead every tie from around a to its other end; write town, country and size sums there."""
    by_town, by_country, by_class, at_all = reached
    start, partner, tied = ties[0], ties[1], ties[2]
    country, size_class = ground[1], ground[2]
    by_town[:] = 0.0
    by_country[:] = 0.0
    by_class[:] = 0.0
    at_all[:] = 0.0
    for u in tied:
        if not _around_a(a, u, ground, here):
            continue
        for j in range(start[u], start[u + 1]):
            v = partner[j]
            for k in range(N_A):
                if here[k] > 0:
                    by_town[v, k] += here[k]
                    by_country[country[v], k] += here[k]
                    at_all[k] += here[k]
                    for size in range(N_CLASSES):
                        by_class[country[v], size, k] += here[k] * size_class[v, size]


@compiled
def _collect_near(b, first, last, near, ground, start, by_town, between, around_b):
    """Add what reaches the towns near b."""
    xyz = ground[0]
    for j in range(first, last):
        v = near[j]
        n_partners = start[v + 1] - start[v]
        within_200 = _kernel(xyz, b, v, _H200)
        within_60 = _kernel(xyz, b, v, _H60)
        around_b[1] += within_60 * n_partners
        around_b[2] += within_200 * n_partners
        for k in range(N_A):
            here = by_town[v, k]
            if here > 0:
                between[k, 1] += within_60 * here
                between[k, 2] += within_200 * here


@compiled
def _collect_land(b, ground, ties, reached, between, around_b):
    """Add what reaches b itself, its country, towns of like size and neighbour countries."""
    country, size_class, neighbour, conflict = ground[1], ground[2], ground[3], ground[4]
    by_town, by_country, by_class = reached[0], reached[1], reached[2]
    start, of_country, of_class = ties[0], ties[3], ties[4]
    land = country[b]
    known = land < len(conflict) - 1
    around_b[0] = start[b + 1] - start[b]
    for k in range(N_A):
        between[k, 0] = by_town[b, k]
        if known:
            between[k, 3] = by_country[land, k]
            for size in range(N_CLASSES):
                between[k, 4] += size_class[b, size] * by_class[land, size, k]
    if known:
        around_b[3] = of_country[land]
        for size in range(N_CLASSES):
            around_b[4] += size_class[b, size] * of_class[land, size]
    for other in range(len(conflict)):
        if neighbour[land, other]:
            around_b[5] += of_country[other]
            for k in range(N_A):
                between[k, 5] += by_country[other, k]


@compiled
def _take_away(ends, between, around_a, around_b):
    """Take the left-out tie away, in both directions."""
    from_x, from_y, to_x, to_y = ends
    for k in range(N_A):
        around_a[k] -= from_x[k] + from_y[k]
        for j in range(N_B):
            between[k, j] -= from_x[k] * to_y[j] + from_y[k] * to_x[j]
    for j in range(N_B):
        around_b[j] -= to_x[j] + to_y[j]


@compiled
def _share(b, x, y, left, ties, by_town, from_x, from_y, out):
    """Weigh the partners of b by how a and the towns near it are tied with them."""
    start, partner = ties[0], ties[1]
    for j in range(start[b], start[b + 1]):
        v = partner[j]
        if left and ((v == x and b == y) or (v == y and b == x)):
            continue
        own, near = by_town[v, 0], by_town[v, 4]
        n_partners = start[v + 1] - start[v]
        if left and v == y:
            own -= from_x[0]
            near -= from_x[4]
            n_partners -= 1
        elif left and v == x:
            own -= from_y[0]
            near -= from_y[4]
            n_partners -= 1
        weight = 1.0 / np.log(2.0 + n_partners)
        out[0] += weight * own
        out[1] += weight * near


@compiled
def _fill(a, b, which, left_a, left_b, left, order, ground, ties, lists, out):
    """Fill the sums of all pairs, those of one town a after the other."""
    between, around_a, around_b, shared = out
    n_towns, n_countries = len(ground[0]), len(ground[4])
    reached = (
        np.zeros((n_towns, N_A)),
        np.zeros((n_countries, N_A)),
        np.zeros((n_countries, N_CLASSES, N_A)),
        np.zeros(N_A),
    )
    from_x, from_y = np.zeros(N_A), np.zeros(N_A)
    to_x, to_y = np.zeros(N_B), np.zeros(N_B)
    here, before = np.zeros(N_A), -1
    for row in order:
        if a[row] != before:
            before = a[row]
            _reach(before, ground, ties, here, reached)
        around_a[row] = reached[3]
        _collect_land(b[row], ground, ties, reached, between[row], around_b[row])
        first, last = lists[0][which[row]], lists[0][which[row] + 1]
        _collect_near(
            b[row], first, last, lists[1], ground, ties[0], reached[0], between[row], around_b[row]
        )
        x, y = left_a[row], left_b[row]
        if left[row]:
            _around_a(before, x, ground, from_x)
            _around_a(before, y, ground, from_y)
            _around_b(b[row], x, ground, to_x)
            _around_b(b[row], y, ground, to_y)
            _take_away((from_x, from_y, to_x, to_y), between[row], around_a[row], around_b[row])
        _share(b[row], x, y, left[row], ties, reached[0], from_x, from_y, shared[row])
