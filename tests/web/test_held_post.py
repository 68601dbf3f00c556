"""A form that arrives after its session expired comes back filled, to the same person only."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from matchmaker.extensions import db
from matchmaker.models import HeldPost
from matchmaker.models.encrypted import use_keys
from tests.factories import make_requester
from tests.harness.apps import KEYS

FORM = "/municipalities/register/details"
CHOSEN = {"role": "requester", "country": "UA", "place": ""}


@pytest.fixture
def member(session):
    member = make_requester(session)
    other = make_requester(session)
    session.commit()
    return member, other


def owner_mark(client):
    """Read the signed owner mark off a form page."""
    return re.search(
        r'name="form_owner"[^>]*value="([^"]+)"', client.post(FORM, CHOSEN | {"begin": "yes"}).text
    ).group(1)


def expire(client):
    """Lose the session, as after an idle time or a restart."""
    client.http.delete_cookie("tandem")


def send_late(client, mark, text="Старе місто"):
    return client.post(FORM, CHOSEN | {"form_owner": mark, "name": text})


@pytest.fixture
def late(client_for, member):
    client = client_for(member[0])
    mark = owner_mark(client)
    expire(client)
    return client, send_late(client, mark)


def test_late_form_leads_to_sign_in(late):
    _, answer = late
    target = urlsplit(answer.location)
    assert (answer.status_code, target.path) == (303, "/login")
    assert parse_qs(target.query) == {"next": [FORM]}


def test_sign_in_page_tells_that_what_was_sent_is_kept(late, client):
    browser, answer = late
    assert "What you sent is kept for a short time." in browser.get(answer.location).text
    assert "What you sent is kept" not in client.get("/login").text


def test_typed_text_is_back_after_signing_in(late, member):
    client, _ = late
    client.sign_in(member[0].user_id)
    assert "Старе місто" in client.get(FORM).text


def test_text_that_is_back_is_announced_in_words(late, member):
    client, _ = late
    client.sign_in(member[0].user_id)
    assert 'role="status">What you had typed is here again.' in client.get(FORM).text
    assert "What you had typed" not in client.get("/home").text


def test_another_person_does_not_get_the_text(late, member):
    client, _ = late
    client.sign_in(member[1].user_id)
    assert "Старе місто" not in client.get(FORM).text


def test_held_text_is_not_readable_in_the_database(late, app):
    with app.app_context():
        stored = db.session.scalars(db.select(HeldPost)).one()
        assert "Старе".encode() not in stored.ciphertext


def held(late, app, **changes):
    """Move what was held to somebody or somewhere else, as who may write the database could."""
    with app.app_context():
        db.session.execute(db.update(HeldPost).values(**changes))
        db.session.commit()


@pytest.mark.control(2)
@pytest.mark.asvs("11.3.1")
def test_text_that_was_moved_to_another_person_does_not_open(late, member, app):
    client, _ = late
    held(late, app, user_id=member[1].user_id)
    client.sign_in(member[1].user_id)
    answer = client.get(FORM)
    assert answer.location == "/municipalities/register"
    assert "Старе місто" not in answer.text


@pytest.mark.control(2)
def test_text_that_was_moved_to_another_page_does_not_open(late, member, app):
    client, _ = late
    held(late, app, path="/needs/new")
    client.sign_in(member[0].user_id)
    answer = client.get("/needs/new")
    assert answer.status_code == 200
    assert "Старе місто" not in answer.text


@pytest.mark.control(2)
def test_text_that_was_moved_to_another_session_does_not_open(late, member, app, client_for):
    """The session knows a token, and the row only its digest."""
    client, _ = late
    with app.app_context():
        row = db.session.scalars(db.select(HeldPost)).one()
        first, path, user_id = row.ciphertext, row.path, row.user_id
        db.session.remove()
    client.sign_in(member[0].user_id)
    mark = owner_mark(client)
    expire(client)
    send_late(client, mark, "Other words")
    with app.app_context():
        later = db.session.scalars(db.select(HeldPost).order_by(HeldPost.id.desc())).first()
        assert (later.path, later.user_id) == (path, user_id)
        later.ciphertext = first
        db.session.commit()
    client.sign_in(member[0].user_id)
    assert "Старе місто" not in client.get(FORM).text


def test_text_is_back_while_keys_are_changed(late, member, app):
    client, _ = late
    use_keys(["another-key-of-the-tests-" + "y" * 32, KEYS["FIELD_KEY"]])
    client.sign_in(member[0].user_id)
    found = client.get(FORM).text
    use_keys([KEYS["FIELD_KEY"]])
    assert "Старе місто" in found


def test_form_without_a_valid_owner_mark_is_not_kept(client, app):
    client.post(FORM, {"form_owner": "forged", "name": "text"})
    with app.app_context():
        assert db.session.scalars(db.select(HeldPost)).all() == []
