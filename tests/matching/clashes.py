"""An independent check of conflicts: they clash, and without any one of them they do not."""

from tests.matching.brute_force import Problem

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
    return alone.best() is None


def is_irreducible(scores, case, conflicts):
    """Tell whether the conflicts clash and each of them is needed for it."""
    return clash(scores, case, conflicts) and not any(
        clash(scores, case, conflicts[:i] + conflicts[i + 1 :]) for i in range(len(conflicts))
    )
