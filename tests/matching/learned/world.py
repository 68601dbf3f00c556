"""Small made-up worlds of towns and ties."""

import numpy as np

from matchmaker.matching.learned.folds import Past
from matchmaker.matching.learned.index import make_index
from matchmaker.matching.learned.towns import Countries, make_towns

N_COUNTRIES = 5
"""The last of them stands for unknown."""


def countries(rng=None):
    """Return four countries in a row, each beside the next, the first two in conflict."""
    n = N_COUNTRIES
    neighbour = np.zeros((n, n), dtype=bool)
    for k in range(n - 2):
        neighbour[k, k + 1] = neighbour[k + 1, k] = True
    same = np.zeros((n, n), dtype=bool)
    same[0, 2] = same[2, 0] = True
    conflict = np.array([True, True, False, False, False])
    listed = tuple(np.array([500.0, 20_000.0, 900_000.0]) * (k + 1) for k in range(n - 1))
    return Countries(("AA", "BB", "CC", "DD", ""), neighbour, same, conflict, (*listed, listed[0]))


def towns(rng, n_towns):
    """Return towns some 10 to 1,000 km apart; a few without place, size or country."""
    latitude, longitude = rng.uniform(44, 50, n_towns), rng.uniform(15, 25, n_towns)
    population = 10 ** rng.uniform(2, 6.5, n_towns)
    latitude[rng.random(n_towns) < 0.1] = np.nan
    population[rng.random(n_towns) < 0.2] = np.nan
    country = rng.integers(0, N_COUNTRIES, n_towns)
    return make_towns(latitude, longitude, population, country)


def ties(rng, n_towns, n_ties):
    """Return the ends of random ties, with repeats and reversals."""
    return rng.integers(0, n_towns, (2, n_ties))


def random_index(seed, n_towns=25, n_ties=60):
    """Return an index with the ends its ties were made of."""
    rng = np.random.default_rng(seed)
    a, b = ties(rng, n_towns, n_ties)
    return make_index(towns(rng, n_towns), N_COUNTRIES, a, b), a, b


def all_pairs(n_towns):
    """Return both sides of every pair of different towns."""
    a, b = np.nonzero(~np.eye(n_towns, dtype=bool))
    return a, b


def taken_past(seed, n_asking=40, n_helping=60, n_ties=160):
    """Return a past in which towns of AA choose CC, and towns of BB choose DD."""
    rng = np.random.default_rng(seed)
    n = n_asking + n_helping
    country = np.concatenate(
        [np.arange(n_asking) % 2, 2 + np.arange(n_helping) % 2], dtype=np.int64
    )
    places = make_towns(
        rng.uniform(40, 55, n), rng.uniform(0, 40, n), 10 ** rng.uniform(3, 6, n), country
    )
    asking = rng.integers(0, n_asking, n_ties)
    helping = n_asking + 2 * rng.integers(0, n_helping // 2, n_ties) + asking % 2
    both = np.unique(np.stack([asking, helping], axis=1), axis=0)
    return Past(places, countries(), both[:, 0], both[:, 1], both[:, 0], both[:, 1])
