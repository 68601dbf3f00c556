"""Red stops approval until two different persons have written why; open asks for a second one."""

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from matchmaker.errors import BadInput, ChangedSince
from matchmaker.extensions import db
from matchmaker.memberships.invitations import accept_with_new_account, invite
from matchmaker.models import AuditEvent, Engagement, ImpactReason, MatchImpact, NeedImpact, now
from matchmaker.proposals.service import sign_proposal
from matchmaker.safeguards.impact_queries import lights_in_round, standing_of
from matchmaker.safeguards.impact_service import Line, save_answers, write_reason
from matchmaker.safeguards.risk_service import open_risks
from matchmaker.vocabulary import Role
from tests.factories import (
    actor_of,
    coordinator_of,
    make_need,
    make_offer,
    make_proposal,
)


def sign(session, proposal, *actors):
    for actor in actors:
        sign_proposal(session, actor, proposal)
    return proposal.status


def refused(session, proposal, actor, words):
    with pytest.raises(BadInput, match=words):
        sign_proposal(session, actor, proposal)
    return True


def test_green_check_asks_for_one_signature(session, proposal, first):
    assert sign(session, proposal, first) == "approved"


def test_red_is_not_approved_by_two_signatures_alone(session, proposal, answer, first, second):
    answer("fairness")
    sign(session, proposal, first)
    assert proposal.signature_reasons == ["impact_red"]
    assert refused(session, proposal, second, "is red")


def test_red_is_approved_once_two_persons_have_written_why(
    session, proposal, answer, first, second
):
    answer("fairness")
    write_reason(session, first, proposal, "The other groups are helped by others.")
    write_reason(session, second, proposal, "We checked it with the council.")
    assert sign(session, proposal, first, second) == "approved"


def test_one_reason_is_not_enough(session, proposal, answer, first, second):
    answer("fairness")
    write_reason(session, first, proposal, "The other groups are helped by others.")
    sign(session, proposal, first)
    assert refused(session, proposal, second, "Two persons")


def test_same_person_does_not_write_twice(session, proposal, answer, first):
    answer("fairness")
    write_reason(session, first, proposal, "Once.")
    with pytest.raises(BadInput, match="already"):
        write_reason(session, first, proposal, "Twice.")


def test_database_refuses_a_second_standing_reason_of_a_person(each_app):
    with each_app.app_context():
        session = db.session()
        proposal = make_proposal(session)
        member = coordinator_of(session, proposal.round)
        row = {"proposal_id": proposal.id, "user_id": member.user_id, "membership_id": member.id}
        row |= {"reds": [], "text": "x"}
        session.execute(insert(ImpactReason).values(**row))
        with pytest.raises(IntegrityError):
            session.execute(insert(ImpactReason).values(**row))
        session.rollback()


def test_reason_of_somebody_who_may_be_the_same_person_is_refused(
    session, proposal, answer, first, coordinator
):
    answer("fairness")
    write_reason(session, first, proposal, "Mine.")
    session.flush()
    token = invite(session, first, "second.mailbox@example.org", Role.COORDINATOR)
    guest = accept_with_new_account(session, token, "hash")
    with pytest.raises(BadInput, match="do not count as two persons"):
        write_reason(session, actor_of(guest), proposal, "Mine again.")


def test_reason_of_who_coordinates_no_more_does_not_count(session, proposal, answer, first, second):
    answer("fairness")
    leaver = coordinator_of(session, proposal.round)
    write_reason(session, actor_of(leaver), proposal, "I thought so.")
    write_reason(session, first, proposal, "I think so.")
    leaver.user.active = False
    sign(session, proposal, first)
    assert refused(session, proposal, second, "is red")


def test_reason_ends_when_something_more_becomes_red(session, proposal, answer, first, second):
    answer("fairness")
    write_reason(session, first, proposal, "Fair enough.")
    write_reason(session, second, proposal, "Yes.")
    answer("vulnerable")
    rows = session.scalars(select(ImpactReason)).all()
    assert [row.stands for row in rows] == [False, False]
    sign(session, proposal, first)
    assert refused(session, proposal, second, "is red")


def test_reason_stands_where_less_is_red_than_it_speaks_of(session, proposal, answer, first):
    answer("fairness")
    answer("vulnerable")
    write_reason(session, first, proposal, "Both can be dealt with.")
    answer("fairness", "green", "")
    assert session.scalars(select(ImpactReason.stands)).one()


def test_nothing_red_asks_for_no_reason(session, proposal, first):
    with pytest.raises(BadInput, match="Nothing is red"):
        write_reason(session, first, proposal, "Just so.")


def test_red_of_the_town_itself_counts(session, proposal, first, second):
    session.add(NeedImpact(need_id=proposal.need_id, question="need.calm", light="red"))
    session.flush()
    sign(session, proposal, first)
    assert refused(session, proposal, second, "is red")


@pytest.mark.parametrize("light", ["amber", "red"])
def test_named_risk_needs_its_sentence(session, proposal, answer, light):
    with pytest.raises(BadInput, match="in a sentence"):
        answer("fairness", light, " ")


def test_check_of_an_approved_match_stays_as_it_was(session, proposal, answer, first):
    sign(session, proposal, first)
    with pytest.raises(BadInput, match="decided"):
        answer("fairness")


def test_later_of_two_who_answer_is_told_what_changed(session, proposal, answer, first):
    answer("fairness", "amber", "Some may be left out.")
    with pytest.raises(ChangedSince):
        save_answers(session, first, proposal, [Line("match.fairness", "green")], seen=0)


def test_answers_leave_codes_in_the_trail_and_no_words(session, proposal, answer):
    answer("fairness", "amber", "Some may be left out.")
    events = session.scalars(
        select(AuditEvent).where(AuditEvent.event == "proposal.impact_answered")
    ).all()
    assert [one.details["answers"] for one in events] == [{"match.fairness": "amber"}]
    assert all(one.text_digest is None for one in events)


def open_one(session, coordinator_round, **sides):
    need = make_need(session, status="in_round", **sides)
    return make_proposal(
        session, coordinator_round, need, make_offer(session, **sides), checked=False
    )


def test_open_check_asks_for_two_where_harm_is_likely(session, proposal, first, second):
    made = open_one(session, proposal.round)
    assert sign(session, made, first) == "proposed"
    assert made.signature_reasons == ["impact_unchecked"]
    assert sign(session, made, second) == "approved"


def test_open_check_of_work_from_afar_asks_for_one(session, proposal, first):
    made = open_one(session, proposal.round, settings=["remote"])
    assert sign(session, made, first) == "approved"


def test_not_known_is_an_answer(session, proposal, first):
    made = open_one(session, proposal.round)
    lines = [Line(code, "unknown") for code in standing_codes(session, proposal)]
    save_answers(session, first, made, lines)
    assert sign(session, made, first) == "approved"


def standing_codes(session, proposal):
    rows = select(MatchImpact.question).where(MatchImpact.proposal_id == proposal.id)
    return session.scalars(rows).all()


def risks(session, proposal):
    return {one.question.code: one.light for one in standing_of(session, proposal).concerns}


def test_no_local_partner_is_a_named_risk(session, proposal, stated):
    made = make_proposal(session, proposal.round, offer=stated("PL"))
    assert risks(session, made) == {"rule.no_partner": "amber"}


@pytest.mark.parametrize(
    ("need", "countries"),
    [({"low_profile": True}, ()), ({"settings": ["international"]}, ()), ({}, ("UA",))],
    ids=["low profile", "abroad", "partner there"],
)
def test_no_partner_is_no_risk_where_none_is_wanted_or_one_is_there(
    session, proposal, stated, need, countries
):
    need = make_need(session, status="in_round", **need)
    made = make_proposal(session, proposal.round, need, stated(*countries))
    assert risks(session, made) == {}


def test_partners_that_nobody_was_asked_for_are_no_risk(session, proposal):
    assert risks(session, proposal) == {}


def test_open_risk_of_another_match_of_the_need_counts(session, proposal, first):
    risk = engaged_before(session, proposal, first)
    assert risks(session, proposal) == {"match.fairness": "amber"}
    answered(session, risk, first, "worse")
    assert risks(session, proposal) == {"match.fairness": "red"}
    answered(session, risk, first, "gone", months=6)
    assert risks(session, proposal) == {}


def engaged_before(session, proposal, actor):
    """Let an earlier match of the same need have opened with one amber answer."""
    before = make_proposal(session, proposal.round, proposal.need, status="engaged")
    row = select(MatchImpact).where(MatchImpact.proposal_id == before.id)
    amber = session.scalars(row.where(MatchImpact.question == "match.fairness")).one()
    amber.light = "amber"
    engagement = Engagement(proposal=before, created_at=now())
    session.add(engagement)
    session.flush()
    return open_risks(session, actor, engagement)


def answered(session, risks, actor, state, months=3):
    from matchmaker.safeguards.risk_service import answer_risk

    (risk,) = [one for one in risks if one.months == months]
    answer_risk(session, actor, risk, state, "Words.", today=risk.due_on)


def test_lights_of_a_round_tell_what_each_check_holds(session, proposal, answer, first, stated):
    amber = make_proposal(session, proposal.round, offer=stated())
    unchecked = open_one(session, proposal.round)
    afar = open_one(session, proposal.round, settings=["remote"])
    green = make_proposal(session, proposal.round)
    carried = make_proposal(session, proposal.round)
    engaged_before(session, carried, first)
    answer("fairness")
    found = lights_in_round(session, proposal.round_id, first)
    assert found == {
        proposal.id: {"red"},
        amber.id: {"amber"},
        unchecked.id: {"open", "unchecked"},
        afar.id: {"open"},
        carried.id: {"amber"},
    }
    assert green.id not in found
