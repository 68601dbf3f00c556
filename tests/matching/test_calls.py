"""Public calls: enough towns behind every row, nothing that names one."""

from collections import Counter
from dataclasses import replace

import pytest

from matchmaker.matching.calls import LEAST_TOWNS, public_calls, theme_of
from matchmaker.matching.snapshot import TopicWanted, Town
from tests.matching.build import NEED, snapshot
from tests.matching.random_rounds import random_round


def round_of(*countries, topic="env.water"):
    """Return one need for each country, each of a town of its own."""
    towns = [Town(f"t{k:02}", country) for k, country in enumerate(countries)]
    needs = [
        replace(NEED, key=f"n{k:02}", town=town.key, topics=(TopicWanted(topic),))
        for k, town in enumerate(towns)
    ]
    return snapshot(needs, (), towns)


def calls_of(round_):
    calls = public_calls(round_, [need.key for need in round_.needs])
    return [(call.category, call.group, call.country, call.needs) for call in calls]


def test_theme_and_country_with_five_towns_is_told():
    assert calls_of(round_of(*["HR"] * 5)) == [("project", "env", "HR", 5)]


def test_four_towns_are_not_told():
    assert calls_of(round_of(*["HR"] * 4)) == []


def test_five_needs_of_four_towns_are_not_told():
    round_ = round_of(*["HR"] * 4)
    again = replace(round_, needs=(*round_.needs, replace(round_.needs[0], key="n99")))
    assert calls_of(again) == []


def test_what_is_too_little_in_each_country_is_told_for_several():
    assert calls_of(round_of("HR", "HR", "HR", "UA", "UA")) == [("project", "env", "", 5)]


def test_what_is_told_for_a_country_is_not_told_again():
    assert calls_of(round_of(*["HR"] * 6, "UA", "UA")) == [("project", "env", "HR", 5)]


def test_what_is_too_little_in_each_theme_is_told_for_several():
    one, other = round_of(*["HR"] * 3), round_of(*["UA"] * 3, topic="gov.finance")
    needs = [replace(need, key=f"m{need.key}", town=f"m{need.town}") for need in other.needs]
    towns = [replace(town, key=f"m{town.key}") for town in other.towns]
    both = snapshot([*one.needs, *needs], (), [*one.towns, *towns])
    assert calls_of(both) == [("project", "", "", 5)]


@pytest.mark.parametrize(("n", "told"), [(5, 5), (7, 5), (8, 10), (12, 10), (13, 15)])
def test_numbers_are_rounded_to_five(n, told):
    assert calls_of(round_of(*["HR"] * n)) == [("project", "env", "HR", told)]


def test_theme_is_what_the_need_holds_most_important():
    topics = (TopicWanted("env.water", 2), TopicWanted("gov.finance", 1), TopicWanted("gov.admin"))
    assert theme_of(replace(NEED, topics=topics)) == "gov"
    assert theme_of(replace(NEED, topics=topics[:2])) == "env"
    assert theme_of(replace(NEED, topics=())) == ""


@pytest.mark.parametrize("seed", range(8))
def test_no_row_stands_on_fewer_than_five_towns(seed):
    round_ = random_round(seed, n=80, n_towns=40)
    towns = {town.key: town for town in round_.towns}
    calls = public_calls(round_, [need.key for need in round_.needs])
    assert calls
    for call in calls:
        behind = [
            need
            for need in round_.needs
            if need.category == call.category
            and call.group in ("", theme_of(need))
            and call.country in ("", towns[need.town].country)
        ]
        assert len({need.town for need in behind}) >= LEAST_TOWNS
        assert call.needs % 5 == 0 and call.needs <= len(behind) + 2
    per_category = Counter(need.category for need in round_.needs)
    for category, count in per_category.items():
        own = [call.needs for call in calls if call.category == category]
        assert sum(own) <= count + 2 * len(own)


def test_unknown_needs_are_refused():
    with pytest.raises(KeyError):
        public_calls(round_of("HR"), ["x"])
