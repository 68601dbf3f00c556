"""Which rows speak of one town, and what is known of countries."""

import math

import numpy as np

from matchmaker.exchange.partnerships import Partnership, Site
from matchmaker.exchange.sites import Sites, country_codes, country_facts

UNKNOWN = math.nan
NUMBERED = Site("760924", "Przemyśl", "PL", 49.78, 22.77, UNKNOWN)


def positions(*sites):
    """Return the positions of towns, each named beside one that is always the same."""
    other = Site("1", "Elsewhere", "FR", 45.0, 5.0, 1000.0)
    found = Sites()
    rows = [Partnership(site, other, ("", ""), "") for site in sites]
    return list(found.add(rows)[0]), found


def test_one_number_is_one_town_whatever_the_name():
    renamed = Site("760924", "Peremyshl", "PL", 49.78, 22.77, 66_756.0)
    at, found = positions(NUMBERED, renamed)
    assert at[0] == at[1]
    assert found.records[at[0]].population == 66_756.0


def test_town_without_number_is_found_by_name_country_and_nearness():
    near = Site("", "PRZEMYSL", "PL", 49.9, 22.8, UNKNOWN)
    at, _ = positions(near, NUMBERED)
    assert at[0] == at[1]


def test_town_of_another_country_or_far_away_is_another():
    abroad = Site("", "Przemyśl", "UA", 49.78, 22.77, UNKNOWN)
    far = Site("", "Przemyśl", "PL", 53.0, 22.77, UNKNOWN)
    at, _ = positions(NUMBERED, abroad, far)
    assert len(set(at)) == 3


def test_towns_of_which_nothing_is_known_are_not_one():
    nothing = Site("", "", "", UNKNOWN, UNKNOWN, UNKNOWN)
    at, _ = positions(nothing, nothing)
    assert at[0] != at[1]


def test_first_row_is_completed_by_later_ones():
    bare = Site("760924", "", "", UNKNOWN, UNKNOWN, UNKNOWN)
    at, found = positions(bare, NUMBERED)
    assert found.records[at[0]].country == "PL"
    assert found.records[at[0]].latitude == 49.78


def test_unknown_country_is_the_last_and_knows_nothing():
    codes = country_codes([NUMBERED, Site("", "", "ZZ", 0.0, 0.0, 1.0)])
    facts = country_facts(codes, ("UA", "nowhere"))
    assert codes[-1] == "" and "ZZ" in codes
    assert not facts.neighbour[-1].any() and not facts.conflict[-1]
    assert facts.conflict.sum() == 1


def test_facts_of_countries_are_those_of_the_atlas():
    codes = country_codes([])
    at = {code: k for k, code in enumerate(codes)}
    facts = country_facts(codes, ())
    assert facts.neighbour[at["UA"], at["PL"]] and facts.neighbour[at["PL"], at["UA"]]
    assert not facts.neighbour[at["UA"], at["NL"]]
    assert facts.same_language[at["AT"], at["DE"]] and not facts.same_language[at["AT"], at["PL"]]
    assert facts.populations[at["PL"]][-1] > 1_500_000
    assert (np.diff(facts.populations[at["PL"]]) >= 0).all()
