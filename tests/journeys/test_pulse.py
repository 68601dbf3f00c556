"""An official answers a pulse from the mail, without signing in; a coordinator looks after it."""

import re

import pytest

from tests.engagements.at_work import make_work
from tests.journeys.checks import axe, layout
from tests.journeys.people import sign_in, with_password

pytestmark = pytest.mark.browser


@pytest.fixture
def mailed(site):
    """Let a pulse be due and its mails go out; give the link of the asking side and the people."""
    from matchmaker.delivery import deliver_due
    from matchmaker.extensions import db
    from matchmaker.pulses.due import run_pulses

    with site.app.app_context():
        session = db.session()
        work = make_work(session, begun_days_ago=30)
        coordinator = with_password(work.coordinator).user.email
        asker, address = work.asker.user.email, work.address
        session.commit()
        run_pulses(session)
        deliver_due()
        (mail,) = [one for one in site.app.extensions["mailman"].outbox if asker in one.to]
        link = re.search(r"https?://[^/\s]+(/q/\S+)", mail.body)[1]
        db.session.remove()
    return link, address, coordinator


def test_answer_from_the_mail_reaches_the_coordinators(mailed, site, new_window):
    link, address, coordinator = mailed
    phone, desk = new_window(), new_window()
    phone.goto(site.address + link)
    assert axe.violations_with_script(phone) + layout.sideways(phone) == []
    phone.get_by_role("link", name="Українська").click()
    phone.get_by_role("heading", name="Кілька коротких запитань").wait_for()
    phone.goto(site.address + link)
    for question, answer in (
        ("Does the work go on?", "Yes, it goes on"),
        ("Is it useful?", "In part"),
        ("Are the people who take part safe?", "No"),
        ("Is your political contact still in touch with the work?", "Yes"),
    ):
        group = phone.get_by_role("group", name=question)
        group.get_by_label(answer, exact=True).check()
    phone.get_by_role("button", name="Send the answer").click()
    phone.get_by_role("heading", name="Thank you").wait_for()
    assert phone.context.cookies() == []
    sign_in(desk, site.address, coordinator)
    desk.goto(f"{site.address}/home")
    desk.get_by_role("link", name="A side says that its people are not safe").click()
    desk.get_by_role("button", name="Say what was done").click()
    desk.get_by_label("What was done").fill("Rang the office up: they moved to the cellar.")
    desk.get_by_role("button", name="Close the task").click()
    desk.get_by_text("The task is closed.").wait_for()
    assert desk.url == f"{site.address}{address}/pulses"
