"""Administrators suspend, restore and end memberships."""

import pytest

from matchmaker import audit
from matchmaker.access import PLATFORM
from tests.factories import make_administrator, make_coordinator, make_requester


@pytest.mark.control(24)
def test_suspended_coordinator_is_out_with_the_next_request_and_comes_back(client_for, session):
    administrator, coordinator = make_administrator(session), make_coordinator(session)
    session.commit()
    office, desk = client_for(administrator), client_for(coordinator)
    assert coordinator.user.email in office.get("/admin/memberships").text
    path = f"/admin/memberships/{coordinator.public_id}"
    assert desk.get("/municipalities").status_code == 200
    assert office.post(f"{path}/suspend", {"reason": "Left the office."}).status_code == 303
    assert desk.get("/municipalities").status_code == 404
    office.post(f"{path}/restore", {"reason": "Came back."})
    assert desk.get("/municipalities").status_code == 200
    office.post(f"{path}/end", {"reason": "Retired."})
    assert desk.get("/municipalities").status_code == 404
    assert office.post(f"{path}/restore", {"reason": "Again."}).status_code == 409


def test_reason_is_asked_and_ones_own_membership_stays(client_for, session):
    administrator = make_administrator(session)
    session.commit()
    browser, path = client_for(administrator), f"/admin/memberships/{administrator.public_id}"
    assert "Enter the reason." in browser.post(f"{path}/end", {"reason": ""}).text
    answer = browser.post(f"{path}/end", {"reason": "Mistake."})
    assert answer.status_code == 422
    assert "You cannot change the membership you act under." in answer.text


def test_coordinator_cannot_reach_memberships(client_for, session):
    coordinator = make_coordinator(session)
    session.commit()
    assert client_for(coordinator).get("/admin/memberships").status_code == 404


@pytest.mark.parametrize("step", ["suspend", "end", "restore"])
def test_change_of_a_membership_does_not_name_a_hidden_municipality(client_for, session, step):
    person, administrator = make_requester(session), make_administrator(session)
    town = person.municipality
    town.name, town.local_name, town.hidden = "Zelenivka", "Зеленівка", True
    if step == "restore":
        audit.move(session, PLATFORM, person, "suspended")
    session.commit()
    answer = client_for(administrator).get(f"/admin/memberships/{person.public_id}/{step}")
    assert answer.status_code == 200
    assert "A municipality that is hidden now" in answer.text
    assert "Zelenivka" not in answer.text and "Зеленівка" not in answer.text
