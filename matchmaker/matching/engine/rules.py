"""Side rules of an assignment: floors, quotas and balances over groups."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import Any, Literal

import numpy as np

Count = Literal["pairs", "needs", "offers"]
COUNTS = ("pairs", "needs", "offers")
LARGEST_DENOMINATOR = 1_000_000


def as_fraction(value: float) -> Fraction:
    """Read a share as the simplest fraction that a person would have meant (1/3, not 0.333...)."""
    return Fraction(value).limit_denominator(LARGEST_DENOMINATOR)


def share_below(share: Fraction, most: int) -> Fraction:
    """Return the greatest fraction not above a share in [0, 1] with a denominator up to `most`.

    Of wholes up to `most`, the same counts are within the share and within that fraction: a rule
    over at most 40 pairs needs no denominator above 40.

    Notes
    -----
    The nearest fraction with such a denominator is that one, or its right neighbour in the Farey
    sequence [1]_.

    References
    ----------
    .. [1] R. L. Graham, D. E. Knuth, O. Patashnik, "Concrete Mathematics", 2nd ed., 1994,
       section 4.5. ISBN 978-0-201-55802-9

    Examples
    --------
    >>> share_below(Fraction(333333, 1000000), 40)
    Fraction(13, 40)
    """
    near = share.limit_denominator(max(most, 1))
    if near <= share:
        return near
    step = near.denominator
    first = pow(near.numerator, -1, step) if step > 1 else 0
    denominator = first + (max(most, 1) - first) // step * step
    return Fraction((near.numerator * denominator - 1) // step, denominator)


@dataclass(frozen=True)
class GroupRule:
    """Bound how much of the result falls into a group of needs and a group of offers.

    Parameters
    ----------
    needs, offers : sequence of int, optional
        Positions of the needs and offers of the group; None means all of them.
    count : {"pairs", "needs", "offers"}
        What is counted among the chosen pairs inside needs x offers: the pairs, the distinct
        needs, or the distinct offers.
    at_least, at_most : int or float, optional
        Bounds on that count. Integers of at least 0, or shares in [0, 1] where `share_of` is
        given.
    share_of : GroupRule, optional
        The bounds are shares of what this other rule counts (its own bounds play no part).
        0 of 0 satisfies.

    Raises
    ------
    ValueError
        If `count` is unknown, a bound is not a number of the kind asked for or is outside its
        range, or `at_least` exceeds `at_most`.

    Examples
    --------
    >>> GroupRule(needs=[0, 1], at_least=1).at_least
    1
    >>> GroupRule(needs=[0], at_most=0.5, share_of=GroupRule()).count
    'pairs'
    """

    needs: Sequence[int] | None = None
    offers: Sequence[int] | None = None
    count: Count = "pairs"
    at_least: float | None = None
    at_most: float | None = None
    share_of: "GroupRule | None" = None

    def __post_init__(self) -> None:
        """Refuse a rule that is wrong by itself."""
        if self.count not in COUNTS:
            raise ValueError(f"count of a rule must be one of {', '.join(COUNTS)}: {self.count!r}")
        if self.share_of is not None and not isinstance(self.share_of, GroupRule):
            raise ValueError("share_of of a rule must be a GroupRule")
        for name in ("needs", "offers"):
            object.__setattr__(self, name, _kept(getattr(self, name)))
        for name in ("at_least", "at_most"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, _read_bound(name, getattr(self, name)))
                self._check_bound(name, getattr(self, name))
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least of a rule must not exceed its at_most")

    def _check_bound(self, name: str, value: float) -> None:
        """Raise ValueError where a bound is not a count, or not a share."""
        if self.share_of is None and value != int(value):
            raise ValueError(f"{name} of a rule must be an integer: {value!r}")
        if self.share_of is not None and value > 1:
            raise ValueError(f"{name} of a rule must be a share in [0, 1]: {value!r}")


@dataclass(frozen=True)
class BalanceRule:
    """Bound the difference between the numbers of needs served in two groups.

    Parameters
    ----------
    a, b : sequence of int
        Positions of the needs of the two groups.
    at_most_difference : int or float
        Greatest allowed difference, at least 0: of counts, or of shares where `as_share`.
    as_share : bool
        Divide each count by the size of its group first. A rule with an empty group is satisfied,
        for 0 of 0 needs are as good as any share.
    ahead : int
        How many needs more of group a than of b were served before; counts with the difference.
        Of counts only.

    Raises
    ------
    ValueError
        If the difference is negative or no finite number, or `ahead` no integer, or given of
        shares.

    Examples
    --------
    >>> BalanceRule([0, 1], [2, 3], 1).at_most_difference
    1
    >>> BalanceRule([0, 1], [2, 3], 1, ahead=2).ahead
    2
    """

    a: Sequence[int]
    b: Sequence[int]
    at_most_difference: float
    as_share: bool = False
    ahead: int = 0

    def __post_init__(self) -> None:
        """Refuse a rule that is wrong by itself."""
        if isinstance(self.ahead, bool) or not isinstance(self.ahead, (int, np.integer)):
            raise ValueError(f"ahead of a rule must be an integer: {self.ahead!r}")
        if self.ahead and self.as_share:
            raise ValueError("ahead of a rule goes with counts, not with shares")
        object.__setattr__(self, "ahead", int(self.ahead))
        for name in ("a", "b"):
            object.__setattr__(self, name, _kept(getattr(self, name)))
        difference = _read_bound("at_most_difference", self.at_most_difference)
        object.__setattr__(self, "at_most_difference", difference)


def _kept(members: Any) -> Any:
    """Return members that can be read more than once."""
    return tuple(members) if isinstance(members, Iterator) else members


def _read_bound(name: str, value: Any) -> float:
    """Read a finite number of at least 0; one of numpy becomes one of Python, a fraction stays."""
    try:
        good = not isinstance(value, (bool, np.bool_)) and isfinite(value) and value >= 0
    except TypeError:
        good = False
    except OverflowError:
        raise ValueError(f"{name} of a rule is too large") from None
    if not good:
        raise ValueError(f"{name} of a rule must be a number of at least 0: {value!r}")
    if isinstance(value, np.integer):
        return int(value)
    return float(value) if isinstance(value, np.floating) else value


Rule = GroupRule | BalanceRule
IDLE = GroupRule()
"""A rule without bounds, in the place of one that is dropped."""
