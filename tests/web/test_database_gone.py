"""While the database cannot be reached, each page says so plainly and says when to try again."""

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from matchmaker.extensions import db
from tests.factories import make_coordinator, make_requester


def refuse(*arguments):
    raise OperationalError("SELECT", {}, Exception("server closed the connection"))


@pytest.fixture
def gone(app):
    """Give a switch that makes every statement fail, as it does when the server is away."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        engine = db.engine
    switched = []

    def switch(off=True):
        (event.listen if off else event.remove)(engine, "before_cursor_execute", refuse)
        switched[:] = [off]

    yield switch
    if switched == [True]:
        switch(off=False)


@pytest.mark.asvs("16.5.2")
@pytest.mark.parametrize("path", ["/", "/home", "/needs", "/rounds", "/account"])
@pytest.mark.parametrize("make", [None, make_requester, make_coordinator])
def test_page_says_that_the_service_is_away(client_for, session, gone, make, path):
    member = make(session) if make else None
    session.commit()
    browser = client_for(member)
    gone()
    answer = browser.get(path)
    away = answer.status_code == 503 and answer.headers["Retry-After"] == "10"
    # who is not signed in is led to the sign-in page, or reads a page that needs no database
    assert away or (make is None and answer.status_code in (200, 303))
    assert "Traceback" not in answer.text


@pytest.mark.asvs("16.5.2")
def test_same_session_goes_on_when_the_database_is_back(client_for, session, gone):
    member = make_requester(session)
    session.commit()
    browser = client_for(member)
    gone()
    assert browser.get("/home").status_code == 503
    gone(off=False)
    assert browser.get("/home").status_code == 200


@pytest.mark.asvs("16.5.2")
def test_write_is_answered_503_and_leaves_nothing(client_for, session, gone):
    member = make_requester(session)
    session.commit()
    browser = client_for(member)
    token = browser.token()
    gone()
    answer = browser.http.post("/needs/new", data={"csrf_token": token, "category": "lobby"})
    assert answer.status_code == 503
