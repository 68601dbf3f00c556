"""A coordinator asks why, and why not, and passes on what would help; the helping city reads it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import factories
from tests.journeys.checks import axe, layout
from tests.journeys.people import sign_in, with_password
from tests.rounds.conftest import fill

pytestmark = pytest.mark.browser


@pytest.fixture
def told(site):
    """Make a published round with seven needs and one offer; give addresses and the round."""
    from matchmaker.extensions import db
    from matchmaker.models import RoundNeed
    from matchmaker.rounds import service

    with site.app.app_context():
        session = db.session()
        coordinator = factories.make_coordinator(session)
        _, offers = fill(session, 7, 1)
        round_ = factories.make_round(session, coordinator)
        actor = factories.actor_of(coordinator)
        service.run_round(session, actor, round_)
        service.publish_round(session, actor, round_, timedelta(0))
        helper = factories.member_of(session, offers[0].municipality_id, "helper")
        left = select(RoundNeed).where(RoundNeed.matched.is_(False)).order_by(RoundNeed.need_id)
        need = session.scalars(left).first().need.public_id
        people = [with_password(member).user.email for member in (coordinator, helper)]
        path = f"/rounds/{round_.public_id}"
        session.commit()
    return people, path, need


def test_coordinator_asks_why_not_passes_on_and_calls_for_offers(told, site, new_window):
    (coordinator, helper), path, need = told
    page, city = new_window(), new_window()
    sign_in(page, site.address, coordinator)
    sign_in(city, site.address, helper)
    page.goto(f"{site.address}{path}/unmatched/{need}")
    page.get_by_role("link", name="Why not this one?").first.click()
    page.get_by_text("is left without help").wait_for()
    assert axe.violations_with_script(page) + layout.sideways(page) == []
    page.go_back()
    page.get_by_role("button", name="Pass on").first.click()
    page.get_by_text("It has been passed on.").wait_for()
    page.goto(f"{site.address}{path}/offers-wanted")
    assert axe.violations_with_script(page) + layout.sideways(page) == []
    page.get_by_role("button", name="Send it to the helping municipalities").click()
    page.get_by_role("button", name="Send the call").click()
    page.get_by_text("It was sent to 1 municipality").wait_for()
    city.goto(f"{site.address}/home")
    city.get_by_role("link", name="A coordinator passed on a hint").click()
    city.get_by_text("raise the number of places").wait_for()
    city.get_by_role("button", name="I have read it").click()
    city.get_by_role("link", name="a call of your association").click()
    city.get_by_text("Ukraine (about 5)").wait_for()
