"""Judge the weights: does the real partner come among the first ten of a hundred?"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.learned.folds import (
    N_FOLDS,
    Choices,
    Lesson,
    Past,
    cold,
    hidden,
    known,
    town_folds,
)
from matchmaker.matching.learned.parts import PARTS, TERMS, measure
from matchmaker.matching.learned.towns import Floats, Ints
from matchmaker.matching.learned.weights import Weights, learn

FIRST = 10
"""A partner counts as found among so many."""
_DRAWS = 2_000
_COUNT = 0.5
"""Each pair is learned from twice, once with its town unknown and once with the pair hidden."""
Progress = Callable[[str, int, int], None]


class Interval(NamedTuple):
    """A share with its 95 % interval."""

    value: float
    low: float
    high: float


class Ranks(NamedTuple):
    """Rank of the real partner of each tested pair, 1 = first; equal scores count against us."""

    cold: Ints
    known: Ints
    known_alone: Ints
    """Known, each candidate leaving out its own tie only, as `context_scores` does."""


class Backtest(NamedTuple):
    """What came of it; arrays over the tested pairs."""

    ranks: Ranks
    without: dict[str, Ranks]
    """The same without each part, weights fitted anew."""
    asked: Ints
    """(n_pairs,): asking town."""
    weights: list[Weights]
    """Of each fold, fitted outside it."""
    seed: int


class _Tested(NamedTuple):
    asked: Ints
    cold: Floats
    known: Floats
    known_alone: Floats


def run(past: Past, seed: int, ablation: bool = True, progress: Progress | None = None) -> Backtest:
    """Hold out a fifth of the asking towns at a time, and rank their real partners.

    Parameters
    ----------
    past : Past
    seed : int
        Decides folds, candidates and hidden pairs.
    ablation : bool
        Whether to fit and judge without each part as well.
    progress : callable, optional

    Returns
    -------
    Backtest
    """
    folds = town_folds(past, seed)
    variants = ["", *PARTS] if ablation else [""]
    found: dict[str, list[Ranks]] = {variant: [] for variant in variants}
    asked, weights = [], []
    for fold in range(N_FOLDS):
        if progress:
            progress("backtest", fold, N_FOLDS)
        lessons = study(past, folds, seed, fold)
        tested = _tested(past, folds, seed, fold)
        asked.append(tested.asked)
        for variant in variants:
            columns = np.array([term.part != variant for term in TERMS])
            learned = learn(lessons, _COUNT, columns=columns)
            found[variant].append(Ranks(*(rank(learned.score(terms)) for terms in tested[1:])))
            if not variant:
                weights.append(learned)
    ranks = {
        variant: Ranks(*(np.concatenate(parts) for parts in zip(*folds_, strict=True)))
        for variant, folds_ in found.items()
    }
    return Backtest(ranks.pop(""), ranks, np.concatenate(asked), weights, seed)


def study(past: Past, folds: Ints, seed: int, unseen: int | None = None) -> Floats:
    """Measure the choices to learn from: each pair with its town unknown, and with itself hidden.

    Parameters
    ----------
    past : Past
    folds : ndarray of int, shape (n_asked,)
    seed : int
    unseen : int, optional
        A fold of which nothing may be known.

    Returns
    -------
    ndarray of float, shape (n_choices, n_candidates, n_terms)
    """
    lessons = [cold(past, folds, k, seed, unseen) for k in range(N_FOLDS) if k != unseen]
    lessons += hidden(past, folds, seed, unseen)
    fewest = min(lesson.choices.candidates.shape[1] for lesson in lessons)
    return np.concatenate([_terms(past, lesson)[:, :fewest] for lesson in lessons])


def ship(past: Past, seed: int, provenance: dict[str, Any]) -> Weights:
    """Fit on all pairs, in both ways of knowing, the weights to ship."""
    lands = np.unique(past.towns.country[past.asked])
    codes = tuple(sorted(past.countries.codes[land] for land in lands))
    terms = study(past, town_folds(past, seed), seed)
    return learn(terms, _COUNT, codes, provenance)


def rank(scores: Floats) -> Ints:
    """Return the rank of the first of each row; equal scores count against it."""
    return 1 + (scores[:, 1:] >= scores[:, :1]).sum(axis=1)


def share_found(ranks: Ints, asked: Ints, seed: int) -> Interval:
    """Return the share ranked among the first ten; interval by drawing towns with repetition.

    Notes
    -----
    Percentiles 2.5 and 97.5 of 2,000 draws. Towns are drawn, not pairs: the pairs of a town are
    alike.
    """
    hit = (ranks <= FIRST).astype(np.float64)
    _, which = np.unique(asked, return_inverse=True)
    hits, pairs = np.bincount(which, hit), np.bincount(which)
    rng = np.random.default_rng((seed, 3))
    drawn = rng.integers(0, len(hits), (_DRAWS, len(hits)))
    shares = hits[drawn].sum(axis=1) / pairs[drawn].sum(axis=1)
    low, high = np.percentile(shares, [2.5, 97.5])
    return Interval(float(hit.mean()), float(low), float(high))


def _tested(past: Past, folds: Ints, seed: int, fold: int) -> _Tested:
    lesson = known(past, folds, fold, seed)
    partner = np.repeat(lesson.choices.candidates[:, :1], lesson.choices.candidates.shape[1], 1)
    return _Tested(
        lesson.choices.asked,
        _terms(past, cold(past, folds, fold, seed)),
        _terms(past, lesson, partner),
        _terms(past, lesson, lesson.choices.candidates),
    )


def _terms(past: Past, lesson: Lesson, left: NDArray[Any] | None = None) -> Floats:
    """Measure choices; `left` holds the helping side of the tie each candidate leaves out."""
    choices: Choices = lesson.choices
    shape = choices.candidates.shape
    asked = np.repeat(choices.asked, shape[1])
    other = asked if left is None else left.ravel()
    measured = measure(lesson.ties, past.countries, asked, choices.candidates.ravel(), asked, other)
    return measured.reshape(*shape, -1)
