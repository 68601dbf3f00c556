"""What follows from an answer: a task at once, mails held, and everything written down once."""

import pytest
from sqlalchemy import select

from matchmaker.errors import BadInput
from matchmaker.models import AuditEvent, FollowUpTask, Notice, PulseAnswer, now
from matchmaker.outbox import tell_municipality
from matchmaker.pulses import service
from matchmaker.vocabulary import Alive, InTouch, NoticeKind, Safe, Useful
from tests.engagements.at_work import make_work

FINE = service.Said(Alive.YES, Useful.YES, Safe.YES, InTouch.YES)
NOT_SAFE = service.Said(Alive.YES, Useful.YES, Safe.NO)


@pytest.fixture
def pulse(session, work):
    pulse = service.ask(session, work.actor("coordinator"), work.engagement, 30, now())
    session.commit()
    return pulse


def say(session, work, pulse, who, said, **more):
    service.answer(session, work.actor(who), pulse, said, now(), by_link=False, **more)
    session.commit()


def waiting_for(session, member):
    return [
        one.kind
        for one in session.scalars(
            select(Notice).where(Notice.user_id == member.user_id, Notice.status == "waiting")
        )
    ]


def test_person_who_is_not_safe_makes_a_task_at_once(session, work, pulse):
    say(session, work, pulse, "asker", NOT_SAFE)
    (task,) = session.scalars(select(FollowUpTask))
    assert (task.kind, task.side, task.closed_at) == ("not_safe", "requester", None)
    assert "task_waits" in waiting_for(session, work.coordinator)


def test_mails_to_a_municipality_that_is_not_safe_stop_and_others_go_on(session, work, pulse):
    assert waiting_for(session, work.asker) == ["pulse"]
    say(session, work, pulse, "asker", NOT_SAFE)
    tell_municipality(session, work.asker.municipality_id, "requester", NoticeKind.MESSAGE)
    tell_municipality(session, work.helper.municipality_id, "helper", NoticeKind.MESSAGE)
    assert waiting_for(session, work.asker) == []
    assert "message" in waiting_for(session, work.helper)


def test_stopped_mail_keeps_no_link(session, work, pulse):
    say(session, work, pulse, "asker", NOT_SAFE)
    query = select(Notice.link).where(Notice.user_id == work.asker.user_id)
    assert session.scalars(query).all() == [None]


def close(session, work, task):
    service.close_task(session, work.actor("coordinator"), task, "Rang the office up.")
    session.commit()


def test_mails_go_on_once_a_coordinator_has_looked_after_it(session, work, pulse):
    say(session, work, pulse, "asker", NOT_SAFE)
    close(session, work, session.scalars(select(FollowUpTask)).one())
    tell_municipality(session, work.asker.municipality_id, "requester", NoticeKind.MESSAGE)
    assert waiting_for(session, work.asker) == ["message"]


def test_mails_stay_held_while_the_municipality_is_not_safe_elsewhere(session, work, pulse):
    other = make_work(session, town=work.asker.municipality)
    second = service.ask(session, work.actor("coordinator"), other.engagement, 30, now())
    say(session, work, pulse, "asker", NOT_SAFE)
    say(session, other, second, "asker", NOT_SAFE)
    first, last = session.scalars(select(FollowUpTask).order_by(FollowUpTask.id))
    close(session, work, first)
    session.refresh(work.asker.municipality)
    assert work.asker.municipality.mails_held_at is not None
    close(session, other, last)
    session.refresh(work.asker.municipality)
    assert work.asker.municipality.mails_held_at is None


def test_task_is_closed_once(session, work, pulse):
    say(session, work, pulse, "asker", NOT_SAFE)
    task = session.scalars(select(FollowUpTask)).one()
    close(session, work, task)
    with pytest.raises(BadInput):
        service.close_task(session, work.actor("coordinator"), task, "Me too.")


def test_said_again_it_is_one_answer_and_one_task(session, work, pulse):
    for said in (NOT_SAFE, NOT_SAFE, FINE):
        say(session, work, pulse, "asker", said)
    assert session.scalars(select(PulseAnswer.safe)).all() == ["yes"]
    assert len(session.scalars(select(FollowUpTask)).all()) == 1


@pytest.mark.parametrize(("category", "kinds"), [("project", ["out_of_touch"]), ("lobby", [])])
def test_lost_political_contact_of_a_project_makes_a_task(session, category, kinds):
    activity = {"project": "project.service", "lobby": "lobby.rights"}[category]
    work = make_work(session, category=category, activity=activity)
    pulse = service.ask(session, work.actor("coordinator"), work.engagement, 90, now())
    lost = service.Said(Alive.YES, Useful.PARTLY, Safe.YES, InTouch.NO)
    say(session, work, pulse, "helper", lost)
    assert session.scalars(select(FollowUpTask.kind)).all() == kinds


def test_answer_after_the_time_is_refused(session, work, pulse):
    with pytest.raises(BadInput):
        service.answer(session, work.actor("asker"), pulse, FINE, pulse.answer_by, by_link=False)


def test_trail_tells_that_a_side_answered_and_not_what(session, work, pulse):
    say(session, work, pulse, "asker", FINE)
    query = select(AuditEvent.details).where(AuditEvent.event == "engagement.pulse_answered")
    assert session.scalars(query).all() == [{"day": 30, "side": "requester"}]
