"""Scenarios side by side: every figure against the round solved and counted by itself."""

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.matching import ties
from matchmaker.matching.change import Change
from matchmaker.matching.pipeline import match, prepare
from matchmaker.matching.scenarios import compare, groups_of, loads_of
from matchmaker.matching.settings import BalanceLimit, GroupLimit, Settings
from matchmaker.matching.snapshot import Town
from matchmaker.matching.solving import solve_problem
from tests.matching.build import NEED, NEED_TOWN, OFFER, OFFER_TOWN, TIE, snapshot
from tests.matching.problems import drawn, problem_of
from tests.matching.test_pipeline import varied

SCORES = np.array([[0.9, 0.8], [0.85, 0.5], [0.3, 0.4]])
EAST = GroupLimit(needs=("n002",), count="needs", at_least=1, name="east")
HALVES = {"project": {"expertise": 0.1, "context": 0.2, "availability": 0.7}}


def small(**settings):
    return problem_of(SCORES, settings=Settings(**settings))


def by_name(comparison):
    return {scenario.name: scenario for scenario in comparison.scenarios}


def test_figures_are_those_of_each_round_solved_by_itself():
    problem = prepare(varied(), Settings())
    ways = {
        "as it is": Settings(),
        "coverage": Settings(policy="coverage"),
        "strict": Settings(minimum_score=0.6),
        "weights": Change(weights=HALVES),
    }
    found = by_name(compare(problem, ways))
    for name, way in ways.items():
        settings = way if isinstance(way, Settings) else way.settings(Settings())
        alone = match(varied(), settings)
        assert found[name].figures.total == pytest.approx(alone.total, abs=1e-9)
        assert found[name].figures.served == len({pair.need for pair in alone.pairs})
        assert found[name].figures.pairs == len(alone.pairs)
        # where other pairs are as good by the policy, the worst-off may differ
        worst = min(pair.score for pair in alone.pairs)
        assert found[name].figures.worst == worst or tied(settings)
        assert found[name].optimal


def tied(settings):
    """Whether other results are as good."""
    return len(ties(solve_problem(prepare(varied(), settings))).exchangeable) > 0


def test_common_total_measures_all_by_the_scores_of_the_round():
    problem = prepare(varied(), Settings())
    found = by_name(compare(problem, {"now": Settings(), "weights": Change(weights=HALVES)}))
    assert found["now"].common_total == pytest.approx(found["now"].figures.total, abs=1e-9)
    other = prepare(varied(), Change(weights=HALVES).settings(Settings()))
    pairs = solve_problem(other).pairs
    expected = problem.scores.toarray()[pairs[:, 0], pairs[:, 1]].sum()
    assert found["weights"].common_total == pytest.approx(expected, abs=1e-9)
    assert found["weights"].common_total <= found["now"].common_total


def test_clashing_scenario_is_shown_as_such_beside_the_others():
    clash = Change(lock=(("n000", "o000"), ("n001", "o000")))
    comparison = compare(small(), {"now": Settings(), "both": clash})
    both = by_name(comparison)["both"]
    assert both.figures is None and both.common_total is None
    assert {"lock", "offer_places"} == {conflict.code for conflict in both.conflicts}
    assert comparison.apart == ()


def test_round_that_clashes_itself_has_scenarios_all_the_same():
    problem = small(locked=(("n000", "o000"), ("n001", "o000")))
    found = by_name(compare(problem, {"now": problem.settings, "free": Settings()}))
    assert found["now"].figures is None
    assert found["free"].figures.total == 1.65


def test_pairs_that_differ_are_listed_two_by_two():
    comparison = compare(small(), {"now": Settings(), "east": Change(add_rules=(EAST,))})
    (apart,) = comparison.apart
    assert (apart.a, apart.b, apart.both) == ("now", "east", 0)
    assert apart.only_a == (("n000", "o001"), ("n001", "o000"))
    assert apart.only_b == (("n000", "o000"), ("n002", "o001"))


def test_price_of_a_rule_is_what_the_round_gains_without_it():
    problem = small(rules=(EAST,), must_serve=("n001",), locked=(("n002", "o001"),))
    (scenario,) = compare(problem, {"now": problem.settings}).scenarios
    prices = {(price.kind, price.name): price for price in scenario.rule_prices}
    assert scenario.figures.total == 1.25
    # the lock serves the east anyway, so only the lock and the need to be served cost
    assert prices["rule", "east"].total == 0
    assert prices["lock", "n002 o001"].total == 0
    assert prices["must_serve", "n001"].total == pytest.approx(0.05)


@pytest.mark.parametrize("seed", range(12))
def test_prices_of_rules_equal_solving_without_them(seed):
    rules = (
        GroupLimit(needs=("n000", "n001"), count="needs", at_most=1),
        GroupLimit(needs=("n002", "n003", "n004"), count="pairs", at_most=1, name="cap"),
    )
    balance = BalanceLimit(("n000", "n001"), ("n005",), 0)
    settings = Settings(rules=rules, balances=(balance,), policy="coverage", minimum_score=0)
    problem = drawn(seed, (6, 6), 0.5, settings)
    (scenario,) = compare(problem, {"now": settings}).scenarios
    with_all = scenario.figures
    others = [
        replace(settings, rules=rules[1:]),
        replace(settings, rules=rules[:1]),
        replace(settings, balances=()),
    ]
    assert [price.name for price in scenario.rule_prices] == ["#1", "cap", "#3"]
    for price, other in zip(scenario.rule_prices, others, strict=True):
        free = solve_problem(replace(problem, settings=other))
        assert price.served == len(set(free.pairs[:, 0])) - with_all.served
        assert price.total == pytest.approx(free.total - with_all.total, abs=1e-9)


def test_groups_are_the_sides_of_the_divide_unless_named():
    needs = [
        replace(NEED, key="n1", sides=("north",)),
        replace(NEED, key="n2", sides=("south",), effort_days=90),
        replace(NEED, key="n3", sides=("north", "south"), effort_days=95),
    ]
    round_ = snapshot(needs, (OFFER,))
    assert groups_of(round_) == {"north": ("n1", "n3"), "south": ("n2", "n3")}
    problem = prepare(round_, Settings())
    (scenario,) = compare(problem, {"now": Settings()}).scenarios
    (pair,) = match(round_, Settings()).pairs
    north, south = scenario.groups
    assert (north.name, north.needs, north.served, north.share) == ("north", 2, 1, 0.5)
    assert north.mean_value == pair.score
    assert (south.served, south.share, south.mean_value) == (0, 0.0, None)
    (named,) = compare(problem, {"now": Settings()}, {"none": ()}).scenarios[0].groups
    assert (named.needs, named.share) == (0, None)


def test_group_with_an_unknown_need_is_refused():
    with pytest.raises(ValueError, match="groups east: there is no need 'x'"):
        compare(small(), {"now": Settings()}, {"east": ("x",)})


def test_scenario_with_an_unknown_key_is_refused():
    with pytest.raises(ValueError, match="settings must_serve: there is no need 'x'"):
        compare(small(), {"now": Settings(must_serve=("x",))})


def test_load_counts_all_offers_of_a_helper():
    other = Town("lyon", "FR", "FR-ARA")
    offers = [
        replace(OFFER, key="o1", places=2),
        replace(OFFER, key="o2"),
        replace(OFFER, key="o3", town="lyon"),
    ]
    problem = prepare(snapshot((NEED,), offers, (NEED_TOWN, OFFER_TOWN, other)), Settings())
    loads = loads_of(problem, np.array([[0, 0], [0, 1], [0, 2]]))
    assert [(load.town, load.pairs, load.places) for load in loads] == [
        ("utrecht", 2, 3),
        ("lyon", 1, 1),
    ]


def test_needs_of_towns_without_any_tie_are_counted_where_ties_are_known():
    lonely = Town("knin", "HR", "HR-15")
    needs = [NEED, replace(NEED, key="n2", town="knin")]
    towns = (NEED_TOWN, OFFER_TOWN, lonely)
    offers = (OFFER, replace(OFFER, key="o2"))
    with_ties = prepare(snapshot(needs, offers, towns, ties=(TIE,)), Settings())
    (scenario,) = compare(with_ties, {"now": Settings()}).scenarios
    assert (scenario.never_partnered.needs, scenario.never_partnered.served) == (1, 1)
    without = prepare(snapshot(needs, offers, towns), Settings())
    assert compare(without, {"now": Settings()}).scenarios[0].never_partnered is None


def test_paused_offer_is_a_scenario_as_well():
    found = by_name(compare(small(), {"now": Settings(), "paused": Change(pause=("o001",))}))
    assert (found["now"].figures.served, found["paused"].figures.served) == (2, 1)


def test_progress_is_told_scenario_by_scenario():
    told = []
    compare(small(), {"a": Settings(), "b": Settings()}, progress=lambda *at: told.append(at))
    assert told == [(1, 2), (2, 2)]


def test_same_comparison_is_the_same_text():
    ways = {"a": Settings(), "b": Change(minimum_score=0.6)}
    assert compare(small(), ways).to_json() == compare(small(), ways).to_json()
