"""Each named risk comes back at 3, 6 and 12 months, to both sides, and worse is a task."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.extensions import db
from matchmaker.models import (
    AuditEvent,
    Engagement,
    MatchImpact,
    Notice,
    Proposal,
    RiskAnswer,
    RiskQuestion,
    now,
)
from matchmaker.proposals.service import accept_as_requester, sign_proposal
from matchmaker.rounds.deadlines import run_due
from matchmaker.safeguards import risk_queries as queries
from matchmaker.safeguards.impact_service import Line, save_answers
from matchmaker.safeguards.risk_service import answer_risk, heed_worse, months_after
from tests.factories import (
    actor_of,
    answer_check,
    coordinator_of,
    make_coordinator,
    make_helper,
    make_need,
    make_offer,
    make_proposal,
    make_requester,
    make_round,
)


@pytest.fixture
def sides(session):
    """Give a member of the town that asks and one of the town that helps."""
    return make_requester(session), make_helper(session)


@pytest.fixture
def engagement(session, coordinator, sides):
    """Give work that both sides agreed on after a check with one amber answer."""
    asker, helper = sides
    made = make_proposal(
        session,
        make_round(session, coordinator, status="published"),
        make_need(session, asker, status="in_round"),
        make_offer(session, helper),
        status="helper_accepted",
        offered_at=now(),
        helper_accepted_at=now(),
        checked=False,
    )
    answer_check(session, made, coordinator.user_id, fairness="amber")
    found = accept_as_requester(session, actor_of(asker), made)
    session.commit()
    return found


def rows(session, engagement):
    return queries.risks_of(session, engagement)


def due(engagement, months=3):
    return months_after(engagement.created_at.date(), months)


def test_named_risk_is_asked_at_three_six_and_twelve_months(session, engagement):
    found = [(one.question, one.light, one.months, one.due_on) for one in rows(session, engagement)]
    assert found == [
        ("match.fairness", "amber", months, due(engagement, months)) for months in (3, 6, 12)
    ]


def test_questions_open_in_the_transaction_of_the_engagement(session, engagement):
    session.rollback()
    events = session.scalars(
        select(AuditEvent.event).where(AuditEvent.subject_id == engagement.public_id)
    ).all()
    assert events == ["engagement.created", "engagement.risks_named"]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 1, 15), 12, date(2027, 1, 15)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
    ],
)
def test_months_end_on_a_day_that_exists(day, months, expected):
    assert months_after(day, months) == expected


def test_question_waits_for_each_side_until_it_has_answered(session, engagement, sides, first):
    asker, helper = map(actor_of, sides)
    day = due(engagement)
    assert [len(queries.due_for(session, one, day)) for one in (asker, helper, first)] == [1, 1, 1]
    answer_risk(session, asker, rows(session, engagement)[0], "still", today=day)
    assert [len(queries.due_for(session, one, day)) for one in (asker, helper, first)] == [0, 1, 0]


def test_what_a_coordinator_heard_settles_the_question_for_both(session, engagement, sides, first):
    day = due(engagement)
    answer_risk(session, first, rows(session, engagement)[0], "less", today=day)
    assert [queries.due_for(session, actor_of(one), day) for one in sides] == [[], []]


def test_question_of_another_engagement_waits_for_nobody_else(session, engagement):
    strangers = [make_requester(session), make_helper(session), make_coordinator(session)]
    day = due(engagement, 12)
    assert [queries.due_for(session, actor_of(one), day) for one in strangers] == [[], [], []]


def test_question_is_not_answered_before_its_day(session, engagement, sides):
    with pytest.raises(BadInput, match="asked later"):
        answer_risk(session, actor_of(sides[0]), rows(session, engagement)[0], "gone")


def test_side_answers_once(session, engagement, sides):
    risk, day = rows(session, engagement)[0], due(engagement)
    answer_risk(session, actor_of(sides[0]), risk, "still", today=day)
    with pytest.raises(AlreadyChanged):
        answer_risk(session, actor_of(sides[0]), risk, "gone", today=day)


def test_worse_needs_words(session, engagement, sides):
    risk = rows(session, engagement)[0]
    with pytest.raises(BadInput, match="Say what"):
        answer_risk(session, actor_of(sides[0]), risk, "worse", " ", today=risk.due_on)


def test_worse_is_a_task_for_coordinators_until_one_writes_what_is_done(
    session, engagement, sides, first
):
    risk = rows(session, engagement)[0]
    said = answer_risk(session, actor_of(sides[0]), risk, "worse", "Protests.", today=risk.due_on)
    told = session.scalars(select(Notice.user_id).where(Notice.kind == "risk_worse")).all()
    assert first.user_id in told
    assert queries.worse_waiting_for(session, first) == [said]
    heed_worse(session, first, said, "We called both mayors.")
    assert queries.worse_waiting_for(session, first) == []


def test_task_is_done_once(session, engagement, sides, first):
    risk = rows(session, engagement)[0]
    said = answer_risk(session, actor_of(sides[0]), risk, "worse", "Protests.", today=risk.due_on)
    heed_worse(session, first, said, "Once.")
    with pytest.raises(AlreadyChanged):
        heed_worse(session, first, said, "Twice.")


def test_ended_work_is_asked_nothing_more(session, engagement, sides):
    engagement.moved_to = engagement.status = "ended"
    session.flush()
    assert queries.due_for(session, actor_of(sides[0]), due(engagement, 12)) == []


def test_sides_and_coordinators_are_reminded_once_a_question_is_due(
    session, engagement, sides, first
):
    at = now() + timedelta(days=(due(engagement) - now().date()).days)
    people = {*(one.user_id for one in sides), first.user_id}
    assert run_due(session, at)["risks_reminded"] == 1
    told = session.scalars(select(Notice.user_id).where(Notice.kind == "risk_due")).all()
    assert people <= set(told)
    assert run_due(session, at)["risks_reminded"] == 0
    assert run_due(session, at + timedelta(days=14))["risks_reminded"] == 1


def test_side_that_answered_is_not_reminded(session, engagement, sides):
    asker, helper = sides
    at = now() + timedelta(days=(due(engagement) - now().date()).days)
    answer_risk(session, actor_of(asker), rows(session, engagement)[0], "gone", today=at.date())
    silent, heard = asker.user_id, helper.user_id
    session.commit()
    run_due(session, at)
    told = session.scalars(select(Notice.user_id).where(Notice.kind == "risk_due")).all()
    assert silent not in told
    assert heard in told


def test_town_learns_nothing_of_the_other_side_from_what_is_open(session, engagement, sides):
    asker, helper = map(actor_of, sides)
    risk = rows(session, engagement)[0]
    answer_risk(session, asker, risk, "gone", today=risk.due_on)
    answer_risk(session, helper, risk, "worse", "Bad.", today=risk.due_on)
    need_id = engagement.proposal.need_id
    assert queries.open_risks_of(session, need_id, side="requester") == []
    assert [one.state for one in queries.open_risks_of(session, need_id)] == ["worse"]


def sign_held(session, proposal_id, actor):
    sign_proposal(session, actor, session.get(Proposal, proposal_id))


def paint_red(session, proposal_id, actor):
    line = Line("match.fairness", "red", "Only one side gains.")
    save_answers(session, actor, session.get(Proposal, proposal_id), [line])


@pytest.mark.parametrize("order", [(sign_held, paint_red), (paint_red, sign_held)])
def test_red_and_the_last_signature_at_once_never_make_a_red_match_approved(
    each_app, overlapping, order
):
    with each_app.app_context():
        session = db.session()
        made = make_proposal(session)
        actors = [actor_of(coordinator_of(session, made.round)) for _ in order]
        proposal_id = made.id
        session.commit()
        db.session.remove()
    steps = zip(order, actors, strict=True)
    overlapping(*[lambda s, do=do, who=who: do(s, proposal_id, who) for do, who in steps])
    with each_app.app_context():
        lights = db.session.scalars(select(MatchImpact.light)).all()
        status = db.session.get(Proposal, proposal_id).status
        db.session.remove()
    assert (status, "red" in lights) in {("approved", False), ("proposed", True)}


def test_answers_of_one_side_sent_twice_at_once_make_one(each_app, overlapping):
    with each_app.app_context():
        session = db.session()
        proposal = make_proposal(session, status="engaged")
        engagement = Engagement(proposal=proposal)
        risk = RiskQuestion(
            engagement=engagement,
            question="match.fairness",
            light="amber",
            months=3,
            due_on=now().date(),
        )
        session.add_all([engagement, risk])
        actor = actor_of(coordinator_of(session, proposal.round))
        session.commit()
        risk_id = risk.id
        db.session.remove()

    def answer(state):
        return lambda s: answer_risk(s, actor, s.get(RiskQuestion, risk_id), state)

    ends = overlapping(answer("less"), answer("gone"))
    assert isinstance(ends[1], AlreadyChanged)
    with each_app.app_context():
        assert db.session.scalars(select(RiskAnswer.state)).all() == ["less"]
