"""Invitations, one-time links and memberships."""

import threading
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from matchmaker.accounts import service
from matchmaker.accounts.links import FIRST_PASSWORD, find_link, issue_link, use_link
from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.models import Membership, OneTimeLink, User
from matchmaker.vocabulary import MembershipStatus
from tests.factories import actor_of, make_administrator, make_coordinator, make_user

NEW_PASSWORD = "four unrelated words here"
FIELDS = {"password": NEW_PASSWORD, "password_confirm": NEW_PASSWORD}


def test_invitation_gives_both_roles_and_one_association(session):
    service.invite_administrator(session, "First@Example.test", "Association of Towns")
    service.invite_administrator(session, "first@example.test", "Association of Towns")
    rows = session.scalars(select(Membership)).all()
    assert sorted(row.role for row in rows) == ["administrator", "coordinator"]
    assert {row.association.name for row in rows} == {"Association of Towns"}
    assert len(session.scalars(select(User)).all()) == 1


def test_invitation_without_an_address_is_refused(session):
    with pytest.raises(BadInput):
        service.invite_administrator(session, "nobody", "Association of Towns")


@pytest.mark.asvs("6.4.1")
@pytest.mark.control(20)
def test_invitation_works_once_and_a_get_changes_nothing(client, client_for, session):
    path = service.invite_administrator(session, "first@example.test", "Association of Towns")
    session.commit()
    for _ in range(3):
        assert client.get(path).status_code == 200
    assert client.post(path, FIELDS).location == "/login"
    assert client_for().post(path, FIELDS).location == "/login"
    assert client_for().get(path).status_code == 303
    signed_in = client.post("/login", {"email": "first@example.test", "password": NEW_PASSWORD})
    assert signed_in.location == "/home"


def test_weak_first_password_is_refused_beside_the_field(client, session):
    path = service.invite_administrator(session, "first@example.test", "Association of Towns")
    session.commit()
    weak = {"password": "123456123456", "password_confirm": "123456123456"}
    answer = client.post(path, weak)
    assert answer.status_code == 422
    assert "too easy to guess" in answer.text
    assert client.post(path, FIELDS).location == "/login"


@pytest.mark.control(20)
def test_link_for_another_purpose_is_refused(session):
    token = issue_link(session, make_user(session), "something_else")
    with pytest.raises(BadInput):
        find_link(session, token, FIRST_PASSWORD)


@pytest.mark.asvs("6.4.1", "9.2.1")
@pytest.mark.control(20)
@pytest.mark.parametrize(("age", "good"), [(-120, True), (479, True), (601, False), (720, False)])
def test_link_is_good_for_ten_minutes(session, age, good):
    token = issue_link(session, make_user(session), FIRST_PASSWORD)
    link = session.scalars(select(OneTimeLink)).one()
    link.expires_at -= timedelta(seconds=age)
    session.flush()
    if good:
        assert find_link(session, token, FIRST_PASSWORD) is link
    else:
        with pytest.raises(BadInput):
            find_link(session, token, FIRST_PASSWORD)


@pytest.mark.control(18)
def test_token_of_a_link_is_not_stored(session):
    token = issue_link(session, make_user(session), FIRST_PASSWORD)
    assert token not in str(
        session.connection().exec_driver_sql("SELECT * FROM one_time_link").all()
    )


@pytest.mark.asvs("15.4.2")
@pytest.mark.control(20)
def test_of_many_uses_at_once_exactly_one_succeeds(each_app):
    from matchmaker.extensions import db
    from matchmaker.unit_of_work import transaction

    with each_app.app_context(), transaction() as work:
        token = issue_link(work.session, make_user(work.session), FIRST_PASSWORD)
    start, outcomes = threading.Barrier(16), []

    def use():
        with each_app.app_context():
            start.wait()
            try:
                with transaction() as work:
                    use_link(work.session, token, FIRST_PASSWORD)
                outcomes.append("used")
            except BadInput:
                outcomes.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=use) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 15 + ["used"]


def test_create_admin_prints_a_link_that_works(sqlite_url, tmp_path, monkeypatch):
    from matchmaker import cli
    from tests.harness.apps import Client, make_app

    app = make_app(sqlite_url, tmp_path)
    monkeypatch.setattr(cli, "_app", lambda: app)
    arguments = ["create-admin", "--email", "a@example.test", "--association", "Association"]
    result = CliRunner().invoke(cli.main, arguments)
    assert result.exit_code == 0
    path = result.output.strip().splitlines()[-1].removeprefix("http://127.0.0.1:8080")
    assert Client(app).get(path).status_code == 200


def test_membership_is_suspended_restored_and_ended(session):
    administrator, member = make_administrator(session), make_coordinator(session)
    actor = actor_of(administrator)
    for status in ("suspended", "active", "ended"):
        service.change_membership(session, actor, member, MembershipStatus(status), "reason")
        assert member.status == status
    assert member.ended_at is not None
    with pytest.raises(AlreadyChanged):
        service.change_membership(session, actor, member, MembershipStatus.ACTIVE, "reason")


def test_nobody_suspends_the_membership_acted_under(session):
    administrator = make_administrator(session)
    with pytest.raises(BadInput):
        service.change_membership(
            session, actor_of(administrator), administrator, MembershipStatus.ENDED, "reason"
        )
