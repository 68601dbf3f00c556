"""Clashes with rules: demands that still clash, narrowed down by flows or by a linear program."""

import numpy as np

from matchmaker.matching.engine.claims import units_of
from matchmaker.matching.engine.demands import Demands
from matchmaker.matching.engine.infeasible import Conflict
from matchmaker.matching.engine.instance import Bools, Ints
from matchmaker.matching.engine.outcome import Deadline
from matchmaker.matching.engine.pool import Pool, needs_of, pool_of
from matchmaker.matching.engine.relaxed import support


def narrowed(demands: Demands, deadline: Deadline) -> list[Conflict]:
    """Return demands that clash, given that they do not without the rules.

    Notes
    -----
    First each simple rule by itself beside the demands without rules, where flows decide. Then
    the rules by themselves, and beside the places of one side: mostly that is all it takes. Else
    the demands whose rows carry the proof that even fractions of pairs cannot meet them all
    (`relaxed`); where fractions can, all demands.
    """
    for index, rule in enumerate(demands.instance.rules):
        pool = pool_of(demands.instance, rule)
        if pool is not None and not pool.is_met:
            some = [*_beside(demands, pool), ("rule", index)]
            if demands.clash(some, deadline):
                return some
    rules: list[Conflict] = [("rule", index) for index in range(len(demands.instance.rules))]
    listed = demands.listed()
    for codes in ((), ("need_places",), ("offer_places",)):
        some = [*(one for one in listed if one[0] in codes), *rules]
        if len(some) < len(listed) and demands.clash(some, deadline):
            return some
    proof = support(demands, deadline)
    return proof if proof and demands.clash(proof, deadline) else demands.listed()


def _beside(demands: Demands, pool: Pool) -> list[Conflict]:
    """Return demands without rules that clash with the rule of a pool."""
    instance = demands.instance
    group = np.zeros(instance.n_needs, dtype=bool)
    group[needs_of(pool.rule, instance.n_needs)] = True
    called = units_of(instance)[1] > 0
    if pool.exceeds:
        return _calling(demands, group & called)
    inside, offers = pool.filling.reached(np.flatnonzero(pool.filling.short))
    needs = np.zeros(instance.n_needs, dtype=bool)
    needs[pool.wider.need[inside]] = True
    tight = np.flatnonzero(group & (demands.need_degree > instance.need_places))
    if pool.rule.count == "needs":
        tight = tight[instance.need_places[tight] == 0]
    scarce = np.zeros(instance.n_offers, dtype=bool)
    scarce[offers] = True
    bars = instance.barred & needs[instance.need] & ~scarce[instance.offer]
    return [
        *demands.on_pairs("bar", np.flatnonzero(bars)),
        *(("offer_places", offer) for offer in offers.tolist()),
        *(("need_places", need) for need in tight.tolist()),
        *_calling(demands, needs & called),
    ]


def _calling(demands: Demands, needs: Bools) -> list[Conflict]:
    """Return the demands by which some needs must get something."""
    instance = demands.instance
    at: Ints = np.flatnonzero(needs)
    return [
        *(("need_minimum", need) for need in at[instance.need_minimum[at] > 1].tolist()),
        *(("must_serve", need) for need in at[instance.must[at]].tolist()),
        *demands.on_pairs("lock", np.flatnonzero(instance.locked & needs[instance.need])),
    ]
