"""Pulses for who is signed in: a side reads its own, coordinators both and their tasks."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.models import FollowUpTask, RiskQuestion, now
from matchmaker.pulses import service

GOOD = {"alive": "standstill", "useful": "too_early", "safe": "yes", "in_touch": "yes"}


@pytest.fixture
def pulse(session, work):
    pulse = service.ask(session, work.actor("coordinator"), work.engagement, 30, now())
    session.commit()
    return pulse


def page_of(client_for, work, name):
    return client_for(getattr(work, name)).get(f"{work.address}/pulses").text


def test_answer_is_read_by_the_own_side_and_coordinators_and_not_by_the_other(
    client_for, work, pulse
):
    client_for(work.asker).post(f"{work.address}/pulse", GOOD)
    told = "It has come to a standstill"
    assert told in page_of(client_for, work, "asker")
    assert told in page_of(client_for, work, "coordinator")
    assert told not in page_of(client_for, work, "helper")


def test_home_page_asks_until_somebody_of_the_side_has_answered(client_for, work, pulse):
    browser = client_for(work.asker)
    line = "How does the work go?"
    assert line in browser.get("/home").text
    browser.post(f"{work.address}/pulse", GOOD)
    assert line not in browser.get("/home").text
    assert line in client_for(work.helper).get("/home").text


def test_home_page_of_coordinators_names_the_task_until_it_is_closed(
    session, client_for, work, pulse
):
    client_for(work.asker).post(f"{work.address}/pulse", GOOD | {"safe": "no"})
    board = client_for(work.coordinator)
    line = "A side says that its people are not safe"
    assert line in board.get("/home").text
    task = session.scalars(select(FollowUpTask)).one()
    address = f"{work.address}/look-after/{task.public_id}"
    assert board.post(address, {"done": ""}).status_code == 422
    assert board.post(address, {"done": "Rang the office up."}).status_code == 303
    assert line not in board.get("/home").text
    assert "Rang the office up." in board.get(f"{work.address}/pulses").text


@pytest.mark.parametrize("name", ["asker", "helper"])
def test_task_is_for_coordinators_alone(session, client_for, work, pulse, name):
    client_for(work.asker).post(f"{work.address}/pulse", GOOD | {"safe": "no"})
    task = session.scalars(select(FollowUpTask)).one()
    browser = client_for(getattr(work, name))
    assert "To look after" not in browser.get(f"{work.address}/pulses").text
    address = f"{work.address}/look-after/{task.public_id}"
    assert browser.get(address).status_code == 404


def test_coordinator_answers_for_nobody(client_for, work, pulse):
    assert client_for(work.coordinator).get(f"{work.address}/pulse").status_code == 404


def test_question_of_the_political_contact_is_for_projects_only(session, client_for, work, pulse):
    page = client_for(work.asker).get(f"{work.address}/pulse").text
    assert "political contact" in page
    work.engagement.proposal.need.category = "lobby"
    session.commit()
    assert "political contact" not in client_for(work.asker).get(f"{work.address}/pulse").text


def test_nothing_is_asked_before_the_first_pulse(client_for, work):
    browser = client_for(work.asker)
    assert browser.get(f"{work.address}/pulse").status_code == 303
    assert browser.post(f"{work.address}/pulse", GOOD).status_code == 404


def test_risk_whose_day_has_come_is_asked_beside_the_pulse(session, client_for, work, pulse):
    for months, ahead in ((3, -1), (6, 90)):
        session.add(
            RiskQuestion(
                engagement_id=work.engagement.id,
                question="match.fairness",
                light="amber",
                months=months,
                due_on=now().date() + timedelta(days=ahead),
            )
        )
    session.commit()
    page = page_of(client_for, work, "asker")
    assert page.count('href="/risks/') == 1
