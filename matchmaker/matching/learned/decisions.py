"""What people decided in a round: the offer taken for a need, among those that could have been."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import replace
from hashlib import sha256
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.arrays import Arrays, arrays_of
from matchmaker.matching.candidates import candidates
from matchmaker.matching.learned.towns import Floats, Ints
from matchmaker.matching.scoring import score_pairs
from matchmaker.matching.settings import Settings
from matchmaker.matching.snapshot import Snapshot
from matchmaker.vocabulary import Criterion

MOST_OTHERS = 99
"""Of more offers that could have been taken, so many are drawn: the weights stay unbiased."""
_BLOCK = 1_000
"""Needs judged at a time: bounds the memory."""
Pair = tuple[str, str]


class Decision(NamedTuple):
    """One offer taken for one need, and the offers left aside."""

    category: str
    """Main category of the need."""
    town: str
    """Key of the asking town; it is counted, never shown."""
    values: Floats
    """(1 + n_others, n_criteria): criteria of the offer taken, then of the others; NaN unknown."""


def decisions_of(
    snapshot: Snapshot, settings: Settings, taken: Collection[Pair], turned_down: Collection[Pair]
) -> list[Decision]:
    """Return the decisions of one round.

    Parameters
    ----------
    snapshot : Snapshot
        The round as it was frozen.
    settings : Settings
        Those it was solved under.
    taken : collection of (need key, offer key)
        Pairs that people approved in this round and that still stand.
    turned_down : collection of (need key, offer key)
        Pairs that people refused, in this round or another.

    Returns
    -------
    list of Decision
        By key of need and offer. A need taken care of without any other offer to choose is none.

    Notes
    -----
    An offer could have been taken if the conditions allow it and either it has a place that no pair
    of the round took, or it was turned down for this very need. One whose places went to other
    needs was no choice: that the solver gave it away says nothing of the need left behind. Of more
    than 99 such offers as many are drawn evenly, by a seed from the keys; the likelihood of a
    choice within a part drawn so has the same optimum [1]_.

    References
    ----------
    .. [1] D. McFadden, "Modelling the choice of residential location", in Spatial Interaction
       Theory and Planning Models, 1978, p. 75-96.
    """
    used = Counter(offer for _, offer in taken)
    asked = _Asked(_by_need(taken), _by_need(turned_down), _by_need(settings.barred))
    snapshot = snapshot.sorted()
    needs = [need for need in snapshot.needs if need.key in asked.taken]
    free = np.array([used[offer.key] < offer.places for offer in snapshot.offers], dtype=bool)
    found = []
    for start in range(0, len(needs), _BLOCK):
        part = replace(snapshot, needs=tuple(needs[start : start + _BLOCK]))
        found += _of_part(part, settings, asked, free)
    return found


class _Asked(NamedTuple):
    """Need key -> keys of offers."""

    taken: dict[str, set[str]]
    turned_down: dict[str, set[str]]
    barred: dict[str, set[str]]


def _by_need(pairs: Collection[Pair]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for need, offer in pairs:
        found[need].add(offer)
    return dict(found)


def _of_part(
    part: Snapshot, settings: Settings, asked: _Asked, free: NDArray[np.bool_]
) -> list[Decision]:
    """Return the decisions on the needs of a part; `free` tells which offers have a place left."""
    if not part.offers:
        return []
    arrays = arrays_of(part)
    columns = {key: k for k, key in enumerate(arrays.offers.keys)}
    allowed = candidates(arrays, settings).allowed

    def of(pairs: dict[str, set[str]], need: str) -> list[int]:
        return sorted(columns[offer] for offer in pairs.get(need, ()) if offer in columns)

    found: list[tuple[int, Ints]] = []
    for row, need in enumerate(part.needs):
        chosen = of(asked.taken, need.key)
        able = free.copy()
        able[of(asked.barred, need.key)] = False
        able[of(asked.turned_down, need.key)] = True
        able &= allowed[row]
        able[chosen] = False
        for column in chosen:
            others = _drawn(np.flatnonzero(able), f"{need.key} {arrays.offers.keys[column]}")
            if len(others):
                found.append((row, np.concatenate([[column], others])))
    return [
        Decision(part.needs[row].category, part.needs[row].town, values)
        for (row, _), values in zip(found, _criteria(arrays, settings, found), strict=True)
    ]


def _drawn(others: Ints, name: str) -> Ints:
    if len(others) <= MOST_OTHERS:
        return others
    seed = int.from_bytes(sha256(name.encode("utf-8", "surrogatepass")).digest()[:8])
    return np.sort(np.random.default_rng(seed).choice(others, MOST_OTHERS, replace=False))


def _criteria(arrays: Arrays, settings: Settings, found: list[tuple[int, Ints]]) -> list[Floats]:
    """Return the criteria of the offers of each decision."""
    if not found:
        return []
    sizes = [len(columns) for _, columns in found]
    rows = np.repeat([row for row, _ in found], sizes)
    scores = score_pairs(arrays, settings, rows, np.concatenate([columns for _, columns in found]))
    values = np.stack([scores.criteria[kind].value for kind in Criterion], axis=1)
    return np.split(values, np.cumsum(sizes)[:-1])
