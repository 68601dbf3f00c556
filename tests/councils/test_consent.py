"""Consent to be named to one council: asked once, given, refused, taken back until it is out."""

import pytest
from sqlalchemy import select

from matchmaker.councils import consent
from matchmaker.councils.consent_queries import consents_waiting_for
from matchmaker.errors import AlreadyChanged, BadInput, WrongStep
from matchmaker.models import AuditEvent, Notice, now
from matchmaker.vocabulary import AnnexStatus as A
from tests.factories import (
    actor_of,
    make_helper,
    make_need,
    make_offer,
    make_proposal,
    make_requester,
)


@pytest.fixture
def both(session):
    asker, helper = make_requester(session), make_helper(session)
    proposal = make_proposal(
        session,
        need=make_need(session, asker, status="in_round"),
        offer=make_offer(session, helper),
        status="subject_to_council",
        offered_at=now(),
    )
    return asker, helper, proposal


def asked(session, both):
    return consent.ask(session, actor_of(both[1]), both[2])


def test_asking_side_is_told_by_a_neutral_notice_and_sees_it_wait(session, both):
    row = asked(session, both)
    assert session.scalars(select(Notice.user_id)).all() == [both[0].user_id]
    assert consents_waiting_for(session, actor_of(both[0])) == [row]
    assert consents_waiting_for(session, actor_of(make_requester(session))) == []
    events = session.scalars(select(AuditEvent.event)).all()
    assert events == ["annex_consent.created"]


def test_hidden_need_is_not_written_to(session, both):
    both[2].need.hidden = True
    row = asked(session, both)
    assert session.scalars(select(Notice.id)).all() == []
    assert consents_waiting_for(session, actor_of(both[0])) == []
    with pytest.raises(AlreadyChanged):
        consent.answer(session, actor_of(both[0]), row, A.GIVEN)


def test_helper_asks_once(session, both):
    asked(session, both)
    with pytest.raises(BadInput, match="before"):
        asked(session, both)


def test_helper_that_has_not_accepted_cannot_ask(session, both):
    both[2].status = both[2].moved_to = "offered"
    session.flush()
    with pytest.raises(BadInput, match="Accept"):
        asked(session, both)


@pytest.mark.parametrize("stands", [A.ASKED, A.REFUSED, A.REVOKED])
def test_annex_does_not_open_without_consent(session, both, stands):
    row = asked(session, both)
    if stands == A.REVOKED:
        consent.answer(session, actor_of(both[0]), row, A.GIVEN)
    if stands != A.ASKED:
        consent.answer(session, actor_of(both[0]), row, stands)
    with pytest.raises(BadInput):
        consent.open_annex(session, actor_of(both[1]), row, "page")
    assert row.printed_at is None


def test_consent_can_be_taken_back_until_the_annex_is_opened(session, both):
    row, asker, helper = asked(session, both), actor_of(both[0]), actor_of(both[1])
    consent.answer(session, asker, row, A.GIVEN)
    consent.answer(session, asker, row, A.REVOKED)
    consent.answer(session, asker, row, A.GIVEN)
    consent.open_annex(session, helper, row, "pdf")
    assert (row.status, row.printed_at is None) == ("printed", False)
    with pytest.raises(BadInput, match="out"):
        consent.answer(session, asker, row, A.REVOKED)
    consent.open_annex(session, helper, row, "text")
    events = session.scalars(select(AuditEvent.event).order_by(AuditEvent.seq)).all()
    assert events[-2:] == ["annex_consent.printed", "annex_consent.opened"]


def test_what_was_not_given_cannot_be_taken_back(session, both):
    row = asked(session, both)
    with pytest.raises(WrongStep):
        consent.answer(session, actor_of(both[0]), row, A.REVOKED)


def test_annex_does_not_open_once_the_match_is_over(session, both):
    row = asked(session, both)
    consent.answer(session, actor_of(both[0]), row, A.GIVEN)
    both[2].status = both[2].moved_to = "undone"
    session.flush()
    with pytest.raises(AlreadyChanged):
        consent.open_annex(session, actor_of(both[1]), row, "page")
