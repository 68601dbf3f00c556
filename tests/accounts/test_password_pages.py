"""How passwords are asked for and compared: hidden, pasted freely, to the letter, for ever."""

from datetime import datetime

import pytest
from flask_security import hash_password

from matchmaker.models import User
from tests.architecture import tree
from tests.factories import make_user
from tests.security.walk import Forms

LONG = "Correct Horse battery staple " + "x" * 98 + "Z"
PAGES = ("/login", "/register")


@pytest.fixture
def person(session):
    """Give a person with the longest password there is."""
    user = make_user(session, password=hash_password(LONG))
    session.commit()
    return user


def signs_in(client, person, password):
    answer = client.post("/login", {"email": person.email, "password": password})
    return answer.status_code == 302


@pytest.mark.asvs("6.2.6")
@pytest.mark.parametrize("path", PAGES)
def test_password_is_hidden_while_it_is_typed(client, path):
    text = client.get(path).text
    fields = [part.split(">")[0] for part in text.split("<input")[1:]]
    asked = [field for field in fields if 'name="password' in field]
    assert asked
    assert all('type="password"' in field for field in asked)


@pytest.mark.asvs("6.2.7")
@pytest.mark.parametrize("path", PAGES)
def test_password_managers_may_fill_the_page(client, path):
    assert 'autocomplete="off"' not in client.get(path).text


@pytest.mark.asvs("6.2.7")
def test_no_script_listens_for_pasting():
    scripts = [file for file in tree.ours(".js") if tree.name_of(file).startswith("static/js/")]
    assert scripts
    assert [file for file in scripts if "paste" in file.read_text(encoding="utf-8")] == []


@pytest.mark.asvs("6.2.8")
@pytest.mark.parametrize(
    "other", [LONG.lower(), LONG[:-1] + "z", LONG[:-1], LONG.replace(" ", "", 1), LONG.strip("Z")]
)
def test_password_that_differs_in_a_letter_is_another_one(client, person, other):
    assert not signs_in(client, person, other)


@pytest.mark.asvs("6.2.8", "6.2.9")
def test_longest_password_is_compared_whole(client, person):
    assert len(LONG) == 128
    assert signs_in(client, person, LONG)


@pytest.mark.asvs("6.2.10")
def test_password_has_no_age(client, session, person):
    row = session.get(User, person.id)
    row.create_datetime = row.update_datetime = row.confirmed_at = datetime(2010, 1, 1)
    session.commit()
    assert signs_in(client, person, LONG)


@pytest.mark.asvs("6.4.2")
def test_nobody_is_asked_for_a_secret_or_a_hint(client):
    asked = {
        name
        for path in PAGES
        for _, _, fields in Forms(client.get(path).text).found
        for name in fields
    }
    columns = set(User.__table__.columns.keys())
    assert "password" in asked
    assert [name for name in asked | columns if "question" in name or "hint" in name] == []
