"""What its municipality reads of an offer counts only the matches that have gone out to it."""

import pytest
from sqlalchemy import update

from matchmaker.models import Offer, now
from matchmaker.offers import service
from matchmaker.offers.drafts import TimeDraft
from matchmaker.personal.export import held_of
from tests.factories import (
    TODAY,
    actor_of,
    make_coordinator,
    make_helper,
    make_need,
    make_offer,
    make_proposal,
)

pytestmark = [pytest.mark.control(4), pytest.mark.asvs("8.2.3")]


@pytest.fixture
def helper(session):
    return make_helper(session)


@pytest.fixture
def offer(session, helper):
    return make_offer(session, helper, title="Help with pipes")


def approve(session, offer, *, gone_out):
    """Let a match take the place of the offer; it has gone out to the municipality or not."""
    at = now() if gone_out else None
    status = "offered" if gone_out else "approved"
    proposal = make_proposal(
        session,
        need=make_need(session, status="in_round"),
        offer=offer,
        status=status,
        places_held=True,
        approved_at=now(),
        offered_at=at,
    )
    set_to(session, offer, places_taken=1, status="full")
    return proposal


def set_to(session, offer, **values):
    """Write past the services, which would ask for the whole way of a match."""
    session.execute(update(Offer).where(Offer.id == offer.id).values(**values))
    session.commit()
    session.refresh(offer)


def own_pages(client, offer):
    """Return what the municipality reads of the offer, without marks that change each time."""
    list_, page = client.get("/offers"), client.get(f"/offers/{offer.public_id}")
    found = [client.get(f"/offers?status={status}").text for status in ("open", "full")]
    return list_.text, page.text, ["Help with pipes" in text for text in found]


def test_pages_before_a_match_has_gone_out_are_those_without_it(session, client_for, helper, offer):
    session.commit()
    client = client_for(helper)
    approve(session, offer, gone_out=False)
    list_, page, found = own_pages(client, offer)
    assert "0 of 1" in list_
    for text in (list_, page):
        assert "Full" not in text.replace(">Full</option>", "")
    assert "Change" in page
    assert "It takes part in matching rounds" in page
    assert found == [True, False]


def test_pages_after_it_has_gone_out_say_that_the_offer_is_full(session, client_for, helper, offer):
    session.commit()
    client = client_for(helper)
    approve(session, offer, gone_out=True)
    list_, page, found = own_pages(client, offer)
    assert "1 of 1" in list_
    assert "All places are taken" in page
    assert found == [False, True]


def test_coordinator_reads_what_is_so(session, client_for, offer):
    coordinator = make_coordinator(session)
    session.commit()
    client = client_for(coordinator)
    approve(session, offer, gone_out=False)
    list_, _, found = own_pages(client, offer)
    assert "1 of 1" in list_
    assert found == [False, True]


@pytest.mark.parametrize(("gone_out", "status"), [(False, "open"), (True, "full")])
def test_own_data_says_no_more_than_the_pages(session, helper, offer, gone_out, status):
    approve(session, offer, gone_out=gone_out)
    (row,) = held_of(session, actor_of(helper))["offer"]
    assert row["status"] == status


@pytest.mark.parametrize("gone_out", [False, True])
def test_refused_change_names_a_match_only_where_it_has_gone_out(session, helper, offer, gone_out):
    approve(session, offer, gone_out=gone_out)
    set_to(session, offer, status="open")
    draft = TimeDraft(TODAY, TODAY, 1, 1, 1)
    with pytest.raises(service.BadInput) as refused:
        service.save_offer_step(session, actor_of(helper), offer, draft)
    assert ("match" in refused.value.message) == gone_out
