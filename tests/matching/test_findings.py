"""What stands between unmatched needs and a match, against a walk over every offer and rule."""

import numpy as np
import pytest

from matchmaker.matching import findings
from matchmaker.matching.candidates import RULES, barred_by
from matchmaker.matching.explain import Standing
from matchmaker.matching.findings import HIDDEN, NEVER_RELAXED, Search, find
from matchmaker.matching.pipeline import prepare
from matchmaker.matching.scoring import scores_of
from matchmaker.matching.solving import solve_problem
from tests.matching.random_rounds import random_round, random_settings


def searched(seed, n=30, m=40):
    """Return a search in a solved random round, and its unmatched needs."""
    snapshot = random_round(seed, n, m)
    problem = prepare(snapshot, random_settings(seed, snapshot))
    standing = Standing.of(problem.arrays, problem.scores, solve_problem(problem).pairs)
    by_hand = frozenset(problem.pair(keys) for keys in problem.settings.barred)
    rows = np.array([row for row in range(n) if row not in standing.served])
    return Search(problem.settings, standing, by_hand), rows


def walked(search, row):
    """Return score, bars and standing of every offer for one need, offer by offer."""
    m = search.arrays.shape[1]
    one = np.array([row])
    bars = {rule: barred_by(rule, search.arrays, search.settings, one)[0] for rule in RULES}
    scores = scores_of(search.arrays, search.settings, np.full(m, row), np.arange(m))
    left = search.places_left()
    return [
        {
            "column": column,
            "score": float(scores[column]),
            "bars": [rule for rule in RULES if bars[rule][column]],
            "place": search.arrays.offers.places[column] > 0,
            "free": left[column] > 0,
            "taken": column in search.standing.serving,
            "by_hand": (row, column) in search.by_hand,
            "good": scores[column] >= search.least,
        }
        for column in range(m)
    ]


def best(offers, *keys):
    """Return the offers in the order of some keys, then of the columns."""
    return sorted(offers, key=lambda o: (*(key(o) for key in keys), o["column"]))


def listed(columns, scores):
    return [(c, s) for c, s in zip(columns.tolist(), scores.tolist(), strict=True) if c >= 0]


@pytest.fixture(params=[0, 3, 7, 12])
def found(request, monkeypatch):
    """Give each unmatched need of a round with what was found of it, and every offer."""
    monkeypatch.setattr(findings, "_CELLS", 200)
    search, rows = searched(request.param)
    cases = []
    for part in find(search, rows):
        cases += [(search, part, k, walked(search, int(row))) for k, row in enumerate(part.rows)]
    assert [int(part.rows[k]) for _, part, k, _ in cases] == rows.tolist()
    return cases


def test_allowed_offers_are_counted_step_by_step(found):
    for _, part, k, offers in found:
        allowed = [o for o in offers if not o["bars"]]
        placed = [o for o in allowed if o["place"]]
        open_ = [o for o in placed if not o["by_hand"]]
        good = [o for o in open_ if o["good"]]
        free = [o for o in good if o["free"]]
        counted = part.n_allowed, part.n_with_place, part.n_open, part.n_good, part.n_free
        expected = [len(group) for group in (allowed, placed, open_, good, free)]
        assert [int(counts[k]) for counts in counted] == expected
        scores = [o["score"] for o in allowed]
        assert np.array_equal(part.best_score[k], max(scores, default=np.nan), equal_nan=True)


def test_losses_are_the_best_good_offers_that_serve_others(found):
    for _, part, k, offers in found:
        lost = [
            o for o in offers if not o["bars"] and o["good"] and o["taken"] and not o["by_hand"]
        ]
        expected = [(o["column"], o["score"]) for o in best(lost, lambda o: -o["score"])[:3]]
        assert listed(part.loss_columns[k], part.loss_scores[k]) == expected


def test_change_is_the_best_offer_that_one_rule_alone_bars(found):
    for _, part, k, offers in found:
        for position, rule in enumerate(RULES):
            within = [
                o
                for o in offers
                if o["bars"] == [rule] and o["place"] and o["good"] and not o["by_hand"]
            ]
            if rule in NEVER_RELAXED:
                within = []
            assert part.change_counts[k, position] == len(within)
            first = best(within, lambda o: not o["free"], lambda o: -o["score"])[:1]
            expected = [(o["column"], o["score"]) for o in first]
            columns, scores = part.change_columns[k], part.change_scores[k]
            assert listed(columns[[position]], scores[[position]]) == expected
            assert all(part.change_free[k, position] == o["free"] for o in first)


def test_lower_minimum_brings_the_best_offer_where_none_is_good(found):
    for _, part, k, offers in found:
        allowed = [o for o in offers if not o["bars"] and not o["by_hand"]]
        low = [o for o in allowed if not o["good"] and o["score"] > 0]
        if any(o["good"] for o in allowed):
            low = []
        first = best(low, lambda o: not o["free"], lambda o: -o["score"])[:1]
        assert part.lower_counts[k] == len(low)
        expected = [(o["column"], o["score"]) for o in first]
        assert listed(part.lower_columns[[k]], part.lower_scores[[k]]) == expected


def test_nearest_have_the_fewest_rules_against_them(found):
    for _, part, k, offers in found:
        shown = [o for o in offers if not {*HIDDEN} & {*o["bars"]}]
        near = best(shown, lambda o: len(o["bars"]), lambda o: -o["score"])[:3]
        expected = [(o["column"], o["score"]) for o in near]
        assert listed(part.near_columns[k], part.near_scores[k]) == expected
        bits = [sum(1 << RULES.index(rule) for rule in o["bars"]) for o in near]
        assert part.near_bars[k].tolist()[: len(near)] == bits


def test_nearest_are_sought_among_those_with_the_fewest_rules_only(monkeypatch):
    search, rows = searched(3)
    monkeypatch.setattr(findings, "MOST_SCORED", 5)
    (part,) = find(search, rows)
    for k, row in enumerate(rows):
        shown = [o for o in walked(search, row) if not {*HIDDEN} & {*o["bars"]}]
        fewest = best(shown, lambda o: len(o["bars"]))[:5]
        near = best(fewest, lambda o: len(o["bars"]), lambda o: -o["score"])[:3]
        assert part.near_columns[k].tolist()[: len(near)] == [o["column"] for o in near]


def test_round_without_offers_finds_nothing():
    (part,) = find(*searched(0, n=4, m=0))
    assert part.n_allowed.tolist() == [0] * 4
    assert (part.near_columns < 0).all() and (part.change_columns < 0).all()
