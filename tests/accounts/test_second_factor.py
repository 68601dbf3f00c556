"""Coordinators and administrators outside the demonstration need a second factor."""

import re

import pytest
from sqlalchemy import select

from matchmaker.models import User
from tests.factories import (
    PASSWORD,
    make_administrator,
    make_coordinator,
    make_requester,
    make_user,
)
from tests.harness.apps import make_app

pytestmark = [pytest.mark.control(6), pytest.mark.asvs("6.3.3")]


@pytest.fixture
def app(sqlite_url, tmp_path):
    """Give an app outside the demonstration; the test browser speaks plain http."""
    app = make_app(
        sqlite_url,
        tmp_path,
        demonstration=False,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False, "test_environment": True},
    )
    yield app
    from matchmaker.extensions import db

    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("make", [make_coordinator, make_administrator])
def test_page_stays_closed_until_the_factor_is_set_up(client_for, session, make):
    member = make(session)
    session.commit()
    browser = client_for(member)
    assert browser.get("/home").location == "/account/second-factor"
    assert "Set up a second factor first" in browser.get("/account/second-factor").text


def test_official_needs_no_second_factor(client_for, session):
    member = make_requester(session)
    session.commit()
    assert client_for(member).get("/home").status_code == 200


def code_of(text):
    """Return the code that an app shows for the key of a page."""
    from passlib.totp import TOTP

    key = re.search(r'translate="no">([A-Z2-7 -]+)<', text).group(1)
    return TOTP(re.sub(r"[^A-Z2-7]", "", key)).generate().token


def test_factor_is_set_up_without_script_and_then_asked_for(app, client_for, session):
    from flask_security import hash_password

    user = make_user(session, password=hash_password(PASSWORD))
    make_coordinator(session, user=user)
    session.commit()
    browser = client_for()
    browser.post("/login", {"email": user.email, "password": PASSWORD})
    page = browser.post("/tf-setup", {"setup": "authenticator"}).text
    assert 'role="img"' in page
    action = re.search(r'action="(/tf-setup/[^"]+)"', page).group(1)
    code = code_of(page)
    browser.post(action, {"code": code})
    session.rollback()
    assert session.scalars(select(User.tf_primary_method)).one() == "authenticator"
    assert browser.get("/home").status_code == 200
    again = client_for()
    answer = again.post("/login", {"email": user.email, "password": PASSWORD})
    assert "/tf-validate" in (answer.location or "") or "Enter your code" in answer.text
    assert again.get("/home").location.startswith("/login")
