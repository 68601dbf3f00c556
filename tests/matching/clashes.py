"""An independent check of conflicts: they clash, and without any one of them they do not."""

from tests.matching.brute_force import Problem

LOCKS = ("lock", "lock_not_allowed")


def clash(scores, case, conflicts):
    """Tell by brute force whether these demands alone cannot hold together."""
    n, m = scores.shape
    full = Problem(scores.tolist(), **case)
    codes = set(conflicts)
    alone = Problem(
        scores.tolist(),
        allowed=case.get("allowed"),
        need_places=[full.need_places[i] if ("need_places", i) in codes else m for i in range(n)],
        offer_places=[full.offer_places[j] if ("offer_places", j) in codes else n for j in range(m)],
        need_minimum=[full.need_minimum[i] if ("need_minimum", i) in codes else 0 for i in range(n)],
        locked=[c[1:] for c in conflicts if c[0] in LOCKS],
        barred=[c[1:] for c in conflicts if c[0] == "bar"],
        must_serve=[c[1] for c in conflicts if c[0] == "must_serve"],
        rules=[case["rules"][c[1]] for c in conflicts if c[0] == "rule"],
    )
    return alone.best() is None


def is_irreducible(scores, case, conflicts):
    """Tell whether the conflicts clash and each of them is needed for it."""
    return clash(scores, case, conflicts) and not any(
        clash(scores, case, conflicts[:i] + conflicts[i + 1 :]) for i in range(len(conflicts))
    )
