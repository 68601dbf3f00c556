"""The pages of a proposal: what each side reads, and what it must never read."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.models import AuditEvent, Engagement, Proposal, now
from matchmaker.rounds import service as rounds
from tests.factories import (
    actor_of,
    coordinator_of,
    make_coordinator,
    make_helper,
    make_municipality,
    make_need,
    make_offer,
    make_requester,
    make_round,
    member_of,
    signed_in,
)


@pytest.fixture
def coordinator(session):
    return make_coordinator(session)


@pytest.fixture
def proposal(session, coordinator):
    """Give a proposal of a published round, with its explanation; committed."""
    town = make_municipality(
        session, name="Secretburg", local_name="Таємне", contact_email="mayor@secret.example"
    )
    make_need(
        session,
        make_requester(session, town),
        title="Pipes of Secretburg",
        description="Free text about the Secret river.",
    )
    helping = make_municipality(
        session,
        name="Helpstad",
        country="NL",
        region="South Holland",
        contact_email="desk@helpstad.example",
        contact_role="International desk",
    )
    make_offer(session, make_helper(session, helping), title="Water help of Helpstad")
    round_ = make_round(session, coordinator)
    rounds.run_round(session, actor_of(coordinator), round_)
    rounds.publish_round(session, actor_of(coordinator), round_, timedelta(0))
    session.commit()
    return session.scalars(select(Proposal)).one()


@pytest.fixture
def board(client_for, coordinator, proposal):
    return client_for(coordinator)


@pytest.fixture
def second(session, client_for, proposal):
    browser = signed_in(session, client_for, coordinator_of(session, proposal.round))
    session.commit()
    return browser


@pytest.fixture
def helper(session, client_for, proposal):
    browser = signed_in(
        session, client_for, member_of(session, proposal.offer.municipality_id, "helper")
    )
    session.commit()
    return browser


@pytest.fixture
def requester(session, client_for, proposal):
    browser = signed_in(
        session, client_for, member_of(session, proposal.need.municipality_id, "requester")
    )
    session.commit()
    return browser


@pytest.fixture
def address(proposal):
    return f"/proposals/{proposal.public_id}"


@pytest.fixture
def offered(session, board, second, address):
    for browser in (board, second):
        assert browser.post(f"{address}/sign").status_code == 303
    session.rollback()
    return address


def status(session):
    session.rollback()
    return session.scalars(select(Proposal.status)).one()


def test_coordinator_reads_why(board, address):
    text = board.get(address).text
    for words in (
        "Expertise",
        "Topics covered at the level asked",
        "Rank of this offer for the need",
        "What forbidding this pair would cost",
        "Access to the area is restricted, impossible or not known.",
        "Secretburg",
    ):
        assert words in text


def test_two_persons_sign(session, board, second, address):
    board.post(f"{address}/sign")
    assert status(session) == "proposed"
    assert "A second person has to sign" in board.get(address).text
    second.post(f"{address}/sign")
    assert status(session) == "offered"


def test_second_signature_of_one_person_is_refused_in_words(session, board, address):
    for _ in range(2):
        board.post(f"{address}/sign")
    assert "You have signed this proposal already" in board.get(address).text
    assert status(session) == "proposed"


def test_same_form_sent_twice_signs_once(session, board, address):
    for _ in range(2):
        assert board.post(f"{address}/sign", key="one-and-the-same").status_code == 303
    assert "already" not in board.get(address).text


def test_reject_asks_for_a_reason(session, board, address):
    answer = board.post(f"{address}/reject")
    assert answer.status_code == 422 and "Choose a reason." in answer.text
    board.post(f"{address}/reject", {"reason": "safety", "text": "for us only"})
    assert status(session) == "rejected"


def test_undo_after_the_offer(session, board, offered):
    board.post(f"{offered}/undo", {"reason": "political"})
    assert status(session) == "undone"


def test_helper_reads_nothing_that_names_the_town(helper, offered):
    text = helper.get(f"{offered}/answer").text
    for secret in ("Secret", "Таємне", "Kharkiv", "Pipes", "mayor@"):
        assert secret not in text
    for words in ("Ukraine", "50,000 to 250,000 inhabitants"):
        assert words in text


def test_helper_reads_nothing_before_it_is_offered(helper, address):
    assert helper.get(f"{address}/answer").status_code == 404


def test_requester_reads_nothing_before_the_helper_accepted(requester, offered):
    assert requester.get(f"{offered}/answer").status_code == 404


def test_requester_reads_no_name_before_both_accepted(helper, requester, offered):
    helper.post(f"{offered}/accept-as-helper")
    text = requester.get(f"{offered}/answer").text
    for secret in ("Helpstad", "South Holland", "desk@"):
        assert secret not in text
    assert "Netherlands" in text


def test_both_accept_and_the_engagement_opens(session, helper, requester, offered):
    helper.post(f"{offered}/accept-as-helper")
    requester.post(f"{offered}/accept-as-requester")
    assert status(session) == "engaged"
    session.rollback()
    engagement = session.scalars(select(Engagement)).one()
    for browser in (helper, requester):
        text = browser.get(f"/engagements/{engagement.public_id}").text
        assert "Helpstad" in text and "Secretburg" in text


def test_conditional_acceptance_needs_a_coming_date(session, helper, offered):
    path = f"{offered}/accept-subject-to-council"
    past = helper.post(path, {"lapses_on": ["1", "2", "2020"]})
    assert past.status_code == 422 and "Enter a date in the future" in past.text
    day = now() + timedelta(days=30)
    helper.post(path, {"lapses_on": [str(day.day), str(day.month), str(day.year)]})
    assert status(session) == "subject_to_council"
    assert "The council agreed: accept" in helper.get(f"{offered}/answer").text


@pytest.mark.parametrize("side", ["helper", "requester"])
def test_each_side_may_decline_with_a_reason(session, helper, requester, offered, side):
    browser = helper
    if side == "requester":
        helper.post(f"{offered}/accept-as-helper")
        browser = requester
    assert browser.post(f"{offered}/decline-as-{side}").status_code == 422
    browser.post(f"{offered}/decline-as-{side}", {"reason": "timing", "text": "Next year."})
    assert status(session) == "declined"


def test_sides_cannot_open_the_coordinators_page(helper, requester, offered):
    assert helper.get(offered).status_code == 404
    assert requester.get(offered).status_code == 404


def test_requester_cannot_answer_for_the_helper(requester, offered):
    assert requester.post(f"{offered}/accept-as-helper").status_code == 404


def test_strangers_see_no_proposal(session, client_for, offered):
    for make in (make_helper, make_requester, make_coordinator):
        stranger = signed_in(session, client_for, make(session))
        session.commit()
        assert stranger.get(offered).status_code == 404
        assert stranger.get(f"{offered}/answer").status_code == 404


def test_reason_of_a_side_stays_out_of_the_audit_details(session, helper, offered):
    helper.post(f"{offered}/decline-as-helper", {"reason": "other", "text": "private words"})
    session.rollback()
    details = session.scalars(
        select(AuditEvent.details).where(AuditEvent.event == "proposal.declined")
    ).one()
    assert "private" not in str(details)
