"""The call for offers: composed from the prices, and no town can be named by it."""

from dataclasses import replace

import pytest

from matchmaker.matching.pipeline import prepare
from matchmaker.matching.settings import Settings
from matchmaker.matching.snapshot import Town
from matchmaker.matching.solving import solve_problem
from matchmaker.rounds.wanted import kinds_wanted
from matchmaker.workbench.offers_wanted import call_lines, digest_of
from tests.matching.build import NEED, OFFER, OFFER_TOWN, snapshot

POSSIBLE = {"HR": 500, "ME": 20, "BA": 140}
CONTINENT = {"HR": "EU", "ME": "EU", "BA": "EU", "NL": "EU"}


def needs_of(country, n, **more):
    """Give needs of so many towns of a country, one each."""
    towns = [Town(f"{country}{k}", country, f"{country}-1") for k in range(n)]
    needs = [replace(NEED, key=f"n-{t.key}", town=t.key, **more) for t in towns]
    return needs, towns


def lines_of(*groups, left=None):
    """Give the call of a round in which nobody offers what is asked."""
    needs = [need for group, _ in groups for need in group]
    towns = [town for _, group in groups for town in group]
    other = replace(OFFER, category="lobby", activities=("lobby.rights",), topics=())
    problem = prepare(snapshot(needs, (other,), (*towns, OFFER_TOWN)), Settings())
    keys = [need.key for need in needs] if left is None else left
    wanted = kinds_wanted(problem, solve_problem(problem))
    home = {town.key: town.country for town in towns}
    return call_lines([n for n in needs if n.key in keys], home, wanted, POSSIBLE, CONTINENT)


def test_kind_asked_for_by_five_towns_is_called_for_with_a_rounded_number():
    lines = lines_of(needs_of("HR", 6))
    assert lines[0]["group"] in ("env", "gov")
    assert {line["n"] for line in lines} == {5}
    assert lines[0]["countries"] == [["HR", 5]]
    assert lines[0]["activities"] == ["project.service"]


def test_kind_asked_for_by_four_towns_is_not_told():
    assert lines_of(needs_of("HR", 4)) == []


def test_town_with_many_needs_counts_once():
    needs, towns = needs_of("HR", 4)
    more = [replace(need, key=f"{need.key}-again") for need in needs]
    assert lines_of((needs + more, towns)) == []


def test_country_with_fewer_than_five_is_not_named_and_its_towns_are_dropped_from_the_sum():
    lines = lines_of(needs_of("HR", 7), needs_of("BA", 3))
    assert all(line["countries"] == [["HR", 5]] for line in lines)
    assert {line["n"] for line in lines} == {5}


def test_small_country_is_never_named():
    lines = lines_of(needs_of("ME", 8))
    assert lines and all(line["countries"] == [] for line in lines)


def test_need_that_is_not_to_be_counted_changes_nothing():
    needs, towns = needs_of("HR", 5)
    assert lines_of((needs, towns), left=[need.key for need in needs[:4]]) == []


@pytest.mark.parametrize("n", [5, 6, 7])
def test_one_town_more_or_less_does_not_show_between_the_steps(n):
    assert lines_of(needs_of("HR", n)) == lines_of(needs_of("HR", 5))


def test_lines_hold_no_key_of_a_need_or_a_town():
    needs, towns = needs_of("HR", 6)
    told = str(lines_of((needs, towns)))
    assert not any(row.key in told for row in (*needs, *towns))


def test_digest_tells_one_call_from_another():
    lines = lines_of(needs_of("HR", 6))
    other = [{**lines[0], "n": 10}]
    assert digest_of(lines) == digest_of(list(lines)) != digest_of(other)
