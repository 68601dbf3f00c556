"""One simple rule beside claims: so many needs or pairs of a group, out of what is left to choose.

The units that offers can give together are the independent sets of a matroid [1]_, so a choice
that meets all claims grows to a greatest one: beside the claims exactly so many more units fit as
the greatest flow with them is larger than the one without.

.. [1] H. Perfect, "Applications of Menger's graph theorem", J. Math. Anal. Appl. 22, 1968.
   doi:10.1016/0022-247X(68)90163-7
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matchmaker.matching.engine.claims import Claims, Filling, are_met, claims_of, units_of
from matchmaker.matching.engine.instance import Bools, Instance, Ints
from matchmaker.matching.engine.rules import GroupRule, Rule


@dataclass(frozen=True)
class Pool:
    """A rule that counts needs or pairs of a group, and the claims it stands beside."""

    rule: GroupRule
    claims: Claims
    """What must be met without the rule."""
    wider: Claims
    """The claims, and all that could count for the rule."""
    counted: int
    """Units that the claims make the rule count already."""

    @property
    def wanted(self) -> int:
        """How many units the rule asks for beyond the claims."""
        return max(int(self.rule.at_least or 0) - self.counted, 0)

    @cached_property
    def filling(self) -> Filling:
        """A greatest flow of all that could count."""
        return Filling(self.wider)

    @property
    def reachable(self) -> int:
        """How many units can be had beyond the claims, where these are met."""
        return int(self.filling.got.sum() - self.claims.asked.sum())

    @property
    def exceeds(self) -> bool:
        """Tell whether the claims alone count more than the rule allows."""
        return self.rule.at_most is not None and self.counted > self.rule.at_most

    @property
    def is_met(self) -> bool:
        """Tell whether claims and rule can hold together."""
        if self.exceeds or not are_met(self.claims):
            return False
        return not self.wanted or self.reachable >= self.wanted


def pool_of(instance: Instance, rule: Rule) -> Pool | None:
    """Return a rule beside the claims of an instance, or None where flows do not decide it.

    They do where whole numbers of needs or pairs are counted, no need of the group has a minimum
    by itself, and what the claims make count is certain: the rule looks at all offers, or none
    of its needs claims anything.
    """
    if not isinstance(rule, GroupRule) or rule.share_of is not None or rule.count == "offers":
        return None
    group = np.zeros(instance.n_needs, dtype=bool)
    group[slice(None) if rule.needs is None else list(rule.needs)] = True
    forced = units_of(instance)[1]
    called = forced > 0
    if (group & ~called & (instance.need_minimum > 1)).any():
        return None
    if rule.offers is not None and (group & called).any():
        return None
    if rule.count == "needs":
        counted = int((group & called).sum())
        more = (group & ~called & (instance.need_places > 0)).astype(np.int64)
    else:
        counted = int(forced[group].sum())
        more = np.where(group, np.maximum(instance.need_places - forced, 0), 0)
    more = np.minimum(more, np.bincount(instance.need, minlength=instance.n_needs))
    return Pool(
        rule,
        claims_of(instance),
        claims_of(instance, more, _within(instance, rule, group)),
        counted,
    )


def _within(instance: Instance, rule: GroupRule, group: Bools) -> Bools | None:
    """Return the pairs that may serve a claim: those of the group only inside the rule."""
    if rule.offers is None:
        return None
    offers = np.zeros(instance.n_offers, dtype=bool)
    offers[list(rule.offers)] = True
    return np.asarray(~group[instance.need] | offers[instance.offer])


def needs_of(rule: GroupRule, n_needs: int) -> Ints:
    """Return the needs of a rule."""
    return np.arange(n_needs) if rule.needs is None else np.array(rule.needs, dtype=np.int64)
