"""A new offer begins with the answers of an earlier one."""

import pytest
from sqlalchemy import inspect

from matchmaker.models import Offer, OfferArea, OfferDelivery, now
from matchmaker.offers.copying import ANEW_OFFER, copy_offer
from tests.factories import actor_of, make_helper, make_offer


@pytest.fixture
def member(session):
    return make_helper(session)


@pytest.fixture
def offer(session, member):
    offer = make_offer(
        session,
        member,
        veto_names=["Somewhere"],
        wish_names=["Elsewhere"],
        veto_countries=["XK"],
        mandate="conditional",
        mandate_chance=0.5,
        areas_stated=True,
        delivery_stated=True,
    )
    offer.areas = [OfferArea(country="UA", region="Kharkiv", last_year=2020, years=2, staff=True)]
    offer.deliveries = [OfferDelivery(country="UA", topics=["env.water"])]
    session.flush()
    return offer


def test_copy_takes_over_each_column_that_is_not_named(session, member, offer):
    draft = copy_offer(session, actor_of(member), offer)
    taken = {attr.key for attr in inspect(Offer).column_attrs} - ANEW_OFFER - {"id"}
    assert {name: getattr(draft, name) for name in taken} == {
        name: getattr(offer, name) for name in taken
    }
    assert {"veto_names", "veto_countries", "wish_names"} <= taken


def test_copy_takes_over_topics_activities_earlier_work_and_partners(session, member, offer):
    draft = copy_offer(session, actor_of(member), offer)
    assert [(row.topic_code, row.level) for row in draft.topics] == [("env.water", 4)]
    assert [(row.activity, row.times) for row in draft.activities] == [("project.service", 2)]
    (area,), (delivery,) = draft.areas, draft.deliveries
    assert (area.country, area.region, area.last_year, area.staff) == ("UA", "Kharkiv", 2020, True)
    assert (delivery.country, delivery.topics) == ("UA", ["env.water"])
    assert area.id != offer.areas[0].id


def test_council_is_asked_anew(session, member, offer):
    draft = copy_offer(session, actor_of(member), offer)
    assert (draft.status, draft.mandate, draft.mandate_chance) == ("draft", None, None)
    assert draft.window_start > now().date()


def test_button_on_the_page_opens_the_copy_at_the_summary(session, client_for, member, offer):
    session.commit()
    reader = client_for(member)
    assert "Use as a start for a new one" in reader.get(f"/offers/{offer.public_id}").text
    answer = reader.post(f"/offers/{offer.public_id}/copy")
    assert answer.location.endswith("/check")
    assert "Somewhere" in reader.get(answer.location).text
