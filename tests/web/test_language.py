"""A language that a person chooses stays with the account: for mails, and on other devices."""

import pytest
from flask_security import hash_password
from sqlalchemy import select

from matchmaker.models import User
from tests.factories import PASSWORD, make_requester, make_user


@pytest.fixture
def person(session):
    """Give a person with a password and no language."""
    user = make_user(session, password=hash_password(PASSWORD))
    make_requester(session, user=user)
    session.commit()
    return user


def locale_of(session, person):
    return session.scalars(select(User.locale).where(User.id == person.id)).one()


def test_language_chosen_by_the_button_is_kept_with_the_account(session, client_for, person):
    client_for(person).post("/language", {"switch_language": "uk", "next": "/home"})
    assert locale_of(session, person) == "uk"


def test_language_chosen_on_one_device_is_that_of_the_next(session, client_for, person):
    client_for(person).post("/language", {"switch_language": "ar", "next": "/home"})
    assert '<html lang="ar" dir="rtl"' in client_for(person).get("/home").text


def test_language_chosen_before_signing_in_is_kept_by_an_account_without_one(
    session, client_for, person
):
    browser = client_for()
    browser.post("/language", {"switch_language": "uk"})
    browser.post("/login", {"email": person.email, "password": PASSWORD})
    assert locale_of(session, person) == "uk"


def test_language_left_in_the_browser_by_another_changes_no_account(session, client_for, person):
    person.locale = "uk"
    session.commit()
    browser = client_for()
    browser.post("/language", {"switch_language": "ar"})
    browser.post("/login", {"email": person.email, "password": PASSWORD})
    assert locale_of(session, person) == "uk"


def test_request_without_a_token_keeps_no_language(session, client_for, person):
    client_for(person).http.post("/language", data={"switch_language": "uk"})
    assert locale_of(session, person) is None


def test_language_that_there_is_not_is_not_kept(session, client_for, person):
    client_for(person).post("/language", {"switch_language": "xx"})
    assert locale_of(session, person) is None
