"""What a city can still do with an offer it has submitted, from the pages."""

import pytest
from sqlalchemy import select

from matchmaker.models import Offer
from tests.factories import make_helper, make_offer
from tests.needs.walk import fresh
from tests.offers.walk import answers


@pytest.fixture
def helper(session):
    return make_helper(session)


@pytest.mark.parametrize("status", ["submitted", "verified", "open", "paused", "lapsed"])
def test_changed_offer_waits_for_verification_again(session, client_for, helper, status):
    offer = make_offer(session, helper, status=status)
    session.commit()
    reader = client_for(helper)
    assert (
        f'href="/offers/{offer.public_id}/check"' in reader.get(f"/offers/{offer.public_id}").text
    )
    answer = reader.post(f"/offers/{offer.public_id}/edit/about", answers()["about"])
    assert answer.status_code == 303
    changed = fresh(session).scalars(select(Offer)).one()
    assert changed.status == "submitted"
    assert status == "submitted" or changed.verified_at is None


@pytest.mark.parametrize(
    "status", ["draft", "submitted", "returned", "verified", "open", "paused", "lapsed", "full"]
)
def test_offer_can_be_withdrawn_from_any_status(session, client_for, helper, status):
    offer = make_offer(session, helper, status=status)
    session.commit()
    reader, place = client_for(helper), f"/offers/{offer.public_id}/withdraw"
    assert place in reader.get(f"/offers/{offer.public_id}").text
    assert reader.post(place).status_code == 303
    assert fresh(session).scalars(select(Offer.status)).one() == "withdrawn"
