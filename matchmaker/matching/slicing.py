"""A part of a round as a round of its own: some needs, some offers, what is asked of them."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.arrays import arrays_of_part
from matchmaker.matching.candidates import Candidates
from matchmaker.matching.settings import BalanceLimit, GroupLimit, GroupShare, Settings
from matchmaker.matching.snapshot import Snapshot
from matchmaker.matching.solving import Problem

Array = NDArray[Any]


def part_of(problem: Problem, rows: Array, columns: Array) -> Problem:
    """Return the round of some needs and offers only.

    Parameters
    ----------
    problem : Problem
    rows, columns : ndarray of int
        Positions to keep, ascending.

    Returns
    -------
    Problem
        Demands that name others are cut down to those kept; a rule that binds others only is left
        out. Rules keep the names they are known by.

    Notes
    -----
    Scores do not depend on the other needs and offers, so they are taken over as they are.
    """
    snapshot = snapshot_of_part(problem.snapshot, rows, columns)
    arrays = arrays_of_part(problem.arrays, rows, columns)
    found = Candidates(
        problem.candidates.bar[np.ix_(rows, columns)], problem.candidates.funnel[rows]
    )
    return Problem(
        snapshot,
        settings_of_part(problem.settings, set(arrays.needs.keys), set(arrays.offers.keys)),
        arrays,
        found,
        problem.scores[rows][:, columns],
        {key: i for i, key in enumerate(arrays.needs.keys)},
        {key: i for i, key in enumerate(arrays.offers.keys)},
    )


def snapshot_of_part(snapshot: Snapshot, rows: Array, columns: Array) -> Snapshot:
    """Return the snapshot with some needs and offers only; what it knows of towns stays."""
    return replace(
        snapshot,
        needs=tuple(snapshot.needs[row] for row in rows.tolist()),
        offers=tuple(snapshot.offers[column] for column in columns.tolist()),
    )


def settings_of_part(settings: Settings, needs: set[str], offers: set[str]) -> Settings:
    """Return what the settings ask of some needs and offers."""

    def inside(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        return tuple(pair for pair in pairs if pair[0] in needs and pair[1] in offers)

    names = settings.rule_names
    rules = [
        replace(_group(limit, needs, offers), name=name)
        for limit, name in zip(settings.rules, names, strict=False)
        if Members.of(limit).touch(needs, offers)
    ]
    balances = [
        replace(_balance(limit, needs), name=name)
        for limit, name in zip(settings.balances, names[len(settings.rules) :], strict=True)
        if Members.of(limit).touch(needs, offers)
    ]
    return replace(
        settings,
        locked=inside(settings.locked),
        barred=inside(settings.barred),
        keep=inside(settings.keep),
        tied=inside(settings.tied),
        must_serve=tuple(key for key in settings.must_serve if key in needs),
        rules=tuple(rules),
        balances=tuple(balances),
    )


@dataclass(frozen=True)
class Members:
    """Needs and offers that a rule binds together: every pair it counts has one of them."""

    needs: frozenset[str]
    offers: frozenset[str]
    everybody: bool = False

    @classmethod
    def of(cls, limit: GroupLimit | GroupShare | BalanceLimit) -> "Members":
        """Return the needs of a rule, or its offers where it names no needs."""
        if isinstance(limit, BalanceLimit):
            return cls(frozenset(limit.a) | frozenset(limit.b), frozenset())
        own = cls(
            frozenset(limit.needs or ()),
            frozenset() if limit.needs is not None else frozenset(limit.offers or ()),
            limit.needs is None and limit.offers is None,
        )
        whole = getattr(limit, "share_of", None)
        if whole is None:
            return own
        other = cls.of(whole)
        return cls(
            own.needs | other.needs, own.offers | other.offers, own.everybody or other.everybody
        )

    def touch(self, needs: set[str], offers: set[str]) -> bool:
        """Tell whether any of these is a member; a rule without members is everybody's matter."""
        nobody = not (self.needs or self.offers)
        return self.everybody or nobody or bool(self.needs & needs or self.offers & offers)


def _group(limit: Any, needs: set[str], offers: set[str]) -> Any:
    """Return a rule (or the whole it is a share of) over what is kept of its group."""
    cut = {
        "needs": None if limit.needs is None else tuple(k for k in limit.needs if k in needs),
        "offers": None if limit.offers is None else tuple(k for k in limit.offers if k in offers),
    }
    whole = getattr(limit, "share_of", None)
    if whole is not None:
        cut["share_of"] = _group(whole, needs, offers)
    return replace(limit, **cut)


def _balance(limit: BalanceLimit, needs: set[str]) -> BalanceLimit:
    return replace(
        limit,
        a=tuple(key for key in limit.a if key in needs),
        b=tuple(key for key in limit.b if key in needs),
    )
