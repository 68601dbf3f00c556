"""What a browser keeps of a person who has read and written: the session's cookie, nothing else."""

import pytest

from tests.factories import make_need, make_requester
from tests.journeys.people import sign_in, with_password

pytestmark = pytest.mark.browser

STORES = """async () => ({
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).map((one) => one.name),
    caches: "caches" in window ? await caches.keys() : [],
    workers: "serviceWorker" in navigator
        ? (await navigator.serviceWorker.getRegistrations()).length : 0,
})"""
EMPTY = {"local": [], "session": [], "databases": [], "caches": [], "workers": 0}


@pytest.fixture
def member(site):
    from matchmaker.extensions import db

    with site.app.app_context():
        row = with_password(make_requester(db.session()))
        need = make_need(db.session(), row)
        db.session.commit()
        found = row.user.email, need.public_id
        db.session.remove()
    return found


@pytest.mark.control(23)
@pytest.mark.asvs("14.3.3", "14.3.1")
@pytest.mark.parametrize("new_window", ["desktop with script"], indirect=True)
def test_stores_of_the_browser_stay_empty(new_window, site, member):
    email, need = member
    page = new_window()
    sign_in(page, site.address, email)
    for path in ("/home", "/needs", f"/needs/{need}", "/needs/new", "/messages", "/account"):
        page.goto(f"{site.address}{path}")
        assert page.evaluate(STORES) == EMPTY, path
    page.get_by_role("button", name="Leave this page now").click()
    page.wait_for_url("**/blank")
    assert page.evaluate(STORES) == EMPTY
