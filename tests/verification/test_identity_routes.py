"""Changes of verified municipalities as people see them."""

import pytest
from flask_security import hash_password
from sqlalchemy import select

from matchmaker.models import AuditEvent, IdentityChange
from tests.factories import (
    PASSWORD,
    make_association,
    make_coordinator,
    make_municipality,
    make_requester,
)
from tests.web.test_step_up import grow_old

pytestmark = pytest.mark.control(5)
FIELDS = {"name": "Zelene Misto", "region": "Kharkiv", "kind": "elected", "reason": "Decision 12."}


@pytest.fixture
def town(session):
    return make_municipality(session, name="Zelene", contact_phone="+380441234567")


@pytest.fixture
def desks(session, client_for, town):
    """Give the browsers of two coordinators."""
    members = [make_coordinator(session, make_association(session)) for _ in range(2)]
    for member in members:
        member.user.password = hash_password(PASSWORD)
    session.commit()
    return [client_for(member) for member in members]


def proposing(town):
    return f"/applications/changes/of/{town.public_id}"


def test_change_goes_from_one_coordinator_to_the_other(session, town, desks):
    first, second = desks
    address = first.post(proposing(town), FIELDS).location
    assert "/applications/changes/" in address
    assert f"{address}/confirm" not in first.get(address).text
    assert "1 change of a verified municipality waits for you" in second.get("/home").text
    assert address in second.get("/applications").text
    page = second.get(address).text
    assert "Zelene Misto" in page
    assert "Decision 12." in page
    assert second.post(f"{address}/confirm", {"note": "Called the office."}).status_code == 303
    session.refresh(town)
    assert town.name == "Zelene Misto"
    assert "Accepted" in first.get(address).text


def test_form_to_edit_a_verified_municipality_has_no_field_of_its_identity(
    session, client_for, town, desks
):
    member = make_requester(session, town)
    session.commit()
    for browser in (desks[0], client_for(member)):
        page = browser.get(f"/municipalities/{town.public_id}/edit").text
        assert proposing(town) in page
        for name in ("name", "region", "official_code", "kind", "sides", "contact_phone"):
            assert f'name="{name}"' not in page


@pytest.mark.control(6)
@pytest.mark.asvs("7.5.3")
def test_stolen_session_neither_proposes_nor_confirms(session, town, desks):
    first, second = desks
    grow_old(first)
    assert "/account/again" in first.post(proposing(town), FIELDS).location
    session.rollback()
    assert session.scalars(select(IdentityChange)).all() == []
    first.post("/account/again", {"password": PASSWORD})
    address = first.post(proposing(town), FIELDS).location
    grow_old(second)
    answer = second.post(f"{address}/confirm", {"note": "Called."})
    assert "/account/again" in answer.location
    session.refresh(town)
    assert town.name == "Zelene"


def test_what_was_typed_stays_when_the_proposal_is_refused(town, desks):
    answer = desks[0].post(proposing(town), FIELDS | {"reason": ""})
    assert answer.status_code == 422
    assert 'value="Zelene Misto"' in answer.text
    assert "Write a sentence or two." in answer.text


def test_resent_proposal_is_one(session, town, desks):
    for _ in range(2):
        answer = desks[0].post(proposing(town), FIELDS, key="one-key")
        assert answer.status_code == 303
    session.rollback()
    assert len(session.scalars(select(IdentityChange)).all()) == 1


@pytest.mark.control(22)
def test_new_contact_stands_behind_a_button_and_its_opening_is_written_down(
    session, client_for, town, desks
):
    member = make_requester(session, town)
    session.commit()
    fields = FIELDS | {"name": "Zelene", "contact_phone": "+380447654321"}
    address = client_for(member).post(proposing(town), fields).location
    assert "+380447654321" not in desks[0].get(address).text
    page = desks[0].post(f"{address}/contact").text
    assert "+380447654321" in page
    assert "+380441234567" in page
    session.rollback()
    shown = select(AuditEvent).where(AuditEvent.event == "contact.shown")
    assert len(session.scalars(shown).all()) == 1


@pytest.mark.asvs("8.2.2")
def test_sides_are_read_by_coordinators_only(session, client_for, town, desks):
    member = make_requester(session, town)
    session.commit()
    fields = {"name": "Zelene", "region": "Kharkiv", "kind": "elected", "reason": "r"}
    address = desks[0].post(proposing(town), fields | {"sides": "riverside"}).location
    assert "riverside" in desks[1].get(address).text
    assert client_for(member).get(address).status_code == 404
    assert address not in client_for(member).get(f"/municipalities/{town.public_id}").text


@pytest.mark.asvs("8.2.2", "8.4.1")
def test_change_is_nothing_to_people_elsewhere(session, client_for, town, desks):
    address = desks[0].post(proposing(town), FIELDS).location
    far = make_coordinator(session, make_association(session, scope=["NL"]))
    others = [far, make_requester(session)]
    session.commit()
    for member in others:
        browser = client_for(member)
        assert browser.get(proposing(town)).status_code == 404
        assert browser.get(address).status_code == 404
        assert browser.post(f"{address}/confirm", {"note": "x"}).status_code == 404


def test_town_reads_the_change_and_takes_it_back(session, client_for, town, desks):
    member = make_requester(session, town)
    session.commit()
    address = desks[0].post(proposing(town), FIELDS).location
    browser = client_for(member)
    assert address in browser.get(f"/municipalities/{town.public_id}").text
    assert "Zelene Misto" in browser.get(address).text
    assert browser.post(f"{address}/withdraw").status_code == 303
    session.rollback()
    assert session.scalars(select(IdentityChange.status)).all() == ["withdrawn"]


def test_refusal_is_read_by_the_town_that_proposed(session, client_for, town, desks):
    member = make_requester(session, town)
    session.commit()
    browser = client_for(member)
    address = browser.post(proposing(town), FIELDS).location
    answer = desks[0].post(f"{address}/refuse", {"text": "The register says otherwise."})
    assert answer.status_code == 303
    assert "The register says otherwise." in browser.get(address).text
