"""The context score of given pairs, from recorded ties and fitted weights."""

import numpy as np

from matchmaker.matching.learned.index import TieIndex
from matchmaker.matching.learned.parts import measure
from matchmaker.matching.learned.towns import Countries, Floats, Ints
from matchmaker.matching.learned.weights import Weights

SAME_TOWN = -1_000.0
"""The score of a town with itself, which is no partnership: below any pair of two towns, by far."""
_BLOCK = 20_000


def context_scores(
    index: TieIndex, countries: Countries, weights: Weights, a: Ints, b: Ints
) -> Floats:
    """Score pairs; a tie equal to the scored pair is left out of everything that is measured.

    Parameters
    ----------
    index : TieIndex
    countries : Countries
    weights : Weights
    a, b : ndarray of int, shape (n_pairs,)
        Positions of the towns. Where b alone lies in a country of conflict, it is taken as the
        asking side.

    Returns
    -------
    ndarray of float, shape (n_pairs,)
        Finite; higher is better. Differences between pairs of one asking town are differences of
        log odds. A town with itself scores `SAME_TOWN`.
    """
    asks = countries.conflict[index.towns.country]
    turned = asks[b] & ~asks[a]
    asking, helping = np.where(turned, b, a), np.where(turned, a, b)
    order = np.argsort(asking, kind="stable")
    scores = np.zeros(len(a))
    for first in range(0, len(a), _BLOCK):
        rows = order[first : first + _BLOCK]
        one, other = asking[rows], helping[rows]
        scores[rows] = weights.score(measure(index, countries, one, other, one, other))
    # Nearest, alike in everything and with all partners in common: measured, it would come first
    scores[a == b] = SAME_TOWN
    return scores
