"""Weights of the terms with where they come from, as a small JSON file."""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from matchmaker.matching.learned.logit import Fit, fit
from matchmaker.matching.learned.parts import TERMS
from matchmaker.matching.learned.towns import Floats

_DIGITS = 6


@dataclass(frozen=True)
class Weights:
    """Fitted weights; a score is the sum of weight x (term - middle) / spread."""

    middle: Floats
    """(n_terms,): mean of each term over the candidates learned from."""
    spread: Floats
    """(n_terms,): standard deviation, above 0."""
    weight: Floats
    error: Floats
    conflict_countries: tuple[str, ...]
    """ISO 3166 codes of the asking sides learned from, sorted."""
    provenance: dict[str, Any]
    """What was learned from, by which command."""

    def score(self, terms: Floats) -> Floats:
        """Return the score of measured pairs; what is unknown counts as its mean."""
        # Row by row, so that a pair scores alone as it does among others
        return (_standard(terms, self.middle, self.spread) * self.weight).sum(axis=-1)

    def to_json(self) -> str:
        """Write the weights, one term a line."""
        rows = [
            {
                "part": term.part,
                "term": term.name,
                "middle": _rounded(self.middle[k]),
                "spread": _rounded(self.spread[k]),
                "weight": _rounded(self.weight[k]),
                "error": _rounded(self.error[k]),
            }
            for k, term in enumerate(TERMS)
        ]
        lines = ",\n".join(f"  {json.dumps(row)}" for row in rows)
        head = json.dumps(
            {"provenance": self.provenance, "conflict_countries": self.conflict_countries},
            indent=1,
            sort_keys=True,
        )
        return f'{head[:-2]},\n "terms": [\n{lines}\n ]\n}}\n'

    @classmethod
    def from_json(cls, text: str) -> "Weights":
        """Read what `to_json` wrote.

        Raises
        ------
        ValueError
            If the terms are not those of this version, or what they weigh is no number.
        """
        data = json.loads(text)
        rows = data["terms"]
        if [(row["part"], row["term"]) for row in rows] != list(TERMS):
            raise ValueError("the weights are of other terms than this version measures")
        columns = {
            name: np.array([row[name] for row in rows], dtype=np.float64)
            for name in ("middle", "spread", "weight", "error")
        }
        finite = all(np.isfinite(column).all() for column in columns.values())
        if not finite or not (columns["spread"] > 0).all():
            raise ValueError("finite numbers with a spread above 0 are expected")
        return cls(
            **columns,
            conflict_countries=tuple(map(str, data["conflict_countries"])),
            provenance=data["provenance"],
        )


@lru_cache(maxsize=1)
def shipped() -> Weights:
    """Return the weights that come with the package."""
    source = files("matchmaker.matching.learned").joinpath("weights.json")
    return Weights.from_json(source.read_text(encoding="utf-8"))


def learn(
    terms: Floats,
    counts: Floats | float,
    conflict_countries: tuple[str, ...] = (),
    provenance: dict[str, Any] | None = None,
    columns: Floats | None = None,
) -> Weights:
    """Fit weights to choices.

    Parameters
    ----------
    terms : ndarray of float, shape (n_choices, n_candidates, len(TERMS))
        NaN where unknown; the one chosen stands first.
    counts : ndarray of float, shape (n_choices,), or float
        How much each choice counts.
    conflict_countries : tuple of str
    provenance : dict, optional
    columns : ndarray of bool, shape (len(TERMS),), optional
        Terms to learn; the others weigh 0.

    Returns
    -------
    Weights
    """
    middle, spread = _scale(terms.reshape(-1, terms.shape[2]))
    used = np.ones(len(TERMS), dtype=bool) if columns is None else np.asarray(columns)
    found: Fit = fit(_standard(terms, middle, spread)[..., used], counts)
    weight, error = np.zeros(len(TERMS)), np.zeros(len(TERMS))
    weight[used], error[used] = found.weights, found.errors
    return Weights(middle, spread, weight, error, conflict_countries, provenance or {})


def _scale(rows: Floats) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of what is known; 1 for a term that never varies."""
    known = np.isfinite(rows)
    n_known = np.maximum(known.sum(axis=0), 1)
    middle = np.where(known, rows, 0.0).sum(axis=0) / n_known
    apart = np.where(known, rows - middle, 0.0)
    spread = np.sqrt((apart * apart).sum(axis=0) / n_known)
    return middle, np.where(spread < 10.0**-_DIGITS, 1.0, spread)


def _standard(terms: Floats, middle: Floats, spread: Floats) -> Floats:
    scaled = (terms - middle) / spread
    return np.where(np.isnan(scaled), 0.0, scaled)


def _rounded(value: float) -> float:
    return round(float(value), _DIGITS)
