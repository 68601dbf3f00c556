"""The scope of an association in countries and sides: the same answer in Python and in SQL."""

import pytest
from sqlalchemy import select

from matchmaker.access import Actor, Permission, allowed
from matchmaker.access.scope import covers, within
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import ConflictArea, Municipality, Partnership, place_key
from matchmaker.municipalities.entries import TieDraft, add_tie
from matchmaker.municipalities.queries import (
    areas_visible_to,
    municipalities_visible_to,
    same_place_as,
)
from matchmaker.needs.queries import needs_visible_to, needs_waiting_for
from matchmaker.offers.queries import offers_visible_to
from matchmaker.rounds.queries import needs_to_match, offers_to_match
from tests.factories import (
    actor_of,
    make_association,
    make_coordinator,
    make_helper,
    make_municipality,
    make_need,
    make_offer,
    make_requester,
)

SIDES = [[], ["north"], ["South", "east"], ["nor"], ["північ"], ['a"b_%']]
SCOPES = [
    ([], []),
    (["CY"], []),
    ([], ["north"]),
    (["CY", "BA"], ["NORTH", "east"]),
    ([], ["північ"]),
    ([], ['a"b_%']),
    ([], ["_orth"]),
]


@pytest.mark.control(6)
@pytest.mark.asvs("8.2.2")
def test_scope_means_the_same_in_python_and_in_sql(each_app):
    with each_app.app_context():
        towns = [
            make_municipality(db.session, country=country, sides=sides)
            for country in ("CY", "NL")
            for sides in SIDES
        ]
        for countries, sides in SCOPES:
            found = db.session.scalars(select(Municipality).where(*within(countries, sides)))
            assert set(found) == {town for town in towns if covers(countries, sides, town)}
        db.session.rollback()


def test_town_without_a_side_lies_outside_a_scope_of_sides(session):
    assert not covers((), ("north",), make_municipality(session))
    assert covers((), (), make_municipality(session))


@pytest.fixture
def divided(session):
    """Give coordinators of two sides of one country, each with a need and an offer of its side."""
    found = {}
    for side in ("north", "south"):
        association = make_association(session, scope=["CY"], sides=[side])
        town = make_municipality(session, country="CY", sides=[side], name="Akıncılar")
        found[side] = {
            "actor": actor_of(make_coordinator(session, association)),
            "town": town,
            "need": make_need(session, make_requester(session, town)),
            "submitted": make_need(session, make_requester(session, town), status="submitted"),
            "offer": make_offer(session, make_helper(session, town)),
        }
    return found


@pytest.mark.control(6)
@pytest.mark.asvs("8.4.1")
def test_coordinators_of_one_side_see_nothing_of_the_other(session, divided):
    north, south = divided["north"], divided["south"]
    actor = north["actor"]
    assert list(session.scalars(municipalities_visible_to(actor))) == [north["town"]]
    assert set(session.scalars(needs_visible_to(session, actor))) == {
        north["need"],
        north["submitted"],
    }
    assert list(session.scalars(offers_visible_to(session, actor))) == [north["offer"]]
    assert needs_waiting_for(session, actor) == {"submitted": 1}
    assert needs_to_match(session, actor) == [north["need"]]
    assert offers_to_match(session, actor) == [north["offer"]]
    assert same_place_as(session, actor, north["town"]) == []
    for permission, thing in (
        (Permission.SEE_MUNICIPALITY, south["town"]),
        (Permission.SHOW_CONTACT, south["town"]),
        (Permission.VERIFY_NEED, south["submitted"]),
        (Permission.SEE_OFFER, south["offer"]),
    ):
        assert not allowed(permission, actor, thing)
        assert allowed(permission, south["actor"], thing)


def test_scope_of_nobody_in_particular_is_the_world(session, divided):
    assert len(needs_to_match(session, Actor())) == 2


def tie_between(session, one, other):
    low, high = sorted((one.id, other.id))
    session.add(Partnership(a_id=low, b_id=high, kind="twinning", source="Their agreement"))
    session.commit()


def test_member_reads_no_tie_on_the_page_of_the_own_municipality(session, client_for):
    member = make_helper(session, make_municipality(session, country="NL"))
    town = make_municipality(session, name="Yasnohrud")
    tie_between(session, member.municipality, town)
    page = client_for(member).get(f"/municipalities/{member.municipality.public_id}").text
    assert "Yasnohrud" not in page


def test_coordinator_reads_no_name_of_an_asking_town_outside_the_scope(session, client_for):
    association = make_association(session, scope=["NL"])
    coordinator = make_coordinator(session, association)
    own = make_helper(session, make_municipality(session, country="NL")).municipality
    asking = make_requester(session, make_municipality(session, name="Yasnohrud")).municipality
    helping = make_helper(session, make_municipality(session, name="Gandor", country="DE"))
    tie_between(session, own, asking)
    tie_between(session, own, helping.municipality)
    page = client_for(coordinator).get(f"/municipalities/{own.public_id}").text
    assert "Yasnohrud" not in page
    assert "A municipality outside your scope" in page
    assert "Gandor" in page


def test_tie_cannot_be_used_to_ask_who_takes_part_elsewhere(session):
    association = make_association(session, scope=["NL"])
    actor = actor_of(make_coordinator(session, association))
    own = make_municipality(session, country="NL")
    make_requester(session, make_municipality(session, name="Yasnohrud"))
    refused = []
    for name in ("Yasnohrud", "Nowhere"):
        draft = TieDraft("UA", name, "twinning", None, None, "A list")
        with pytest.raises(BadInput) as error:
            add_tie(session, actor, own, draft)
        refused.append(error.value.message)
    assert refused[0] == refused[1]


def test_areas_of_towns_on_the_other_side_are_not_listed(session):
    association = make_association(session, scope=["CY"], sides=["gc"])
    actor = actor_of(make_coordinator(session, association))
    town = make_municipality(session, country="CY", region="N", sides=["tc"])
    key = place_key("CY", "N", town.id)
    place = {"level": "municipality", "country": "CY", "region": "N", "place_key": key}
    session.add(
        ConflictArea(**place, municipality_id=town.id, phase="actual", presence="restricted")
    )
    session.flush()
    assert session.scalars(areas_visible_to(actor)).all() == []
