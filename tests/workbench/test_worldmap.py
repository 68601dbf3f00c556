"""The map shows where help comes from, and never who asks."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from matchmaker.models import ConflictArea, Offer
from matchmaker.places.equal_earth import project
from matchmaker.workbench.worldmap import map_of, middle_of
from tests.factories import make_need, make_requester


@pytest.fixture
def helper(session, solved):
    """Give one helping town, at a place of its own."""
    town = session.scalars(select(Offer)).first().municipality
    town.latitude, town.longitude = 52.1, 5.1
    for offer in session.scalars(select(Offer)):
        if offer.municipality_id != town.id:
            offer.municipality.latitude = None
    session.commit()
    return town


def test_helping_city_is_a_point(session, solved, actor, helper):
    drawn = map_of(session, solved, actor)
    assert drawn.helpers == [(helper.country, 1)]
    [(_, path)] = drawn.points
    x, y = (float(number) for number in path[1:-2].split())
    assert project(52.1, 5.1) == pytest.approx((x, y), abs=7)


def test_city_that_asks_too_is_no_point(session, solved, actor, helper):
    make_need(session, make_requester(session, helper), status="draft", submitted_at=None)
    session.commit()
    assert map_of(session, solved, actor).points == []


def test_hidden_city_is_no_point(session, solved, actor, helper):
    helper.hidden = True
    session.commit()
    assert map_of(session, solved, actor).points == []


def test_city_outside_the_scope_is_no_point(session, solved, actor, helper):
    assert map_of(session, solved, replace(actor, scope=("MD",))).points == []


def test_mark_is_that_of_the_country_whoever_asks(session, solved, actor):
    drawn = map_of(session, solved, actor)
    assert [area.country for area in drawn.areas] == ["UA"]
    assert drawn.marks == [pytest.approx(project(*middle_of("UA")), abs=0.1)]


def test_area_of_one_municipality_is_not_told(session, solved, actor, helper):
    session.add(
        ConflictArea(
            level="municipality",
            country="NL",
            municipality_id=helper.id,
            place_key=f"NL//{helper.id}",
            phase="actual",
            presence="none",
        )
    )
    session.commit()
    assert [area.country for area in map_of(session, solved, actor).areas] == ["UA"]
