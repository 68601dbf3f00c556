"""What each demand of a round costs."""

from dataclasses import replace

from matchmaker.matching.demand_prices import Demand, demands_of, prices_within
from matchmaker.matching.pipeline import prepare
from matchmaker.matching.scenarios import prices_of_rules
from matchmaker.matching.settings import BalanceLimit, GroupLimit, Settings
from matchmaker.matching.solving import solve_problem
from tests.matching.random_rounds import random_round

SNAPSHOT = random_round(0, 24, 24)
NEEDS = tuple(need.key for need in SNAPSHOT.sorted().needs)
RULES = (
    GroupLimit(count="pairs", at_most=3, name="few"),
    GroupLimit(needs=NEEDS[:7], count="needs", at_most=2, name="half"),
)
EVEN = BalanceLimit(NEEDS[:7], NEEDS[7:], 1, name="even")


def solved(settings):
    problem = prepare(SNAPSHOT, settings)
    return problem, solve_problem(problem)


def prices(settings, seconds=60.0):
    problem, chosen = solved(settings)
    return dict(prices_within(problem, chosen, demands_of(settings), seconds))


def test_rules_and_limits_come_before_single_needs():
    settings = Settings(rules=RULES, balances=(EVEN,), must_serve=NEEDS[:1], keep=(("n", "o"),))
    settings = replace(settings, tied=(("n", "p"),))
    kinds = [demand.kind for demand, _ in demands_of(settings)]
    assert kinds == ["rule", "rule", "rule", "minimum_score", "keep", "tie", "must_serve"]


def test_limit_that_binds_nothing_is_no_demand():
    assert demands_of(Settings(minimum_score=0, keep_bonus=0, keep=(("n", "o"),))) == []
    assert demands_of(Settings(minimum_score=0, tie_bonus=0, tied=(("n", "o"),))) == []


def test_price_of_a_rule_is_what_the_engine_says():
    settings = Settings(rules=RULES, balances=(EVEN,))
    found = prices(settings)
    for rule in prices_of_rules(*solved(settings)):
        price = found[Demand("rule", rule.name)]
        assert (price.served, price.worst, price.total) == (rule.served, rule.worst, rule.total)


def test_cap_costs_what_a_round_without_it_has_more():
    settings = Settings(rules=RULES[:1])
    price = prices(settings)[Demand("rule", "few")]
    problem, chosen = solved(settings)
    free = solve_problem(replace(problem, settings=Settings()))
    assert price.total == round(free.total - chosen.total, 9) > 0
    assert price.moved >= len(free.pairs) - 3 and price.proven


def test_least_score_costs_the_pairs_below_it():
    settings = Settings(minimum_score=0.5)
    problem, chosen = solved(settings)
    free = solve_problem(replace(problem, settings=Settings(minimum_score=0)))
    price = prices(settings)[Demand("minimum_score", "")]
    assert price.total == round(free.total - chosen.total, 9)


def test_no_price_is_begun_once_the_time_is_over():
    assert prices(Settings(rules=RULES), seconds=0) == {}


def test_demand_that_costs_nothing_moves_nothing():
    settings = Settings(rules=(GroupLimit(count="pairs", at_most=100, name="wide"),))
    price = prices(settings)[Demand("rule", "wide")]
    assert (price.served, price.worst, price.total, price.moved) == (0, 0, 0, 0)
