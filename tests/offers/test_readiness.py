"""What it takes to help well: point by point, told before submitting, stopping nothing."""

import pytest

from matchmaker.models import MandateStep, OfferArea, now
from matchmaker.offers.readiness import readiness_of
from matchmaker.vocabulary.readiness import POINTS
from tests.factories import make_coordinator, make_helper, make_municipality, make_offer

BARE = {"effort_days": None, "commitment_months": None, "settings": ["in_area"]}


def states(offer, answers=None):
    return {one.point.code: one.state for one in readiness_of(offer, answers or {})}


def test_each_point_and_each_help_has_a_source():
    assert list(POINTS) == [
        "staff",
        "time",
        "partner",
        "haul",
        "motive",
        "publicity",
        "country",
        "champion",
    ]
    assert all(point.source and point.help and point.help_source for point in POINTS.values())


def test_bare_offer_misses_every_point(session):
    assert set(states(make_offer(session, **BARE)).values()) == {"missing"}


def test_full_offer_misses_none(session):
    offer = make_offer(
        session,
        settings=["in_area"],
        staffed=True,
        motives=["peace"],
        publicity="none",
        involves_partner=True,
        champion="mayor",
        champion_confirmed_at=now(),
    )
    assert set(states(offer, {"ministry": True}).values()) == {"ready"}


@pytest.mark.parametrize(
    ("more", "point", "expected"),
    [
        ({"commitment_months": 11}, "haul", "missing"),
        ({"commitment_months": 12}, "haul", "ready"),
        ({"settings": ["international"]}, "partner", "not_asked"),
        ({"settings": ["international", "in_area"]}, "partner", "missing"),
        ({"staffed": False}, "staff", "missing"),
        ({"champion": "mayor"}, "champion", "missing"),
        ({"publicity": "must"}, "publicity", "ready"),
    ],
)
def test_point_follows_from_the_answer(session, more, point, expected):
    assert states(make_offer(session, **BARE | more))[point] == expected


def test_staff_who_worked_there_count_as_staff(session):
    offer = make_offer(session, **BARE)
    offer.areas = [OfferArea(country="UA", staff=True)]
    assert states(offer)["staff"] == "ready"


@pytest.mark.parametrize(
    ("country", "answers", "expected"),
    [
        ("FR", {}, "not_asked"),
        ("NL", {}, "missing"),
        ("NL", {"ministry": True}, "ready"),
        ("SE", {"ministry": True}, "missing"),
        ("SE", {"funding": True}, "ready"),
        ("DE", {"ministry": True, "funding": True}, "missing"),
    ],
)
def test_what_the_country_expects_is_a_point(session, country, answers, expected):
    town = make_municipality(session, country=country)
    offer = make_offer(session, make_helper(session, town))
    assert states(offer, answers)["country"] == expected


def test_check_page_tells_what_is_missing_and_lets_the_offer_be_submitted(session, client_for):
    helper = make_helper(session)
    offer = make_offer(session, helper, status="draft", submitted_at=None, **BARE)
    session.commit()
    reader, place = client_for(helper), f"/offers/{offer.public_id}/check"
    page = reader.get(place).text
    assert "An official whose job this is" in page and "Ask your association for training" in page
    assert reader.post(place).status_code == 303


def test_page_is_read_by_the_municipality_and_by_coordinators(session, client_for):
    helper, coordinator = make_helper(session), make_coordinator(session)
    offer = make_offer(session, helper, publicity="wish")
    session.add(MandateStep(offer_id=offer.id, stage="ministry", agreed=True))
    session.commit()
    place = f"/offers/{offer.public_id}/readiness"
    assert "/edit/ready" in client_for(helper).get(place).text
    read = client_for(coordinator).get(place).text
    assert "section 3.2" in read and "/edit/ready" not in read
