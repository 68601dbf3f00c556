"""A security key in a browser: added, then asked for at sign-in and before a weighty step."""

import pytest
from flask_security import WebAuthnSigninResponseForm
from sqlalchemy import select

from matchmaker.accounts.security_keys import CHALLENGE, KeyAnswerForm
from matchmaker.extensions import db
from matchmaker.models import User, WebAuthn, now
from tests.factories import make_coordinator, make_user
from tests.journeys.people import fill_sign_in, with_password

KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.mark.browser
@pytest.mark.control(6)
@pytest.mark.asvs("6.3.3", "7.5.3")
def test_key_is_added_and_then_asked_for(browser, site):
    with site.app.app_context():
        email = with_password(make_coordinator(db.session())).user.email
        db.session.commit()
        db.session.remove()
    address = site.address.replace("127.0.0.1", "localhost")  # a key is bound to a name
    context = browser.new_context()
    context.set_default_timeout(15_000)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.goto(f"{address}/login")
    fill_sign_in(page, email)

    page.goto(f"{address}/wan-register")
    page.get_by_label("Name of the key").fill("blue key")
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/mf-recovery-codes")
    page.goto(f"{address}/wan-register")
    assert page.get_by_role("heading", name="blue key").is_visible()

    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{address}/login")
    fill_sign_in(page, email)
    assert "/wan-signin" in page.url
    page.get_by_role("button", name="Use my key").click()
    page.wait_for_url("**/home")

    page.goto(f"{address}/account/again?next=/account")
    page.get_by_role("button", name="Use my key").click()
    page.wait_for_url("**/account")
    context.close()


@pytest.fixture
def people(session):
    """Give two people, the first of whom has given the password."""
    pair = make_user(session), make_user(session)
    session.commit()
    return pair


def answer_with_the_key_of(app, monkeypatch, owner, half, asked="question"):
    """Tell whether a good signature by somebody's key counts for who gave the password."""

    def library_is_content(form, **keywords):
        form.user = owner
        return True

    monkeypatch.setattr(WebAuthnSigninResponseForm, "validate", library_is_content)
    with app.test_request_context("/wan-signin/x", method="POST"):
        from flask import session as stored

        stored["tf_user_id"], stored[CHALLENGE] = half.fs_uniquifier, "question"
        form = KeyAnswerForm(meta={"csrf": False})
        form.challenge, form.is_secondary, form.is_verify = asked, True, False
        return form.validate(), stored.get(CHALLENGE)


@pytest.mark.control(6)
@pytest.mark.asvs("6.3.4")
def test_key_of_another_person_does_not_sign_in_there(app, monkeypatch, people):
    own, other = people
    assert answer_with_the_key_of(app, monkeypatch, own, own)[0]
    assert not answer_with_the_key_of(app, monkeypatch, other, own)[0]


@pytest.mark.control(20)
@pytest.mark.asvs("6.5.1")
def test_question_counts_once_and_in_its_own_session(app, monkeypatch, people):
    own, _ = people
    assert answer_with_the_key_of(app, monkeypatch, own, own) == (True, None)
    assert not answer_with_the_key_of(app, monkeypatch, own, own, asked="of another session")[0]


@pytest.fixture
def with_both(session):
    """Give a person with an app and a key."""
    user = with_password(make_coordinator(session)).user
    user.tf_primary_method, user.tf_totp_secret = "authenticator", "sealed"
    session.add(
        WebAuthn(
            user_id=user.id,
            name="blue key",
            credential_id=b"id",
            public_key=b"key",
            sign_count=0,
            backup_state=False,
            device_type="single_device",
            usage="secondary",
            lastuse_datetime=now().replace(tzinfo=None),
            transports=["usb"],
        )
    )
    session.commit()
    return user


def test_who_has_both_chooses(client, with_both):
    from tests.factories import PASSWORD

    answer = client.post("/login", {"email": with_both.email, "password": PASSWORD})
    assert "/tf-select" in answer.location
    page = client.get("/tf-select").text
    assert "Code from an app" in page
    assert "Security key" in page
    assert "/wan-signin" in client.post("/tf-select", {"which": "webauthn"}).location


@pytest.mark.control(6)
@pytest.mark.asvs("7.5.3")
def test_password_is_no_way_around_the_key(client_for, session, with_both):
    from tests.factories import PASSWORD

    user = session.scalars(select(User).where(User.id == with_both.id)).one()
    user.tf_primary_method = user.tf_totp_secret = None
    session.commit()
    client = client_for(user)
    with client.http.session_transaction() as stored:
        stored["fs_paa"] = before = stored["fs_paa"] - 600
    client.post("/account/again", {"password": PASSWORD})
    with client.http.session_transaction() as stored:
        assert stored["fs_paa"] == before
    assert "Use your security key" in client.get("/account/again").text


@pytest.mark.asvs("7.5.1")
def test_keys_are_changed_only_after_a_fresh_proof(client_for, with_both):
    client = client_for(with_both)
    with client.http.session_transaction() as stored:
        stored["fs_paa"] -= 600
    for path in ("/wan-register", "/wan-delete"):
        assert client.post(path, {"name": "blue key"}).location.startswith("/verify")
