"""Score again only those needs whose scores or conditions other settings can change."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.matching.arrays import arrays_of
from matchmaker.matching.candidates import Candidates, candidates
from matchmaker.matching.codes import DEPTH
from matchmaker.matching.pipeline import score_candidates
from matchmaker.matching.settings import PARTS, Settings
from matchmaker.matching.slicing import snapshot_of_part
from matchmaker.matching.solving import Problem
from matchmaker.vocabulary import Category, Criterion, Depth

Array = NDArray[Any]


def with_settings(problem: Problem, settings: Settings) -> tuple[Problem, int]:
    """Return the round under other settings, and how many pairs were scored again.

    Notes
    -----
    A score depends on the weights of the need's main category, on the part weights of each
    criterion that has weight there, and on how unknowns are taken. Of the conditions only the
    least knowledge of the context depends on settings: on its own bounds and on the part weights
    of the context.
    """
    rows = np.flatnonzero(_scored_anew(problem, settings) | _judged_anew(problem, settings))
    same = replace(problem, settings=settings)
    if not len(rows):
        return same, 0
    everyone = np.arange(problem.scores.shape[1])
    everybody = len(rows) == problem.scores.shape[0]
    part = problem.snapshot if everybody else snapshot_of_part(problem.snapshot, rows, everyone)
    arrays = problem.arrays if everybody else arrays_of(part)
    found = candidates(arrays, settings)
    scores = score_candidates(arrays, settings, found)
    bar, funnel = problem.candidates.bar.copy(), problem.candidates.funnel.copy()
    bar[rows], funnel[rows] = found.bar, found.funnel
    whole = _with_rows(problem.scores, rows, scores)
    return replace(same, candidates=Candidates(bar, funnel), scores=whole), int(scores.nnz)


def _scored_anew(problem: Problem, settings: Settings) -> Array:
    """Tell which needs have other scores under other settings, shape (n_needs,)."""
    before = problem.settings
    if before.unknown_as != settings.unknown_as:
        return np.ones(problem.scores.shape[0], dtype=bool)
    changed = [
        kind.value for kind in PARTS if before.part_weights(kind) != settings.part_weights(kind)
    ]
    anew = [
        before.weights[code] != settings.weights[code]
        or any(settings.weights[code][kind] > 0 for kind in changed)
        for code in (category.value for category in Category)
    ]
    return np.array(anew)[problem.arrays.needs.main_category]


def _judged_anew(problem: Problem, settings: Settings) -> Array:
    """Tell for which needs the rule of least knowledge may answer otherwise, shape (n_needs,)."""
    before, anew = problem.settings, np.zeros(problem.scores.shape[0], dtype=bool)
    kind = Criterion.CONTEXT
    other_parts = before.part_weights(kind) != settings.part_weights(kind)
    for depth, bit in DEPTH.items():
        bounds = before.context_minimum[depth], settings.context_minimum[depth]
        if bounds[0] != bounds[1] or (other_parts and max(bounds) > 0):
            anew |= problem.arrays.needs.depth_bit == bit
            if depth == Depth.HEART:
                anew |= problem.arrays.needs.known_helpers
    return anew


def _with_rows(scores: sparse.csr_array, rows: Array, anew: sparse.csr_array) -> sparse.csr_array:
    """Return the scores with some rows put in place of the old ones."""
    kept = np.ones(scores.shape[0], dtype=bool)
    kept[rows] = False
    order = np.concatenate([np.flatnonzero(kept), rows])
    stacked = sparse.vstack([scores[kept], anew], format="csr")
    return sparse.csr_array(stacked[np.argsort(order)])
