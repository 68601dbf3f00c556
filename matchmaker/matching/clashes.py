"""Demands of a round that cannot be met together: what clashes, what is short, what would do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matchmaker.matching import canonical
from matchmaker.matching.engine.shortage import Shortage

MOST_CONFLICTS = 40
MOST_RELAXATIONS = 12
MOST_COMPETITIONS = 5
MOST_KEYS = 30
"""So much of each is stored and told; the counts beside them are of all."""


@dataclass(frozen=True)
class Competition:
    """Needs that together ask for more places than the offers open to them can give."""

    needs: tuple[str, ...]
    offers: tuple[str, ...]
    """Every offer that could serve one of them."""
    asked: int
    """Places that the needs ask for together."""
    places: int
    """Places that these offers can give them, always fewer."""


@dataclass(frozen=True)
class Limit:
    """The bounds of a rule."""

    count: str
    """'pairs', 'needs', 'offers', or 'balance' for the difference of needs served."""
    at_least: float | None = None
    at_most: float | None = None
    share: bool = False
    """The bounds are shares of a whole."""


@dataclass(frozen=True)
class Conflict:
    """A demand that cannot be met together with the others, in keys."""

    code: str
    need: str | None = None
    offer: str | None = None
    rule: str | None = None
    """Name or position of a group rule."""
    number: int | None = None
    """The places, or the minimum, that the demand is about."""
    limit: Limit | None = None
    """The bounds of the rule."""


@dataclass(frozen=True)
class Relaxation:
    """What letting go of one demand, as little as will do, leads to; as in `engine.infeasible`."""

    conflict: Conflict
    change: str
    present: float | None
    wanted: float | None
    feasible: bool | None
    served: int | None
    total: float | None
    """None as well where pairs to keep raise the scores."""
    proven: bool


class InfeasibleRound(Exception):
    """No result meets all demands of the settings.

    Attributes
    ----------
    conflicts : tuple of Conflict
        An irreducible set of them, where `irreducible` is true.
    shortage : Competition or None
        The conflicts as needs that compete for too few places, where they are that.
    """

    def __init__(
        self,
        conflicts: tuple[Conflict, ...],
        irreducible: bool = True,
        shortage: Competition | None = None,
        shortages: Callable[[], tuple[Competition, ...]] | None = None,
        relax: Callable[[float | None], tuple[Relaxation, ...]] | None = None,
    ) -> None:
        self.conflicts = conflicts
        self.irreducible = irreducible
        self.shortage = shortage
        self._shortages, self._relax = shortages, relax
        super().__init__("; ".join(canonical.dumps(conflict) for conflict in conflicts))

    @property
    def shortages(self) -> tuple[Competition, ...]:
        """All groups of needs that must be served and have too few places."""
        return () if self._shortages is None else self._shortages()

    def relaxations_within(self, seconds: float | None) -> tuple[Relaxation, ...]:
        """Return what each single change would free, best first, with so much time."""
        return () if self._relax is None else self._relax(seconds)

    def without_totals(self) -> "InfeasibleRound":
        """Return the same where the solver's totals are not sums of real scores."""
        relax = self._relax

        def relaxed(seconds: float | None) -> tuple[Relaxation, ...]:
            found = () if relax is None else relax(seconds)
            return tuple(replace(one, total=None) for one in found)

        return InfeasibleRound(
            self.conflicts, self.irreducible, self.shortage, self._shortages, relaxed
        )


def competition_of(shortage: Shortage, needs: Sequence[str], offers: Sequence[str]) -> Competition:
    """Return a shortage in keys."""
    return Competition(
        needs=tuple(needs[row] for row in shortage.needs),
        offers=tuple(offers[column] for column in shortage.offers),
        asked=shortage.asked,
        places=shortage.places,
    )


def told(error: InfeasibleRound, seconds: float | None) -> dict[str, Any]:
    """Return what is stored of a clash: codes, keys and numbers, cut to what a person reads.

    Keys
    ----
    conflicts, n_conflicts, irreducible
    counts
        By code: how many of all conflicts (`n`), and the sum of their numbers (`number`).
    shortage
        The conflicts as needs that compete, or None where they are something else.
    shortages
        Whole groups, or the shortage that the conflicts are; each as `Competition`, with n_needs
        and n_offers.
    relaxations, n_relaxations
        Best first.
    """
    groups = error.shortages or (() if error.shortage is None else (error.shortage,))
    ways = error.relaxations_within(seconds)
    return {
        "conflicts": canonical.plain(error.conflicts[:MOST_CONFLICTS]),
        "n_conflicts": len(error.conflicts),
        "irreducible": error.irreducible,
        "counts": _counts(error.conflicts),
        "shortage": None if error.shortage is None else competition_told(error.shortage),
        "shortages": [competition_told(group) for group in groups[:MOST_COMPETITIONS]],
        "relaxations": canonical.plain(ways[:MOST_RELAXATIONS]),
        "n_relaxations": len(ways),
    }


def competition_told(group: Competition) -> dict[str, Any]:
    """Return what is stored of a group: its first keys, and how many there are."""
    return {
        "needs": list(group.needs[:MOST_KEYS]),
        "offers": list(group.offers[:MOST_KEYS]),
        "n_needs": len(group.needs),
        "n_offers": len(group.offers),
        "asked": group.asked,
        "places": group.places,
    }


def keys_named(told_of: dict[str, Any], side: str) -> set[str]:
    """Return the keys that a stored clash names on a side, "need" or "offer"."""
    conflicts = [*told_of["conflicts"], *(one["conflict"] for one in told_of["relaxations"])]
    named = {one[side] for one in conflicts if one[side]}
    groups = [*told_of["shortages"], *filter(None, [told_of["shortage"]])]
    return named.union(*(group[f"{side}s"] for group in groups))


def _counts(conflicts: tuple[Conflict, ...]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for conflict in conflicts:
        one = found.setdefault(conflict.code, {"n": 0, "number": 0})
        one["n"] += 1
        one["number"] += conflict.number or 0
    return dict(sorted(found.items()))
