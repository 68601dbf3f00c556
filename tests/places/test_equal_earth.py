"""Places are drawn where the published formula of Equal Earth puts them."""

from math import cos, radians

import pytest

from matchmaker.places.equal_earth import HEIGHT, NORTH, SOUTH, WIDTH, project


def test_meridian_of_greenwich_is_in_the_middle_and_the_date_line_at_the_edges():
    assert project(0, 0)[0] == pytest.approx(WIDTH / 2)
    assert project(0, -180)[0] == pytest.approx(0)
    assert project(0, 180)[0] == pytest.approx(WIDTH)


def test_drawing_ends_where_it_says():
    assert project(NORTH, 0)[1] == pytest.approx(0)
    assert project(SOUTH, 0)[1] == pytest.approx(HEIGHT, abs=0.5)


@pytest.mark.parametrize("place", [(0, 10), (45, 90), (60, 30), (-40, -120)])
def test_areas_are_drawn_in_proportion(place):
    latitude, longitude = place
    step, radius = 1e-4, WIDTH / 2 / 2.7066297
    x, y = project(latitude, longitude)
    wide = project(latitude, longitude + step)[0] - x
    high = y - project(latitude + step, longitude)[1]
    drawn = wide * high / radians(step) ** 2 / radius**2
    assert drawn == pytest.approx(cos(radians(latitude)), rel=1e-4)
