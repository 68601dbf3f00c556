"""Who opens what is written down, limited in an hour, told to the town and to administrators."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from matchmaker.audit import openings, record
from matchmaker.errors import TooMuchOpened
from matchmaker.models import AuditEvent, now
from tests.factories import (
    actor_of,
    make_administrator,
    make_coordinator,
    make_municipality,
    make_need,
    make_requester,
    make_user,
)

pytestmark = [pytest.mark.control(22), pytest.mark.control(6)]


@pytest.fixture
def town(session):
    """Give a municipality with a contact."""
    return make_municipality(session, contact_email="office@town.example")


@pytest.fixture
def coordinator(session):
    return make_coordinator(session)


def shown(session):
    session.rollback()
    return session.scalars(select(AuditEvent).where(AuditEvent.event == "contact.shown")).all()


def open_contact(browser, town):
    return browser.post(f"/municipalities/{town.public_id}/contact")


@pytest.mark.asvs("2.4.1")
def test_fifty_first_contact_in_an_hour_is_locked_and_told(client_for, session, town, coordinator):
    administrator = make_administrator(session)
    for _ in range(49):
        openings.show_contact(session, actor_of(coordinator), town.public_id)
    session.commit()
    browser = client_for(coordinator)
    assert "office@town.example" in open_contact(browser, town).text
    for _ in range(2):
        answer = open_contact(browser, town)
        assert answer.status_code == 429
        assert "office@town.example" not in answer.text
        assert answer.headers["Retry-After"] == "3600"
    assert len(shown(session)) == 50
    alerts = session.scalars(select(AuditEvent).where(AuditEvent.event == "alert.contacts")).all()
    assert [event.subject_id for event in alerts] == [coordinator.user.public_id]
    assert "Somebody opened more contacts" in client_for(administrator).get("/home").text


def test_lock_is_of_one_person_and_ends_with_the_hour(session, town, coordinator, monkeypatch):
    other = make_coordinator(session)
    for _ in range(50):
        openings.show_contact(session, actor_of(coordinator), town.public_id)
    openings.show_contact(session, actor_of(other), town.public_id)
    with pytest.raises(TooMuchOpened):
        openings.show_contact(session, actor_of(coordinator), town.public_id)
    later = now() + timedelta(minutes=61)
    monkeypatch.setattr(openings, "now", lambda: later)
    openings.show_contact(session, actor_of(coordinator), town.public_id)


@pytest.mark.asvs("16.3.2")
def test_town_reads_who_opened_its_contact_and_others_do_not(
    client_for, session, town, coordinator
):
    member = make_requester(session, town)
    session.commit()
    open_contact(client_for(coordinator), town)
    path = f"/municipalities/{town.public_id}"
    page = client_for(member).get(path).text
    assert "Who opened it" in page
    assert coordinator.association.name in page
    assert coordinator.user.email not in page
    assert "Who opened it" not in client_for(coordinator).get(path).text


@pytest.mark.control(7)
def test_planted_municipality_alerts_with_the_first_press(client_for, app, session, coordinator):
    from matchmaker.cli import main

    town, administrator = make_municipality(session), make_administrator(session)
    session.commit()
    key = town.public_id
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matchmaker.cli._app", lambda: app)
        assert CliRunner().invoke(main, ["plant", key]).exit_code == 0
        assert CliRunner().invoke(main, ["plant", "0" * 32]).exit_code == 1
    assert "planted" not in client_for(administrator).get("/home").text
    open_contact(client_for(coordinator), town)
    assert "planted municipality was opened" in client_for(administrator).get("/home").text


def test_coordinator_who_opens_a_need_is_written_down_once_an_hour(
    client_for, session, coordinator
):
    need = make_need(session)
    session.commit()
    browser = client_for(coordinator)
    for _ in range(3):
        assert browser.get(f"/needs/{need.public_id}").status_code == 200
    events = session.scalars(select(AuditEvent).where(AuditEvent.event == "need.opened")).all()
    assert [(one.subject_id, one.user_id) for one in events] == [
        (need.public_id, coordinator.user.public_id)
    ]


def test_own_municipality_and_strangers_write_nothing_by_looking(client_for, session):
    member, stranger = make_requester(session), make_user(session)
    need = make_need(session, member)
    session.commit()
    client_for(member).get(f"/needs/{need.public_id}")
    client_for(stranger).get(f"/needs/{need.public_id}")
    client_for().get(f"/needs/{need.public_id}")
    session.rollback()
    assert session.scalars(select(AuditEvent)).all() == []


@pytest.mark.control(7)
def test_need_beyond_the_limit_of_the_hour_is_not_shown_and_told(
    client_for, app, session, coordinator
):
    app.config["NEEDS_PER_HOUR"] = 2
    needs = [make_need(session, title=f"Need number {n}") for n in range(3)]
    session.commit()
    browser = client_for(coordinator)
    answers = [browser.get(f"/needs/{need.public_id}") for need in needs]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Need number" not in answers[2].text
    assert browser.get(f"/needs/{needs[0].public_id}").status_code == 200
    session.rollback()
    events = session.scalars(select(AuditEvent.event)).all()
    assert sorted(events) == ["alert.need", "need.opened", "need.opened"]


def test_every_reading_of_a_contact_is_one_row_of_the_trail(client_for, session, town, coordinator):
    session.commit()
    browser = client_for(coordinator)
    for n in range(1, 4):
        open_contact(browser, town)
        assert len(shown(session)) == n


def test_alerts_older_than_a_week_no_longer_wait(session):
    record(session, actor_of(None), "alert.planted", "municipality", "x")
    assert openings.alerts_since(session, now() - timedelta(days=7)) == {"alert.planted": 1}
    assert openings.alerts_since(session, now() + timedelta(seconds=1)) == {}
