"""Conditional logit: the weights under which the choices made were most likely."""

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from matchmaker.matching.learned.towns import Bools, Floats

RIDGE = 3.0
"""Weight of the squared weights; keeps those finite on which few choices say anything."""
_BLOCK = 512


class Fit(NamedTuple):
    """Weights of the terms, in the order of the columns."""

    weights: Floats
    errors: Floats
    """Standard errors: the roots of the diagonal of `covariance`."""
    covariance: Floats
    """(n_terms, n_terms): inverse of the Hessian at the optimum, bounds set aside."""
    log_likelihood: float
    n_choices: float
    """Number of choices, each by what it counts."""


def fit(
    terms: Floats,
    counts: Floats | float = 1.0,
    ridge: float = RIDGE,
    lowest: float | None = None,
    start: Floats | None = None,
    there: Bools | None = None,
) -> Fit:
    """Fit the weights by greatest likelihood.

    Parameters
    ----------
    terms : ndarray of float, shape (n_choices, n_candidates, n_terms)
        What is known of each candidate; the one chosen stands first.
    counts : ndarray of float, shape (n_choices,), or float
        How much each choice counts.
    ridge : float
        At least 0, no unit where the terms have none.
    lowest : float, optional
        No weight is below it.
    start : ndarray of float, shape (n_terms,), optional
        Where the search begins.
    there : ndarray of bool, shape (n_choices, n_candidates), optional
        False where a choice has fewer candidates than there are columns; the first is always there.

    Returns
    -------
    Fit

    Raises
    ------
    ValueError
        If a term is not finite, there is no choice, or one lacks the candidate chosen.

    Notes
    -----
    The chance that candidate j is chosen is exp(x_j w) / sum of exp(x_k w) [1]_. With ridge r the
    function minimised, -log likelihood + r |w|^2 / 2, is convex, strictly so for r > 0: the
    optimum found is the only one. The standard errors are the roots of the diagonal of the inverse
    of its Hessian there; they take choices to be independent, so they are too small where one town
    chose often.

    References
    ----------
    .. [1] D. McFadden, "Conditional logit analysis of qualitative choice behavior", in Frontiers
       in Econometrics, 1974, p. 105-142.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> terms = rng.normal(size=(2000, 5, 1))
    >>> luck = rng.gumbel(size=(2000, 5))
    >>> best = (terms[..., 0] * 2 + luck).argmax(axis=1)
    >>> terms[np.arange(2000), 0], terms[np.arange(2000), best] = (
    ...     terms[np.arange(2000), best], terms[np.arange(2000), 0].copy())
    >>> bool(abs(fit(terms).weights[0] - 2) < 0.2)
    True
    """
    if terms.ndim != 3 or not terms.size:
        raise ValueError("terms: at least one choice, candidate and term is expected")
    if not np.isfinite(terms).all():
        raise ValueError("terms must be finite")
    if there is not None and (there.shape != terms.shape[:2] or not there[:, 0].all()):
        raise ValueError("there: one value per candidate is expected, True for the one chosen")
    counted = np.broadcast_to(np.asarray(counts, float), len(terms))
    bounds = None if lowest is None else [(lowest, None)] * terms.shape[2]
    found = minimize(
        _loss,
        np.zeros(terms.shape[2]) if start is None else start,
        args=(terms, counted, ridge, there),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 1000, "ftol": 1e-11, "gtol": 1e-6},
    )
    weights = found.x
    hessian = _hessian(weights, terms, counted, ridge, there)
    covariance = np.asarray(np.linalg.pinv(hessian), np.float64)
    errors = np.sqrt(np.diag(covariance))
    likelihood = ridge * float(weights @ weights) / 2 - float(found.fun)
    return Fit(weights, errors, covariance, likelihood, float(counted.sum()))


def _chances(worth: Floats, there: Bools | None) -> tuple[Floats, Floats]:
    """Return the chance of each candidate and the log of that of the first."""
    if there is not None:
        worth = np.where(there, worth, -np.inf)
    worth = worth - worth.max(axis=1, keepdims=True)
    raised = np.exp(worth)
    total = raised.sum(axis=1)
    return raised / total[:, None], worth[:, 0] - np.log(total)


def _loss(
    w: Floats, terms: Floats, counts: Floats, ridge: float, there: Bools | None
) -> tuple[float, Floats]:
    """Return the penalised negative log likelihood and its gradient."""
    chances, logs = _chances(terms @ w, there)
    weighted = chances * counts[:, None]
    expected = np.tensordot(weighted, terms, axes=([0, 1], [0, 1]))
    seen = counts @ terms[:, 0]
    return ridge * float(w @ w) / 2 - float(counts @ logs), expected - seen + ridge * w


def _hessian(w: Floats, terms: Floats, counts: Floats, ridge: float, there: Bools | None) -> Floats:
    total = ridge * np.eye(len(w))
    for first in range(0, len(terms), _BLOCK):
        rows = slice(first, first + _BLOCK)
        block, count = terms[rows], counts[rows]
        chances, _ = _chances(block @ w, None if there is None else there[rows])
        weighted = chances * count[:, None]
        mean = np.einsum("nm,nmp->np", chances, block)
        flat = block.reshape(-1, len(w))
        total += flat.T @ (flat * weighted.reshape(-1, 1)) - mean.T @ (mean * count[:, None])
    return total
