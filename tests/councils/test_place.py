"""How near a public paper may name theme and place: as near as the published figures, no nearer."""

from datetime import date

import pytest

from matchmaker.councils.place import Place, nearest

DAY = date(2027, 3, 1)
NOWHERE = Place("project", "world", "", None, DAY)
THEMES = ("env", "project")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"env": {"country:UA": 5}}, Place("env", "country", "UA", 5, DAY)),
        ({"project": {"country:UA": 10}}, Place("project", "country", "UA", 10, DAY)),
        (
            {"env": {"continent:EU": 15}, "project": {"country:UA": 10}},
            Place("project", "country", "UA", 10, DAY),
        ),
        ({"env": {"continent:EU": 15}}, Place("env", "region", "EU", 15, DAY)),
        ({"project": {"continent:EU": 15}}, Place("project", "region", "EU", 15, DAY)),
        (
            {"env": {"world": 25}, "all": {"country:UA": 30}},
            NOWHERE,
        ),
        ({"rights": {"country:UA": 30}}, NOWHERE),
        ({"env": {"country:MD": 30}}, NOWHERE),
        ({}, NOWHERE),
    ],
)
def test_place_is_the_nearest_of_which_a_figure_is_published(asked, expected):
    assert nearest(asked, THEMES, "UA", DAY) == expected
