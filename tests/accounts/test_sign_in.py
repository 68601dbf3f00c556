"""Signing in, registering and resetting: no enumeration, new session ids, nothing done by a GET."""

import re
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from matchmaker.models import User
from tests.factories import PASSWORD, make_requester, make_user
from tests.security.crawl import Links

NEW_PASSWORD = "four unrelated words here"


@pytest.fixture
def person(app, session):
    """Give a person with a password."""
    from flask_security import hash_password

    user = make_user(session, password=hash_password(PASSWORD))
    session.commit()
    return user


def mails(app):
    """Return the mails sent so far."""
    return getattr(app.extensions["mailman"], "outbox", [])


def path_in(mail):
    """Return the path of the first link of a mail."""
    return urlsplit(re.search(r"https?://\S+", mail.body).group()).path


def sign_in(client, email, password=PASSWORD, **more):
    return client.post("/login", {"email": email, "password": password} | more)


def flatten(text):
    """Return a page without what differs each time."""
    return re.sub(r'value="[^"]*"', "", text)


def test_right_password_leads_home(client, person):
    answer = sign_in(client, person.email)
    assert answer.status_code == 302
    assert answer.location == "/home"
    assert client.get("/home").status_code == 200


def test_wrong_password_says_so_in_plain_words(client, person):
    answer = sign_in(client, person.email, "wrong words entirely")
    assert "We could not sign you in" in answer.text


@pytest.mark.control(17)
@pytest.mark.asvs("6.3.8")
def test_known_and_unknown_accounts_get_the_same_answer_at_sign_in(client, person):
    known = sign_in(client, person.email, "wrong words entirely")
    unknown = sign_in(client, "nobody@example.test", "wrong words entirely")
    assert known.status_code == unknown.status_code
    assert flatten(known.text).replace(person.email, "") == flatten(unknown.text)


@pytest.mark.control(17)
def test_known_and_unknown_accounts_cost_the_same_hashes_at_sign_in(client, person):
    from argon2.low_level import hash_secret, verify_secret

    def hashes(email):
        calls = []

        def counted(original):
            def count(*arguments, **keywords):
                calls.append(original.__name__)
                return original(*arguments, **keywords)

            return count

        with (
            patch("argon2.low_level.hash_secret", counted(hash_secret)),
            patch("argon2.low_level.verify_secret", counted(verify_secret)),
            patch("argon2._password_hasher.hash_secret", counted(hash_secret)),
            patch("argon2._password_hasher.verify_secret", counted(verify_secret)),
        ):
            sign_in(client, email, "wrong words entirely")
        return len(calls)

    known, unknown = hashes(person.email), hashes("nobody@example.test")
    assert known == unknown == 1


@pytest.mark.control(17)
@pytest.mark.parametrize("page", ["/register", "/reset", "/confirm"])
def test_known_and_unknown_addresses_get_the_same_answer(client, client_for, person, page):
    fields = {"password": NEW_PASSWORD, "password_confirm": NEW_PASSWORD}
    first, second = client_for(), client_for()
    known = first.post(page, fields | {"email": person.email})
    unknown = second.post(page, fields | {"email": "nobody@example.test"})
    assert known.status_code == unknown.status_code
    assert known.location == unknown.location
    told, also_told = (browser.get("/login").text for browser in (first, second))
    pages = [flatten(text) for text in (known.text + told, unknown.text + also_told)]
    assert pages[0].replace(person.email, "nobody@example.test") == pages[1]


def test_registration_is_confirmed_by_a_button_and_not_by_a_get(app, client, session):
    client.post(
        "/register",
        {
            "email": "office@example.test",
            "password": NEW_PASSWORD,
            "password_confirm": NEW_PASSWORD,
        },
    )
    path = path_in(mails(app)[-1])
    page = client.get(path).text
    assert "Confirm my address" in page
    assert _confirmed(session) is None
    [button] = [to for method, to, _ in Links(page).forms if "confirm" in to]
    assert client.post(button).location == "/login"
    assert _confirmed(session) is not None
    assert sign_in(client, "office@example.test", NEW_PASSWORD).location == "/home"


def _confirmed(session):
    session.rollback()
    found = select(User.confirmed_at).where(User.email == "office@example.test")
    return session.scalars(found).one()


def test_unconfirmed_account_cannot_sign_in(client, session, person):
    person.confirmed_at = None
    session.commit()
    assert "Your address is not confirmed yet" in sign_in(client, person.email).text


def test_get_of_the_librarys_confirmation_changes_nothing(app, client, session, person):
    from flask_security.confirmable import generate_confirmation_token

    person.confirmed_at = None
    session.commit()
    with app.test_request_context():
        token = generate_confirmation_token(person)
    assert client.get(f"/confirm/{token}").location == f"/account/confirm/{token}"
    session.refresh(person)
    assert person.confirmed_at is None


@pytest.mark.control(20)
@pytest.mark.asvs("6.5.5")
def test_reset_link_works_once(app, client, person):
    client.post("/reset", {"email": person.email})
    path = path_in(mails(app)[-1])
    assert client.get(path).status_code == 200
    assert client.get(path).status_code == 200
    fields = {"password": NEW_PASSWORD, "password_confirm": NEW_PASSWORD}
    assert client.post(path, fields).location == "/login"
    assert client.post(path, fields).location == "/reset"
    assert sign_in(client, person.email, NEW_PASSWORD).location == "/home"


@pytest.mark.control(20)
def test_reset_link_is_worthless_after_ten_minutes(app, client, person, monkeypatch):
    from itsdangerous import TimestampSigner

    client.post("/reset", {"email": person.email})
    path = path_in(mails(app)[-1])
    later = TimestampSigner.get_timestamp
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: later(self) + 601)
    assert client.get(path).location == "/reset"


@pytest.mark.control(13)
@pytest.mark.asvs("7.2.4")
def test_session_id_changes_at_sign_in(client, client_for, person):
    client.get("/login")
    before = client.http.get_cookie("tandem").value
    sign_in(client, person.email)
    after = client.http.get_cookie("tandem").value
    assert before != after
    thief = client_for()
    thief.http.set_cookie("tandem", before)
    assert thief.get("/home").location.startswith("/login")


@pytest.mark.control(13)
def test_session_id_of_an_attackers_choice_is_not_kept(client, person):
    client.http.set_cookie("tandem", "chosen-by-somebody-else")
    sign_in(client, person.email)
    assert client.http.get_cookie("tandem").value != "chosen-by-somebody-else"


@pytest.mark.control(13)
@pytest.mark.asvs("7.4.1", "14.3.1")
def test_sign_out_ends_the_session_on_the_server(client, client_for, person):
    sign_in(client, person.email)
    stolen = client.http.get_cookie("tandem").value
    answer = client.post("/logout")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    thief = client_for()
    thief.http.set_cookie("tandem", stolen)
    assert thief.get("/home").location.startswith("/login")


def test_sign_out_by_a_link_is_refused(client, person):
    sign_in(client, person.email)
    assert client.get("/logout").status_code == 405
    assert client.get("/home").status_code == 200


@pytest.mark.asvs("7.4.3")
def test_other_sessions_end_when_the_password_changes(client_for, person):
    here, there = client_for(), client_for()
    for browser in (here, there):
        sign_in(browser, person.email)
    fields = {"new_password": NEW_PASSWORD, "new_password_confirm": NEW_PASSWORD}
    here.post("/change", fields | {"password": PASSWORD})
    assert here.get("/home").status_code == 200
    assert there.get("/home").location.startswith("/login")


@pytest.mark.asvs("6.2.2")
@pytest.mark.asvs("6.2.3")
def test_password_change_needs_the_present_password(client, person):
    sign_in(client, person.email)
    fields = {"new_password": NEW_PASSWORD, "new_password_confirm": NEW_PASSWORD}
    answer = client.post("/change", fields | {"password": "not the present one"})
    assert "This is not your password." in answer.text


@pytest.mark.control(24)
@pytest.mark.asvs("7.4.2", "8.3.2")
def test_closed_account_is_out_with_the_next_request(client, session, person):
    sign_in(client, person.email)
    person.active = False
    session.commit()
    assert client.get("/home").location.startswith("/login")


def test_typed_address_survives_a_switch_of_language(client):
    client.post("/login", {"email": "office@example.test", "switch_language": "uk"})
    page = client.get("/login").text
    assert 'lang="uk"' in page
    assert "office@example.test" in page


def test_mails_name_no_place_and_have_no_html(app, client, session, person):
    from matchmaker.accounts.wording import SUBJECT

    make_requester(session, user=person)
    session.commit()
    client.post("/reset", {"email": person.email})
    client.post("/register", {"email": person.email, "password": NEW_PASSWORD} | CONFIRM)
    for mail in mails(app):
        assert mail.subject == SUBJECT
        assert not getattr(mail, "alternatives", None)
        assert "Town" not in mail.body
        assert person.email not in mail.body


CONFIRM = {"password_confirm": NEW_PASSWORD}


CLOSED = "This account is closed"
UNCONFIRMED = "Your address is not confirmed yet"


@pytest.mark.parametrize(
    ("change", "words"), [({"active": False}, CLOSED), ({"confirmed_at": None}, UNCONFIRMED)]
)
def test_who_may_not_come_in_is_told_why_after_the_right_password(
    client, session, person, change, words
):
    for name, value in change.items():
        setattr(person, name, value)
    session.commit()
    page = sign_in(client, person.email).text
    assert words in page
    assert "We could not sign you in" not in page


@pytest.mark.control(17)
@pytest.mark.parametrize("change", [{"active": False}, {"confirmed_at": None}])
def test_stranger_without_the_password_learns_nothing_of_a_shut_account(
    client, session, person, change
):
    for name, value in change.items():
        setattr(person, name, value)
    session.commit()
    page = sign_in(client, person.email, "wrong words entirely").text
    assert CLOSED not in page and UNCONFIRMED not in page
    assert "We could not sign you in" in page


def test_token_in_a_header_signs_nobody_in(app, person):
    from flask_login import current_user

    with app.test_request_context():
        token = person.get_auth_token()
    with app.test_request_context(headers={"Authentication-Token": token}):
        assert current_user.is_anonymous
