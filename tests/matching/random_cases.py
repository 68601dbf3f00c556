"""Random tiny problems with random combinations of every argument."""

import numpy as np

from matchmaker.matching import BalanceRule, GroupRule


def random_case(rng, most_pairs=11, rules=True):
    """Return scores and keyword arguments of `assign` for a tiny problem."""
    n, m = int(rng.integers(1, 5)), int(rng.integers(1, 5))
    scores = _scores(rng, n, m)
    allowed = rng.random((n, m)) < 0.85
    flat = allowed.ravel()
    flat[rng.permutation(flat.size)[most_pairs:]] = False
    case = {"allowed": flat.reshape(n, m)}
    some = lambda p: rng.random() < p  # noqa: E731
    for name, length, chance in (
        ("need_places", n, 0.5),
        ("offer_places", m, 0.5),
        ("need_minimum", n, 0.25),
    ):
        if some(chance):
            case[name] = rng.integers(0, 4, length) if some(0.6) else int(rng.integers(0, 4))
    if some(0.25):
        case["locked"] = [_pair(rng, n, m) for _ in range(rng.integers(1, 3))]
    if some(0.25):
        case["barred"] = [_pair(rng, n, m) for _ in range(rng.integers(1, 4))]
    if some(0.25):
        case["must_serve"] = rng.integers(0, n, rng.integers(1, 3)).tolist()
    if some(0.3):
        case["minimum_score"] = float(rng.choice([0.3, 0.5, -0.25, 0.25, 60.0]))
    if rules and some(0.35):
        case["rules"] = [_rule(rng, n, m) for _ in range(rng.integers(1, 3))]
    case["policy"] = str(rng.choice(["total", "coverage", "fairest"]))
    return scores, case


def _scores(rng, n, m):
    return (
        lambda: rng.random((n, m)),
        lambda: rng.integers(-2, 5, (n, m)) / 4,
        lambda: rng.normal(0.3, 0.5, (n, m)).round(3),
        lambda: rng.integers(0, 3, (n, m)) * 50.0,
    )[rng.integers(4)]()


def _pair(rng, n, m):
    return int(rng.integers(n)), int(rng.integers(m))


def _members(rng, length):
    return None if rng.random() < 0.3 else rng.integers(0, length, rng.integers(0, 4)).tolist()


def _rule(rng, n, m):
    if rng.random() < 0.25:
        share = bool(rng.random() < 0.5)
        most = float(rng.choice([0.0, 0.25, 0.5])) if share else int(rng.integers(0, 2))
        a, b = _members(rng, n) or [0], _members(rng, n) or []
        return BalanceRule(a, b, most, as_share=share)
    group = (_members(rng, n), _members(rng, m), str(rng.choice(["pairs", "needs", "offers"])))
    which = rng.integers(3)
    if rng.random() < 0.4:
        low, high = sorted(rng.choice([0.0, 0.25, 1 / 3, 0.5, 0.75, 1.0], 2).tolist())
        whole = GroupRule(*(_members(rng, n), _members(rng, m)), "pairs")
    else:
        low, high = sorted(rng.integers(0, 4, 2).tolist())
        whole = None
    return GroupRule(
        *group,
        at_least=None if which == 0 else low,
        at_most=None if which == 1 else high,
        share_of=whole,
    )


def places_case(seed, most=6):
    """Return scores and arguments of a tiny problem in which only places bind."""
    rng = np.random.default_rng(seed)
    n, m = (int(v) for v in rng.integers(1, most, 2))
    scores = rng.integers(-3, 6, (n, m)) / 4 if seed % 2 else rng.normal(0.3, 0.5, (n, m))
    single = seed % 3 == 0
    return scores, {
        "allowed": rng.random((n, m)) < 0.8,
        "need_places": np.ones(n, int) if single else rng.integers(0, 4, n),
        "offer_places": rng.integers(0, 4, m),
    }
