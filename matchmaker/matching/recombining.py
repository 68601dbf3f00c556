"""Scores under many weights: the parts of all pairs once, then one weighted sum per draw."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.arrays import Arrays
from matchmaker.matching.criteria import MEASURES
from matchmaker.matching.scoring import DECIMALS, counted
from matchmaker.matching.settings import LATER_PARTS, PARTS, Settings
from matchmaker.matching.unknowns import Stated, stated
from matchmaker.vocabulary import Category, Part

Array = NDArray[Any]

CODES: tuple[Part, ...] = tuple(part for parts in PARTS.values() for part in parts)
"""The parts, criterion by criterion: the order of every array here."""
DRAWN: tuple[Part, ...] = tuple(part for part in CODES if part not in LATER_PARTS)
"""Parts that somebody may have left open. A later part is never open, and draws no number: those of
earlier rounds stay what they were."""
_SIZES = [len(parts) for parts in PARTS.values()]
CRITERION = np.repeat(np.arange(len(_SIZES)), _SIZES)
"""(n_parts,) position of the criterion of each part."""
_CHUNK = 1 << 16
Weights = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Facts:
    """A drawn position between 0 and 1 for everything somebody may have left open."""

    needs: Array
    """(n_drawn, n_needs)."""
    offers: Array
    """(n_drawn, n_offers)."""


@dataclass(frozen=True)
class Open:
    """The pairs of which one part is not known, and whose words would tell."""

    at: Array
    """(n_open,) position of each such pair."""
    low: Array
    reach: Array
    """High less low."""
    row: Array
    column: Array
    of_need: Array
    of_offer: Array
    """(n_open,) True where that side has left it open."""


@dataclass(frozen=True)
class PartTable:
    """The parts of some pairs, ready to be weighed again and again."""

    values: Array
    """(n_parts, n_pairs) what is counted, 0 where a part is left out."""
    pattern: Array
    """(n_pairs,) position in `patterns`."""
    patterns: Array
    """(n_patterns, 1 + n_parts): category of the need, then 1 where the part counts."""
    open: tuple[Open, ...]
    """For each part; empty where unknowns are left as the settings take them."""
    more: dict[str, float]
    """Weights of the later parts, the same in every draw."""

    @classmethod
    def of(
        cls, arrays: Arrays, settings: Settings, rows: Array, columns: Array, draw_unknowns: bool
    ) -> "PartTable":
        """Compute all parts of some pairs.

        Parameters
        ----------
        arrays : Arrays
        settings : Settings
            `unknown_as` says what is counted for unknowns that are not drawn.
        rows, columns : ndarray of int, shape (n_pairs,)
        draw_unknowns : bool
            Whether each draw fills in what is not known; then every part that applies counts.
        """
        n = len(rows)
        values = np.zeros((len(CODES), n))
        counts = np.zeros((n, 1 + len(CODES)), dtype=np.int8)
        counts[:, 0] = arrays.needs.main_category[rows]
        sides, found = stated(arrays), []
        for k, part in enumerate(CODES):
            gaps = [np.zeros((3, 0))]
            for start in range(0, n, _CHUNK):
                piece = slice(start, start + _CHUNK)
                measure = MEASURES[part](arrays, rows[piece], columns[piece])
                taken = counted(measure, settings.unknown_as)
                if draw_unknowns:
                    gap = measure.applies & (measure.high > measure.low)
                    taken = np.where(gap, measure.low, taken)
                    at = np.flatnonzero(gap)
                    reach = measure.high[at] - measure.low[at]
                    gaps.append(np.stack([at + start, measure.low[at], reach]))
                values[k, piece] = np.nan_to_num(taken)
                counts[piece, 1 + k] = ~np.isnan(taken)
            found.append(_open(np.concatenate(gaps, axis=1), rows, columns, sides[part]))
        patterns, pattern = np.unique(counts, axis=0, return_inverse=True)
        return cls(values, pattern.ravel(), patterns, tuple(found), settings.more_parts)

    def scores(self, weights: Weights, parts: Weights, facts: Facts | None = None) -> Array:
        """Return the score of each pair under some weights, shape (n_pairs,).

        Parameters
        ----------
        weights : dict of category to criterion to weight
        parts : dict of criterion to part to weight
        facts : Facts, optional
            Fills in what is not known: the lowest value, plus so much of the way to the highest.

        Notes
        -----
        The formula of `scoring.score_pairs`, summed part by part: equal to it within a step of the
        grid.
        """
        shares = self._shares(weights, parts)
        total = np.zeros(self.values.shape[1])
        for k in range(len(CODES)):
            value = self.values[k] if facts is None else self._filled(k, facts)
            total += shares[self.pattern, k] * value
        return np.round(total, DECIMALS)

    def _shares(self, weights: Weights, parts: Weights) -> Array:
        """Return what each part weighs in the score, by pattern, shape (n_patterns, n_parts)."""
        kinds = [kind.value for kind in PARTS]
        by_category = np.array(
            [[weights[category.value][kind] for kind in kinds] for category in Category]
        )
        own = np.array(
            [
                self.more[part.value] if part in LATER_PARTS else parts[kinds[c]][part.value]
                for c, part in zip(CRITERION, CODES, strict=True)
            ]
        )
        counted_parts = self.patterns[:, 1:] * own
        whole = np.stack(
            [counted_parts[:, c == CRITERION].sum(axis=1) for c in range(len(kinds))], axis=1
        )
        of_kind = np.where(whole > 0, by_category[self.patterns[:, 0]], 0.0)
        known = of_kind.sum(axis=1, keepdims=True)
        of_kind = np.divide(of_kind, known, out=np.zeros_like(of_kind), where=known > 0)
        per_part = np.divide(of_kind, whole, out=np.zeros_like(whole), where=whole > 0)
        return counted_parts * per_part[:, CRITERION]

    def _filled(self, k: int, facts: Facts) -> Array:
        """Return the values of one part with what is not known filled in."""
        gap = self.open[k]
        if not len(gap.at):
            return self.values[k]
        at = DRAWN.index(CODES[k])
        # where both sides left it open, the sum modulo 1 is uniform again, and each has its say
        way = facts.needs[at, gap.row] * gap.of_need + facts.offers[at, gap.column] * gap.of_offer
        filled = self.values[k].copy()
        filled[gap.at] = gap.low + gap.reach * (way % 1.0)
        return filled


def _open(gaps: Array, rows: Array, columns: Array, sides: Stated) -> Open:
    """Say of each pair with a part left open who left it."""
    at = gaps[0].astype(np.int64)
    row, column = rows[at], columns[at]
    of_need = ~sides.needs[row]
    # what is left open and belongs to no stated field counts as the offer's
    return Open(at, gaps[1], gaps[2], row, column, of_need, ~sides.offers[column] | ~of_need)
