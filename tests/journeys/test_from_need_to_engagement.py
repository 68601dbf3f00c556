"""One story of three users: from a need to the engagement, with script and without."""

import pytest

from tests import factories
from tests.journeys.checks import axe, layout
from tests.journeys.forms import fill, press
from tests.journeys.people import sign_in, with_password
from tests.journeys.posting import post_need, post_offer

pytestmark = pytest.mark.browser


@pytest.fixture
def people(site):
    """Make who takes part, and give the e-mail address of each."""
    from matchmaker.extensions import db

    with site.app.app_context():
        session = db.session()
        first = factories.make_coordinator(session)
        second = factories.make_coordinator(session, first.association)
        members = {
            "requester": factories.make_requester(session),
            "helper": factories.make_helper(session),
            "first": first,
            "second": second,
        }
        addresses = {name: with_password(member).user.email for name, member in members.items()}
        session.commit()
    return addresses


@pytest.fixture
def windows(people, site, new_window):
    """Give a signed-in window for each of them."""
    opened = {}
    for name, email in people.items():
        opened[name] = new_window()
        sign_in(opened[name], site.address, email)
    return opened


def test_need_becomes_an_engagement(windows, site):
    requester, helper = windows["requester"], windows["helper"]
    first, second = windows["first"], windows["second"]
    post_need(requester, site.address)
    assert_reads(requester, "Submitted")
    post_offer(helper, site.address)
    assert_reads(helper, "Submitted")
    for kind in ("needs", "offers"):
        verify_all(first, f"{site.address}/{kind}?status=submitted")
    solve_a_round(first, site)
    read_why(first)
    sign(first, second)
    publish(first, site)
    accept(helper, site.address)
    assert_reads(helper, "Now the asking municipality decides")
    accept(requester, site.address)
    requester.goto(site.address + "/engagements")
    requester.locator("main table").get_by_role("link").click()
    assert_reads(requester, "Planned")


def assert_reads(page, text: str) -> None:
    """Check that the page says this, and that it is one that everybody can use."""
    assert text in page.locator("main").inner_text()
    width = page.viewport_size["width"]
    assert layout.sideways(page, width) == []
    assert axe.violations_with_script(page) == []


def verify_all(page, queue: str) -> None:
    """Verify the one thing that waits in a queue."""
    page.goto(queue)
    page.locator("main table").get_by_role("link").first.click()
    press(page, "Verify")
    assert_reads(page, "Verified" if "needs" in queue else "Open")


def solve_a_round(page, site) -> None:
    """Open a round, take in what is there, and wait for the child process that solves it."""
    page.goto(site.address + "/rounds/new")
    fill(page, {"title": "Spring round"})
    page.locator("main form button").first.click()
    assert_reads(page, "Needs waiting: 1. Open offers with places left: 1.")
    press(page, "Settings of the round")
    fill(page, {"low_score": "30"})
    press(page, "Save the settings")
    assert_reads(page, "The settings are saved.")
    press(page, "Take in needs and offers")
    press(page, "Propose pairs")
    published = page.get_by_role("button", name="Publish the round")
    for _ in range(60):
        if published.count():
            break
        # Without script the reader asks again by the link; with it the page does.
        page.wait_for_timeout(500)
        page.goto(page.url)
    assert_reads(page, "In review")
    page.locator("main").get_by_role("link", name="Proposals", exact=True).click()
    assert_reads(page, "0 of 2")


def read_why(page) -> None:
    """Open the proposal and find the reasons and the number of signatures it asks for."""
    page.locator("main table").get_by_role("link").first.click()
    assert_reads(page, "Why this pair")
    assert "Two signatures are asked, because:" in page.locator("main").inner_text()


def sign(first, second) -> None:
    """Sign twice, as two persons."""
    press(first, "Sign")
    assert_reads(first, "A second person has to sign.")
    second.goto(first.url)
    press(second, "Sign")
    assert_reads(second, "Approved")


def publish(page, site) -> None:
    """Publish the round; the clock then tells the helping municipality."""
    from matchmaker.extensions import db
    from matchmaker.rounds.deadlines import run_due

    page.get_by_role("link", name="Back to the round").click()
    press(page, "Publish the round")
    assert_reads(page, "What will happen")
    press(page, "Publish the round")
    assert_reads(page, "The round is published.")
    with site.app.app_context():
        run_due(db.session())
        db.session.remove()


def accept(page, address: str) -> None:
    """Follow what waits on the home page, and accept."""
    page.goto(address + "/home")
    page.locator("main ul").get_by_role("link").first.click()
    press(page, "Accept")
