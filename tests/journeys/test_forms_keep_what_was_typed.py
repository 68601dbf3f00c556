"""What people do to forms: switch language, go back, click twice, come back too late."""

import pytest
from sqlalchemy import func, select

from tests import factories
from tests.journeys.forms import fill, press, walk
from tests.journeys.people import fill_sign_in, sign_in, with_password
from tests.journeys.posting import NEED

pytestmark = pytest.mark.browser


@pytest.fixture
def email(site):
    """Make an official of a municipality that asks, and give the e-mail address."""
    from matchmaker.extensions import db

    with site.app.app_context():
        member = with_password(factories.make_requester(db.session()))
        email = member.user.email
        db.session.commit()
    return email


@pytest.fixture
def about(site, email, new_window):
    """Give a window on the third page of a need."""
    page = new_window()
    sign_in(page, site.address, email, "/login?next=/needs/new")
    walk(page, NEED[:2])
    return page


def counted(site, model) -> int:
    """Count the rows of a table."""
    from matchmaker.extensions import db

    with site.app.app_context():
        n = db.session.scalar(select(func.count()).select_from(model))
        db.session.remove()
    return n


def test_switch_of_language_keeps_what_was_typed(about):
    fill(about, NEED[2])
    about.get_by_role("button", name="العربية").click()
    assert about.locator("html").get_attribute("dir") == "rtl"
    assert about.locator("[name=title]").input_value() == NEED[2]["title"]
    assert about.locator("[name=topics_env][value='env.water']").is_checked()


def test_way_back_shows_what_was_answered(about):
    here = about.url
    fill(about, NEED[2])
    press(about, "Save and continue")
    about.wait_for_url(lambda url: url != here)
    about.go_back(wait_until="load")
    about.wait_for_url(here)
    about.reload()
    assert about.locator("[name=title]").input_value() == NEED[2]["title"]


def test_link_back_to_the_first_page_opens_no_second_draft(about, site):
    from matchmaker.models import Need

    for _ in range(2):
        about.get_by_role("link", name="Back", exact=True).click()
    fill(about, {"category": "lobby"})
    press(about, "Save and continue")
    assert about.url.endswith("/edit/activity")
    assert counted(site, Need) == 1


def test_double_click_submits_once(about, site):
    from matchmaker.models import AuditEvent

    walk(about, NEED[2:])
    before = counted(site, AuditEvent)
    about.locator("main").get_by_role("button", name="Submit", exact=True).dblclick()
    about.wait_for_load_state("networkidle")
    assert "Submitted" in about.locator("main").inner_text()
    # the step itself, and the receipt that goes with it
    assert counted(site, AuditEvent) == before + 2


def test_form_sent_too_late_comes_back_filled_after_signing_in(about, email):
    fill(about, NEED[2])
    about.context.clear_cookies()
    press(about, "Save and continue")
    fill_sign_in(about, email)
    assert about.url.endswith("/edit/about")
    assert about.locator("[name=title]").input_value() == NEED[2]["title"]
    assert about.locator("[name=description]").input_value() == NEED[2]["description"]
    assert about.locator("[name=topics_env][value='env.water']").is_checked()


def test_form_that_came_back_can_be_sent(about, email):
    fill(about, NEED[2])
    about.context.clear_cookies()
    press(about, "Save and continue")
    fill_sign_in(about, email)
    press(about, "Save and continue")
    assert about.url.endswith("/edit/levels")
