"""Which passwords are refused."""

import pytest

from matchmaker.accounts.passwords import common_passwords, is_common

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
