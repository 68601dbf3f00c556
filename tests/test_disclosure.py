"""What may be published: never of fewer than five, and one town moves a figure by one step."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from matchmaker.disclosure import (
    ALL,
    LEAST,
    LEAST_POSSIBLE,
    STEP,
    WORLD,
    Counted,
    continent_area,
    country_area,
    figures_of,
    rounded,
)

pytestmark = [pytest.mark.control(27), pytest.mark.control(1)]
PLACES = {"UA": "EU", "MD": "EU", "MK": "EU", "SM": "EU", "CO": "SA", "PE": "SA", "YE": "AS"}
POSSIBLE = {"UA": 300, "MD": 60, "MK": 30, "SM": 3, "CO": 200, "PE": 90, "YE": 40}

town = st.builds(
    lambda country, size, themes: Counted(country, PLACES[country], size, frozenset(themes)),
    st.sampled_from(sorted(PLACES)),
    st.sampled_from("123"),
    st.sets(st.sampled_from(["project", "lobby", "env"])),
)


@st.composite
def crowds(draw):
    """Draw towns near the thresholds: a few of each country."""
    found = []
    for country in sorted(PLACES):
        n = draw(st.integers(0, 12))
        sizes = draw(st.lists(st.sampled_from("123"), min_size=n, max_size=n))
        themes = draw(st.lists(st.sampled_from(["project", "lobby"]), min_size=n, max_size=n))
        found += [
            Counted(country, PLACES[country], size, frozenset({theme}))
            for size, theme in zip(sizes, themes, strict=True)
        ]
    return found


def behind(towns, theme, area):
    """Return how many towns an area has."""
    kind, _, code = area.partition(":")
    part = {
        "country": lambda one: one.country,
        "continent": lambda one: one.continent,
        "size": lambda one: one.size,
        WORLD: lambda one: "",
    }[kind]
    return sum(part(one) == code and (theme == ALL or theme in one.themes) for one in towns)


def cells(figures):
    return {(t, area): n for t, areas in figures.items() for area, n in areas.items()}


@given(crowds())
def test_every_figure_stands_on_five_towns_and_is_a_multiple_of_five(towns):
    for (theme, area), figure in cells(figures_of(towns, POSSIBLE)).items():
        assert behind(towns, theme, area) >= LEAST
        assert figure >= LEAST
        assert figure % STEP == 0


@given(crowds(), town)
def test_one_town_more_moves_each_figure_by_at_most_one_step(towns, one):
    before = cells(figures_of(towns, POSSIBLE))
    after = cells(figures_of([*towns, one], POSSIBLE))
    for cell in {*before, *after}:
        assert abs(before.get(cell, 0) - after.get(cell, 0)) <= STEP, cell


@given(crowds(), town)
def test_one_town_more_moves_no_figure_of_an_area_it_does_not_lie_in(towns, one):
    before = cells(figures_of(towns, POSSIBLE))
    after = cells(figures_of([*towns, one], POSSIBLE))
    own = {WORLD, country_area(one.country), continent_area(one.continent), f"size:{one.size}"}
    for theme, area in {*before, *after}:
        if before.get((theme, area)) != after.get((theme, area)):
            assert area in own
            assert theme in {ALL, *one.themes}


@given(crowds())
def test_what_an_area_counts_beyond_its_parts_is_nothing_or_five_and_more(towns):
    shown = figures_of(towns, POSSIBLE).get(ALL, {})
    for continent in sorted(set(PLACES.values())):
        parts = [
            behind(towns, ALL, country_area(country))
            for country, where in PLACES.items()
            if where == continent and country_area(country) in shown
        ]
        rest = behind(towns, ALL, continent_area(continent)) - sum(parts)
        figure = shown.get(continent_area(continent), 0)
        counted = sum(parts) + (rest if rest >= LEAST else 0)
        assert figure == (rounded(counted) if counted >= LEAST else 0)


@given(st.permutations([Counted("UA", "EU", "1", frozenset({"env"}))] * 6), crowds())
def test_order_of_the_towns_changes_nothing(some, towns):
    assert figures_of([*some, *towns], POSSIBLE) == figures_of([*towns[::-1], *some], POSSIBLE)


def many(country, n, **more):
    values = {"continent": PLACES[country], "size": "1", "themes": frozenset({"env"})} | more
    return [Counted(country, **values)] * n


def test_small_countries_are_merged_upward_and_too_small_a_rest_is_dropped():
    figures = figures_of([*many("UA", 10), *many("MD", 3), *many("MK", 3)], POSSIBLE)["env"]
    assert figures == {"country:UA": 10, "continent:EU": 15, "world": 15}
    figures = figures_of([*many("UA", 10), *many("MD", 4)], POSSIBLE)["env"]
    assert figures == {"country:UA": 10, "continent:EU": 10, "world": 10}
    assert figures_of(many("UA", 4), POSSIBLE) == {}


def test_rests_of_several_parts_of_the_world_count_in_all_countries_once_they_are_five():
    figures = figures_of([*many("MD", 3), *many("CO", 3)], POSSIBLE)["env"]
    assert figures == {"world": 5}


def test_country_with_few_places_is_never_shown_by_itself():
    assert POSSIBLE["SM"] < LEAST_POSSIBLE <= POSSIBLE["MK"]
    assert figures_of(many("SM", 9), POSSIBLE)["env"] == {"continent:EU": 10, "world": 10}


def test_figure_of_a_country_never_tells_that_more_than_half_of_its_towns_take_part():
    assert figures_of(many("MK", 28), POSSIBLE)["env"]["country:MK"] == 15


def test_town_that_asks_for_many_things_counts_once_in_each():
    one = Counted("UA", "EU", "1", frozenset({"env", "project", "lobby"}))
    figures = figures_of([one] * 5, POSSIBLE)
    assert {theme: areas["world"] for theme, areas in figures.items()} == {
        "all": 5,
        "env": 5,
        "lobby": 5,
        "project": 5,
    }
