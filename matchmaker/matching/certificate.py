"""How sure it is that a result is the best, as codes and numbers."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Certificate:
    """What is proven of a result.

    Attributes
    ----------
    code : str
        'proven'; else the first thing compared that could still be better: 'served' (needs),
        'worst_off' (the value of a served need, the lowest that is not proven), 'total'.
    at_most : float
        By how much at most: a count for 'served', points of score elsewhere.
    stopped : bool
        The time limit ended the search.
    """

    code: str
    at_most: float
    stopped: bool


def certificate_of(
    policy: str,
    objective: tuple[Any, ...],
    bound: tuple[Any, ...],
    gap: float,
    stopped: bool,
) -> Certificate:
    """Name the first component of the objective that is not proven.

    Examples
    --------
    >>> certificate_of("coverage", (3, 1.5), (4, 2.0), 1.0, True)
    Certificate(code='served', at_most=1.0, stopped=True)
    """
    names = {"total": ("total",), "coverage": ("served", "total")}
    for name, reached, limit in zip(
        names.get(policy, ("served", "worst_off", "total")), objective, bound, strict=True
    ):
        if reached != limit:
            return Certificate(name, float(gap), stopped)
    return Certificate("proven", 0.0, stopped)
