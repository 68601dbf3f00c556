"""Preconditions: what counts, who is asked when one turns, and what stops a pair."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from matchmaker.engagements import going_on
from matchmaker.engagements.service import open_engagement, start_engagement
from matchmaker.errors import AlreadyChanged, BadInput, WrongStep
from matchmaker.matching.snapshot import Snapshot
from matchmaker.models import (
    AuditEvent,
    ConflictArea,
    PreconditionAnswer,
    PreconditionReview,
    RoundNeed,
    now,
    place_key,
)
from matchmaker.personal.erasing import erase_judgements, erase_work
from matchmaker.proposals import service as proposals
from matchmaker.rounds import service as rounds
from matchmaker.safeguards import precondition_queries as queries
from matchmaker.safeguards import precondition_service as service
from matchmaker.safeguards.precondition_service import AnswerDraft
from matchmaker.vocabulary.precondition import Answer, GoingOn
from tests.factories import (
    actor_of,
    coordinator_of,
    make_coordinator,
    make_need,
    make_offer,
    make_proposal,
    make_round,
)
from tests.rounds.conftest import fill

AS_OF = date(2026, 2, 3)


@pytest.fixture
def actor(session):
    return actor_of(make_coordinator(session))


@pytest.fixture
def area(session):
    """Give the area of the towns that the factories make."""
    return make_area(session, "region", "Kharkiv")


def make_area(session, level="country", region=""):
    row = ConflictArea(
        level=level,
        country="UA",
        region=region,
        place_key=place_key("UA", region),
        phase="actual",
        presence="possible",
    )
    session.add(row)
    session.flush()
    return row


def say(question="violence", answer="not_met", source="Report of 2026", text=""):
    return AnswerDraft(question, answer, AS_OF, source, text)


def answer_of(session, need, question="violence"):
    return queries.standings_of(session, [need])[need.id][question].answer


def engaged(session, actor, **need):
    proposal = make_proposal(
        session,
        make_round(session, status="published"),
        make_need(session, status="matched", places_taken=1, **need),
        make_offer(session, status="full", places_taken=1),
        status="engaged",
        places_held=True,
        offered_at=now(),
        helper_accepted_at=now(),
    )
    return open_engagement(session, actor, proposal)


def waiting(session):
    return list(session.scalars(select(PreconditionReview).order_by(PreconditionReview.id)))


def test_what_nobody_answered_is_not_known_and_closes_nothing(session):
    need = make_need(session)
    found = queries.standings_of(session, [need])[need.id]
    assert {one.answer for one in found.values()} == {Answer.NOT_KNOWN}
    assert queries.unmet_of(session, [need]) == {need.id: ()}


def test_answer_for_the_region_counts_before_that_for_the_country(session, actor, area):
    need = make_need(session)
    service.answer_for_area(session, actor, area, say(answer="met"))
    service.answer_for_area(session, actor, make_area(session), say())
    assert answer_of(session, need) == Answer.MET


def test_answer_for_the_need_counts_before_that_of_its_area(session, actor, area):
    need = make_need(session)
    service.answer_for_area(session, actor, area, say())
    service.answer_for_need(session, actor, need, say(answer="met"))
    assert answer_of(session, need) == Answer.MET
    assert answer_of(session, make_need(session)) == Answer.NOT_MET


def test_newest_answer_counts_and_the_earlier_ones_are_kept(session, actor, area):
    need = make_need(session)
    for answer in ("met", "not_met"):
        service.answer_for_area(session, actor, area, say(answer=answer))
    assert answer_of(session, need) == Answer.NOT_MET
    assert [row.answer for row in queries.history_of(session, area=area)] == ["not_met", "met"]


def test_not_known_takes_an_answer_back_and_never_hides_a_wider_one(session, actor, area):
    need = make_need(session)
    service.answer_for_area(session, actor, area, say())
    service.answer_for_need(session, actor, need, say(answer="met"))
    service.answer_for_need(session, actor, need, say(answer="not_known", source=""))
    assert answer_of(session, need) == Answer.NOT_MET


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (say(source="  "), "source"),
        (say(answer="met", source=""), "source"),
        (say(answer="not_asked"), "answer"),
        (say(question="luck"), "answer"),
        (AnswerDraft("violence", "met", now().date() + timedelta(2), "s"), "as_of"),
    ],
)
def test_answer_without_ground_is_refused(session, actor, area, draft, field):
    with pytest.raises(BadInput) as error:
        service.answer_for_area(session, actor, area, draft)
    assert error.value.field == field
    assert session.scalars(select(PreconditionAnswer)).all() == []


def test_legal_frame_may_be_said_not_to_arise(session, actor, area):
    draft = say(question="framework", answer="not_asked", source="")
    service.answer_for_area(session, actor, area, draft)
    assert answer_of(session, make_need(session), "framework") == Answer.NOT_ASKED


def test_words_of_an_answer_stand_in_no_event(session, actor, area):
    service.answer_for_area(session, actor, area, say(source="A source", text="A word"))
    events = session.scalars(select(AuditEvent).where(AuditEvent.event == "precondition.answered"))
    (event,) = events
    assert "A source" not in str(event.details)
    assert "A word" not in str(event.details)


def test_database_takes_no_answer_about_both_or_neither(session, actor, area):
    row = {"question": "violence", "answer": "met", "as_of": AS_OF, "by_id": actor.user_id}
    for about in ({}, {"area_id": area.id, "need_id": make_need(session).id}):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(PreconditionAnswer(**row, **about))
            session.flush()


def test_unmet_precondition_enters_the_round_and_is_its_reason(session):
    coordinator = make_coordinator(session)
    (need,), _ = fill(session, 1, 1)
    need.settings = ["in_area"]
    area = session.scalars(select(ConflictArea)).one()
    service.answer_for_area(session, actor_of(coordinator), area, say())
    round_ = make_round(session, coordinator)
    rounds.run_round(session, actor_of(coordinator), round_)
    assert Snapshot.from_json(round_.snapshot).needs[0].unmet == ("violence",)
    entry = session.scalars(select(RoundNeed).where(RoundNeed.round_id == round_.id)).one()
    assert (entry.matched, entry.reason["rule"]) == (False, "precondition")


def proposed(session, **need):
    return make_proposal(
        session,
        make_round(session, status="in_review"),
        make_need(session, status="in_round", **need),
        make_offer(session),
        status="proposed",
    )


def test_answer_that_turned_after_the_solve_stops_the_approval_with_its_reason(session, area):
    proposal = proposed(session, settings=["in_area"])
    actor = actor_of(coordinator_of(session, proposal.round))
    service.answer_for_need(session, actor, proposal.need, say())
    with pytest.raises(BadInput, match="Nobody is sent into the area"):
        proposals.sign_proposal(session, actor, proposal)
    assert proposal.status == "proposed"
    service.answer_for_need(session, actor, proposal.need, say(answer="met"))
    proposals.sign_proposal(session, actor, proposal)
    assert proposal.status == "approved"


def test_pair_that_can_work_from_a_distance_is_approved_all_the_same(session):
    proposal = proposed(session, settings=["in_area", "remote"])
    actor = actor_of(coordinator_of(session, proposal.round))
    service.answer_for_need(session, actor, proposal.need, say())
    proposals.sign_proposal(session, actor, proposal)
    assert proposal.status == "approved"


@pytest.mark.parametrize(("low", "status"), [(0.1, "proposed"), (0.3, "approved")])
def test_helper_has_to_show_that_it_knows_the_area_where_that_is_not_met(session, low, status):
    proposal = proposed(session)
    proposal.explanation = {"criteria": [{"criterion": "context", "low": low}]}
    actor = actor_of(coordinator_of(session, proposal.round))
    service.answer_for_need(session, actor, proposal.need, say(question="knowledge"))
    try:
        proposals.sign_proposal(session, actor, proposal)
    except BadInput as error:
        assert "must show" in error.message
    assert proposal.status == status


def test_approved_pair_is_not_passed_on_while_a_precondition_rules_it_out(session):
    proposal = proposed(session, settings=["in_area"])
    actor = actor_of(coordinator_of(session, proposal.round))
    proposals.sign_proposal(session, actor, proposal)
    service.answer_for_need(session, actor, proposal.need, say())
    proposal.round.status = "published"
    with pytest.raises(WrongStep):
        proposals.offer_proposal(session, actor, proposal, at=now() + timedelta(9))


def test_running_work_is_asked_about_when_an_answer_turns(session, actor, area):
    one, elsewhere = engaged(session, actor), engaged(session, actor)
    elsewhere.proposal.need.municipality.region = "Lviv"
    service.answer_for_area(session, actor, area, say(answer="met"))
    assert waiting(session) == []
    service.answer_for_area(session, actor, area, say())
    assert [(row.engagement_id, row.question) for row in waiting(session)] == [(one.id, "violence")]


def test_need_with_an_answer_of_its_own_is_not_asked_about(session, actor, area):
    engagement = engaged(session, actor)
    service.answer_for_need(session, actor, engagement.proposal.need, say(answer="met"))
    service.answer_for_area(session, actor, area, say())
    assert waiting(session) == []


def test_work_that_is_over_is_not_asked_about(session, actor, area):
    engagement = engaged(session, actor)
    start_engagement(session, actor, engagement)
    going_on.service.complete_engagement(session, actor, engagement)
    service.answer_for_area(session, actor, area, say())
    assert waiting(session) == []
    assert service.ask_again(session, actor, engagement) is None


def test_pulse_asks_again_and_twice_makes_one_question(session, actor):
    engagement = engaged(session, actor)
    first = service.ask_again(session, actor, engagement)
    assert service.ask_again(session, actor, engagement) is first
    assert [row.question for row in waiting(session)] == ["all"]


def test_work_that_begins_although_it_is_ruled_out_by_now_is_asked_about_at_once(session, actor):
    make_area(session)
    area = session.scalars(select(ConflictArea)).one()
    service.answer_for_area(session, actor, area, say())
    engaged(session, actor, settings=["in_area"])
    engaged(session, actor, settings=["in_area", "remote"])
    assert [row.question for row in waiting(session)] == ["violence"]


@pytest.fixture
def review(session, actor):
    engagement = engaged(session, actor)
    start_engagement(session, actor, engagement)
    service.answer_for_need(session, actor, engagement.proposal.need, say())
    return waiting(session)[0]


@pytest.mark.parametrize(
    ("answer", "status"), [("continue", "active"), ("pause", "paused"), ("withdraw", "ended")]
)
def test_decision_does_what_it_says(session, actor, review, answer, status):
    going_on.decide_review(session, actor, review, GoingOn(answer), "Because.")
    assert review.engagement.status == status
    assert (review.decided, review.reason, review.decided_by_id) == (
        answer,
        "Because.",
        actor.user_id,
    )
    assert review.engagement.end_reason == ("safety" if answer == "withdraw" else None)


def test_decision_asks_for_a_reason(session, actor, review):
    with pytest.raises(BadInput):
        going_on.decide_review(session, actor, review, GoingOn.CONTINUE, " ")
    assert review.decided is None


def test_what_is_decided_is_not_decided_again(session, actor, review):
    going_on.decide_review(session, actor, review, GoingOn.CONTINUE, "Because.")
    with pytest.raises(AlreadyChanged):
        going_on.decide_review(session, actor, review, GoingOn.PAUSE, "Because.")


def test_work_that_has_not_begun_is_not_paused(session, actor):
    engagement = engaged(session, actor)
    review = service.ask_again(session, actor, engagement)
    with pytest.raises(BadInput):
        going_on.decide_review(session, actor, review, GoingOn.PAUSE, "Because.")
    assert review.decided is None


def test_question_waits_for_the_coordinators_of_the_match_alone(session, actor, review):
    own = actor_of(coordinator_of(session, review.engagement.proposal.round))
    assert queries.reviews_waiting_for(session, own) == [review.engagement.public_id]
    assert queries.reviews_waiting_for(session, actor) == []
    going_on.decide_review(session, actor, review, GoingOn.CONTINUE, "Because.")
    assert queries.reviews_waiting_for(session, own) == []


def test_closing_the_entry_of_an_area_takes_its_answers_along(session, actor, area):
    service.answer_for_area(session, actor, area, say())
    session.delete(area)
    session.flush()
    assert session.scalars(select(PreconditionAnswer.id)).all() == []


def test_words_are_erased_with_the_need_and_with_the_work(session, actor, review):
    going_on.decide_review(session, actor, review, GoingOn.CONTINUE, "Because.")
    need = review.engagement.proposal.need
    erase_judgements(session, [need])
    erase_work(session, review.engagement)
    session.flush()
    session.expire_all()
    assert queries.history_of(session, need=need)[0].source == ""
    assert review.reason == ""
