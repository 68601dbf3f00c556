"""Nothing tells whether an address has an account: not the work, not the rows, not what is said."""

from unittest.mock import patch

import pytest
from argon2.low_level import hash_secret, verify_secret
from sqlalchemy import func, select

from matchmaker.models import User
from tests.factories import PASSWORD, make_requester, make_user
from tests.journeys.people import password_hash

pytestmark = [pytest.mark.control(17), pytest.mark.asvs("6.3.8")]
WORDS = "four unrelated words here"
FORMS = {
    "/login": {"password": "wrong words entirely"},
    "/register": {"password": WORDS, "password_confirm": WORDS},
    "/reset": {},
    "/confirm": {},
}
KINDS = ["confirmed", "unconfirmed", "closed", "with second factor", "without password"]
HASHES = (
    "argon2.low_level.hash_secret",
    "argon2.low_level.verify_secret",
    "argon2._password_hasher.hash_secret",
    "argon2._password_hasher.verify_secret",
)


def account(session, kind):
    """Make an account of a kind; give its address."""
    user = make_user(session, password=password_hash())
    make_requester(session, user=user)
    if kind == "unconfirmed":
        user.confirmed_at = None
    elif kind == "closed":
        user.active = False
    elif kind == "with second factor":
        user.tf_primary_method, user.tf_totp_secret = "authenticator", "sealed"
    elif kind == "without password":
        user.password = None
    session.commit()
    return user.email


def answered(client, path, email):
    """Send the form; give what an outsider sees, and how many hashes it took."""
    calls = []

    def counted(original):
        def count(*arguments, **keywords):
            calls.append(original.__name__)
            return original(*arguments, **keywords)

        return count

    originals = (hash_secret, verify_secret, hash_secret, verify_secret)
    patches = [
        patch(name, counted(original)) for name, original in zip(HASHES, originals, strict=True)
    ]
    for one in patches:
        one.start()
    try:
        answer = client.post(path, FORMS[path] | {"email": email})
    finally:
        for one in patches:
            one.stop()
    return (answer.status_code, answer.location), len(calls)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", FORMS)
def test_answer_and_work_are_the_same_with_and_without_an_account(client_for, session, path, kind):
    known = answered(client_for(), path, account(session, kind))
    unknown = answered(client_for(), path, f"nobody-{kind[:4]}@example.test")
    assert known == unknown


def test_registering_a_known_address_makes_no_second_account(client, session):
    email = account(session, "confirmed")
    answered(client, "/register", email.upper())
    assert session.scalar(select(func.count()).select_from(User)) == 1


def test_whoever_reads_the_mail_of_a_known_address_is_told_and_nobody_else(app, client, session):
    email = account(session, "confirmed")
    answered(client, "/register", email)
    (mail,) = app.extensions["mailman"].outbox
    assert mail.to == [email]
    assert PASSWORD not in mail.body


@pytest.mark.parametrize("token", ["no-such-token", "a" * 43, "%00", "'"])
def test_links_that_never_were_and_links_used_up_get_the_same_answer(client, session, token):
    from matchmaker.accounts.links import FIRST_PASSWORD, issue_link, use_link

    user = make_user(session)
    used = issue_link(session, user, FIRST_PASSWORD)
    use_link(session, used, FIRST_PASSWORD)
    session.commit()
    for path in ("/account/invitation/", "/account/confirm/", "/reset/"):
        told = []
        for one in (used, token):
            answer = client.get(path + one)
            told.append((answer.status_code, answer.location))
        if token != "%00":
            assert told[0] == told[1]
