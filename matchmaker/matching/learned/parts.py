"""What is measured of a pair of towns: named parts, each one or more terms.

A part is what may be told to a mayor ("towns near yours are tied with towns near theirs"); a term
is one number of it. No term knows a town by name.
"""

from typing import NamedTuple

import numpy as np

from matchmaker.matching.learned.index import TieIndex
from matchmaker.matching.learned.sums import AROUND_A, AROUND_B, Sums, sum_ties
from matchmaker.matching.learned.towns import Countries, Floats, Ints, distance_km

_SHARE, _FEW = 0.5, 0.02
"""How strongly a rate is drawn to what chance would give: by half of it, and by 0.02 ties."""
_NEAREST_KM = 50.0
"""Added to distances before taking logs: below it nearness no longer matters."""
_MIDDLE_KM = 7.0
"""ln of about 1,100 km, from where the curve of distance is counted."""


class Term(NamedTuple):
    """One number of a pair."""

    part: str
    name: str


RATES = (
    ("countries", "conflict", "country", True),
    ("countries", "country_size", "country_size", False),
    ("towns_near_asking", "200_home", "country", False),
    ("towns_near_asking", "600", "country_size", False),
    ("towns_near_both", "60", "60", False),
    ("towns_near_both", "200", "200", False),
    ("towns_near_both", "country_size", "200", False),
    ("towns_near_helping", "conflict", "60", True),
    ("towns_near_helping", "conflict", "200", True),
    ("own_partners", "itself", "60", False),
    ("own_partners", "itself", "200", False),
    ("own_partners", "itself", "country", False),
    ("own_partners", "itself", "neighbours", False),
)
"""Part, nearness of the asking side, of the helping side, and whether the helping town itself is
left out: its own number of ties tells which candidate had one taken away, and so must not count."""
COUNTS = (("countries", "country"), ("towns_near_helping", "200"))
"""Part and nearness of the helping side: how many ties others there have, wherever they lead."""
OTHERS = (
    Term("shared_partners", "both"),
    Term("size", "apart"),
    Term("size", "both_largest"),
    Term("size", "both_large"),
    Term("size", "rank_apart"),
    Term("size", "unknown"),
    Term("distance", "within_50_km"),
    Term("distance", "within_100_km"),
    Term("distance", "log"),
    Term("distance", "log_squared"),
    Term("language", "same"),
    Term("border", "neighbours"),
)
TERMS: tuple[Term, ...] = (
    *(Term(part, f"{a}-{b}") for part, a, b, _ in RATES),
    *(Term(part, f"ties_{b}") for part, b in COUNTS),
    *OTHERS,
)
"""The columns of `measure`."""
PARTS: tuple[str, ...] = tuple(dict.fromkeys(term.part for term in TERMS))


def measure(
    index: TieIndex, countries: Countries, a: Ints, b: Ints, left_a: Ints, left_b: Ints
) -> Floats:
    """Measure pairs of an asking town a and a helping town b.

    Parameters
    ----------
    index : TieIndex
        What is known; the tie (left_a, left_b) of each pair is left out of every number.
    countries : Countries
    a, b, left_a, left_b : ndarray of int, shape (n_pairs,)
        Positions of towns.

    Returns
    -------
    ndarray of float, shape (n_pairs, len(TERMS))
        NaN where a distance or a size is not known.

    Notes
    -----
    A rate is ln((o + e / 2 + 0.02) / (e + e / 2 + 0.02)): o ties lead from around a to around b, e
    would if the ties of both surroundings went anywhere. It is 0 where nothing is known.
    """
    sums = sum_ties(index, countries.neighbour, countries.conflict, a, b, left_a, left_b)
    columns = [_rate(sums, *rate[1:]) for rate in RATES]
    own = sums.around_b[:, 0]
    columns += [
        np.log1p(np.maximum(sums.around_b[:, AROUND_B.index(near)] - own, 0.0))
        for _, near in COUNTS
    ]
    columns.append(np.log1p(sums.shared))
    columns += _size(index, countries, a, b)
    columns += _distance(index, a, b)
    land_a, land_b = index.towns.country[a], index.towns.country[b]
    columns.append(countries.same_language[land_a, land_b].astype(np.float64))
    columns.append(countries.neighbour[land_a, land_b].astype(np.float64))
    return np.stack(columns, axis=1)


def _rate(sums: Sums, near_a: str, near_b: str, without_itself: bool) -> Floats:
    row, column = AROUND_A.index(near_a), AROUND_B.index(near_b)
    seen, ends = sums.between[:, row, column], sums.around_b[:, column]
    if without_itself:
        seen = np.maximum(seen - sums.between[:, row, 0], 0.0)
        ends = np.maximum(ends - sums.around_b[:, 0], 0.0)
    by_chance = sums.around_a[:, row] * ends / np.maximum(sums.total, 1.0)
    drawn = _SHARE * by_chance + _FEW
    return np.log((seen + drawn) / (by_chance + drawn))


def _size(index: TieIndex, countries: Countries, a: Ints, b: Ints) -> list[Floats]:
    magnitude = index.towns.magnitude
    rank, share = _standing(index, countries, a)
    rank_b, share_b = _standing(index, countries, b)
    return [
        np.abs(magnitude[a] - magnitude[b]),
        np.sqrt(share * share_b),
        (magnitude[a] - 5.0) * (magnitude[b] - 4.5),
        np.abs(rank - rank_b),
        np.isnan(magnitude[b]).astype(np.float64),
    ]


def _standing(index: TieIndex, countries: Countries, towns: Ints) -> tuple[Floats, Floats]:
    """Return ln(1 + number of greater towns of the country) and the share of the greatest one."""
    rank, share = np.full(len(towns), np.nan), np.full(len(towns), np.nan)
    land, inhabitants = index.towns.country[towns], 10.0 ** index.towns.magnitude[towns]
    for country in np.unique(land):
        here = (land == country) & np.isfinite(inhabitants)
        listed = countries.populations[country]
        if len(listed):
            greater = len(listed) - np.searchsorted(listed, inhabitants[here], side="right")
            rank[here] = np.log1p(greater)
            share[here] = np.minimum(1.0, inhabitants[here] / listed[-1])
    return rank, share


def _distance(index: TieIndex, a: Ints, b: Ints) -> list[Floats]:
    km = distance_km(index.towns, a, b)
    unknown = np.isnan(km)
    log = np.log(km + _NEAREST_KM)
    near = [np.where(unknown, np.nan, (km < limit).astype(np.float64)) for limit in (50.0, 100.0)]
    return [*near, log, (log - _MIDDLE_KM) ** 2]
