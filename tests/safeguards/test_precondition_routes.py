"""The pages of the preconditions: for coordinators of the scope, and nobody else."""

from datetime import date

import pytest
from sqlalchemy import select

from matchmaker.engagements.service import open_engagement, start_engagement
from matchmaker.models import ConflictArea, PreconditionAnswer, PreconditionReview, now, place_key
from matchmaker.safeguards import precondition_service as service
from matchmaker.safeguards.precondition_service import AnswerDraft
from tests.factories import (
    actor_of,
    coordinator_of,
    make_association,
    make_coordinator,
    make_need,
    make_offer,
    make_proposal,
    make_round,
    member_of,
    signed_in,
)

SAID = {
    "answer": "not_met",
    "as_of": ["3", "2", "2026"],
    "source": "Report of the mission",
    "text": "Shelling each night.",
}


@pytest.fixture
def match(session):
    """Give a proposal that waits for a signature, with work in the area asked, committed."""
    need = make_need(session, status="in_round", settings=["in_area"])
    proposal = make_proposal(
        session, make_round(session, status="in_review"), need, make_offer(session)
    )
    session.commit()
    return proposal


@pytest.fixture
def coordinator(session, match, client_for):
    browser = signed_in(session, client_for, coordinator_of(session, match.round))
    session.commit()
    return browser


@pytest.fixture
def address(match):
    return f"/preconditions/needs/{match.need.public_id}"


def test_coordinator_answers_for_a_need_and_the_proposal_says_why_it_cannot_be_approved(
    session, coordinator, match, address
):
    assert "Not known" in coordinator.get(address).text
    answer = coordinator.post(f"{address}/violence", SAID)
    assert answer.status_code == 303
    page = coordinator.get(address).text
    assert "Report of the mission" in page
    assert "Nobody is sent into the area" in page
    proposal = f"/proposals/{match.public_id}"
    assert "This pair cannot be approved" in coordinator.get(proposal).text
    coordinator.post(f"{proposal}/sign")
    assert "Nobody is sent into the area" in coordinator.get(proposal).text
    session.rollback()
    assert session.scalars(select(PreconditionAnswer.answer)).all() == ["not_met"]
    assert match.status == "proposed"


def test_answer_that_is_refused_keeps_what_was_typed(coordinator, address):
    answer = coordinator.post(f"{address}/violence", SAID | {"source": ""})
    assert answer.status_code == 422
    assert "Enter where this comes from." in answer.text
    assert "Shelling each night." in answer.text


def test_resent_form_makes_one_answer(session, coordinator, address):
    for _ in range(2):
        coordinator.post(f"{address}/violence", SAID, key="the-same-key")
    session.rollback()
    assert len(session.scalars(select(PreconditionAnswer.id)).all()) == 1


def test_question_that_is_none_of_the_six_does_not_exist(coordinator, address):
    assert coordinator.get(f"{address}/luck").status_code == 404


def test_coordinator_answers_for_an_area(session, coordinator):
    area = ConflictArea(
        level="country",
        country="UA",
        place_key=place_key("UA"),
        phase="actual",
        presence="restricted",
    )
    session.add(area)
    session.commit()
    address = f"/preconditions/areas/{area.public_id}"
    assert address in coordinator.get(f"/municipalities/areas/{area.public_id}").text
    coordinator.post(f"{address}/leaders", SAID | {"answer": "met"})
    assert "Report of the mission" in coordinator.get(address).text


def test_municipality_and_coordinator_of_elsewhere_see_no_page(session, match, client_for, address):
    town = member_of(session, match.need.municipality_id, "requester")
    far = make_coordinator(session, make_association(session, scope=["FJ"]))
    for member in (town, far):
        browser = signed_in(session, client_for, member)
        session.commit()
        assert browser.get(address).status_code == 404
        assert browser.get(f"{address}/violence").status_code == 404


@pytest.fixture
def engagement(session, match):
    """Give work that runs although violence is out of control, committed; same coordinator."""
    coordinator = coordinator_of(session, match.round)
    proposal = make_proposal(
        session,
        make_round(session, coordinator, status="published"),
        make_need(session, status="matched", places_taken=1),
        make_offer(session, status="full", places_taken=1),
        status="engaged",
        places_held=True,
        offered_at=now(),
        helper_accepted_at=now(),
    )
    actor = actor_of(coordinator)
    made = open_engagement(session, actor, proposal)
    start_engagement(session, actor, made)
    draft = AnswerDraft("violence", "not_met", date(2026, 2, 3), "Report of the mission")
    service.answer_for_need(session, actor, proposal.need, draft)
    session.commit()
    return made


def test_coordinator_finds_the_question_at_home_and_pauses_the_work(
    session, engagement, coordinator
):
    assert "continue, pause or withdraw?" in coordinator.get("/home").text
    review = session.scalars(select(PreconditionReview)).one()
    page = f"/engagements/preconditions/{review.public_id}"
    here = f"/engagements/{engagement.public_id}"
    assert page in coordinator.get(here).text
    assert coordinator.post(page, {"answer": "pause"}).status_code == 422
    coordinator.post(page, {"answer": "pause", "reason": "Until the front is quiet."})
    session.rollback()
    session.refresh(engagement)
    assert engagement.status == "paused"
    assert "Until the front is quiet." in coordinator.get(here).text
    assert coordinator.get(page).status_code == 303


def test_municipalities_read_nothing_of_it(session, engagement, client_for):
    need, offer = engagement.proposal.need, engagement.proposal.offer
    for side, role in ((need, "requester"), (offer, "helper")):
        browser = signed_in(session, client_for, member_of(session, side.municipality_id, role))
        session.commit()
        page = browser.get(f"/engagements/{engagement.public_id}").text
        assert "recondition" not in page
        review = session.scalars(select(PreconditionReview.public_id)).one()
        assert browser.get(f"/engagements/preconditions/{review}").status_code == 404
