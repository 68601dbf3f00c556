"""The figures by which a coordinator judges a result: codes and numbers, ready to be stored."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.figures import figures_of, values_of
from matchmaker.matching.solving import Problem

Array = NDArray[Any]


def overview_of(
    problem: Problem, pairs: Array, unmatched: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the figures of some pairs of a round.

    Parameters
    ----------
    problem : Problem
    pairs : int array, shape (n_pairs, 2)
    unmatched : mapping of need key to reason code, optional
        Why each need without a pair was left; None where nobody asked.

    Returns
    -------
    dict
        `served`, `pairs`, `total`, `worst`, `criteria` as in `figures.Figures`, and: `worst_pair`
        (keys of the need served worst and its best offer), `unmatched` (reason -> number),
        `sides` (country and side of those who ask -> needs and served), `new_pairs` (between
        municipalities that were never partners), `load` (of helping municipalities).
    """
    n_needs, n_offers = problem.arrays.shape
    return {
        **asdict(figures_of(problem, pairs)),
        "n_needs": n_needs,
        "n_offers": n_offers,
        "worst_pair": _worst_pair(problem, pairs),
        "unmatched": None if unmatched is None else dict(Counter(unmatched.values())),
        "sides": _sides(problem, pairs),
        "new_pairs": _never_partners(problem, pairs),
        "load": _load(problem, pairs),
        "helping_countries": _helping_countries(problem),
    }


def _worst_pair(problem: Problem, pairs: Array) -> list[str] | None:
    """Return the keys of the served need with the lowest value, and of its best offer."""
    values = values_of(problem, pairs)
    if not values:
        return None
    row = min(values, key=lambda at: (values[at], at))
    offers = pairs[pairs[:, 0] == row, 1]
    scores = problem.scores[[row]].toarray()[0]
    best = int(offers[np.argmax(scores[offers])])
    return [problem.arrays.needs.keys[row], problem.arrays.offers.keys[best]]


def _sides(problem: Problem, pairs: Array) -> list[dict[str, Any]]:
    """Count needs and served needs by country and side; a town may count to several sides."""
    towns = {town.key: town for town in problem.snapshot.towns}
    served = set(pairs[:, 0].tolist())
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row, need in enumerate(problem.snapshot.needs):
        for side in need.sides or ("",):
            found = counts[towns[need.town].country, side]
            found[0] += 1
            found[1] += row in served
    return [
        {"country": country, "side": side, "needs": needs, "served": n_served}
        for (country, side), (needs, n_served) in sorted(counts.items())
    ]


def _never_partners(problem: Problem, pairs: Array) -> int:
    """Count the pairs between municipalities with no tie on record, past or present."""
    ties = {frozenset((tie.a, tie.b)) for tie in problem.snapshot.ties}
    needs, offers = problem.snapshot.needs, problem.snapshot.offers
    towns = (frozenset((needs[row].town, offers[column].town)) for row, column in pairs.tolist())
    return sum(pair not in ties for pair in towns)


def _load(problem: Problem, pairs: Array) -> dict[str, int]:
    """Count the helping municipalities by how far their places are used."""
    places: Counter[str] = Counter()
    used: Counter[str] = Counter()
    for offer in problem.snapshot.offers:
        places[offer.town] += offer.places
    for column in pairs[:, 1].tolist():
        used[problem.snapshot.offers[column].town] += 1
    full = sum(used[town] >= n > 0 for town, n in places.items())
    none = sum(not used[town] for town in places)
    return {
        "towns": len(places),
        "full": full,
        "part": len(places) - full - none,
        "none": none,
        "most": max(used.values(), default=0),
        "places": sum(places.values()),
    }


def _helping_countries(problem: Problem) -> list[str]:
    towns = {town.key: town.country for town in problem.snapshot.towns}
    return sorted({towns[offer.town] for offer in problem.snapshot.offers})
