"""The question "is it you?" says what it is for, and no more than its reader may read."""

import re

import pytest
from flask_security import hash_password
from sqlalchemy import select

from matchmaker.models import AuditEvent
from tests.factories import (
    PASSWORD,
    coordinator_of,
    make_administrator,
    make_association,
    make_coordinator,
    make_need,
    make_proposal,
    make_requester,
)
from tests.web.test_step_up import grow_old


@pytest.fixture
def proposal(session):
    return make_proposal(session)


@pytest.fixture
def stolen(session, client_for, proposal):
    """Give a coordinator's browser whose last proof is too old."""
    member = coordinator_of(session, proposal.round)
    member.user.password = hash_password(PASSWORD)
    session.commit()
    client = client_for(member)
    grow_old(client)
    return client


def asked(client, path, data=None):
    """Begin a step; return the page that asks."""
    return client.get(client.post(path, data).location)


def sign(proposal):
    return f"/proposals/{proposal.public_id}/sign"


def test_page_that_asks_names_both_sides_of_the_match(stolen, proposal):
    page = asked(stolen, sign(proposal)).text
    both = f"match of \u2068{proposal.need.municipality.name}\u2069 and \u2068"
    assert f"Approve the {both}{proposal.offer.municipality.name}\u2069" in page


def test_page_before_the_last_press_names_them_too(stolen, proposal):
    asked(stolen, sign(proposal))
    answer = stolen.post("/account/again?next=/account/step", {"password": PASSWORD})
    assert proposal.need.municipality.name in stolen.get(answer.location).text


def test_names_stand_neither_in_the_address_nor_in_the_title_nor_in_the_session(stolen, proposal):
    address = stolen.post(sign(proposal)).location
    title = re.search(r"<title>(.*?)</title>", stolen.get(address).text, re.S)[1]
    with stolen.http.session_transaction() as kept:
        told = address + title + str(dict(kept))
    assert proposal.need.municipality.name not in told
    assert proposal.offer.municipality.name not in told


def test_side_outside_the_scope_is_not_named(session, client_for, proposal):
    proposal.signature_reasons = ["across_scopes"]
    country = proposal.offer.municipality.country
    other = make_coordinator(session, make_association(session, scope=[country]))
    session.commit()
    client = client_for(other)
    grow_old(client)
    page = asked(client, sign(proposal)).text
    assert "A municipality outside your scope" in page
    assert proposal.need.municipality.name not in page
    assert proposal.offer.municipality.name in page


def test_hidden_municipality_is_not_named(session, stolen, proposal):
    proposal.need.municipality.hidden = True
    session.commit()
    page = asked(stolen, sign(proposal)).text
    assert proposal.need.municipality.name not in page


def test_administrator_is_told_whose_account_it_is(session, client_for):
    member, other = make_administrator(session), make_requester(session)
    session.commit()
    client = client_for(member)
    grow_old(client)
    page = asked(client, f"/admin/users/{other.user.public_id}/close", {"reason": "Left."}).text
    assert f"Close or reopen an account: \u2068{other.user.email}\u2069" in page


def test_what_is_not_the_readers_any_more_is_not_named(session, stolen, proposal):
    address = stolen.post(sign(proposal)).location
    coordinator_of(session, proposal.round).association.scope = ["ZZ"]
    session.commit()
    assert proposal.need.municipality.name not in stolen.get(address).text


def test_need_that_the_page_names_counts_as_opened(stolen, session):
    need = make_need(session, status="submitted")
    session.commit()
    assert need.title in asked(stolen, f"/needs/{need.public_id}/verify").text
    session.rollback()
    opened = select(AuditEvent.event).where(AuditEvent.subject_id == need.public_id)
    assert "need.opened" in session.scalars(opened).all()
