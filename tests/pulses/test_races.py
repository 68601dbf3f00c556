"""Two at the same moment, on each database: one answer, one pulse, one task."""

import re

from sqlalchemy import func, select

from matchmaker.accounts.links import issue_link
from matchmaker.extensions import db
from matchmaker.models import FollowUpTask, Pulse, PulseAnswer, now
from matchmaker.pulses import service
from matchmaker.pulses.due import run_pulses
from matchmaker.vocabulary import Side
from tests.engagements.at_work import make_work
from tests.harness.apps import Client

SAID = {"alive": "yes", "useful": "yes", "safe": "no", "in_touch": "no"}


def count(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def test_link_pressed_in_two_windows_at_once_is_one_answer(each_app, at_once):
    with each_app.app_context():
        session = db.session()
        work = make_work(session, begun_days_ago=30)
        pulse = service.ask(session, work.actor("coordinator"), work.engagement, 30, now())
        purpose = service.purpose_of(pulse, Side.REQUESTER)
        token = issue_link(session, work.asker.user_id, purpose, pulse.answer_by)
        session.commit()
        db.session.remove()

    def press(_):
        return Client(each_app).http.post(f"/q/{token}", data=SAID).status_code

    codes = [re.search(r"\d{3}", str(end))[0] for end in at_once(press, [1, 2])]
    assert sorted(codes) == ["200", "404"]
    with each_app.app_context():
        assert count(PulseAnswer) == 1
        assert count(FollowUpTask) == 2


def test_two_timers_at_once_ask_once(each_app, at_once):
    with each_app.app_context():
        make_work(db.session(), begun_days_ago=30)
        db.session.remove()

    at_once(lambda _: run_pulses(db.session()), [1, 2])
    with each_app.app_context():
        assert count(Pulse) == 1
