"""Random problems whose rules nest on one side, of a size that no search by hand can follow."""

from matchmaker.matching import GroupRule


def nested_case(rng, largest=12):
    """Return scores and arguments of `assign` with floors and caps over nested groups."""
    n, m = (int(v) for v in rng.integers(4, largest, 2))
    scores = (
        lambda: rng.random((n, m)),
        lambda: rng.integers(-1, 6, (n, m)) / 5,
        lambda: rng.normal(0.4, 0.4, (n, m)).round(2),
    )[rng.integers(3)]()
    case = {
        "allowed": rng.random((n, m)) < rng.choice([0.4, 0.7, 1.0]),
        "need_places": rng.integers(1, 4, n) if rng.random() < 0.5 else 1,
        "offer_places": rng.integers(1, 4, m) if rng.random() < 0.7 else 1,
        "rules": [
            *_nested(rng, n, m, lambda members, **bounds: GroupRule(needs=members, **bounds)),
            *_nested(rng, m, n, lambda members, **bounds: GroupRule(offers=members, **bounds)),
        ],
        "policy": str(rng.choice(["total", "coverage"])),
        "minimum_score": float(rng.choice([0.0, 0.0, 0.3, 0.5])),
    }
    if rng.random() < 0.3:
        case["must_serve"] = rng.integers(0, n, 2).tolist()
    if rng.random() < 0.2:
        case["locked"] = [(int(rng.integers(n)), int(rng.integers(m)))]
    return scores, case


def _nested(rng, count, other, rule):
    """Return rules over the first members of a side, ever more of them, and over the last ones."""
    cuts = sorted({int(v) for v in rng.integers(1, count + 1, rng.integers(0, 4))})
    groups = [list(range(cut)) for cut in cuts]
    if cuts and cuts[-1] < count:
        groups.append(list(range(cuts[-1], count)))
    for group in groups:
        least = int(rng.integers(0, min(len(group), other) // 2 + 1))
        if rng.random() < 0.5:
            yield rule(group, at_least=least)
        else:
            yield rule(group, at_most=least + int(rng.integers(0, 3)))
