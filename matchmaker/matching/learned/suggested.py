"""The weights of the criteria under which past decisions would have been the most likely."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from scipy.stats import chi2

from matchmaker.matching.learned.decisions import Decision
from matchmaker.matching.learned.logit import Fit, fit
from matchmaker.matching.learned.towns import Bools, Floats
from matchmaker.vocabulary import Criterion

LEAST_DECISIONS = 30
"""Ten for each weight that is fitted (P. Peduzzi et al., 1996, doi:10.1016/S0895-4356(96)00236-3).
"""
LEAST_TOWNS = 5
"""Decisions for fewer asking towns say nothing of others, and might say something of one."""
WIDEST_ERROR = 0.15
"""Weights less certain than this are not suggested."""
_RIDGE = 1e-3
"""Keeps the weights finite where every decision follows one criterion; elsewhere too small to
show."""
_SPREAD = 1e-9


class Outcome(str, Enum):
    """What the decisions say: weights, nothing for want of decisions, nothing because the offers to
    choose from were alike, nothing because people chose by something else."""

    SUGGESTED = "suggested"
    TOO_FEW = "too_few"
    ALIKE = "alike"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Suggestion:
    """What the decisions on one kind of help suggest."""

    outcome: Outcome
    n_decisions: int
    n_towns: int
    percent: dict[str, int] | None = None
    """Criterion -> weight in whole percent, summing to 100; only where suggested."""
    errors: dict[str, float] | None = None
    """Criterion -> standard error of its weight, between 0 and 1; 0 where it was not fitted."""
    kept: tuple[str, ...] = ()
    """Criteria that never differed between the offers; their weight is the present one."""
    chance: float = 1.0
    """How often decisions made by the present weights would differ from them as much as these."""


def suggest(decisions: Sequence[Decision], present: dict[str, float]) -> Suggestion:
    """Suggest weights for one kind of help.

    Parameters
    ----------
    decisions : sequence of Decision
        All of one category.
    present : dict of criterion code to weight
        The weights that stand now, summing to 1.

    Returns
    -------
    Suggestion

    Notes
    -----
    People are taken to choose offer j with a chance proportional to exp(sum of b_c x_jc) over the
    criteria c (conditional logit, see `logit.fit`), b_c >= 0; a value not known counts as the mean
    of the known ones of that decision. The score of a pair is the weighted mean of its criteria
    with weights W_c that sum to 1, so b = s W: the sum s of the b_c says how closely people keep
    to the score, and

        W_c = b_c / s

    what they hold important. A criterion that never differs within a decision cannot be fitted; it
    keeps its present weight and the others share the rest. With J the matrix of the derivatives
    dW_c / db_d = (1[c = d] - W_c) / s, the standard errors are the roots of the diagonal of
    J C J^T, where C is the inverse of the Hessian. They take decisions to be independent, and are
    those of the unbounded fit where a weight is at 0.

    `chance` is the tail of chi-squared beyond twice the gain in log likelihood over the best s for
    the present weights. Where people mostly approve what was proposed to them, decisions repeat the
    weights it was proposed with: agreement proves little, a departure more.
    """
    n_towns = len({decision.town for decision in decisions})
    counts = len(decisions), n_towns
    if len(decisions) < LEAST_DECISIONS or n_towns < LEAST_TOWNS:
        return Suggestion(Outcome.TOO_FEW, *counts)
    values, there = _laid_out(decisions)
    differs = _differs(values, there)
    now = np.array([present[kind.value] for kind in Criterion])
    share = 1.0 - float(now[~differs].sum())
    if differs.sum() < 2 or share < _SPREAD:
        return Suggestion(Outcome.ALIKE, *counts)
    found = fit(values[..., differs], ridge=_RIDGE, lowest=0.0, there=there)
    scale = float(found.weights.sum())
    if scale < _SPREAD:
        return Suggestion(Outcome.UNCLEAR, *counts)
    weights, errors = now.copy(), np.zeros(len(now))
    weights[differs] = share * found.weights / scale
    errors[differs] = share * _share_errors(found, scale)
    if errors.max() > WIDEST_ERROR:
        return Suggestion(Outcome.UNCLEAR, *counts)
    codes = [kind.value for kind in Criterion]
    return Suggestion(
        Outcome.SUGGESTED,
        *counts,
        percent=dict(zip(codes, whole_percent(weights), strict=True)),
        errors={code: float(error) for code, error in zip(codes, errors, strict=True)},
        kept=tuple(code for code, apart in zip(codes, differs, strict=True) if not apart),
        chance=_chance(found, values[..., differs] @ now[differs], there, int(differs.sum())),
    )


def whole_percent(weights: Floats) -> list[int]:
    """Round weights that sum to 1 to whole percent that sum to 100, by the largest remainders."""
    percent = 100.0 * weights
    whole = np.floor(percent + _SPREAD).astype(int)
    order = np.argsort(whole - percent, kind="stable")
    whole[order[: 100 - int(whole.sum())]] += 1
    return [int(value) for value in whole]


def _laid_out(decisions: Sequence[Decision]) -> tuple[Floats, Bools]:
    """Put decisions into one array, unknown values as the mean of the known ones beside them."""
    most = max(len(decision.values) for decision in decisions)
    values = np.zeros((len(decisions), most, len(Criterion)))
    there = np.zeros(values.shape[:2], dtype=bool)
    for k, decision in enumerate(decisions):
        known = np.isfinite(decision.values)
        means = np.where(known, decision.values, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        values[k, : len(known)] = np.where(known, decision.values, means)
        there[k, : len(known)] = True
    return values, there


def _differs(values: Floats, there: Bools) -> Bools:
    """Tell for each criterion whether it tells any two offers of one decision apart."""
    apart = np.where(there[..., None], np.abs(values - values[:, :1]), 0.0)
    return np.asarray(apart.max(axis=(0, 1)) > _SPREAD)


def _share_errors(found: Fit, scale: float) -> Floats:
    """Return the standard errors of weights / scale (delta method)."""
    shares = found.weights / scale
    slope = (np.eye(len(shares)) - shares[:, None]) / scale
    return np.sqrt(np.diag(slope @ found.covariance @ slope.T))


def _chance(found: Fit, scores: Floats, there: Bools, n_weights: int) -> float:
    """Compare with the present weights by the likelihood ratio."""
    present = fit(scores[..., None], ridge=_RIDGE, lowest=0.0, there=there)
    gain = max(0.0, 2.0 * (found.log_likelihood - present.log_likelihood))
    return float(chi2.sf(gain, n_weights - 1))
