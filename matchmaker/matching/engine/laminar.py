"""Rules that keep the problem a network: counts of pairs that fall into two nested families.

The candidate pairs of a need form a group, bounded by its places; so do those of an offer, and
those that a rule counts. Where the groups can be parted into two families, in each of which any
two groups are apart or one holds the other, the matrix of the program is that of a network and
every vertex of the linear program is whole [1]_ (theorem on two laminar families). Each family
is a tree, and a group an arc of it with the bounds of the group. Rules over needs alone or offers
alone fit if they are nested among themselves; a rule over a group of both sides fits where, among
the candidate pairs, it is nested all the same.

.. [1] J. Edmonds, "Submodular functions, matroids, and certain polyhedra", in: Combinatorial
   Structures and Their Applications, 1970; reprinted in LNCS 2570, 2003.
   doi:10.1007/3-540-36478-1_2
"""

from dataclasses import dataclass

import numpy as np

from matchmaker.matching.engine.instance import Instance, Ints
from matchmaker.matching.engine.routes_linear import Rest
from matchmaker.matching.engine.rules import BalanceRule, GroupRule

NO_GROUP = -1


@dataclass(frozen=True)
class Group:
    """Candidate pairs of which least..most are to be chosen."""

    pairs: Ints
    """Positions among the free pairs."""
    least: int
    most: int
    rule: int
    """Position of the rule it comes from."""
    held: int
    """What the locked pairs count already."""


@dataclass
class Family:
    """Nested groups as a forest: the members of a side, and groups inside and around them."""

    direct: Ints
    """(n_pairs,): the smallest group that a pair lies in."""
    parent: list[int]
    """For each group the smallest one around it, or -1: first the members, then the others."""
    number: list[int]
    """Number of each of the groups given, in their order."""
    _top: Ints

    @classmethod
    def of(cls, member: Ints, n_members: int, groups: list[Ints]) -> "Family":
        """Nest groups that are known not to cross.

        Parameters
        ----------
        member : ndarray of int, shape (n_pairs,)
            The member of the side (need or offer) that each pair belongs to.
        n_members : int
            Number of members; they are the first groups.
        groups : list of ndarray
            Pairs of each further group.
        """
        size = np.bincount(member, minlength=n_members)
        nothing = np.full(len(member), NO_GROUP, dtype=np.int64)
        parent = [NO_GROUP] * n_members
        family = cls(nothing, parent, [NO_GROUP] * len(groups), nothing.copy())
        order = sorted(range(len(groups)), key=lambda at: len(groups[at]))
        inner = [at for at in order if is_inside(groups[at], member, size)]
        for at in inner:
            family._add(at, groups[at])
        for number in np.unique(family._top[family._top >= n_members]).tolist():
            family.parent[number] = int(member[family._top == number][0])
        family.direct = np.where(family.direct == NO_GROUP, member, family.direct)
        family._top = member.astype(np.int64)
        for at in order:
            if at not in inner:
                family._add(at, groups[at])
        return family

    def _add(self, at: int, pairs: Ints) -> None:
        """Put a group around the groups and pairs it holds."""
        number = len(self.parent)
        for group in np.unique(self._top[pairs]).tolist():
            if group != NO_GROUP:
                self.parent[group] = number
        loose = pairs[self._top[pairs] == NO_GROUP]
        self.direct[loose] = number
        self._top[pairs] = number
        self.parent.append(NO_GROUP)
        self.number[at] = number


def is_inside(group: Ints, member: Ints, size: Ints) -> bool:
    """Tell whether a group lies within one member and is not the whole of it."""
    if not len(group):
        return True
    first = member[group[0]]
    return bool((member[group] == first).all()) and len(group) < size[first]


def is_nested(group: Ints, member: Ints, size: Ints) -> bool:
    """Tell whether a group lies within one member, or is made of whole members."""
    if is_inside(group, member, size):
        return True
    held = np.bincount(member[group], minlength=len(size))
    return bool(((held == 0) | (held == size)).all())


def groups_of(instance: Instance, rest: Rest, edges: Ints) -> list[Group] | None:
    """Return the rules as groups of the free pairs that bind; None where one is no count of pairs.

    Parameters
    ----------
    instance : Instance
        Usable pairs.
    rest : Rest
        What the locked pairs leave.
    edges : ndarray of int, shape (n_free,)
        Positions of the free pairs.
    """
    groups = []
    for place, rule in enumerate(instance.rules):
        if isinstance(rule, BalanceRule) or rule.share_of is not None:
            return None
        inside = _inside(instance, rule)
        free = np.flatnonzero(inside[edges])
        locked = np.flatnonzero(inside & instance.locked)
        held = _number_locked(instance, rule, locked)
        if held is None or not _counts_pairs(instance, rest, rule, edges[free], locked):
            return None
        least = max(int(rule.at_least or 0) - held, 0)
        most = len(free) if rule.at_most is None else min(int(rule.at_most) - held, len(free))
        if least > 0 or most < len(free):
            groups.append(Group(free, least, most, place, held))
    return groups


def _inside(instance: Instance, rule: GroupRule) -> np.ndarray:
    """Tell which pairs a rule is over."""
    inside = np.ones(len(instance.need), dtype=bool)
    for members, side, count in (
        (rule.needs, instance.need, instance.n_needs),
        (rule.offers, instance.offer, instance.n_offers),
    ):
        if members is not None:
            marked = np.zeros(count, dtype=bool)
            marked[np.asarray(members, dtype=np.int64)] = True
            inside &= marked[side]
    return inside


def _number_locked(instance: Instance, rule: GroupRule, locked: Ints) -> int | None:
    """Return what the locked pairs count already."""
    if rule.count == "pairs":
        return len(locked)
    side = instance.need if rule.count == "needs" else instance.offer
    return len(np.unique(side[locked]))


def _counts_pairs(
    instance: Instance, rest: Rest, rule: GroupRule, free: Ints, locked: Ints
) -> bool:
    """Tell whether every further pair inside is one more of what the rule counts."""
    if rule.count == "pairs":
        return True
    by_need = rule.count == "needs"
    side = instance.need if by_need else instance.offer
    left = rest.need_left if by_need else rest.offer_left
    members, number = np.unique(side[free], return_counts=True)
    single = bool((np.minimum(number, left[members]) <= 1).all())
    return single and not np.isin(members, side[locked]).any()


def part(sides: list[tuple[Ints, int]], groups: list[Ints]) -> list[int] | None:
    """Return which of two families each group belongs to, or None where they cannot be parted.

    Parameters
    ----------
    sides : list of (ndarray of int, int)
        For needs and for offers: the member of each free pair, and the number of members.
    groups : list of ndarray
        Positions of the free pairs of each group.
    """
    n_pairs = len(sides[0][0])
    sizes = [np.bincount(member, minlength=count) for member, count in sides]
    fits = [
        [is_nested(group, member, size) for (member, _), size in zip(sides, sizes, strict=True)]
        for group in groups
    ]
    marks = [_marks(n_pairs, group) for group in groups]
    apart: list[list[int]] = [[] for _ in groups]
    for one in range(len(groups)):
        for other in range(one):
            both = int((marks[one] & marks[other]).sum())
            if 0 < both < min(len(groups[one]), len(groups[other])):
                apart[one].append(other)
                apart[other].append(one)
    family = [NO_GROUP] * len(groups)
    for start in range(len(groups)):
        if family[start] == NO_GROUP and not any(
            _spread(start, first, family, apart, fits) for first in (0, 1)
        ):
            return None
    return family


def _spread(
    start: int, first: int, family: list[int], apart: list[list[int]], fits: list[list[bool]]
) -> bool:
    """Give a group a family and those that cross it the other; undo it where that cannot be."""
    reached = [start]
    family[start] = first
    for group in reached:
        if not fits[group][family[group]]:
            break
        for other in apart[group]:
            if family[other] == NO_GROUP:
                family[other] = 1 - family[group]
                reached.append(other)
        if any(family[other] == family[group] for other in apart[group]):
            break
    else:
        return True
    for group in reached:
        family[group] = NO_GROUP
    return False


def _marks(n_pairs: int, group: Ints) -> np.ndarray:
    """Mark the pairs of a group."""
    marked = np.zeros(n_pairs, dtype=bool)
    marked[group] = True
    return marked
