"""Who can go where: the nearest level wins, unknown and expired count as restricted."""

from datetime import timedelta

import pytest

from matchmaker.models import ConflictArea, now, place_key
from matchmaker.municipalities.queries import (
    expired_areas_waiting_for,
    presence_at,
    presence_of_towns,
)
from tests.factories import actor_of, make_coordinator, make_municipality

TODAY = now().date()


def enter(session, presence, region="", town=None, **more):
    level = "municipality" if town else "region" if region else "country"
    area = ConflictArea(
        level=level,
        country="UA",
        region=region,
        municipality_id=town.id if town else None,
        place_key=place_key("UA", region, town.id if town else None),
        phase="actual",
        presence=presence,
        **{"confirmed_at": now(), "valid_until": TODAY + timedelta(days=1), "source": "x"} | more,
    )
    session.add(area)
    session.flush()
    return area


def test_place_without_an_entry_is_restricted(session):
    assert presence_at(session, "UA", "Kharkiv") == "restricted"


def test_nearest_level_wins(session):
    town, other = make_municipality(session), make_municipality(session, region="Lviv")
    enter(session, "none")
    assert presence_at(session, "UA", "Kharkiv", town.id) == "none"
    enter(session, "restricted", "Kharkiv")
    assert presence_at(session, "UA", "Kharkiv", town.id) == "restricted"
    enter(session, "possible", "Kharkiv", town)
    assert presence_at(session, "UA", "Kharkiv", town.id) == "possible"
    assert presence_of_towns(session, [town, other]) == {town.id: "possible", other.id: "none"}


@pytest.mark.parametrize(
    "more", [{"valid_until": TODAY - timedelta(days=1)}, {"confirmed_at": None}]
)
def test_expired_or_unconfirmed_entry_is_restricted_and_a_task(session, more):
    actor = actor_of(make_coordinator(session))
    area = enter(session, "possible", **more)
    assert presence_at(session, "UA") == "restricted"
    assert expired_areas_waiting_for(session, actor) == [area]


def test_entry_counts_on_its_last_day(session):
    enter(session, "possible", valid_until=TODAY)
    assert presence_at(session, "UA") == "possible"
