"""Towns and countries of a file of partnerships, as arrays."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

EARTH_KM = 6371.0088
"""Mean radius of the Earth."""
CLASS_MIDDLES = np.array([3.0, 4.0, 5.0, 6.0])
"""Middles of the size classes: 1,000, 10,000, 100,000 and a million inhabitants, as log10."""
N_CLASSES = len(CLASS_MIDDLES) + 1
"""The last class is: size unknown."""
_FAR_KM = 1e7


class Countries(NamedTuple):
    """What is known of the countries, by position; the last position stands for unknown."""

    codes: tuple[str, ...]
    neighbour: Bools
    """(n, n): the two share a land border."""
    same_language: Bools
    """(n, n): the two share an official language."""
    conflict: Bools
    """(n,): counts as a country in or after conflict."""
    populations: tuple[Floats, ...]
    """Inhabitants of the towns of each country, ascending."""


class Towns(NamedTuple):
    """The towns by position."""

    xyz: Floats
    """(n, 3), km from the centre of the Earth; far from everything where not located."""
    located: Bools
    country: Ints
    """Position in `Countries`."""
    magnitude: Floats
    """log10 of the inhabitants, NaN where unknown."""
    size_class: Floats
    """(n, N_CLASSES): how far the town belongs to each class, summing to 1."""


def make_towns(
    latitude: Sequence[float] | Floats,
    longitude: Sequence[float] | Floats,
    population: Sequence[float] | Floats,
    country: Sequence[int] | Ints,
) -> Towns:
    """Put towns into arrays; NaN stands for an unknown coordinate or population.

    Parameters
    ----------
    latitude, longitude : sequence of float, shape (n,)
        Degrees.
    population : sequence of float, shape (n,)
        Inhabitants; 0 and less count as unknown.
    country : sequence of int, shape (n,)
        Position in `Countries`.

    Returns
    -------
    Towns
    """
    phi, theta = np.radians(np.asarray(latitude, float)), np.radians(np.asarray(longitude, float))
    located = np.isfinite(phi) & np.isfinite(theta)
    phi, theta = np.where(located, phi, 0.0), np.where(located, theta, 0.0)
    xyz = EARTH_KM * np.stack(
        [np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)], axis=1
    )
    away = _FAR_KM * (1 + np.arange(len(xyz), dtype=np.float64))
    xyz[~located] = np.stack([away, away, away], axis=1)[~located]
    inhabitants = np.asarray(population, float)
    known = np.isfinite(inhabitants) & (inhabitants > 0)
    magnitude = np.full(len(xyz), np.nan)
    magnitude[known] = np.log10(inhabitants[known])
    return Towns(xyz, located, np.asarray(country, np.int64), magnitude, _classes(magnitude))


def distance_km(towns: Towns, a: Ints, b: Ints) -> Floats:
    """Return the great-circle distance of each pair, NaN where a side is not located."""
    chord = np.linalg.norm(towns.xyz[a] - towns.xyz[b], axis=1)
    arc = 2 * EARTH_KM * np.arcsin(np.minimum(1.0, chord / (2 * EARTH_KM)))
    return np.where(towns.located[a] & towns.located[b], arc, np.nan)


def _classes(magnitude: Floats) -> Floats:
    """Share a town between the two nearest middles; below the first and above the last, one."""
    unknown = np.isnan(magnitude)
    inside = np.clip(np.where(unknown, 0.0, magnitude), CLASS_MIDDLES[0], CLASS_MIDDLES[-1])
    shares = np.maximum(0.0, 1 - np.abs(inside[:, None] - CLASS_MIDDLES))
    shares[unknown] = 0.0
    return np.column_stack([shares, unknown.astype(np.float64)])
