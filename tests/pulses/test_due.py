"""Both sides are asked once at 30, 90 and 365 days, and silence twice in a row makes a task."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.engagements.service import end_engagement, pause_engagement
from matchmaker.models import (
    FollowUpTask,
    Notice,
    OneTimeLink,
    PreconditionReview,
    Pulse,
    now,
)
from matchmaker.proposals.hiding import hide_municipality
from matchmaker.pulses import queries, service
from matchmaker.pulses.due import run_pulses
from matchmaker.vocabulary import Alive, DeclineReason, Safe, Useful
from tests.engagements.at_work import make_work
from tests.factories import member_of

FINE = service.Said(Alive.YES, Useful.YES, Safe.YES)


def run(session, days=0):
    done = run_pulses(session, now() + timedelta(days=days))
    session.rollback()
    return done["pulses_asked"], done["pulses_closed"]


def days_asked(session):
    return sorted(session.scalars(select(Pulse.day)))


def test_both_sides_are_asked_after_thirty_days_and_once_only(session, work):
    assert [run(session) for _ in range(2)] == [(1, 0), (0, 0)]
    told = set(session.scalars(select(Notice.user_id).where(Notice.kind == "pulse")))
    assert told == {work.helper.user_id, work.asker.user_id}


def test_coordinators_are_asked_whether_the_preconditions_still_hold(session, work):
    run(session)
    query = select(PreconditionReview.engagement_id).where(PreconditionReview.decided.is_(None))
    assert session.scalars(query).all() == [work.engagement.id]


def test_nobody_is_asked_before(session):
    make_work(session, begun_days_ago=29)
    assert run(session) == (0, 0)


def test_each_pulse_has_its_own_day(session, work):
    assert [run(session, days)[0] for days in (0, 60, 335)] == [1, 1, 1]
    assert days_asked(session) == [30, 90, 365]


def test_pulse_missed_for_three_weeks_is_not_made_up_for(session):
    make_work(session, begun_days_ago=30 + 22)
    assert run(session) == (0, 0)


@pytest.mark.parametrize(("ended", "asked"), [(False, 1), (True, 0)])
def test_paused_work_is_asked_about_and_ended_work_is_not(session, work, ended, asked):
    if ended:
        end_engagement(session, work.actor("asker"), work.engagement, DeclineReason.OTHER)
    else:
        pause_engagement(session, work.actor("asker"), work.engagement)
    session.commit()
    assert run(session)[0] == asked


def test_hidden_municipality_gets_no_mail_and_can_answer_signed_in(session, work, client_for):
    hide_municipality(session, work.actor("asker"), work.asker.municipality)
    session.commit()
    run(session)
    assert session.scalars(select(Notice.user_id).where(Notice.kind == "pulse")).all() == [
        work.helper.user_id
    ]
    assert client_for(work.asker).get(f"{work.address}/pulse").status_code == 200


def test_every_colleague_gets_a_link_of_their_own(session, work):
    member_of(session, work.asker.municipality_id, "requester")
    session.commit()
    run(session)
    assert len(set(session.scalars(select(OneTimeLink.token_digest)))) == 3


def test_links_run_out_with_the_pulse(session, work):
    run(session)
    (pulse,) = session.scalars(select(Pulse))
    assert set(session.scalars(select(OneTimeLink.expires_at))) == {pulse.answer_by}
    assert pulse.answer_by - pulse.created_at > timedelta(days=20, hours=23)


def silences(session):
    return sorted(session.execute(select(FollowUpTask.kind, FollowUpTask.side)).all())


def test_one_silent_pulse_makes_no_task_and_the_second_one_does(session, work):
    run(session)
    assert run(session, 22) == (0, 1)
    assert silences(session) == []
    run(session, 60)
    run(session, 82)
    assert silences(session) == [("silent", "helper"), ("silent", "requester")]


def test_side_that_answered_in_between_is_not_silent(session, work):
    run(session)
    (pulse,) = session.scalars(select(Pulse))
    service.answer(session, work.actor("asker"), pulse, FINE, now(), by_link=False)
    session.commit()
    for days in (22, 60, 82):
        run(session, days)
    assert silences(session) == [("silent", "helper")]


def test_work_begun_lately_is_what_the_next_tick_finds(session, work):
    at = now()
    assert queries.due_pulses(session, at, service.ANSWER_WITHIN) == [
        f"{work.engagement.public_id}:30"
    ]
    run(session)
    assert queries.due_pulses(session, at, service.ANSWER_WITHIN) == []
