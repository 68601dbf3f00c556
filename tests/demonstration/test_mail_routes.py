"""The mails of the demonstration can be read there, and nowhere else."""

import pytest

from matchmaker.delivery import deliver_due
from matchmaker.demonstration import mail_routes
from matchmaker.extensions import db
from matchmaker.outbox import queue_notice
from matchmaker.vocabulary import NoticeKind
from tests.factories import make_user
from tests.harness.apps import Client, make_app

PAGE = "/demonstration/mails"


def mailed(app, email, kind=NoticeKind.MESSAGE):
    """Mail somebody of this address."""
    with app.app_context():
        queue_notice(db.session(), make_user(db.session(), email=email), kind)
        db.session.commit()
        deliver_due()


def test_mail_is_listed_with_the_role_of_its_reader_and_its_text(app, client):
    mailed(app, "international@delft.example.org")
    page = client.get(PAGE).text
    assert "Officer of a helping city (Delft)" in page
    assert "international@delft.example.org" not in page
    assert "something waits for you on the platform" in page


def test_address_that_somebody_entered_is_not_shown(app, client):
    mailed(app, "somebody@elsewhere.example")
    page = client.get(PAGE).text
    assert "An address that was entered here" in page
    assert "somebody@elsewhere.example" not in page


def test_links_of_a_mail_stay_on_the_site(app, client):
    mailed(app, "international@delft.example.org")
    page = client.get(PAGE).text
    assert 'href="/messages/stop/' in page
    assert 'href="http' not in page


def test_before_anything_was_mailed_the_page_says_how_to_get_one(client):
    assert "No mails yet" in client.get(PAGE).text


def test_latest_mails_are_kept_and_older_ones_forgotten(app, monkeypatch):
    monkeypatch.setattr(mail_routes, "KEPT", 2)
    with app.app_context():
        app.extensions["mailman"].outbox = ["first", "second", "third"]
        assert mail_routes.sent_mails() == ["second", "third"]


def test_sign_in_page_and_footer_lead_to_it(client):
    assert client.get("/login").text.count(f'href="{PAGE}"') == 2


# --- Nowhere else ----------------------------------------------------------------------------


@pytest.fixture
def real(sqlite_url, tmp_path):
    """Give an app as it runs outside the demonstration, with a mail in its hands."""
    made = make_app(sqlite_url, tmp_path, demonstration=False)
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.control(3)
def test_outside_the_demonstration_the_page_is_not_registered(real):
    mailed(real, "office@town.example")
    assert "demonstration" not in real.blueprints
    assert [rule for rule in real.url_map.iter_rules() if "mails" in str(rule)] == []
    answer = Client(real).get(PAGE)
    assert answer.status_code == 404
    assert "something waits" not in answer.text


@pytest.mark.control(3)
def test_page_refuses_by_itself_where_the_demonstration_is_switched_off(app, client):
    mailed(app, "office@town.example")
    app.config["DEMONSTRATION"] = False
    assert client.get(PAGE).status_code == 404


def test_outside_the_demonstration_nothing_links_to_it(real):
    page = Client(real).get("/login").text
    assert "demonstration" not in page.lower()
