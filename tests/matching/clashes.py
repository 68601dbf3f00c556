"""An independent check of conflicts: they clash, and without any one of them they do not."""

from dataclasses import replace
from itertools import combinations

import numpy as np

from tests.matching.brute_force import Problem
from tests.matching.random_cases import random_case

LOCKS = ("lock", "lock_not_allowed")


def clash(scores, case, conflicts):
    """Tell by brute force whether these demands alone cannot hold together."""
    n, m = scores.shape
    full = Problem(scores.tolist(), **case)
    codes = set(conflicts)

    def kept(code, values, otherwise):
        return [v if (code, i) in codes else otherwise for i, v in enumerate(values)]

    alone = Problem(
        scores.tolist(),
        allowed=case.get("allowed"),
        need_places=kept("need_places", full.need_places, m),
        offer_places=kept("offer_places", full.offer_places, n),
        need_minimum=kept("need_minimum", full.need_minimum, 0),
        locked=[c[1:] for c in conflicts if c[0] in LOCKS],
        barred=[c[1:] for c in conflicts if c[0] == "bar"],
        must_serve=[c[1] for c in conflicts if c[0] == "must_serve"],
        rules=[case["rules"][c[1]] for c in conflicts if c[0] == "rule"],
    )
    return not alone.can_hold()


def is_irreducible(scores, case, conflicts):
    """Tell whether the conflicts clash and each of them is needed for it."""
    return clash(scores, case, conflicts) and not any(
        clash(scores, case, conflicts[:i] + conflicts[i + 1 :]) for i in range(len(conflicts))
    )


def all_demands(scores, case):
    """List every demand of a case by code and positions."""
    n, m = scores.shape
    full = Problem(scores.tolist(), **case)
    return [
        *(("need_places", i) for i in range(n)),
        *(("offer_places", j) for j in range(m)),
        *(("need_minimum", i) for i in range(n) if full.need_minimum[i] > 1),
        *(("must_serve", i) for i in sorted(full.must)),
        *(("lock", *pair) for pair in sorted(full.locked) if pair in full.pairs),
        *(("lock_not_allowed", *pair) for pair in sorted(full.locked - set(full.pairs))),
        *(("bar", *pair) for pair in sorted(full.barred)),
        *(("rule", i) for i in range(len(full.rules))),
    ]


def has_clash_of(scores, case, size):
    """Tell by brute force whether some so many demands clash."""
    return any(
        clash(scores, case, list(some)) for some in combinations(all_demands(scores, case), size)
    )


def demanding_case(rng, rules=False, minima=True):
    """Return scores and arguments of a tiny problem whose demands mostly clash."""
    scores, case = random_case(rng, most_pairs=int(rng.integers(4, 9)), rules=False)
    n, m = scores.shape
    pairs = np.argwhere(case["allowed"])
    has_pair = case["allowed"].any(axis=1)
    case["must_serve"] = np.flatnonzero(has_pair & (rng.random(n) < 0.85)).tolist()
    case["offer_places"] = rng.integers(0, 3, m)
    order = rng.permutation(len(pairs))
    case["barred"] = pairs[order[: rng.integers(0, 4)]].tolist()
    case["locked"] = pairs[order[::-1][: rng.integers(0, 3)]].tolist()
    case["need_places"] = rng.integers(1, 4, n)
    case["need_minimum"] = rng.integers(0, 4, n) if minima and rng.random() < 0.7 else 0
    if rules:
        case["rules"] = random_case(rng)[1].get("rules", [])
        case["rules"] = [_inside(rule, n, m) for rule in case["rules"]]
    return scores, case


def _inside(rule, n, m):
    """Return a rule whose groups lie inside a problem of this size."""
    if hasattr(rule, "a"):
        return replace(rule, a=[i % n for i in rule.a], b=[i % n for i in rule.b])
    return replace(
        rule,
        needs=None if rule.needs is None else [i % n for i in rule.needs],
        offers=None if rule.offers is None else [j % m for j in rule.offers],
        share_of=None if rule.share_of is None else _inside(rule.share_of, n, m),
    )
