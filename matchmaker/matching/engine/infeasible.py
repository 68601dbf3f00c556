"""What the solver says when there is no result: it cannot be, or not in time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from matchmaker.matching.engine.shortage import Shortage

Conflict = tuple[str | int, ...]
SECONDS_FOR_RELAXATIONS = 10.0


@dataclass(frozen=True)
class Relaxation:
    """What letting go of one demand, as little as will do, leads to.

    Attributes
    ----------
    conflict : tuple
        The demand, as in `Infeasible.conflicts`.
    change : str
        ``unlock``, ``unbar``, ``need_not_serve``; with a number: ``need_places``,
        ``offer_places``, ``need_minimum``; of a rule: ``at_least``, ``at_most``,
        ``at_most_difference``, or ``drop_rule`` where no bound moved far enough would do.
    present, wanted : float or None
        The number now, and the nearest one that will do; None where there is none, or where the
        time ended before it was known.
    feasible : bool or None
        The whole is possible then. False: other demands clash as well, and `wanted` is what
        these conflicts alone ask for. None: the time ended first.
    objective : tuple or None
        What the policy compares, as `Assignment.objective`; None where it is not possible, or
        the time ended first.
    served : int or None
        Needs served.
    total : float or None
        Sum of the scores.
    proven : bool
        The objective is proven to be the best after this change.
    """

    conflict: Conflict
    change: str
    present: float | None = None
    wanted: float | None = None
    feasible: bool | None = None
    objective: tuple[Any, ...] | None = None
    served: int | None = None
    total: float | None = None
    proven: bool = False


Relax = Callable[[float | None], list[Relaxation]]
Lack = Callable[[], list[Shortage]]


class Infeasible(Exception):
    """No result meets all demands together.

    Attributes
    ----------
    conflicts : list of tuple
        Demands that cannot hold together, each a code with positions. Dropping any one of
        them makes the others hold together, where `irreducible` is true.

        =================================  ====================================================
        code                               the demand
        =================================  ====================================================
        ("lock_not_allowed", need, offer)  a lock on a pair that is not allowed (or not stored)
        ("lock", need, offer)              this pair must be matched
        ("bar", need, offer)               this pair must not be matched
        ("need_places", need)              at most so many offers for this need
        ("offer_places", offer)            at most so many needs for this offer
        ("must_serve", need)               this need gets at least one offer
        ("need_minimum", need)             this need gets none, or at least so many offers
        ("rule", index)                    the rule of this position in `rules`
        =================================  ====================================================

    irreducible : bool
        False only where `time_limit` ended the search for such a set first.
    smallest : bool
        It is proven that no fewer demands clash.
    shortage : Shortage or None
        The conflicts as the needs that ask for too many places and the offers open to them,
        where they are that: no need of it is spare.

    Examples
    --------
    >>> Infeasible([("lock", 0, 0), ("bar", 0, 0)]).conflicts
    [('lock', 0, 0), ('bar', 0, 0)]
    """

    def __init__(
        self,
        conflicts: list[Conflict],
        irreducible: bool = True,
        smallest: bool = False,
        shortage: Shortage | None = None,
        lack: Lack | None = None,
        relax: Relax | None = None,
    ) -> None:
        self.conflicts = list(conflicts)
        self.irreducible = irreducible
        self.smallest = smallest
        self.shortage = shortage
        self._lack, self._relax = lack, relax
        self._shortages: list[Shortage] | None = None
        self._relaxations: list[Relaxation] | None = None
        super().__init__("no result meets together: " + ", ".join(map(str, self.conflicts)))

    def __reduce__(self) -> tuple[Any, ...]:
        """Make it again from what it was made of, not from its message."""
        made_of = (self.conflicts, self.irreducible, self.smallest, self.shortage)
        return type(self), (*made_of, self._lack, self._relax), self.__dict__

    @property
    def shortages(self) -> list[Shortage]:
        """All groups of needs that must be served and have too few places, the largest lack first.

        Rules left aside. `conflicts` may be a part of one of them; computed on first reading.
        """
        if self._shortages is None:
            self._shortages = [] if self._lack is None else self._lack()
        return self._shortages

    @property
    def relaxations(self) -> list[Relaxation]:
        """What each single change would free, best first, as far as 10 seconds go.

        Computed on first reading; `relaxations_within` sets another time.
        """
        if self._relaxations is None:
            self._relaxations = self.relaxations_within(SECONDS_FOR_RELAXATIONS)
        return self._relaxations

    def relaxations_within(self, seconds: float | None) -> list[Relaxation]:
        """Return what each single change would free, best first, with so much time (None: all).

        A solve that has begun in the linear routes is finished.
        """
        return [] if self._relax is None else self._relax(seconds)


class TimeUp(TimeoutError):
    """The time limit passed before any feasible result was found.

    Whether one exists is not known: this is never a claim that there is none.
    """
