"""A form that arrives after its session expired comes back filled, to the same person only."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from matchmaker.extensions import db
from matchmaker.models import HeldPost
from tests.factories import make_requester

FORM = "/municipalities/register/details?role=requester&country=UA"


@pytest.fixture
def member(session):
    member = make_requester(session)
    other = make_requester(session)
    session.commit()
    return member, other


def owner_mark(client):
    """Read the signed owner mark off a form page."""
    return re.search(r'name="form_owner"[^>]*value="([^"]+)"', client.get(FORM).text).group(1)


def expire(client):
    """Lose the session, as after an idle time or a restart."""
    client.http.delete_cookie("tandem")


def send_late(client, mark, text="Старе місто"):
    return client.post(FORM, {"form_owner": mark, "name": text})


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


def test_typed_text_is_back_after_signing_in(late, member):
    client, _ = late
    client.sign_in(member[0].user_id)
    assert "Старе місто" in client.get(FORM).text


def test_another_person_does_not_get_the_text(late, member):
    client, _ = late
    client.sign_in(member[1].user_id)
    assert "Старе місто" not in client.get(FORM).text


def test_held_text_is_not_readable_in_the_database(late, app):
    with app.app_context():
        stored = db.session.scalars(db.select(HeldPost)).one()
        assert "Старе".encode() not in stored.ciphertext


def test_form_without_a_valid_owner_mark_is_not_kept(client, app):
    client.post(FORM, {"form_owner": "forged", "name": "text"})
    with app.app_context():
        assert db.session.scalars(db.select(HeldPost)).all() == []
