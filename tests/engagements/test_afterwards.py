"""What the pages of a need and an offer tell of work that is over, and to whom."""

import pytest

from matchmaker.engagements.closing import Said, say_at_the_end
from matchmaker.engagements.service import complete_engagement, end_engagement
from matchmaker.vocabulary import DeclineReason
from tests.engagements.at_work import make_work


@pytest.fixture
def work(session):
    return make_work(session)


def need_page(client_for, work, name):
    need = work.engagement.proposal.need
    return client_for(getattr(work, name)).get(f"/needs/{need.public_id}").text


def test_need_that_went_back_shows_its_history_to_coordinators_alone(session, client_for, work):
    for name in ("asker", "helper"):
        say_at_the_end(session, work.actor(name), work.engagement, Said(again=True))
    end_engagement(session, work.actor("asker"), work.engagement, DeclineReason.TIMING)
    session.commit()
    page = need_page(client_for, work, "coordinator")
    assert "Earlier work on this need" in page
    assert work.helper.municipality.name in page
    assert "Both sides ask for each other again." in page
    assert "Earlier work on this need" not in need_page(client_for, work, "asker")


def offer_page(client_for, work):
    offer = work.engagement.proposal.offer
    return client_for(work.helper).get(f"/offers/{offer.public_id}").text


def test_reference_is_named_with_consent_only_and_no_longer_once_it_is_taken_back(
    session, client_for, work
):
    complete_engagement(session, work.actor("asker"), work.engagement)
    session.commit()
    browser, name = client_for(work.asker), work.asker.municipality.name
    assert name not in offer_page(client_for, work)
    browser.post(f"{work.address}/reference", {"allow": "yes"})
    assert name in offer_page(client_for, work)
    browser.post(f"{work.address}/reference", {"allow": "no"})
    assert name not in offer_page(client_for, work)


def test_reference_that_hides_itself_is_not_named(session, client_for, work):
    complete_engagement(session, work.actor("asker"), work.engagement)
    session.commit()
    client_for(work.asker).post(f"{work.address}/reference", {"allow": "yes"})
    work.asker.municipality.hidden = True
    session.commit()
    assert "May be named as references" not in offer_page(client_for, work)
