"""The administrator sets what the coordinators of an association see."""

import pytest
from sqlalchemy import select

from matchmaker import audit
from matchmaker.access import PLATFORM
from matchmaker.models import Association, AuditEvent
from tests.factories import (
    make_administrator,
    make_association,
    make_coordinator,
    make_municipality,
    make_need,
    make_requester,
)


@pytest.mark.control(24)
@pytest.mark.asvs("8.3.2")
def test_scope_that_was_set_holds_with_the_next_request(session, client_for):
    north = make_municipality(session, country="CY", sides=["north"], name="Northtown")
    south = make_municipality(session, country="CY", sides=["south"], name="Southtown")
    needs = [make_need(session, make_requester(session, town)) for town in (north, south)]
    association = make_association(session)
    coordinator = make_coordinator(session, association)
    office = make_administrator(session)
    session.commit()
    desk, administrator = client_for(coordinator), client_for(office)
    paths = [f"/needs/{need.public_id}" for need in needs]
    assert [desk.get(path).status_code for path in paths] == [200, 200]
    path = f"/admin/associations/{association.public_id}/scope"
    answer = administrator.post(path, {"countries": "CY", "sides": "north"})
    assert answer.status_code == 303
    assert [desk.get(path).status_code for path in paths] == [200, 404]
    for page in ("/municipalities", "/needs", "/home", "/municipalities?text=outht"):
        assert "Southtown" not in desk.get(page).text
    event = session.scalars(
        select(AuditEvent).where(AuditEvent.event == "association.scope_set")
    ).one()
    assert event.details == {"countries": ["CY"], "sides": ["north"]}
    assert "Cyprus" in administrator.get("/admin/associations").text


@pytest.fixture
def administrator(session, client_for):
    member = make_administrator(session)
    make_municipality(session, country="CY", sides=["north"])
    session.commit()
    return client_for(member)


@pytest.mark.parametrize("wrong", [{"countries": "QQ"}, {"sides": "elsewhere"}])
def test_what_is_not_in_the_lists_is_refused(session, administrator, wrong):
    association = session.scalars(select(Association)).first()
    path = f"/admin/associations/{association.public_id}/scope"
    assert administrator.post(path, wrong).status_code == 422
    session.expire_all()
    assert (association.scope, association.sides) == ([], [])


def test_countries_are_chosen_by_name_in_the_readers_language(administrator, session):
    association = session.scalars(select(Association)).first()
    path = f"/admin/associations/{association.public_id}/scope"
    assert ">Cyprus</option>" in administrator.get(path).text
    administrator.post("/language", {"switch_language": "uk"})
    assert ">Кіпр</option>" in administrator.get(path).text


def test_association_is_added_with_its_scope(administrator, session):
    fields = {"name": " Union  of Isles ", "countries": ["CY", "MT"], "sides": "north"}
    answer = administrator.post("/admin/associations/new", fields)
    assert answer.location == "/admin/associations"
    made = session.scalars(select(Association).where(Association.name == "Union of Isles")).one()
    assert (made.scope, made.sides) == (["CY", "MT"], ["north"])
    events = session.scalars(
        select(AuditEvent.event).where(AuditEvent.subject_id == made.public_id)
    ).all()
    assert events == ["association.created", "association.scope_set"]


def test_association_of_a_known_name_is_refused_and_nothing_typed_is_lost(administrator, session):
    name = session.scalars(select(Association.name)).first().upper()
    answer = administrator.post("/admin/associations/new", {"name": name, "countries": "MT"})
    assert answer.status_code == 422
    assert "There is an association of this name." in answer.text
    assert 'selected value="MT"' in answer.text


def test_association_without_a_name_is_refused(administrator):
    answer = administrator.post("/admin/associations/new", {"name": ""})
    assert "Enter the name of the association." in answer.text


def test_coordinator_sets_no_scope(session, client_for):
    coordinator = make_coordinator(session)
    session.commit()
    desk = client_for(coordinator)
    assert desk.get("/admin/associations").status_code == 404
    path = f"/admin/associations/{coordinator.association.public_id}/scope"
    assert desk.post(path).status_code == 404


# --- Nobody widens what they see themselves -------------------------------------------------


def both(session, association):
    """Give an administrator who coordinates for an association besides."""
    office = make_administrator(session, association)
    desk = make_coordinator(session, association, user=office.user)
    session.commit()
    return office, desk


@pytest.mark.control(6)
@pytest.mark.asvs("8.2.2")
@pytest.mark.parametrize("status", ["active", "suspended", "ended"])
@pytest.mark.parametrize(
    ("countries", "sides"),
    [(["UA", "MD"], ["north"]), (["UA"], []), ([], ["north"]), (["UA"], ["north", "south"])],
)
def test_administrator_does_not_widen_the_scope_of_the_own_association(
    session, client_for, status, countries, sides
):
    association = make_association(session, scope=["UA"], sides=["north"])
    make_municipality(session, sides=["south"])
    office, desk = both(session, association)
    if status != "active":
        audit.move(session, PLATFORM, desk, status)
        session.commit()
    path = f"/admin/associations/{association.public_id}/scope"
    answer = client_for(office).post(path, {"countries": countries, "sides": sides})
    assert answer.status_code == 422
    assert "another administrator has to widen" in answer.text
    assert all(f'selected value="{code}"' in answer.text for code in countries)
    session.refresh(association)
    assert (association.scope, association.sides) == (["UA"], ["north"])


def test_administrator_narrows_the_scope_of_the_own_association(session, client_for):
    association = make_association(session, scope=["UA", "MD"])
    office, _ = both(session, association)
    path = f"/admin/associations/{association.public_id}/scope"
    make_municipality(session, sides=["north"])
    session.commit()
    answer = client_for(office).post(path, {"countries": "UA", "sides": "north"})
    assert answer.status_code == 303


def test_another_administrator_widens_it(session, client_for):
    association = make_association(session, scope=["UA"])
    both(session, association)
    other = make_administrator(session)
    session.commit()
    path = f"/admin/associations/{association.public_id}/scope"
    assert client_for(other).post(path, {"countries": ["UA", "MD"]}).status_code == 303
