"""Which passwords are refused."""

import re

import pytest
from flask_security import hash_password

from matchmaker.accounts.passwords import common_passwords, is_common
from matchmaker.models import now
from tests.factories import PASSWORD, make_user

ASKED = r'<(?:input|select|textarea)[^>]*name="([^"]+)"'
pytestmark = pytest.mark.asvs("6.2.1", "6.2.4", "6.2.12")


@pytest.mark.parametrize(
    "password",
    [
        "123456123456",
        "123456789012",
        "qwertyuiopqwerty",
        "QazWsxEdcRfv",
        "aaaaaaaaaaaa",
        "abcdefghijkl",
        "987654321098",
        "tandem2024!!!",
        "municipality1",
        "PasswordPassword",
        "пароль123456",
    ],
)
def test_password_that_is_guessed_first_is_common(password):
    assert is_common(password)


@pytest.mark.asvs("6.2.5")
@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "річка міст вода дах",
        "tandem bikes are slow uphill",
        "жовтень-27-x",
    ],
)
def test_password_of_unrelated_words_is_not_common(password):
    assert not is_common(password)


def test_list_holds_only_what_length_lets_through():
    assert len(common_passwords()) > 200
    assert min(map(len, common_passwords())) >= 12


@pytest.mark.asvs("6.2.9")
@pytest.mark.parametrize("length", [11, 12, 64, 128, 129])
def test_length_of_a_password(client, length):
    password = ("kumquat zephyr 9 " * 20)[: length - 1] + "x"
    fields = {"email": "a@example.test", "password": password, "password_confirm": password}
    answer = client.post("/register", fields)
    assert (answer.status_code == 302) == (12 <= length <= 128)


def test_common_password_is_refused_at_registration(client):
    password = "qazwsxedcrfv"
    fields = {"email": "a@example.test", "password": password, "password_confirm": password}
    assert "too easy to guess" in client.post("/register", fields).text


@pytest.mark.asvs("6.2.6", "6.2.7")
def test_password_is_hidden_shown_on_request_and_may_be_pasted(client):
    page = client.get("/login").text
    field = re.search(r"<input[^>]*name=.password.[^>]*>", page)[0]
    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert "Show password" in page
    assert not re.search(r"onpaste|onselect|oncopy|maxlength", field)


@pytest.mark.asvs("6.2.8")
@pytest.mark.parametrize(
    "typed",
    [
        PASSWORD.upper(),
        PASSWORD[:-1],
        PASSWORD + " ",
        " " + PASSWORD,
        PASSWORD.replace(" ", ""),
        PASSWORD + "x" * 60,
    ],
)
def test_password_counts_as_it_was_typed(app, client, session, typed):
    user = make_user(session, password=hash_password(PASSWORD))
    session.commit()
    answer = client.post("/login", {"email": user.email, "password": typed})
    assert answer.status_code == 200
    assert client.get("/home").location.startswith("/login")


@pytest.mark.asvs("6.2.10")
def test_old_password_is_good_for_ever(app, client, session):
    long_ago = now().replace(tzinfo=None, year=2001)
    user = make_user(session, password=hash_password(PASSWORD), create_datetime=long_ago)
    user.update_datetime = long_ago
    session.commit()
    answer = client.post("/login", {"email": user.email, "password": PASSWORD})
    assert answer.location == "/home"


@pytest.mark.asvs("6.4.2")
def test_nobody_is_asked_a_question_with_a_secret_answer(client):
    asked = {
        name
        for page in ("/register", "/reset", "/confirm", "/login")
        for name in re.findall(
            r'<(?:input|select|textarea)[^>]*name="([^"]+)"', client.get(page).text
        )
    }
    hidden = {"csrf_token", "next", "idempotency_key", "form_owner", "switch_language"}
    assert asked - hidden <= {"email", "password", "password_confirm"}
