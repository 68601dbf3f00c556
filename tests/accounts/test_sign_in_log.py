"""Attempts to sign in, sign-outs and refused rights are in the log, without who it was."""

import json
import logging

import pytest
from flask_security import hash_password

from matchmaker.web.logs import JsonLines
from tests.factories import PASSWORD, make_helper, make_need, make_requester, make_user

ADDRESS = "canary-person@example.test"


@pytest.fixture
def lines(caplog):
    """Give what the log says of an event, as its lines would be written."""
    caplog.set_level(logging.INFO)

    def found(event):
        written = [json.loads(JsonLines().format(record)) for record in caplog.records]
        return [line for line in written if line["event"] == event]

    return found


@pytest.fixture
def person(session):
    """Give a person with a password."""
    user = make_user(session, email=ADDRESS, password=hash_password(PASSWORD))
    session.commit()
    return user


@pytest.mark.asvs("16.3.1")
def test_sign_in_is_logged_with_its_proof(client, person, lines):
    client.post("/login", {"email": ADDRESS, "password": PASSWORD})
    assert [line["proofs"] for line in lines("signed_in")] == [["password"]]


@pytest.mark.asvs("16.3.1")
def test_refused_sign_in_is_logged_as_a_warning(client, person, lines):
    client.post("/login", {"email": ADDRESS, "password": "wrong words entirely"})
    (line,) = lines("sign_in_refused")
    assert (line["proof"], line["level"]) == ("password", "warning")
    assert lines("signed_in") == []


@pytest.mark.asvs("16.3.1")
def test_sign_out_is_logged(client, person, lines):
    client.post("/login", {"email": ADDRESS, "password": PASSWORD})
    client.post("/logout")
    assert len(lines("signed_out")) == 1


@pytest.mark.control(19)
@pytest.mark.asvs("16.2.5")
def test_no_line_says_who_it_was(client, person, caplog):
    caplog.set_level(logging.INFO)
    client.post("/login", {"email": ADDRESS, "password": "wrong words entirely"})
    client.post("/login", {"email": ADDRESS, "password": PASSWORD})
    text = "".join(JsonLines().format(record) for record in caplog.records)
    assert "signed_in" in text
    assert "canary-person" not in text
    assert person.public_id not in text


@pytest.mark.asvs("16.3.2")
def test_right_that_was_refused_is_logged_and_a_page_that_is_not_there_is_not(
    client_for, session, lines
):
    need, stranger = make_need(session, make_requester(session)), make_helper(session)
    session.commit()
    browser = client_for(stranger)
    browser.get(f"/needs/{need.public_id}")
    browser.get("/nowhere")
    denied = [line.get("denied") for line in lines("request")]
    assert denied == ["SEE_NEED", None]


@pytest.mark.asvs("16.3.3")
def test_write_from_another_site_is_logged_as_a_warning(client, lines):
    client.post("/login", {"email": ADDRESS}, headers={"Origin": "https://evil.example"})
    assert [(line["status"], line["level"]) for line in lines("request")] == [(403, "warning")]
