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


@pytest.fixture
def setting_up(client_for, session):
    """Give the browser of a coordinator without a second factor."""
    member = make_coordinator(session)
    session.commit()
    return client_for(member)


def begin(browser, **more):
    """Ask for a key; return the key, where its code is checked, and the page."""
    page = browser.post("/tf-setup", {"setup": "authenticator", **more}).text
    return key_of(page), action_of(page), page


def key_of(page):
    return re.search(r'translate="no">([A-Z2-7 ]+)<', page)[1]


def action_of(page):
    return re.search(r'action="(/tf-setup/[^"]+)"', page)[1]


def test_wrong_code_keeps_the_key_and_says_so_beside_the_field(setting_up):
    key, action, _ = begin(setting_up)
    answer = setting_up.post(action, {"code": "000000"})
    assert answer.status_code == 422
    assert "This code is not right" in answer.text
    assert key_of(answer.text) == key


def test_right_code_after_a_wrong_one_sets_the_factor_up(setting_up, session):
    _, action, _ = begin(setting_up)
    page = setting_up.post(action, {"code": "000000"}).text
    setting_up.post(action_of(page), {"code": code_of(page)})
    assert "authenticator" in session.scalars(select(User.tf_primary_method)).all()


def test_page_that_is_opened_again_shows_the_same_key(setting_up):
    key, _, _ = begin(setting_up)
    assert key_of(setting_up.get("/tf-setup").text) == key
    assert begin(setting_up)[0] == key


def test_key_that_waits_is_not_shown_to_an_old_session(setting_up):
    begin(setting_up)
    with setting_up.http.session_transaction() as cookie:
        cookie["fs_paa"] = 0
    assert setting_up.get("/tf-setup").status_code in (302, 303)


def test_key_is_given_up_by_a_button_only(setting_up):
    key, _, _ = begin(setting_up)
    assert begin(setting_up, another_key="yes")[0] != key


def test_key_of_one_person_does_not_wait_for_the_next(setting_up, session):
    key, _, _ = begin(setting_up)
    setting_up.post("/logout")
    other = make_coordinator(session)
    session.commit()
    setting_up.sign_in(other.user_id, other.public_id)
    assert begin(setting_up)[0] != key


def test_phone_opens_the_app_by_a_link_and_the_key_is_in_groups_of_four(setting_up):
    key, _, page = begin(setting_up)
    assert 'href="otpauth://totp/' in page and key.replace(" ", "") in page
    assert all(len(group) == 4 for group in key.split())
    assert "Check the code" in page


def test_one_press_on_the_page_that_asks_for_it_shows_the_key(setting_up):
    page = setting_up.get("/account/second-factor").text
    form = page.partition('action="/tf-setup"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    answer = setting_up.http.post("/tf-setup", data=fields)
    assert key_of(answer.text)


def test_page_of_the_code_says_that_each_works_once_and_leads_back(client_for, session):
    from flask_security import hash_password

    user = make_user(session, password=hash_password(PASSWORD))
    make_coordinator(session, user=user)
    session.commit()
    browser = client_for(user)
    _, action, page = begin(browser)
    browser.post(action, {"code": code_of(page)})
    again = client_for()
    answer = again.post(
        "/login", {"email": user.email, "password": PASSWORD}, follow_redirects=True
    )
    main = answer.text.partition("<main")[2]
    assert "Each code works once" in main and 'href="/login"' in main
