"""The quick exit: on every page, without script and with it."""

import re

import pytest
from sqlalchemy import select

from matchmaker.models import Municipality
from tests.factories import make_coordinator, make_requester
from tests.harness.apps import Client, make_app


@pytest.fixture
def reader(session, client_for):
    member = make_requester(session)
    session.commit()
    return client_for(member)


@pytest.mark.parametrize("path", ["/", "/login", "/register"])
def test_button_stands_on_pages_for_everybody(client, path):
    assert 'action="/leave"' in client.get(path).text


@pytest.mark.parametrize("path", ["/home", "/needs", "/needs/new", "/account", "/no-such-page"])
def test_button_stands_on_pages_of_who_is_signed_in(reader, path):
    assert 'action="/leave"' in reader.get(path).text


@pytest.mark.control(23)
@pytest.mark.asvs("14.3.1", "7.4.1")
def test_button_signs_out_wipes_and_leads_to_a_page_that_says_nothing(reader):
    answer = reader.post("/leave")
    assert (answer.status_code, answer.location) == (303, "/blank")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Tandem" not in reader.get("/blank").text
    assert reader.get("/home").location.startswith("/login")


@pytest.mark.parametrize("path", ["/home", "/needs", "/needs/new", "/messages", "/account"])
def test_hiding_stands_beside_the_quick_exit_on_every_page_of_a_town(reader, path):
    strip = re.search(r'<section class="tandem-strip".*?</section>', reader.get(path).text, re.S)[0]
    assert re.search(r'action="/municipalities/\w+/hide"', strip)
    assert 'action="/leave"' in strip


def test_button_beside_the_exit_hides_the_town(session, reader):
    town = session.scalars(select(Municipality)).one()
    action = re.search(r'action="(/municipalities/\w+/hide)"', reader.get("/needs").text)[1]
    reader.post(action)
    session.refresh(town)
    assert town.hidden
    assert f'action="{action}"' not in reader.get("/needs").text


def test_who_acts_for_no_town_is_offered_no_hiding(session, client, client_for):
    coordinator = make_coordinator(session)
    session.commit()
    for browser in (client, client_for(coordinator)):
        assert "tandem-hide" not in browser.get("/figures").text


def test_blank_page_leads_nowhere_by_itself(client):
    page = client.get("/blank").text
    assert "http-equiv" not in page and "<a" not in page


def test_exit_works_after_the_session_has_ended(reader):
    reader.http.delete_cookie("tandem")
    answer = reader.http.post("/leave", data={"csrf_token": "stale"})
    assert (answer.status_code, answer.location) == (303, "/blank")


def test_page_of_another_site_wipes_nothing_by_opening_the_blank_page(client):
    assert (
        "Clear-Site-Data"
        not in client.get("/blank", headers={"Sec-Fetch-Site": "cross-site"}).headers
    )
    assert (
        "Clear-Site-Data" in client.get("/blank", headers={"Sec-Fetch-Site": "same-origin"}).headers
    )


def test_blank_page_goes_on_to_where_the_operator_leads(sqlite_url, tmp_path):
    app = make_app(sqlite_url, tmp_path, EXIT_TO="https://weather.example/")
    assert 'content="0; url=https://weather.example/"' in Client(app).get("/blank").text


def test_exit_works_while_the_second_factor_is_missing(sqlite_url, tmp_path):
    from matchmaker.extensions import db

    app = make_app(sqlite_url, tmp_path, demonstration=False)
    with app.app_context():
        member = make_coordinator(db.session())
        db.session.commit()
        browser = Client(app).sign_in(member.user_id, member.public_id)
        db.session.remove()
    assert browser.http.post("/leave", data={"csrf_token": browser.token()}).location == "/blank"
