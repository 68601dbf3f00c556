"""Choices to learn from and to be judged by: a real partner among others, drawn with a seed."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from matchmaker.matching.learned.index import TieIndex, make_index, tie_keys
from matchmaker.matching.learned.towns import Bools, Countries, Ints, Towns

N_OTHERS = 99
"""Candidates beside the real partner."""
N_FOLDS = 5


class Past(NamedTuple):
    """Recorded partnerships and those to learn from."""

    towns: Towns
    countries: Countries
    a: Ints
    """(n_ties,): one end of every tie."""
    b: Ints
    asked: Ints
    """(n_asked,): towns in conflict countries, of ties with one such side."""
    helper: Ints
    """(n_asked,): the other side."""


class Choices(NamedTuple):
    """Who chose whom among whom."""

    asked: Ints
    """(n_choices,)"""
    candidates: Ints
    """(n_choices, 1 + n_others): the real partner stands first."""


class Lesson(NamedTuple):
    """Choices with the ties known when they are judged."""

    ties: TieIndex
    choices: Choices


def town_folds(past: Past, seed: int) -> Ints:
    """Return the fold of each pair to learn from; all pairs of an asking town share one."""
    towns, which = np.unique(past.asked, return_inverse=True)
    fold = np.empty(len(towns), np.int64)
    fold[np.random.default_rng(seed).permutation(len(towns))] = np.arange(len(towns)) % N_FOLDS
    return fold[which]


def draw(past: Past, chosen: Ints, seed: tuple[int, ...]) -> Choices:
    """Draw the others of each pair from the partner towns of these pairs.

    Parameters
    ----------
    past : Past
    chosen : ndarray of int
        Positions of pairs to learn from.
    seed : tuple of int

    Returns
    -------
    Choices
        Others are drawn without repetition; a town tied with the asking one is none of them. Where
        a pair has fewer than 99 to draw from, every pair gets as few.

    Raises
    ------
    ValueError
        If some pair has nobody to be compared with.
    """
    partners = defaultdict(set)
    for asked, helper in zip(past.asked.tolist(), past.helper.tolist(), strict=True):
        partners[asked].add(helper)
    pool = np.unique(past.helper[chosen])
    free = {
        asked: np.setdiff1d(pool, np.fromiter(partners[asked], np.int64))
        for asked in np.unique(past.asked[chosen]).tolist()
    }
    n_others = min([N_OTHERS, *(len(others) for others in free.values())])
    if n_others == 0:
        raise ValueError("too few pairs: a held-out pair has nobody to be compared with")
    rng = np.random.default_rng(seed)
    rows = [
        np.concatenate([[past.helper[pair]], rng.choice(free[town], n_others, replace=False)])
        for pair, town in zip(chosen.tolist(), past.asked[chosen].tolist(), strict=True)
    ]
    return Choices(past.asked[chosen], np.array(rows, np.int64))


def without_towns(past: Past, held_out: Ints) -> TieIndex:
    """Index all ties but those of the towns held out."""
    away = np.zeros(len(past.towns.xyz), dtype=bool)
    away[held_out] = True
    return _index(past, ~(away[past.a] | away[past.b]))


def cold(past: Past, folds: Ints, fold: int, seed: int, unseen: int | None = None) -> Lesson:
    """Return the choices of a fold with every tie of its towns unknown, and of fold `unseen`."""
    hidden = (folds == fold) if unseen is None else (folds == fold) | (folds == unseen)
    choices = draw(past, np.flatnonzero(folds == fold), (seed, fold))
    return Lesson(without_towns(past, past.asked[hidden]), choices)


def hidden(past: Past, folds: Ints, seed: int, unseen: int | None = None) -> Iterator[Lesson]:
    """Hide a fifth of the pairs at a time, whoever asks, and yield the choices they leave.

    Every candidate of such a choice has lost a tie. Where only the tested tie is left out, the real
    partner alone has lost one, and weights fitted so would learn to look for few ties.
    """
    usable = np.ones(len(folds), dtype=bool) if unseen is None else folds != unseen
    away = np.zeros(len(past.towns.xyz), dtype=bool)
    away[past.asked[~usable]] = True
    part = np.random.default_rng((seed, 1)).integers(0, N_FOLDS, len(folds))
    keys = tie_keys(len(past.towns.xyz), past.a, past.b)
    seen = ~(away[past.a] | away[past.b])
    for k in range(N_FOLDS):
        chosen = np.flatnonzero(usable & (part == k))
        lost = tie_keys(len(past.towns.xyz), past.asked[chosen], past.helper[chosen])
        index = _index(past, seen & ~np.isin(keys, lost))
        yield Lesson(index, draw(past, chosen, (seed, 2, k)))


def known(past: Past, folds: Ints, fold: int, seed: int) -> Lesson:
    """Return the choices of a fold with all ties known; the tested one is left out per choice."""
    return Lesson(
        _index(past, np.ones(len(past.a), dtype=bool)),
        draw(past, np.flatnonzero(folds == fold), (seed, fold)),
    )


def _index(past: Past, keep: Bools) -> TieIndex:
    return make_index(past.towns, len(past.countries.codes), past.a[keep], past.b[keep])
