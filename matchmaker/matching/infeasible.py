"""What the solver says when there is no result: it cannot be, or not in time."""

Conflict = tuple[str | int, ...]


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
        False only where `time_limit` ended the search for the smallest set first.

    Examples
    --------
    >>> Infeasible([("lock", 0, 0), ("bar", 0, 0)]).conflicts
    [('lock', 0, 0), ('bar', 0, 0)]
    """

    def __init__(self, conflicts: list[Conflict], irreducible: bool = True) -> None:
        self.conflicts = list(conflicts)
        self.irreducible = irreducible
        super().__init__("no result meets together: " + ", ".join(map(str, self.conflicts)))


class TimeUp(TimeoutError):
    """The time limit passed before any feasible result was found.

    Whether one exists is not known: this is never a claim that there is none.
    """
